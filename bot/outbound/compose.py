"""Composing a notice of a ticket at the moment it is sent: whether it is still true, in which language and words, and
where it goes. What is about no ticket is composed in `bot.outbound.compose_alone`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.compose_alone import compose_alone
from bot.outbound.digest import NOT_OURS, compose_digest
from bot.outbound.loading import Asked, Loaded, body_of, load, load_each
from bot.outbound.message import Message, Untrue, for_one
from bot.outbound.port import Destination, InChannel, InPlaceOf
from bot.outbound.told_with import ALONE, ToldWith, tell_with
from bot.wording.card import Card
from bot.wording.card_links import card_urls, card_with_links
from bot.wording.notices import Saying, audience_speech, notice_card, taken_back_card
from bot.wording.notices.together import named_beside
from bot.wording.phrase_book import PhraseBook
from bot.wording.view import View, named_on_card
from scheduler.sender import Drop, Retry
from storage.announcements.announcement import AnnouncementKind
from storage.catching_up import gather, may_be_gathered
from storage.changes import record
from storage.conversations import Conversation
from storage.outbox import Outgoing
from storage.posted import Posted, load_posted
from storage.refresh import Target
from storage.tickets import StoredTicket, get_ticket_by_id
from triage.calling import CALLING, call
from triage.contents import speaks_of_update
from triage.contents.deadlines import AgreementContent, WarningContent
from triage.contents.privately import PrivateContent
from triage.contents.rating import RatingContent
from triage.notice import Audience, CardContent, Content, NoticeKind
from triage.still_true import still_true

# Where nobody can tell whether they arrived, these are said again, marked as possibly repeated ...
REPEATED = {
    NoticeKind.BREACH, NoticeKind.CATCH_UP, NoticeKind.ESCALATED, NoticeKind.ESCALATION_ASKED, NoticeKind.FALLS_TO,
    NoticeKind.UNACKNOWLEDGED, NoticeKind.AGREEMENT,
}  # fmt: skip
# ... and these are not, unless they are a last call. Whatever else there is is said again as it is.
DROPPED = {NoticeKind.WARNING, NoticeKind.CHASE}


async def compose(desk: DeskRuntime, item: Outgoing, now: datetime) -> Message | Untrue | Drop | Retry:
    """What `item` says at `now`, and where."""
    ticket_id = item.ticket_id
    if item.kind == AnnouncementKind.DIGEST:
        return await compose_digest(desk, item, now)
    if ticket_id is None:
        return await compose_alone(desk, item, now)
    if item.kind == Target.MESSAGE:
        return await _compose_refresh(desk, item)
    if may_be_gathered(item, now) and not (item.unsure and desk.limits.can_look_up):
        whole = await desk.database.write(partial(gather, item=item, now=now))
        if whole is None:
            return Retry(now, NOT_OURS)
        item = whole
    if item.kind in CALLING:
        await desk.write(partial(_call, desk=desk, item=item, ticket_id=ticket_id, now=now))
    loaded = await desk.database.read_each(load_each, Asked(desk, item, ticket_id, now))
    stored = loaded.stored
    content = item.content
    place = next((c for c in stored.conversations if c.id == item.conversation_id), None)
    untrue = Untrue(None if place is None else InChannel(place.channel, place.root_id))
    if not still_true(stored.ticket, content, now) or is_taken_back(stored, item) or _asks_staff(desk, stored, content):
        return untrue
    if isinstance(content, RatingContent) and not desk.limits.has_buttons:
        return Drop("it is answered by a button, and there are none")
    where = _destination(desk, item, content, place)
    if where is None:
        return Drop("no such conversation")
    beside, named = ALONE, named_on_card(stored) if isinstance(content, CardContent) else [*named_beside(content)]
    if isinstance(content, WarningContent) and not (content.last_call or content.quiet):
        if loaded.beside is None:
            return untrue
        beside = await tell_with(desk, item, content, loaded.beside, now)
        named = [each.number for each in beside.also]
    cards: Mapping[int, str] = {}
    if named:
        cards = await desk.database.read(partial(card_urls, desk=desk, numbers=named))
    card = partial(_card, desk, item, loaded, now, cards=cards, beside=beside)
    said = card()
    return Message(said, where, _in_doubt(item, card) if item.unsure else said)


def _destination(desk: DeskRuntime, item: Outgoing, content: Content, place: Conversation | None) -> Destination | None:
    """Where it goes; None: it belongs to a conversation that is not there."""
    if isinstance(content, PrivateContent):
        return for_one(content)
    if place is None:
        return None
    is_card = item.audience == Audience.CARD
    if is_card and place.card_id is not None:
        return InPlaceOf(place.channel, place.card_id)
    stands_alone = is_card or _is_shown_alone(desk, item)
    return InChannel(place.channel, None if stands_alone else place.root_id, broadcast=item.broadcast)


def _call(session: Session, desk: DeskRuntime, item: Outgoing, ticket_id: int, now: datetime) -> None:
    """Put on record whom a notice calls, before anybody is: whoever is there at this moment. Durable, so that the same
    one is called on every platform and by every try."""
    stored = get_ticket_by_id(session, item.organisation_id, ticket_id, lock=True)
    if still_true(stored.ticket, item.content, now):
        change = call(stored.ticket, desk.roster.for_ticket(stored.ticket, now), item.content, item.seq, now)
        if change:
            record(session, stored, change, now)


def _in_doubt(item: Outgoing, card: partial[Card]) -> Card | None:
    content = item.content
    last_call = isinstance(content, WarningContent) and content.last_call
    if (item.kind in DROPPED and not last_call) or (isinstance(content, AgreementContent) and not content.late):
        return None
    return card(repeated=item.kind in REPEATED or last_call)


def _card(
    desk: DeskRuntime, item: Outgoing, loaded: Loaded, now: datetime, *,
    repeated: bool = False, cards: Mapping[int, str] | None = None, said_by: int | None = None,
    beside: ToldWith = ALONE,
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
        is_answered_below=desk.limits.hears_all, in_thread=desk.limits.has_threads,
        side="desk" if place is None else place.side,
        unreached=desk.state.hearing.unreached, also=beside.also, told=beside.told, planned_at=item.planned_at,
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


async def _compose_refresh(desk: DeskRuntime, item: Outgoing) -> Message | Drop:
    """The present content of a card or message that was posted before. Times that it states as its own stay as they
    were."""

    def look(session: Session) -> tuple[Posted, Loaded, dict[int, str]] | None:
        posted = load_posted(session, item.organisation_id, item.data["outbox"])
        if posted is None or posted.item.ticket_id is None:
            return None
        cards = card_urls(session, desk, named) if (named := named_beside(posted.item.content)) else {}
        return posted, load(session, desk, posted.item, posted.item.ticket_id), cards

    found = await desk.database.read(look)
    if found is None:
        return Drop("it was never sent")
    posted, loaded, cards = found
    card = _card(desk, posted.item, loaded, posted.sent_at, said_by=posted.item.seq, cards=cards)
    return Message(card, InPlaceOf(item.channel, posted.message_id, is_refresh=True), card)
