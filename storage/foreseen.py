"""What a change makes of a ticket, worked out without the database before anything of it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from storage.tickets import StoredTicket
from triage import rating
from triage.agenda import Due, next_of_each, upcoming
from triage.change import Change
from triage.due import decide_overtaken
from triage.event import Event
from triage.fold import fold
from triage.majors import without_warnings
from triage.notice import Notice
from triage.stale import Stale
from triage.still_true import worth_saying
from triage.values import value
from triage.warned import after_warning, due_after_warning, is_warned_alone

Body = Callable[[str | None], int | None]
"""Keeps a free text of a ticket and answers its id."""


@value(frozen=True, slots=True)
class Foreseen:
    """What a change will make of a ticket, worked out before anything is written."""

    #: The ticket as it is on record.
    before: StoredTicket
    #: The ticket after the events; None where nothing is new but that whoever has it was warned: `after` works it out
    #: for those few who ask.
    folded: StoredTicket | None
    #: What the change adds, numbered.
    events: tuple[Event, ...]
    #: What is to be said of it.
    notices: tuple[Notice, ...]
    #: What is still to be said of deadlines that had passed before the change; planned first.
    overtaken: tuple[Notice, ...]
    #: The last event of those deadlines, by which their notices are ordered.
    overtaken_seq: int
    #: What was due next, by clock.
    was_due: Mapping[str, Due]
    #: What is due next now, by clock.
    is_due: Mapping[str, Due]
    #: Which messages are out of date now.
    stale: tuple[Stale, ...] = ()
    #: What was written, in the events that it adds.
    texts: tuple[str, ...] = ()

    @property
    def is_warned_alone(self) -> bool:
        """Whether nothing is new but that whoever has the ticket was warned (`triage.warned`)."""
        return self.folded is None

    @property
    def after(self) -> StoredTicket:
        """The ticket after the events."""
        return self.folded or _warned(self.before, self.events)

    @property
    def told_as(self) -> StoredTicket:
        """The ticket as those see it who say something of it: a warning changes nothing of that."""
        return self.folded or self.before

    @property
    def version(self) -> int:
        """The `seq` of the last event of the ticket then."""
        return self.events[-1].seq if self.events else self.before.ticket.version


def foresee(
    stored: StoredTicket,
    change: Change,
    body: Body = lambda _: None,
    *,
    there: Callable[[], bool] = lambda: True,
    covered: Callable[[], bool] = lambda: False,
    coming: Sequence[Due] | None = None,
) -> Foreseen:
    """Work out a change without the database.

    `body` stores a free text and answers its id; without it the change must hold no text. `there` answers whether the
    assignee is on duty, `covered` whether a major incident's update counts for this ticket, of which the desk is warned
    there; they are asked only where something had fallen due before the change. `coming`: the agenda of the ticket as
    it is, until all that the change records of it, where the caller knows it.
    """
    before = stored.ticket
    if not change.events:
        return Foreseen(stored, stored, (), change.notices, (), before.version, {}, {}, change.stale)
    was_due = upcoming(before) if coming is None else next_of_each(coming)
    now = max(event.recorded_at for event in change.events)
    overtaken = Change()
    acts = any(event.said is None for event in change.events)  # what had fallen due itself overtakes nothing
    if acts and any(due.at <= now for due in was_due.values()):
        overtaken = decide_overtaken(stored.events, before, change.events, now, there=there())
        if overtaken and covered():
            overtaken = without_warnings(overtaken)
    added = overtaken.events + change.events
    events = numbered(stored.events, added, body)
    texts = tuple(event.text for event in added if event.text is not None)
    if coming is not None and is_warned_alone(events):
        is_due = due_after_warning(coming, events)
        return Foreseen(stored, None, events, change.notices, (), before.version, was_due, is_due, change.stale)
    known = stored.events + events
    ticket = fold(known)
    after = replace(stored, events=known, ticket=ticket)
    still = worth_saying(overtaken, ticket, now)
    seq = before.version + len(overtaken.events)
    stale = (*change.stale, *(each for each in rating.stale(before, ticket) if each not in change.stale))
    return Foreseen(stored, after, events, change.notices, still, seq, was_due, upcoming(ticket), stale, texts)


def _warned(stored: StoredTicket, warnings: Sequence[Event]) -> StoredTicket:
    ticket = after_warning(stored.ticket, warnings)
    return replace(stored, events=(*stored.events, *warnings), ticket=ticket)


def events_of(before: StoredTicket, after: StoredTicket) -> tuple[Event, ...]:
    """The events of the action recorded between `before` and `after`, without those of deadlines that had passed until
    then."""
    return tuple(event for event in after.events[len(before.events) :] if event.said is None)


def numbered(known: Sequence[Event], added: Sequence[Event], body: Body) -> tuple[Event, ...]:
    """What is added to the events that are known, with its numbers and as it is put on record. `body`: keeps a text."""
    first = known[-1].seq + 1 if known else 1
    latest = max((event.recorded_at for event in known), default=None)
    return tuple(_recorded(event, latest, seq, body(event.text)) for seq, event in enumerate(added, first))


def _recorded(event: Event, latest: datetime | None, seq: int, body_id: int | None) -> Event:
    """The event as it is put on record, not earlier than the one before it. Where the machine's clock was set back,
    what is done next is recorded at the time of what it follows; otherwise a wait would outlast its end."""
    at, recorded_at = event.at, event.recorded_at
    if latest is not None and recorded_at < latest:
        at, recorded_at = latest if at == recorded_at else at, latest
    return Event(at, recorded_at, event.actor, event.fact, seq, body_id, None, event.said, event.platform)
