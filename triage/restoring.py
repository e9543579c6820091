"""Service is back, or down again: what the restore clock rests on (policy: Clocks)."""

from __future__ import annotations

from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, closing, event, must_be_down, must_be_restored, past
from triage.contents.changes import ChangedAtContent, What
from triage.contents.to_customer import RestoredContent
from triage.facts.state import Relapsed, Restored
from triage.facts.telling import Updated
from triage.notice import CARD, Audience, Notice
from triage.people import Actor
from triage.text import checked
from triage.ticket import Ticket


def restored(
    ticket: Ticket, actor: Actor, now: datetime, at: datetime | None = None, text: str | None = None
) -> Change:
    """Service is back, by a workaround or a repair; the ticket stays open for the rest of the work."""
    rights.require(actor, "restored")
    must_be_down(ticket)
    when = past(ticket.down_since, now, at, "restored")
    text = checked(text) or None
    events = (
        event(actor, now, Restored(), at=when),
        event(actor, now, Updated(restored=True), text=text),
    )
    told = Notice(RestoredContent(actor.id, when), Audience.CUSTOMER, body=text)
    return Change(events, (told, *it_is_over(ticket, actor, when, "restored"), CARD))


def it_is_over(ticket: Ticket, actor: Actor, at: datetime, what: str) -> tuple[Notice, ...]:
    """The channel that heard of a severity 1 hears once that it is over."""
    if not ticket.announced.is_aloud:
        return ()
    return (closing(actor, at, what),)


def relapsed(
    ticket: Ticket, actor: Actor, now: datetime, at: datetime | None = None, text: str | None = None
) -> Change:
    """Down again: the restore clock resumes, the span between not counted. The channel that heard that it is over hears
    of it."""
    rights.require(actor, "relapsed")
    must_be_restored(ticket)
    when = past(ticket.outage.restored_at, now, at, "relapsed")
    text = checked(text) or None
    shown = ticket.announced.said_over is not None
    again = event(actor, now, Relapsed(shown=shown), at=when, text=text)
    quietly = changed(ChangedAtContent(actor.id, What.RELAPSED, when), text)
    return Change((again,), (closing(actor, when, "relapsed", body=text) if shown else quietly, CARD))
