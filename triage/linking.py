"""Tickets that belong together: linked they show each other. (Merged, one goes on for both: `triage.merging`.)

Every verb decides for two tickets that are locked together; what is decided goes on record for both or for neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event, must_be_open
from triage.contents.changes import OtherTicketContent, What
from triage.errors import Refusal
from triage.event import Event
from triage.facts.sorting import Linked, Unlinked
from triage.looking_alike import SHOWN_ANEW
from triage.notice import CARD
from triage.people import Actor
from triage.stale import Stale
from triage.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Numbered:
    """A ticket under its number."""

    #: Its number.
    number: int
    #: The ticket.
    ticket: Ticket
    #: The customer whose channel it is spoken of in, where it is one's.
    reader: str | None = None
    #: Its events.
    events: Sequence[Event] = ()


Both = tuple[Change, Change]
"""What is decided for the one ticket and for the other."""


def each_open(*tickets: Numbered) -> None:
    """Raises `Refusal` on a resolved ticket, with its number: it may be another than the one that is acted on."""
    for one in tickets:
        try:
            must_be_open(one.ticket)
        except Refusal as refusal:
            refusal.values.setdefault("number", one.number)
            raise


def link(one: Numbered, other: Numbered, actor: Actor, now: datetime) -> Both:
    """Each shows the other from now on, whoever their customers are and however they stand."""
    rights.require(actor, "link")
    two(one, other)
    if other.number in one.ticket.links:
        return Change(), Change()
    return _each(Linked, one, other, actor, now)


def unlink(one: Numbered, other: Numbered, actor: Actor, now: datetime) -> Both:
    """They show each other no longer."""
    rights.require(actor, "unlink")
    two(one, other)
    if other.number not in one.ticket.links:
        raise Refusal("not_linked", number=one.number, other=other.number)
    return _each(Unlinked, one, other, actor, now)


def two(one: Numbered, other: Numbered) -> None:
    """Raises `Refusal` where they are one."""
    if one.number == other.number:
        raise Refusal("same_ticket", number=one.number)


def _each(fact: type[Linked | Unlinked], one: Numbered, other: Numbered, actor: Actor, now: datetime) -> Both:
    def change(ticket: Ticket, number: int) -> Change:
        said = (changed(OtherTicketContent(actor.id, What(fact.KIND), number)), CARD)
        return Change((event(actor, now, fact(number)),), said, shown_anew(ticket, number))

    return change(one.ticket, other.number), change(other.ticket, one.number)


def shown_anew(ticket: Ticket, number: int) -> tuple[Stale, ...]:
    """What shows that other ticket as alike, and what can be done about it."""
    return (SHOWN_ANEW,) if number in ticket.together.alike else ()


def whose(one: Numbered) -> tuple[str, str]:
    """Whose it is by name, and who reads what is said of it: where it has no thread of theirs, whose it is."""
    name = one.ticket.customer or ""
    return _key(name), _key(one.reader or name)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
