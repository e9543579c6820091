"""What all verbs check and build alike: instants in the past or ahead, required text, the event itself. `must_...`
raise `Refusal`."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.contents.changes import ChangedContent
from triage.contents.to_desk import ClosingContent
from triage.errors import Refusal
from triage.event import Event, Fact
from triage.instants import whole_second
from triage.notice import Audience, Notice
from triage.parts.ahead import Said
from triage.people import VIGIE, Actor
from triage.text import checked
from triage.ticket import Ticket

FURTHEST = timedelta(days=366)  # a time further away than this is a slip of the keyboard


def event(
    actor: Actor,
    now: datetime,
    fact: Fact,
    *,
    at: datetime | None = None,
    text: str | None = None,
) -> Event:
    """An event of `actor`, recorded `now`. `at`: when it happened, if earlier."""
    return Event(whole_second(at or now), whole_second(now), actor.id, fact, text=text, platform=actor.platform)


def by_vigie(
    now: datetime, fact: Fact, *, at: datetime | None = None, said: Said | None = None, text: str | None = None
) -> Event:
    """An event of Vigie's own, recorded `now`. `at`: when it happened, if earlier; `said`: what of the agenda it is."""
    return Event(whole_second(at or now), whole_second(now), VIGIE, fact, said=said, text=text)


def changed(content: ChangedContent, body: str | None = None) -> Notice:
    """A notice to the desk that something about the ticket changed."""
    return Notice(content, Audience.DESK, body=body)


def closing(actor: Actor, at: datetime, what: str, *, body: str | None = None) -> Notice:
    """A notice to the channel that a severity 1 is over, or is open again."""
    return Notice(ClosingContent(actor.id, at, what), Audience.DESK, broadcast=True, body=body)


def must_go_on(ticket: Ticket) -> None:
    """Raises `Refusal`, with the number of the ticket that goes on, where this one was merged."""
    if ticket.merged_into is not None:
        raise Refusal("merged", number=ticket.merged_into)


def must_be_open(ticket: Ticket) -> None:
    """Raises `Refusal` on a resolved ticket."""
    must_go_on(ticket)
    if ticket.dismissed_at is not None:
        raise Refusal("dismissed")
    if not ticket.is_open:
        raise Refusal("resolved", at=ticket.resolved_at)


def must_be_resolved(ticket: Ticket) -> None:
    """Raises `Refusal` on an open ticket."""
    must_go_on(ticket)
    if ticket.dismissed_at is not None:
        raise Refusal("dismissed")
    if ticket.is_open:
        raise Refusal("not_resolved")


def must_be_down(ticket: Ticket) -> None:
    """Raises `Refusal` where service is back already."""
    must_be_open(ticket)
    if ticket.outage.restored_at is not None:
        raise Refusal("already_restored", at=ticket.outage.restored_at)


def must_be_restored(ticket: Ticket) -> None:
    """Raises `Refusal` while service is down."""
    must_be_open(ticket)
    if ticket.outage.restored_at is None:
        raise Refusal("not_restored")


def needed(text: str | None, verb: str) -> str:
    """The text, cleaned. Raises `Refusal` where there is none."""
    text = checked(text)
    if not text:
        raise Refusal(f"{verb}_needs_text")
    return text


def future(now: datetime, at: datetime, verb: str, furthest: timedelta = FURTHEST) -> datetime:
    """The instant, cut to the second. Raises `Refusal` unless it is after `now`, and by no more than `furthest`."""
    at, now = whole_second(at), whole_second(now)
    if at <= now:
        raise Refusal(f"{verb}_in_past", at=at)
    if at - now > furthest:
        raise Refusal("too_far_ahead", at=at)
    return at


def past(earliest: datetime | None, now: datetime, at: datetime | None, verb: str) -> datetime:
    """The instant (default `now`), cut to the second. Raises `Refusal` where it is after `now`, before `earliest`, or
    more than a year ago."""
    now = whole_second(now)
    when = now if at is None else whole_second(at)
    if when > now:
        raise Refusal("in_future", verb=verb, at=when)
    if earliest is not None and when < earliest:
        raise Refusal("too_early", verb=verb, at=when, earliest=earliest)
    if now - when > FURTHEST and (earliest is None or when > earliest):
        raise Refusal("too_long_ago", verb=verb, at=when)
    return when
