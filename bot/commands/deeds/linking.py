"""Tickets that belong together: link, unlink, merge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.card import Field
from bot.commands.deeds.deed import Act, Asked, Deed
from storage.tickets import StoredTicket
from triage import linking
from triage.change import Change
from triage.linking import Both, Numbered
from triage.people import Actor

Verb = Callable[[Numbered, Numbered, Actor, datetime], Both]


def _pair(name: str, verb: Verb, aliases: tuple[str, ...], *, any_time: bool) -> Deed:
    def decide(act: Act) -> Both:
        if act.other is None:
            return Change(), Change()
        one, other = _numbered(act, act.stored), _numbered(act, act.other)
        return verb(one, other, act.call.actor, act.call.now)

    def fields(asked: Asked) -> tuple[Field, ...]:
        speech = asked.speech
        first = str(asked.ticket.links[0]) if name == "unlink" and asked.ticket.links else None
        return (
            Field("other", "line", speech.text(f"field.{name}"), required=True, initial=first,
                  hint=speech.text(f"hint.{name}"), longest=20),
        )  # fmt: skip

    return Deed(
        name, lambda act: decide(act)[0], fields=fields, needed=("other",), aliases=aliases, daily=False,
        any_time=any_time, echo=lambda act: decide(act)[1],
    )  # fmt: skip


def _numbered(act: Act, stored: StoredTicket) -> Numbered:
    """The ticket, and who reads along in its thread."""
    beside = stored.conversation("customer")
    reader = None if beside is None else act.call.desk.customer_in(act.session, beside.channel)
    return Numbered(stored.number, stored.ticket, reader.name if reader is not None else None)


LINK = _pair("link", linking.link, ("lier",), any_time=True)
UNLINK = _pair("unlink", linking.unlink, ("délier", "delier"), any_time=True)
MERGE = _pair("merge", linking.merge, ("fusionner",), any_time=False)
