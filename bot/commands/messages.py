"""Messages that people write in tickets' threads. What a message counts as follows from its place and its author, never
from a prefix."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.desk.where import Where
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.engine.answered import answered
from bot.verbs.engine.parts import parts_of
from bot.verbs.engine.private_answer import refusal_change
from bot.verbs.engine.reopened import without_who_left
from bot.verbs.reading.arguments import suggesting
from bot.verbs.shared.suggested import suggestion_of, understood
from bot.wording.card import Button
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import to_data
from storage.assigning import find_owner, for_new, note_group
from storage.changes import Place, record, record_opening
from storage.customers import Customer
from storage.errors import AlreadyHandledError
from storage.foreseen import events_of
from storage.inbox import handle_once
from storage.messages import find_by_message, hand_over, keep_revision, link_message
from storage.tickets import StoredTicket, get_ticket, get_ticket_by_id, lock_chosen, survivor
from triage import answering, majors, noting, updating
from triage.change import Change
from triage.checks import must_be_open
from triage.contents.privately import AnswerContent
from triage.contents.to_desk import NoteContent
from triage.continuing import continued, continues, opens_another
from triage.errors import Refusal
from triage.facts.telling import Updated
from triage.flooding import bounded
from triage.notice import Audience, Notice
from triage.opening import open_ticket
from triage.people import Actor
from triage.rights import CountsAs, TicketFacts, Venue, heard_as
from triage.text import cut


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a person. One outside threads counts as the head of its own."""

    #: Its idempotency key, the same by whichever event it arrives.
    key: str
    #: The account key of who wrote it.
    person: str
    #: The channel's key: `slack:C0123`.
    channel: str
    #: The platform's id of it.
    message_id: str
    #: The message that carries its thread; its own id where it is in none.
    root_id: str
    #: What it says, in full.
    text: str
    #: When it was written.
    at: datetime
    #: Whom it mentions, as they stand in the text.
    names: tuple[str, ...] = ()
    #: Whether it stands in a thread and is shown in the channel as well.
    broadcast: bool = False
    #: Whether, outside threads, it is about something else than what its author wrote just before.
    stands_alone: bool = False

    @property
    def seen_in(self) -> str | None:
        """The message in whose thread alone it is to be seen; None where it is seen in the channel."""
        return None if self.broadcast or self.root_id == self.message_id else self.root_id


async def hear(
    desk: DeskRuntime, message: Message, now: datetime, told: Notice | None = None, *, revision: str = ""
) -> bool:
    """Record a message in a ticket's thread. False where the thread belongs to no ticket.

    `told`: a notice that is said where something was recorded. `revision`: the id of the edit that the text shows.
    """
    actor = desk.actor(message.person)
    known = await desk.database.read(
        lambda session: find_by_message(session, desk.organisation_id, message.channel, message.root_id)
    )
    if known is None:
        return False

    def transaction(session: Session) -> None:
        handle_once(session, desk.organisation_id, message.key, now)
        spoken_of = _goes_on_as(session, get_ticket_by_id(session, desk.organisation_id, known))
        stored = _locked(session, spoken_of)
        if _heard(desk, spoken_of, actor, message) is CountsAs.CUSTOMERS and opens_another(
            stored.ticket, message.text, message.at
        ):
            open_another(session, desk, stored, actor, message, now)
            return
        try:
            with suggesting(stored.number):
                change = answered(desk, stored, _decide(desk, stored, spoken_of, actor, now, message), actor, now)
                change = bounded(desk.policy, change, stored.events, actor, now)
                change = without_who_left(session, desk, stored, change, actor, now)
                if told is not None and not change and not stored.ticket.is_open:
                    must_be_open(stored.ticket)  # it was asked of us by name: silence would be no answer
            if told is not None and change:
                change = replace(change, notices=(*change.notices, told))
        except Refusal as refusal:
            change = refusal_change(Where(actor.id, message.channel, message.seen_in), refusal)
        alone = _read_by_one(session, desk, stored, change, actor, message)
        change = replace(change, notices=(*change.notices, *alone))
        after = record(session, stored, change, now)
        after = find_owner(session, desk, after, now, before=stored.ticket, said=change.notices)
        after = note_group(session, desk, stored, after, actor, now)
        keep_message(session, stored, after, message, revision)

    try:
        await desk.write(transaction)
    except AlreadyHandledError:
        return True
    return True


def _read_by_one(  # noqa: PLR0917  who wrote what about which ticket
    session: Session, desk: DeskRuntime, stored: StoredTicket, change: Change, actor: Actor, message: Message
) -> tuple[Notice, ...]:
    """To an agent who writes to the customer of a major incident for the first time: the others do not read it, and how
    they can be told."""
    written = any(isinstance(each.fact, Updated) and each.fact.seen for each in change.events)
    if not (written and stored.ticket.together.is_major) or majors.knows_they_are_alone(stored.events, actor):
        return ()
    if not (count := len(parts_of(session, stored))):
        return ()
    speech, number = PhraseBook(desk.directory).reader(actor.id), stored.number
    said = speech("major.alone", count=count, number=number, command=desk.command)
    update = Button("update", speech.text("button.update"), number, stored.ticket.version)
    content = AnswerContent(
        actor.id, message.channel, message.seen_in, sentence=to_data(said), buttons=[asdict(update)]
    )  # fmt: skip
    return (Notice(content, Audience.PERSON),)


def keep_message(
    session: Session, stored: StoredTicket, after: StoredTicket, message: Message, revision: str = ""
) -> None:
    """Link the text just recorded to its message, so that later edits and the deletion of the message change it too."""
    new = events_of(stored, after)
    if new and new[0].body_id is not None:
        organisation, channel, message_id = stored.organisation_id, message.channel, message.message_id
        link_message(session, organisation, channel, message_id, stored.id, root_id=message.seen_in)
        keep_revision(session, organisation, channel, message_id, new[0].body_id, revision)


def _goes_on_as(session: Session, stored: StoredTicket) -> StoredTicket:
    """The ticket that goes on with this one, where a late answer has opened another."""
    while stored.ticket.continued_as is not None:
        stored = get_ticket(session, stored.organisation_id, stored.ticket.continued_as)
    return stored


def _locked(session: Session, spoken_of: StoredTicket) -> StoredTicket:
    """The ticket that goes on with this one, or for it where it was merged, locked."""

    def choose() -> StoredTicket:
        found = get_ticket_by_id(session, spoken_of.organisation_id, spoken_of.id)
        while not is_last(found):
            found = _goes_on_as(session, survivor(session, found))
        return found

    def is_last(stored: StoredTicket) -> bool:
        return stored.ticket.merged_into is None and stored.ticket.continued_as is None

    return lock_chosen(session, choose, is_last)


def open_another(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, desk: DeskRuntime, stored: StoredTicket, actor: Actor, message: Message, now: datetime
) -> None:
    """Open a ticket that goes on with a resolved one, at the time of the message: for the same customer, in the same
    conversations."""
    customer = stored.ticket.customer
    known = (desk.customers.called(session, customer) if customer else None) or Customer(customer or "")
    source = SourceMessage(
        message.channel, message.message_id, message.root_id, message.person, message.at, message.text
    )
    opening = open_ticket(
        desk.policy, actor, now, summary=source.summary, description=source.description,
        reported_at=min(message.at, now), customer=customer, plan=known.plan,
        region=known.region, suggestion=suggestion_of(session, desk, understood(desk, source.text)),
    )  # fmt: skip
    here = stored.conversation("customer")
    places = [Place(c.channel, c.side, c.root_id if c is here else None) for c in stored.conversations]
    opening = continues(opening, actor, now, stored.number)
    new = record_opening(
        session, desk.organisation_id, stored.desk_id, opening, places, now, more=for_new(desk, opening.notices, now)
    )
    if here is not None and here.root_id is not None:
        hand_over(session, desk.organisation_id, here.channel, here.root_id, new.id)
    record(session, stored, continued(actor, now, new.number), now)
    keep_message(session, replace(new, events=()), new, message)


def _is_read_elsewhere(stored: StoredTicket, channel: str) -> bool:
    """Whether what the desk writes there is to be read under a card that stands elsewhere."""
    desks = {each.channel for each in stored.conversations if each.side == "desk"}
    inside = {each.channel for each in stored.conversations if each.side != "customer"}
    return channel in inside and bool(desks - {channel})


def _is_beside(stored: StoredTicket, message: Message) -> bool:
    """Whether it stands in the customer's own thread."""
    customer = stored.conversation("customer")
    return customer is not None and customer.channel == message.channel


def _heard(desk: DeskRuntime, stored: StoredTicket, actor: Actor, message: Message) -> CountsAs:
    """The action that a message in a ticket's thread counts as."""
    venue = Venue.CUSTOMERS_THREAD if _is_beside(stored, message) else Venue.ELSEWHERE
    at_work = desk.roster.is_in_group(actor.id, stored.ticket.ownership.group) and venue is not Venue.CUSTOMERS_THREAD
    return heard_as(actor, TicketFacts(stored.ticket.requester, stored.number, at_work=at_work), venue)


def customers_words(
    stored: StoredTicket,
    actor: Actor,
    now: datetime,
    message: Message,
    *,
    at: datetime | None = None,
    shown: bool = True,
) -> Change:
    """The change that a customer's message makes. Where the desk reads it anyway (`shown`), it is not copied under the
    card."""
    desks = [each.channel for each in stored.conversations if each.side == "desk"]
    under_card = shown and not _is_beside(stored, message) and message.channel in desks
    wrote = partial(
        answering.customer_wrote, stored.ticket, actor, now, message.text, at=message.at if at is None else at
    )
    words = wrote(under_card=under_card)
    if not under_card or len(desks) == 1:
        return words
    # Under the desk's other card they are copied.
    here = [replace(n, only_in=message.channel) if n.audience is Audience.DESK else n for n in words.notices]
    there = [replace(n, not_in=message.channel) for n in wrote().notices if n.audience is Audience.DESK]
    return replace(words, notices=(*here, *there))


def _decide(  # noqa: PLR0917  who wrote what about which ticket
    desk: DeskRuntime, stored: StoredTicket, spoken_of: StoredTicket, actor: Actor, now: datetime, message: Message
) -> Change:
    """The change that a message makes. What is written about a merged ticket counts for the one that goes on for it."""
    ticket, here = stored.ticket, stored.id == spoken_of.id
    if not message.text.strip() or ticket.dismissed_at is not None:
        return Change()
    match _heard(desk, spoken_of, actor, message):
        case CountsAs.CUSTOMERS:
            return customers_words(stored, actor, now, message, shown=here)
        case CountsAs.UPDATE:
            return updating.update(ticket, actor, now, message.text, seen=True) if ticket.is_open else Change()
        case CountsAs.NOTE:
            noted = noting.note(ticket, actor, now, message.text, sent=here, in_group=not actor.has_role)
            if not here or not _is_read_elsewhere(stored, message.channel):
                return noted
            copy = Notice(NoteContent(actor.id), Audience.DESK, body=cut(message.text), not_in=message.channel)
            return replace(noted, notices=(*noted.notices, copy))
        case CountsAs.NOTHING:
            return Change()
