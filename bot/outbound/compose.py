"""Composing a notice at the moment it is sent: whether it is still true, in which language and words, and where it
goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.port import Destination, ForOne, InChannel, InPlaceOf
from bot.outbound.told_with import ALONE, Together, together
from bot.wording.announcements import announcement_card
from bot.wording.card import Card
from bot.wording.card_links import card_urls, card_with_links
from bot.wording.notices import Saying, alone_card, audience_speech, notice_card, taken_back_card
from bot.wording.notices.saying import Telling
from bot.wording.notices.together import named_beside
from bot.wording.phrase_book import PhraseBook
from bot.wording.view import View, named_on_card, shown_bodies
from scheduler.sender import Drop, Retry
from storage.announcements import ANNOUNCEMENTS
from storage.announcements.to_admins import ChannelLost, Undelivered
from storage.announcements.to_desk import QuestionRedirected, Returned, SetUp
from storage.announcements.to_person import HandedOver, Moved, MoveStopped, PingReport, QuietOver, ShiftEnds
from storage.announcing import announce
from storage.catching_up import gather, may_be_gathered
from storage.cause import CLOSED
from storage.changes import record
from storage.conversations import Conversation
from storage.handing_over import InHand, in_hand, next_in_line
from storage.outbox import Outgoing
from storage.posted import Posted, load_posted
from storage.redirects import find_redirect
from storage.refresh import Target
from storage.test_pings import results_of
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_ticket, get_ticket_by_id
from storage.writing import is_written
from triage.assigning import Chosen
from triage.calling import CALLING, call
from triage.contents import speaks_of_update
from triage.contents.deadlines import WarningContent
from triage.contents.privately import AnswerContent, PrivateContent, RefusalContent
from triage.contents.rating import RatingContent
from triage.notice import Audience, CardContent, Content, NoticeKind
from triage.people import Role
from triage.still_true import still_true

# Where nobody can tell whether they arrived, these are said again, marked as possibly repeated ...
REPEATED = {
    NoticeKind.BREACH, NoticeKind.CATCH_UP, NoticeKind.ESCALATED, NoticeKind.ESCALATION_ASKED, NoticeKind.FALLS_TO,
    NoticeKind.UNACKNOWLEDGED,
}  # fmt: skip
# ... and these are not, unless they are a last call. Whatever else there is is said again as it is.
DROPPED = {NoticeKind.WARNING, NoticeKind.CHASE}
AGAIN_WITHIN = timedelta(minutes=5)  # what is to be shown anew waits so long for being sent at all
ADMIN_WAITS = timedelta(minutes=5)  # while no admin is known, notices to one are tried again after this


@dataclass(frozen=True, slots=True)
class Message:
    """A card, and where it goes."""

    #: What is said.
    card: Card
    #: Where it goes.
    where: Destination
    #: The card to send instead where an earlier try may have arrived and cannot be looked for; None: nothing is sent.
    in_doubt: Card | None


@dataclass(frozen=True, slots=True)
class Untrue:
    """The notice is not worth saying any more. An earlier try may have arrived."""

    #: Where an earlier try may have put it; None: nowhere.
    where: InChannel | None = None


async def compose(desk: DeskRuntime, item: Outgoing, now: datetime) -> Message | Untrue | Drop | Retry:
    """What `item` says at `now`, and where."""
    ticket_id = item.ticket_id
    if ticket_id is None:
        return await _compose_alone(desk, item, now)
    if item.kind == Target.MESSAGE:
        return await _compose_refresh(desk, item)
    if may_be_gathered(item, now) and not (item.unsure and desk.limits.can_look_up):
        item = await desk.database.write(partial(gather, item=item, now=now))
    if item.kind in CALLING:
        await desk.write(partial(_call, desk=desk, item=item, ticket_id=ticket_id, now=now))
    loaded = await desk.database.read(partial(_load, desk=desk, item=item, ticket_id=ticket_id))
    stored = loaded.stored
    content, audience = item.content, Audience(item.audience)
    place = next((c for c in stored.conversations if c.id == item.conversation_id), None)
    if not still_true(stored.ticket, content, now) or is_taken_back(stored, item) or _asks_staff(desk, stored, content):
        return Untrue(None if place is None else InChannel(place.channel, place.root_id))
    where: Destination
    if isinstance(content, PrivateContent):
        where = for_one(content)
    elif place is None:
        return Drop("no such conversation")
    elif audience is Audience.CARD and place.card_id is not None:
        where = InPlaceOf(place.channel, place.card_id)
    else:
        stands_alone = audience is Audience.CARD or _is_shown_alone(desk, item)
        where = InChannel(place.channel, None if stands_alone else place.root_id, broadcast=item.broadcast)
    beside, named = ALONE, named_on_card(stored) if isinstance(content, CardContent) else [*named_beside(content)]
    if isinstance(content, WarningContent) and not (content.last_call or content.quiet):
        if not item.broadcast and await desk.database.read(partial(is_written, ticket_id=stored.id, now=now)):
            return Untrue(None if place is None else InChannel(place.channel, place.root_id))
        beside = await together(desk, item, stored, content, now)
        named = [each.number for each in beside.also]
    cards: Mapping[int, str] = {}
    if named:
        cards = await desk.database.read(partial(card_urls, desk=desk, numbers=named))
    card = partial(_card, desk, item, loaded, now, cards=cards, beside=beside)
    said = card()
    return Message(said, where, _in_doubt(item, card) if item.unsure else said)


def _call(session: Session, desk: DeskRuntime, item: Outgoing, ticket_id: int, now: datetime) -> None:
    """Put on record whom a notice calls, before anybody is: whoever is there at this moment. Durable, so that the same
    one is called on every platform and by every try."""
    stored = get_ticket_by_id(session, item.organisation_id, ticket_id, lock=True)
    if still_true(stored.ticket, item.content, now):
        change = call(stored.ticket, desk.roster, item.content, item.seq, now)
        if change:
            record(session, stored, change, now)


def for_one(content: PrivateContent) -> ForOne:
    """Where a private notice goes: to the person, where they acted."""
    return ForOne(content.person, content.channel or "", content.thread)


def _in_doubt(item: Outgoing, card: partial[Card]) -> Card | None:
    content = item.content
    last_call = isinstance(content, WarningContent) and content.last_call
    if item.kind in DROPPED and not last_call:
        return None
    return card(repeated=item.kind in REPEATED or last_call)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is read from the database for a notice."""

    #: The ticket.
    stored: StoredTicket
    #: The texts that are shown of it, and what the tickets beside it were opened with.
    texts: dict[int, str]
    #: The language of the customer's thread, if it is said there.
    language: str | None
    #: The tickets that are shown beside it, by number.
    others: dict[int, StoredTicket]


def _load(session: Session, desk: DeskRuntime, item: Outgoing, ticket_id: int) -> Loaded:
    stored = get_ticket_by_id(session, item.organisation_id, ticket_id)
    ids = shown_bodies(stored)
    body_id = body_of(stored, item)
    if body_id is not None:
        ids.append(body_id)
    others = {number: get_ticket(session, item.organisation_id, number) for number in named_beside(item.content)}
    ids += [opened for other in others.values() if (opened := other.events[0].body_id) is not None]
    place = next((each for each in stored.conversations if each.id == item.conversation_id), None)
    language = None
    if place is not None and place.side == "customer":
        language = desk.customers.language_of(session, stored.ticket.customer, place.channel)
    return Loaded(stored, load_texts(session, item.organisation_id, ids), language, others)


def _card(
    desk: DeskRuntime, item: Outgoing, loaded: Loaded, now: datetime, *,
    repeated: bool = False, cards: Mapping[int, str] | None = None, said_by: int | None = None,
    beside: Together = ALONE,
) -> Card:  # fmt: skip
    people = PhraseBook(desk.directory)
    content, stored = item.content, loaded.stored
    speech = audience_speech(people, content, loaded.language)
    view = View(stored, loaded.texts, people, speech, now, desk.link, cards or {}, loaded.others)
    if is_taken_back(stored, item):
        return taken_back_card(view, stored, item.seq)
    body_id = body_of(stored, item)
    place = next((c for c in stored.conversations if c.id == item.conversation_id), None)
    saying = Saying(
        view, content, view.text(body_id), desk.command, repeated,
        body_id=body_id, edited=body_id != item.body_id, said_by=said_by, seq=item.seq,
        is_answered_below=desk.limits.hears_all, side="desk" if place is None else place.side,
        unreached=desk.state.hearing.unreached, also=beside.also, told=beside.told,
    )  # fmt: skip
    said = notice_card(saying)
    if saying.side == "escalation":
        return _led_to_card(desk, stored, stored.conversation("desk", item.platform), said)
    return _led_to_card(desk, stored, place, said) if _is_shown_alone(desk, item) else said


def _is_shown_alone(desk: DeskRuntime, item: Outgoing) -> bool:
    """Whether it stands in the channel, outside the thread, because a reply could not be shown there."""
    return item.broadcast and not desk.limits.shows_replies


def _led_to_card(desk: DeskRuntime, stored: StoredTicket, place: Conversation | None, said: Card) -> Card:
    """What stands outside the thread, with the ticket's number leading to the card that carries it in that place."""
    root = None if place is None else place.card_id or place.root_id
    url = "" if place is None or root is None else desk.link(place.channel, root, root)
    return card_with_links(said, {stored.number: url}) if url else said


def _asks_staff(desk: DeskRuntime, stored: StoredTicket, content: Content) -> bool:
    """Whether it asks somebody of the desk how their own work went, because no customer reads along."""
    apart = stored.conversation("customer") is not None
    return isinstance(content, RatingContent) and not apart and desk.roster.is_staff(stored.ticket.requester)


def is_taken_back(stored: StoredTicket, item: Outgoing) -> bool:
    """Whether a notice speaks of an update that was taken back since."""
    return item.seq in stored.ticket.updates.taken_back and speaks_of_update(item.content)


def body_of(stored: StoredTicket, item: Outgoing) -> int | None:
    """The text of a notice; of an update, as it was corrected last."""
    if item.seq in stored.ticket.updates.edited and speaks_of_update(item.content):
        return stored.ticket.updates.edited[item.seq]
    return item.body_id


async def _compose_refresh(desk: DeskRuntime, item: Outgoing) -> Message | Drop:
    """The present content of a card or message that was posted before. Times that it states as its own stay as they
    were."""

    def load(session: Session) -> tuple[Posted, Loaded, dict[int, str]] | None:
        posted = load_posted(session, item.organisation_id, item.data["outbox"])
        if posted is None or posted.item.ticket_id is None:
            return None
        cards = card_urls(session, desk, named) if (named := named_beside(posted.item.content)) else {}
        return posted, _load(session, desk, posted.item, posted.item.ticket_id), cards

    found = await desk.database.read(load)
    if found is None:
        return Drop("it was never sent")
    posted, loaded, cards = found
    card = _card(desk, posted.item, loaded, posted.sent_at, said_by=posted.item.seq, cards=cards)
    return Message(card, InPlaceOf(item.channel, posted.message_id, is_refresh=True), card)


async def _compose_alone(desk: DeskRuntime, item: Outgoing, now: datetime) -> Message | Drop | Retry:
    """An announcement, which is about no ticket. Where it may have arrived it is sent again: reading it twice does no
    harm."""
    if item.kind == Target.MESSAGE:
        return await _compose_again(desk, item, now)
    if item.kind in ANNOUNCEMENTS:
        return await _compose_announcement(desk, item, now)
    content = item.content if item.kind in (NoticeKind.ANSWER, NoticeKind.REFUSAL) else None
    if not isinstance(content, AnswerContent | RefusalContent):
        return Drop("no such ticket")
    people = PhraseBook(desk.directory)
    reader = people.reader(content.person)
    card = alone_card(content, people, reader, desk.command, heard=desk.limits.hears_all)
    return Message(card, for_one(content), card)


async def _compose_again(desk: DeskRuntime, item: Outgoing, now: datetime) -> Message | Drop | Retry:
    """An announcement that was sent before, as it reads now."""
    load = partial(load_posted, organisation_id=item.organisation_id, row_id=item.data["outbox"])
    posted = await desk.database.read(load)
    if posted is None:  # it may be on its way
        late = now - item.planned_at > AGAIN_WITHIN
        return Drop("it was never sent") if late else Retry(now + timedelta(seconds=1), "it is not sent yet")
    said = await _compose_announcement(desk, posted.item, now)
    if not isinstance(said, Message):
        return said
    return Message(said.card, InPlaceOf(posted.item.channel, posted.message_id, is_refresh=True), said.card)


async def _compose_announcement(desk: DeskRuntime, item: Outgoing, now: datetime) -> Message | Drop | Retry:
    said = ANNOUNCEMENTS[item.kind].from_data(item.data, item.data_version)
    to_admin = item.audience == Audience.ADMIN
    by = said.by if isinstance(said, Undelivered) else None
    person, platform = _responsible(desk, by) if to_admin else (item.data.get("person"), desk.platform)
    if to_admin and person is not None and platform != desk.platform:
        if not isinstance(said, Undelivered | ChannelLost):  # which says what this platform refuses
            return Retry(now + ADMIN_WAITS, "no admin has an account here")
        if isinstance(said, Undelivered) and said.side == "desk" and said.cause in CLOSED:
            return Drop("the desk's channel there says so to everybody")
        await desk.write(partial(_told_there, item=item, platform=platform, now=now))
        return Drop("it is told on another platform, where whoever can put it right is")
    if to_admin and person is None:
        return Retry(now + ADMIN_WAITS, "nobody is known as an admin")
    directory = desk.directory
    if isinstance(said, SetUp | Moved | MoveStopped):  # that version may be in force in another process alone yet
        policy = await desk.database.read(partial(desk.policy_of, version=said.version))
        directory = replace(directory, policy=policy)
    people = PhraseBook(directory)
    speech = people.desk_speech if person is None else people.reader(person)
    telling = Telling(people, speech, desk.command, desk.platform, desk.invite, desk.link, now, person)
    if isinstance(said, ShiftEnds | HandedOver | Returned | QuietOver):
        if isinstance(said, ShiftEnds) and now > said.at:
            return Drop("the shift is over")
        tickets, after = await desk.database.read(partial(_handed, desk=desk, said=said))
        if not tickets:
            return Drop("there is nothing left of it")
        telling = replace(telling, tickets=tickets, after=after)
    if isinstance(said, PingReport):
        of_test = partial(results_of, organisation_id=item.organisation_id, test=said.test)
        telling = replace(telling, results=tuple(await desk.database.read(of_test)))
    if isinstance(said, QuestionRedirected):
        telling = replace(telling, words=await desk.database.read(partial(_asked, item=item, said=said)))
    card = announcement_card(telling, said)
    return Message(card, InChannel(item.channel) if person is None else ForOne(person), card)


def _asked(session: Session, item: Outgoing, said: QuestionRedirected) -> str:
    """What was asked, where no link leads to it; empty where one does, and once it was erased."""
    found = None if said.link else find_redirect(session, item.organisation_id, said.row)
    return "" if found is None else found.text


def _handed(
    session: Session, desk: DeskRuntime, said: ShiftEnds | HandedOver | Returned | QuietOver
) -> tuple[list[InHand], Chosen | None]:
    """The tickets that are handed over, as they are now, and who comes next."""
    load = partial(in_hand, session, desk.organisation_id, desk.desk_id, platform=desk.platform)
    match said:
        case ShiftEnds():
            tickets = load(person=said.who)
            return tickets, next_in_line(session, desk, desk.organisation_id, said.who, tickets, said.at)
        case HandedOver():
            return [each for each in load(numbers=(*said.moved, *said.asked)) if said.to in _whose(each)], None
        case Returned():
            return load(numbers=said.numbers), None
        case QuietOver():
            return [each for each in load(numbers=said.numbers) if each.listed.assignee == said.who], None


def _whose(ticket: InHand) -> tuple[str | None, str | None]:
    return ticket.listed.assignee, ticket.asked


def _responsible(desk: DeskRuntime, by: str | None) -> tuple[str | None, str]:
    """Who can put it right, and the platform of the desk's on which they are told: whoever did it, wherever they are;
    else an admin, on this platform if one is here. (None, "") where nobody is known."""
    first, admins = desk.roster.told_of_failure(by), desk.roster.with_role(Role.ADMIN)
    platforms = sorted(desk.state.bindings, key=lambda platform: platform != desk.platform)
    each = [(person, platform) for platform in platforms for person in admins]
    if first is not None:
        each = [*((first, platform) for platform in platforms), *each]
    return next((one for one in each if desk.directory.account_on(*one) is not None), (None, ""))


def _told_there(session: Session, item: Outgoing, platform: str, now: datetime) -> None:
    """Plan what an admin is to be told on the platform that they are on."""
    said = ANNOUNCEMENTS[item.kind].from_data(item.data, item.data_version)
    announce(session, item.organisation_id, said, platform=platform, key=f"of.{item.id}.{platform}", now=now)
