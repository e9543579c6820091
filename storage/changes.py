"""The single write path: a change's events, texts, ticket columns, deadlines and notices, in the caller's one
transaction.

Tickets are event-sourced: the events are the record, appended and never changed; the ticket's row and its deadlines are
projections, and follow every change. Whoever decides locks the ticket first (pessimistic lock); the ticket's
version is an optimistic lock besides, so that a decision on a stale ticket raises StaleTicketError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session

from storage.absences import is_there
from storage.conversations import Conversation
from storage.core import add, add_all, is_given, overwrite, table
from storage.corrections import note_correction
from storage.customers import customer_key
from storage.deadlines import rebuild_deadlines, save_deadlines
from storage.errors import MessageTakenError, StaleTicketError
from storage.loads import note_assigned
from storage.messages import link_message
from storage.notices import Saying, enqueue
from storage.pages import plan_pages
from storage.persons import note_active
from storage.prepared import Prepared, as_given, given
from storage.refresh import refresh_messages, refresh_settled
from storage.tables import BodyRow, ConversationRow, EventRow, OrganisationRow, TicketRow
from storage.ticket_figures import figures_column
from storage.tickets import StoredTicket, get_ticket
from storage.told_programs import any_told
from storage.webhooks import plan_webhooks
from storage.word_index import add_words, save_more_words, save_words
from triage import rating
from triage.agenda import Due, next_of_each, upcoming
from triage.change import Change
from triage.due import decide_overtaken
from triage.event import Event
from triage.facts.sorting import Opened
from triage.fold import fold
from triage.keys import platform_of
from triage.majors import covers, without_warnings
from triage.notice import Notice
from triage.stale import Stale
from triage.still_true import worth_saying
from triage.ticket import Status, Ticket
from triage.warned import after_warning, due_after_warning, is_warned_alone

More = Callable[[Session, int, Ticket], Change]
"""What comes of a ticket of that organisation that is about to be recorded, besides its opening."""
Body = Callable[[str | None], int | None]
"""Keeps a free text of a ticket and answers its id."""

_organisations, _tickets = table(OrganisationRow), table(TicketRow)
_COUNT_UP = Prepared(
    update(_organisations).where(_organisations.c.id == bindparam("organisation_id"))
    .values(last_number=_organisations.c.last_number + 1)
    .returning(_organisations.c.last_number, any_told())
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket will be spoken of."""

    channel: str  # its key: `slack:C0123`
    #: Who reads there: `desk`, `customer` or `escalation`.
    side: str
    #: The id of the message that carries the thread already; None: the card will carry it.
    root_id: str | None = None

    @property
    def platform(self) -> str:
        """The platform that it is on."""
        return platform_of(self.channel)


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that a ticket is made from."""

    #: Its key: `slack:C0123`.
    channel: str
    #: The platform's id of the message.
    message_id: str
    #: The message that carries its thread, or itself.
    root_id: str


def record_opening(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session,
    organisation_id: int,
    desk_id: int,
    opening: Change,
    places: list[Place],
    now: datetime,
    *,
    source: Origin | None = None,
    more: More | None = None,
    quietly: bool = False,
) -> StoredTicket:
    """Record a new ticket under the organisation's next number.

    `source`: the message that it is made from, which is linked to the ticket. Raises MessageTakenError where that
    message has a ticket already; the caller has to roll back then. `more`: what else comes of it at once. `quietly`: it
    is nothing new, and no other system is told of it.
    """
    if source is not None:
        opening = _made_from(opening, source)
    number, is_told = _COUNT_UP.rows(session, {"organisation_id": organisation_id})[0]
    ticket = _as_opened(opening)
    # Tickets are opened one after another from here on, so that each choice knows of the one before it.
    further = Change() if more is None else more(session, organisation_id, ticket)
    if further:
        notices = (*opening.notices, *further.notices)
        opening = replace(opening, events=(*opening.events, *further.events), notices=notices)
    ticket_id = add(
        session, TicketRow, organisation_id=organisation_id, desk_id=desk_id, number=number,
        requester=ticket.requester, opened_at=ticket.opened_at, **columns_of(ticket),
    )  # fmt: skip
    body = _bodies(session, {"organisation_id": organisation_id, "ticket_id": ticket_id})
    events = _numbered((), opening.events, body)
    if source is not None:
        _link_source(session, organisation_id, source, ticket_id, events[0].body_id)
    conversations = tuple(_add_conversation(session, organisation_id, ticket_id, place) for place in places)
    ticket = fold(events)
    new = StoredTicket(ticket_id, organisation_id, desk_id, number, events, ticket, conversations, is_told)
    _add_events(session, [(new, events)])
    note_assigned(session, organisation_id, events)
    # Its row stands already, for its texts refer to it: as it was before anything else came of it.
    overwrite(session, TicketRow, ticket_id, summary_id=events[0].body_id, **columns_of(ticket), **_went(new))
    _add_words(session, new, opening)
    save_deadlines(session, [(new.scope, {}, upcoming(ticket))])
    enqueue(session, [Saying(new, opening.notices, ticket.version)], body, now=now, is_new=True)
    if not quietly:
        plan_pages(session, None, new, now)
        plan_webhooks(session, None, new, now)
    return new


def _add_words(session: Session, new: StoredTicket, opening: Change) -> None:
    first, *others = opening.events
    add_words(session, new.organisation_id, new.id, first.text or "", new.ticket.customer)
    if texts := [event.text for event in others if event.text]:
        save_more_words(session, new.id, texts)


def _link_source(session: Session, organisation_id: int, source: Origin, ticket_id: int, body_id: int | None) -> None:
    """Link the message that a ticket is made from. Raises MessageTakenError where it has another already."""
    for message_id in dict.fromkeys((source.message_id, source.root_id)):
        said = body_id if message_id == source.message_id else None
        root_id = source.root_id
        if not link_message(session, organisation_id, source.channel, message_id, ticket_id, said, root_id=root_id):
            raise MessageTakenError(message_id)


def _as_opened(opening: Change) -> Ticket:
    return fold(replace(event, seq=seq) for seq, event in enumerate(opening.events, 1))


def _made_from(opening: Change, source: Origin) -> Change:
    """The change, with the source message added to its first event."""
    opened, *others = opening.events
    if not isinstance(opened.fact, Opened):
        raise TypeError(f"a ticket begins with its opening, not with {opened.kind}")
    fact = replace(opened.fact, origin=(source.channel, source.message_id, source.root_id))
    return replace(opening, events=(replace(opened, fact=fact), *others))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a change will make of a ticket, worked out before anything is written."""

    #: The ticket as it is on record.
    before: StoredTicket
    #: The ticket after the events.
    after: StoredTicket
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
    #: Nothing is new but that whoever has the ticket was warned (`triage.warned`).
    is_warned_alone: bool = False


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
    events = _numbered(stored.events, added, body)
    texts = tuple(event.text for event in added if event.text is not None)
    known = stored.events + events
    if coming is not None and is_warned_alone(events):
        ticket = after_warning(before, events)
        after, is_due = replace(stored, events=known, ticket=ticket), due_after_warning(coming, ticket)
        return Foreseen(
            stored, after, events, change.notices, (), before.version, was_due, is_due, change.stale,
            is_warned_alone=True,
        )  # fmt: skip
    ticket = fold(known)
    after = replace(stored, events=known, ticket=ticket)
    still = worth_saying(overtaken, ticket, now)
    seq = before.version + len(overtaken.events)
    stale = (*change.stale, *(each for each in rating.stale(before, ticket) if each not in change.stale))
    return Foreseen(stored, after, events, change.notices, still, seq, was_due, upcoming(ticket), stale, texts)


def events_of(before: StoredTicket, after: StoredTicket) -> tuple[Event, ...]:
    """The events of the action recorded between `before` and `after`, without those of deadlines that had passed until
    then."""
    return tuple(event for event in after.events[len(before.events) :] if event.said is None)


def record(
    session: Session, stored: StoredTicket, change: Change, now: datetime, *, covered: bool | None = None
) -> StoredTicket:
    """Record a change of a locked ticket. Answers the ticket as it is afterwards. An empty change writes nothing.
    `covered`: whether the update of a major incident counts for it; None: as that stands on record.

    Raises StaleTicketError (optimistic lock: the ticket's version) when the ticket was not locked and has changed
    since; the caller has to roll back then.
    """
    body = _bodies(session, stored.scope)

    def there() -> bool:
        return is_there(session, stored.organisation_id, stored.ticket.ownership.assignee, now)

    def is_covered() -> bool:
        return covered_by_major(session, stored) if covered is None else covered

    return record_foreseen(session, foresee(stored, change, body, there=there, covered=is_covered), now, body)


def covered_by_major(session: Session, stored: StoredTicket) -> bool:
    """Whether it is part of a major incident whose next update is due no later than its own."""
    number = stored.ticket.together.part_of
    return number is not None and covers(get_ticket(session, stored.organisation_id, number).ticket, stored.ticket)


def record_foreseen(session: Session, foreseen: Foreseen, now: datetime, body: Body = lambda _: None) -> StoredTicket:
    """Record what `foresee` worked out. Raises StaleTicketError when the ticket has changed since; where the change
    held no text, nothing was written then."""
    record_all(session, [foreseen], now, body)
    return foreseen.after


def record_all(session: Session, changes: Sequence[Foreseen], now: datetime, body: Body = lambda _: None) -> None:
    """The same for changes of several tickets, each statement for all of them at once. Raises StaleTicketError when one
    of them has changed since; the caller has to roll back then."""
    moved = [each for each in changes if each.events]
    _move_on(session, moved)
    _add_events(session, [(each.before, each.events) for each in moved])
    save_deadlines(session, [(each.before.scope, each.was_due, each.is_due) for each in moved])
    changed = [each for each in moved if not each.is_warned_alone]
    for each in changed:
        _note(session, each)
    overtaken = [Saying(each.after, each.overtaken, each.overtaken_seq) for each in changes if each.overtaken]
    enqueue(session, overtaken, body, now=now)
    for each in changes:
        if each.stale:
            refresh_messages(session, each.after, each.stale, now)
    enqueue(session, [_saying(each) for each in changes if each.notices], body, now=now)
    for each in moved:
        plan_webhooks(session, each.before, each.after, now)
    for each in changed:
        refresh_settled(session, each.before, each.after, now)
        plan_pages(session, each.before.ticket, each.after, now)
        last = each.events[-1]
        if last.platform:
            note_active(session, each.before.organisation_id, last.actor, last.platform, now)


def _note(session: Session, foreseen: Foreseen) -> None:
    """What else is kept of the events of a change, beside its ticket."""
    before, after = foreseen.before, foreseen.after
    note_assigned(session, before.organisation_id, foreseen.events)
    note_correction(session, before, foreseen.events)
    if _reads_otherwise(before.ticket, after.ticket):
        save_words(session, before.organisation_id, before.id)
    elif foreseen.texts:
        save_more_words(session, before.id, foreseen.texts)


def _saying(foreseen: Foreseen) -> Saying:
    return Saying(foreseen.after, foreseen.notices, foreseen.after.ticket.version if foreseen.events else None)


def _reads_otherwise(before: Ticket, after: Ticket) -> bool:
    """Whether a ticket is found by other words than what is written adds."""
    return before.customer != after.customer or (before.dismissed_at is None) != (after.dismissed_at is None)


def project_anew(session: Session, stored: StoredTicket) -> None:
    """Write what is a projection of a locked ticket's events anew, whatever is stored: its row's columns, its deadlines
    and the words by which it is found, how it went. For when they disagree with the events."""
    overwrite(session, TicketRow, stored.id, **columns_of(stored.ticket), **_went(stored))
    rebuild_deadlines(session, stored.scope, upcoming(stored.ticket))
    save_words(session, stored.organisation_id, stored.id)


def _bodies(session: Session, scope: Mapping[str, int]) -> Body:
    """A function that stores a free text of this ticket and answers its id. The same text is stored once."""
    known: dict[str, int] = {}

    def body(text: str | None) -> int | None:
        if text is None:
            return None
        if text not in known:
            known[text] = add(session, BodyRow, **scope, text=text)
        return known[text]

    return body


def _numbered(known: Sequence[Event], added: Sequence[Event], body: Body) -> tuple[Event, ...]:
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


def _add_events(session: Session, added: Iterable[tuple[StoredTicket, tuple[Event, ...]]]) -> None:
    rows = []
    for stored, event in ((stored, event) for stored, events in added for event in events):
        clock, step, cycle = event.said or (None, None, None)
        rows.append(
            {
                **stored.scope, "seq": event.seq, "at": event.at, "recorded_at": event.recorded_at,
                "actor": event.actor, "kind": event.kind.value, "data_version": event.fact.VERSION,
                "data": event.fact.to_data(),
                "body_id": event.body_id, "clock": clock, "step": step, "cycle": cycle,
                "platform": event.platform or None,
            }
        )  # fmt: skip
    add_all(session, EventRow, rows)


def _move_on(session: Session, changes: Sequence[Foreseen]) -> None:
    moved = 0
    rows = [_moved(each) for each in changes]
    for names, same in groupby(rows, key=tuple):
        moved += _moved_on(session, names, list(same))
    if moved != len(rows):
        known = ", ".join(f"{each.before.number} at version {each.before.ticket.version}" for each in changes)
        raise StaleTicketError(f"what is on record is no longer ticket {known}")


def _moved_on(session: Session, names: tuple[str, ...], rows: Sequence[dict[str, Any]]) -> int:
    if is_given(session, rows):
        return _move_all_on(names).run(session, as_given(rows))
    return _move_on_by(names).run_many(session, rows)


# Kept by the names of what they set: see `storage.core`.


@lru_cache(maxsize=256)
def _move_on_by(_: tuple[str, ...]) -> Prepared:
    which = (_tickets.c.id == bindparam("of"), _tickets.c.version == bindparam("before"))
    return Prepared(update(_tickets).where(*which))


@lru_cache(maxsize=256)
def _move_all_on(names: tuple[str, ...]) -> Prepared:
    of, before, *changed = names
    types = {of: _tickets.c.id.type, before: _tickets.c.version.type}
    new = given({**types, **{name: _tickets.c[name].type for name in changed}})
    which = (_tickets.c.id == new.c.of, _tickets.c.version == new.c.before)
    return Prepared(update(_tickets).where(*which).values({name: new.c[name] for name in changed}))


def _moved(foreseen: Foreseen) -> dict[str, Any]:
    """Which row, and those of its columns that change. The others are left alone: each index that a column stands in
    would be written anew."""
    before, after = foreseen.before.ticket, foreseen.after.ticket
    which = {"of": foreseen.before.id, "before": before.version}
    if foreseen.is_warned_alone:
        return {**which, "version": after.version}
    known = columns_of(before)
    changed = {name: value for name, value in columns_of(after).items() if value != known[name]}
    return {**which, **changed, **_went(foreseen.after)}


def _went(stored: StoredTicket) -> dict[str, Any]:
    """The column that says how a ticket went, where it is resolved."""
    return {"figures": figures_column(stored)} if stored.ticket.status is Status.RESOLVED else {}


def columns_of(ticket: Ticket) -> dict[str, Any]:
    """The columns of a ticket's row that are a projection of its events."""
    return {
        "version": ticket.version,
        "status": ticket.status.value,
        "category": ticket.category.value if ticket.category else None,
        "severity": ticket.severity,
        "assignee": ticket.ownership.assignee,
        "customer": ticket.customer,
        "customer_key": None if ticket.customer is None else customer_key(ticket.customer),
        "level": ticket.level,
        "resolved_at": ticket.resolved_at,
        "next_due_at": ticket.next_due,
        "policy_version": ticket.terms.policy_version,
    }


def _add_conversation(session: Session, organisation_id: int, ticket_id: int, place: Place) -> Conversation:
    conversation_id = add(
        session, ConversationRow, organisation_id=organisation_id, ticket_id=ticket_id,
        platform=place.platform, channel=place.channel, side=place.side, root_id=place.root_id,
    )  # fmt: skip
    if place.root_id is not None:
        link_message(session, organisation_id, place.channel, place.root_id, ticket_id)
    return Conversation(conversation_id, place.platform, place.channel, place.side, place.root_id, None)
