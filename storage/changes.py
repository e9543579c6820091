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

from sqlalchemy import bindparam, update
from sqlmodel import Session

from storage.absences import is_there
from storage.conversations import Conversation
from storage.core import add, add_all, overwrite, table
from storage.corrections import note_correction
from storage.deadlines import rebuild_deadlines, save_deadlines
from storage.errors import MessageTakenError
from storage.foreseen import Body, Foreseen, foresee, numbered
from storage.loads import note_assigned
from storage.messages import link_message
from storage.notices import Saying, enqueue
from storage.pages import plan_pages
from storage.persons import note_active
from storage.prepared import Prepared
from storage.refresh import refresh_messages, refresh_settled
from storage.tables.conversations import ConversationRow
from storage.tables.organisations import OrganisationRow
from storage.tables.tickets import BodyRow, EventRow, TicketRow
from storage.ticket_row import columns_of, move_on, went
from storage.tickets import StoredTicket, get_ticket
from storage.told_programs import any_told
from storage.webhooks import plan_webhooks
from storage.word_index import add_words, save_more_words, save_words
from triage.agenda import upcoming
from triage.change import Change
from triage.event import Event
from triage.facts.sorting import Opened
from triage.fold import fold
from triage.keys import platform_of
from triage.majors import covers
from triage.ticket import Ticket

More = Callable[[Session, int, Ticket], Change]
"""What comes of a ticket of that organisation that is about to be recorded, besides its opening."""
_organisations = table(OrganisationRow)
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
    words: bool = True,
) -> StoredTicket:
    """Record a new ticket under the organisation's next number.

    `source`: the message that it is made from, which is linked to the ticket. Raises MessageTakenError where that
    message has a ticket already; the caller has to roll back then. `more`: what else comes of it at once. `quietly`: it
    is nothing new, and no other system is told of it. `words`: whether those by which it is found are kept at once;
    else the caller plans work that keeps them (`storage.word_index.save_first_words`).
    """
    if source is not None:
        opening = _made_from(opening, source)
    number, is_told = _COUNT_UP.rows(session, {"organisation_id": organisation_id})[0]
    ticket = _as_opened(opening)
    # Tickets are opened one after another from here on, so that each choice knows of the one before it.
    opening = _with_more(opening, Change() if more is None else more(session, organisation_id, ticket))
    first = columns_of(ticket)
    ticket_id = add(
        session, TicketRow, organisation_id=organisation_id, desk_id=desk_id, number=number,
        requester=ticket.requester, opened_at=ticket.opened_at, **first,
    )  # fmt: skip
    body = _bodies(session, {"organisation_id": organisation_id, "ticket_id": ticket_id})
    events = numbered((), opening.events, body)
    if source is not None:
        _link_source(session, organisation_id, source, ticket_id, events[0].body_id)
    conversations = tuple(_add_conversation(session, organisation_id, ticket_id, place) for place in places)
    ticket = fold(events)
    new = StoredTicket(ticket_id, organisation_id, desk_id, number, events, ticket, conversations, is_told)
    _add_events(session, [(new, events)])
    note_assigned(session, organisation_id, events)
    # Its row stands already, for its texts refer to it: as it was before anything else came of it.
    _write_over(session, new, first)
    if words:
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


def _write_over(session: Session, new: StoredTicket, first: Mapping[str, object]) -> None:
    """Write what its columns are by now over those that a new ticket was inserted with."""
    columns = {name: value for name, value in columns_of(new.ticket).items() if value != first[name]}
    overwrite(session, TicketRow, new.id, summary_id=new.events[0].body_id, **columns, **went(new))


def _with_more(opening: Change, more: Change) -> Change:
    events, notices = (*opening.events, *more.events), (*opening.notices, *more.notices)
    return replace(opening, events=events, notices=notices) if more else opening


def _as_opened(opening: Change) -> Ticket:
    return fold(replace(event, seq=seq) for seq, event in enumerate(opening.events, 1))


def _made_from(opening: Change, source: Origin) -> Change:
    """The change, with the source message added to its first event."""
    opened, *others = opening.events
    if not isinstance(opened.fact, Opened):
        raise TypeError(f"a ticket begins with its opening, not with {opened.kind}")
    fact = replace(opened.fact, origin=(source.channel, source.message_id, source.root_id))
    return replace(opening, events=(replace(opened, fact=fact), *others))


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
    move_on(session, moved)
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
        if each.before.is_told is not False:  # else what a warning makes of it would be worked out for nobody
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
    return Saying(foreseen.told_as, foreseen.notices, foreseen.version if foreseen.events else None)


def _reads_otherwise(before: Ticket, after: Ticket) -> bool:
    """Whether a ticket is found by other words than what is written adds."""
    return before.customer != after.customer or (before.dismissed_at is None) != (after.dismissed_at is None)


def project_anew(session: Session, stored: StoredTicket) -> None:
    """Write what is a projection of a locked ticket's events anew, whatever is stored: its row's columns, its deadlines
    and the words by which it is found, how it went. For when they disagree with the events."""
    overwrite(session, TicketRow, stored.id, **columns_of(stored.ticket), **went(stored))
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


def _add_conversation(session: Session, organisation_id: int, ticket_id: int, place: Place) -> Conversation:
    conversation_id = add(
        session, ConversationRow, organisation_id=organisation_id, ticket_id=ticket_id,
        platform=place.platform, channel=place.channel, side=place.side, root_id=place.root_id,
    )  # fmt: skip
    if place.root_id is not None:
        link_message(session, organisation_id, place.channel, place.root_id, ticket_id)
    return Conversation(conversation_id, place.platform, place.channel, place.side, place.root_id, None)
