"""Tickets that belong together: link, unlink, merge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.verbs.verb import Act, Asked, Deed
from bot.wording.card import Field
from storage.listing import Listed
from storage.tickets import StoredTicket
from triage import linking
from triage.change import Change
from triage.linking import Both, Numbered
from triage.people import Actor
from triage.ticket import Ticket

Verb = Callable[[Numbered, Numbered, Actor, datetime], Both]


def _pair(name: str, verb: Verb, aliases: tuple[str, ...], *, any_time: bool) -> Deed:
    def decide(act: Act) -> Both:
        if act.other is None:
            return Change(), Change()
        one, other = _numbered(act, act.stored), _numbered(act, act.other)
        return verb(one, other, act.call.actor, act.call.now)

    def fields(asked: Asked) -> tuple[Field, ...]:
        speech = asked.speech
        label, hint = speech.text(f"field.{name}"), speech.text(f"hint.{name}")
        offered = [each for each in asked.others if offers(name, asked.ticket, each)]
        if not 0 < len(offered) <= MOST:
            return (Field("other", "line", label, required=True, hint=hint, longest=20),)
        options = tuple((str(each.number), _named(asked, each)) for each in offered)
        first = options[0][0] if name == "unlink" else None
        return (Field("other", "choice", label, required=True, options=options, initial=first, hint=hint),)

    return Deed(
        name, lambda act: decide(act)[0], fields=fields, needed=("other",), aliases=aliases, daily=False,
        any_time=any_time, echo=lambda act: decide(act)[1],
    )  # fmt: skip


MOST = 100  # what a menu holds; beyond it the number is typed
LABEL = 70


def offers(name: str, ticket: Ticket, other: Listed) -> bool:
    """Whether the other ticket makes a pair with this one: only those of one customer are ever merged, and only linked
    ones are unlinked."""
    if name == "merge":
        return other.customer == ticket.customer
    return (other.number in ticket.links) == (name == "unlink")


def _named(asked: Asked, other: Listed) -> str:
    return f"#{other.number} {other.summary or asked.speech.text('card.erased')}"[:LABEL]


def _numbered(act: Act, stored: StoredTicket) -> Numbered:
    """The ticket, and who reads along in its thread."""
    beside = stored.conversation("customer")
    reader = None if beside is None else act.call.desk.customer_in(act.session, beside.channel)
    return Numbered(stored.number, stored.ticket, reader.name if reader is not None else None)


LINK = _pair("link", linking.link, ("lier",), any_time=True)
UNLINK = _pair("unlink", linking.unlink, ("délier", "delier"), any_time=True)
MERGE = _pair("merge", linking.merge, ("fusionner",), any_time=False)
