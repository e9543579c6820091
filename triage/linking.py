"""Tickets that belong together: linked they show each other, merged one goes on for both.

Every verb decides for two tickets that are locked together; what is decided goes on record for both or for neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event, must_be_open
from triage.contents.changes import OtherTicketContent, What
from triage.contents.to_customer import MergedContent
from triage.errors import Refusal
from triage.facts.sorting import Linked, Merged, Unlinked
from triage.familiar import SHOWN_ANEW
from triage.notice import CARD, Audience, Notice
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


Both = tuple[Change, Change]
"""What is decided for the one ticket and for the other."""


def link(one: Numbered, other: Numbered, actor: Actor, now: datetime) -> Both:
    """Each shows the other from now on, whoever their customers are and however they stand."""
    rights.require(actor, "link")
    _two(one, other)
    if other.number in one.ticket.links:
        return Change(), Change()
    return _each(Linked, one, other, actor, now)


def unlink(one: Numbered, other: Numbered, actor: Actor, now: datetime) -> Both:
    """They show each other no longer."""
    rights.require(actor, "unlink")
    _two(one, other)
    if other.number not in one.ticket.links:
        raise Refusal("not_linked", number=one.number, other=other.number)
    return _each(Unlinked, one, other, actor, now)


def merge(duplicate: Numbered, survivor: Numbered, actor: Actor, now: datetime) -> Both:
    """The duplicate ends, its clocks stop, and its customer is told where it goes on (policy: Linked and
    merged). A merged ticket takes part in nothing more, so that there are no circles."""
    rights.require(actor, "merge")
    _two(duplicate, survivor)
    for ticket in (duplicate.ticket, survivor.ticket):
        must_be_open(ticket)
    if _customers(duplicate) != _customers(survivor):
        raise Refusal("different_customers", number=duplicate.number, other=survivor.number)
    told = Notice(MergedContent(actor.id, survivor.number), Audience.CUSTOMER)
    ends = Change(
        (event(actor, now, Merged(survivor.number)),),
        (told, changed(OtherTicketContent(actor.id, What.MERGED, survivor.number)), CARD),
        _shown_anew(duplicate.ticket, survivor.number),
    )
    here = changed(OtherTicketContent(actor.id, What.MERGED_HERE, duplicate.number))
    if duplicate.number in survivor.ticket.links:
        return ends, Change((), (here, CARD))
    known = event(actor, now, Linked(duplicate.number))
    return ends, Change((known,), (here, CARD), _shown_anew(survivor.ticket, duplicate.number))


def _two(one: Numbered, other: Numbered) -> None:
    if one.number == other.number:
        raise Refusal("same_ticket", number=one.number)


def _each(fact: type[Linked | Unlinked], one: Numbered, other: Numbered, actor: Actor, now: datetime) -> Both:
    def change(ticket: Ticket, number: int) -> Change:
        said = (changed(OtherTicketContent(actor.id, What(fact.KIND), number)), CARD)
        return Change((event(actor, now, fact(number)),), said, _shown_anew(ticket, number))

    return change(one.ticket, other.number), change(other.ticket, one.number)


def _shown_anew(ticket: Ticket, number: int) -> tuple[Stale, ...]:
    """What shows that other ticket as alike, and what can be done about it."""
    return (SHOWN_ANEW,) if number in ticket.together.alike else ()


def _customers(one: Numbered) -> tuple[str, str]:
    """Whose it is by name, and who reads what is said of it: where it has no thread of theirs, whose it is."""
    name = one.ticket.customer or ""
    return _key(name), _key(one.reader or name)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
