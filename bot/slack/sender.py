"""Delivers notices to Slack, and says truthfully what came of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.announcements import ANNOUNCED
from bot.card import Card
from bot.cards import View, named_on_card
from bot.commands import dispatch
from bot.commands.call import Call
from bot.commands.looking import shown_bodies
from bot.desk import Desk
from bot.notices import ALONE, Saying, audience_speech, notice_card, taken_back_card
from bot.notices.saying import Telling
from bot.slack.arrivals import (
    NEVER_LEFT,
    RATIONED,
    Arrived,
    Unknowable,
    look_up,
    may_have_arrived,
    metadata_of,
    settles_in,
    wait_of,
)
from bot.slack.errors import UNANSWERED, UNREACHABLE, error_code
from bot.slack.held import settle
from bot.slack.history import open_from_history
from bot.slack.homes import Homes
from bot.slack.render import render_message, slack_id
from bot.ways import ways
from scheduler.backoff import pause_after
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from storage.announcements import AnnouncementKind, announce
from storage.conversations import Conversation
from storage.outbox import Outgoing, Posted, load_posted
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_ticket_by_id
from triage.due import still_true
from triage.notice import Audience, NoticeKind, speaks_of_update
from triage.policy import Policy

log = structlog.get_logger(__name__)
Rendering = Callable[..., dict[str, Any]]
"""Makes a message; `repeated`: it may have been said before."""

# Slack will never accept these as they are: somebody has to look.
PERMANENT = {
    "channel_not_found", "not_in_channel", "is_archived", "invalid_blocks", "invalid_blocks_format", "msg_too_long",
    "msg_blocks_too_long", "no_text", "invalid_auth", "account_inactive", "token_revoked", "restricted_action",
    "missing_scope", "not_authed", "invalid_arguments", "user_not_found", "messages_tab_disabled", "cannot_dm_bot",
    "thread_not_found", "unknown_method",
}  # fmt: skip
# Nobody can change the message any more.
GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found", "is_archived"}
# Private words where somebody acted are not possible; a direct message may be.
NOT_THERE = {
    "user_not_in_channel", "channel_not_found", "not_in_channel", "unknown_method", "is_archived", "thread_not_found",
    "cannot_reply_to_message", "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_non_threadable_channel", "restricted_action_thread_only_channel",
}  # fmt: skip
DIRECT = "D"  # what the id of a conversation with one person begins with
LOOKING = timedelta(minutes=5)  # for so long after they acted somebody may still look there
UNHEARD = {"channel_not_found", "not_in_channel", "is_archived"}
# A page that Slack will not take.
UNSHOWN = PERMANENT | {"not_enabled", "hash_conflict"}
REPEATED = {NoticeKind.BREACH, NoticeKind.ESCALATED, NoticeKind.ESCALATION_ASKED, NoticeKind.FALLS_TO}
DROPPED = {NoticeKind.WARNING, NoticeKind.CHASE}
ADMIN_WAITS = timedelta(minutes=5)


@dataclass
class SlackSender:
    """One workspace's way out. `client` has no retry handlers of its own: retries are the outbox's business."""

    desk: Desk
    client: AsyncWebClient
    homes: Homes

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        if item.ticket_id is None:
            return await self._attempt(self._send_alone(item, now), item, now)
        if item.kind == NoticeKind.AGAIN:
            return await self._show_again(item, now)
        stored, texts = await self.desk.database.read(partial(self._load, item=item, ticket_id=item.ticket_id))
        kind, audience = NoticeKind(item.kind), Audience(item.audience)
        if not still_true(stored.ticket, kind, item.data, now) or is_taken_back(stored, item):
            return await self._attempt(self._withhold(item, stored, now), item, now)
        cards: dict[int, str] = {}
        if kind is NoticeKind.CARD and (named := named_on_card(stored)):
            cards = await self.desk.database.read(partial(ways, desk=self.desk, numbers=named))
        message = partial(self._message, item, stored, texts, now, cards=cards)
        return await self._attempt(self._deliver(item, stored, audience, message, now), item, now)

    async def _show_again(self, item: Outgoing, now: datetime) -> Result:
        """A message that is there already, as what it speaks of is now; its own times stay what they were."""

        def load(session: Session) -> tuple[Posted, StoredTicket, dict[int, str]] | None:
            posted = load_posted(session, item.organisation_id, item.data["outbox"])
            if posted is None or posted.item.ticket_id is None:
                return None
            return posted, *self._load(session, posted.item, posted.item.ticket_id)

        found = await self.desk.database.read(load)
        if found is None:
            return Drop("it was never sent")
        posted, stored, texts = found
        message = self._message(posted.item, stored, texts, posted.sent_at, said_by=posted.item.seq)
        try:
            await self.client.chat_update(channel=item.channel, ts=posted.message_id, **message)
        except SlackApiError as error:
            if error_code(error) in GONE:
                return Drop("the message is not there any more, or cannot be changed")
            return self._refused(item, error, now)
        except UNREACHABLE as error:  # twice is as good as once
            return Retry(now + pause_after(item.attempts), f"{type(error).__name__}: {error}"[:200])
        return Sent(posted.message_id, item.channel)

    def _message(
        self, item: Outgoing, stored: StoredTicket, texts: dict[int, str], now: datetime, *, repeated: bool = False,
        cards: Mapping[int, str] | None = None, said_by: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        speech = audience_speech(self.desk.directory, Audience(item.audience), item.data)
        view = View(stored, texts, self.desk.directory, speech, now, self.desk.link, cards or {})
        if is_taken_back(stored, item):
            return render_message(taken_back_card(view, stored, item.seq))
        body_id = body_of(stored, item)
        saying = Saying(
            view, item.data, view.text(body_id), self.desk.command, repeated,
            body_id=body_id, edited=body_id != item.body_id, said_by=said_by,
        )  # fmt: skip
        return render_message(notice_card(NoticeKind(item.kind), saying))

    async def _send_alone(self, item: Outgoing, now: datetime) -> Result:
        """What is about no ticket. In doubt it is said again: nobody is harmed by reading it twice."""
        if item.audience == Audience.HOME:
            return await self._home(item)
        if item.kind == NoticeKind.OPEN_FROM:
            return await open_from_history(self.desk, self.client, item, now)
        if item.kind == NoticeKind.HELD:
            return await self._settle(item, now)
        if item.kind in ANNOUNCED:
            return await self._announce(item, now)
        if item.kind not in ALONE:
            return Drop("no such ticket")
        if "words" in item.data:
            card = await self._look_up_for(item, now)
        else:
            card = ALONE[item.kind](self._telling(item, item.data["person"]))
        return await self._whisper(item, render_message(card), now)

    async def _settle(self, item: Outgoing, now: datetime) -> Result:
        settled = await settle(self.desk, self.client, item, now)
        if settled is None:
            return Drop("it came on record, and was done")
        where, card = settled
        return await self._whisper(replace(item, data=where.to_data()), render_message(card), now)

    def _telling(self, item: Outgoing, person: str | None, policy: Policy | None = None) -> Telling:
        people = self.desk.directory if policy is None else replace(self.desk.directory, policy=policy)
        speech = people.desk_speech if person is None else people.reader(person)
        return Telling(item.data, people, speech, self.desk.command)

    async def _home(self, item: Outgoing) -> Result:
        """A page that Slack will not take is no dead letter: whoever opens it next is shown another."""
        try:
            return Sent(await self.homes.publish(item.data["person"]), item.channel)
        except SlackApiError as error:
            if error_code(error) in UNSHOWN:
                return Drop(error_code(error))
            raise

    async def _announce(self, item: Outgoing, now: datetime) -> Result:
        to_admin = item.audience == Audience.ADMIN
        person = self._responsible(item) if to_admin else item.data.get("person")
        if to_admin and person is None:
            return Retry(now + ADMIN_WAITS, "nobody is known as an admin")
        policy = None
        if "version" in item.data:  # it speaks of that version, which may be in force in another process alone yet
            policy = await self.desk.database.read(partial(self.desk.policy_of, version=item.data["version"]))
        message = render_message(ANNOUNCED[item.kind](self._telling(item, person, policy)))
        if person is not None:
            return await self._direct(item, slack_id(person), message)
        try:
            return await self._post(item, item.channel, lambda **_: message, now)
        except SlackApiError as error:
            if item.kind == AnnouncementKind.SET_UP and error_code(error) in UNHEARD:
                await self.desk.write(partial(self._unsaid, item=item))
            raise

    def _responsible(self, item: Outgoing) -> str | None:
        """Whoever it is about, while they are of the desk; else an admin, if there is one."""
        people, by = self.desk.directory, item.data.get("by")
        return by if by is not None and people.is_staff(by) else people.admin()

    def _unsaid(self, session: Session, item: Outgoing) -> None:
        """The channel that was just chosen cannot be written to: whoever chose it learns what to do."""
        announce(
            session, item.organisation_id, AnnouncementKind.SET_UP_UNSAID, platform=item.platform,
            person=item.data["by"], data={"channel": item.channel}, key=f"set-up-unsaid.{item.id}", now=self.desk.now(),
        )  # fmt: skip

    async def _look_up_for(self, item: Outgoing, now: datetime) -> Card:
        """What somebody asked to see by mention, as it is now, with the rights they have now."""
        data, people = item.data, self.desk.directory
        call = Call(
            self.desk, people.actor(data["person"]), people.reader(data["person"]), now, data["asked_in"],
            data["words"], number=data["number"], by_mention=True,
        )  # fmt: skip
        answer = await dispatch.typed(call)
        return answer.card or Card((" ",))

    def _load(self, session: Session, item: Outgoing, ticket_id: int) -> tuple[StoredTicket, dict[int, str]]:
        stored = get_ticket_by_id(session, item.organisation_id, ticket_id)
        ids = shown_bodies(stored)
        body_id = body_of(stored, item)
        if body_id is not None:
            ids.append(body_id)
        return stored, load_texts(session, item.organisation_id, ids)

    async def _deliver(
        self, item: Outgoing, stored: StoredTicket, audience: Audience, message: Rendering, now: datetime
    ) -> Result:
        if audience is Audience.PERSON:
            return await self._whisper(item, message(), now)
        place = next((c for c in stored.conversations if c.id == item.conversation_id), None)
        if place is None:
            return Drop("no such conversation")
        if audience is Audience.CARD and place.card_id is not None:
            return await self._edit(place, place.card_id, message())
        return await self._post(item, place.channel, message, now, None if audience is Audience.CARD else place.root_id)

    async def _attempt(self, sending: Awaitable[Result], item: Outgoing, now: datetime) -> Result:
        """What came of a sending, whatever Slack or the network made of it."""
        try:
            return await sending
        except SlackApiError as error:
            return self._refused(item, error, now)
        except NEVER_LEFT as error:
            return Retry(now + pause_after(item.attempts), f"{type(error).__name__}: {error}"[:200])
        except UNREACHABLE as error:
            return Unsure(f"{type(error).__name__}: {error}"[:200], settles_in(error))

    async def _post(
        self, item: Outgoing, channel: str, message: Rendering, now: datetime, root_id: str | None = None
    ) -> Result:
        """A new message, in the thread of `root_id` if there is one. What may be there already is looked for first, and
        once more afterwards: it may have been slower than anybody's patience."""
        kind, repeated = item.kind, False
        if item.unsure:
            found = await look_up(self.client, item, channel, root_id, now)
            if isinstance(found, Arrived):
                return Sent(found.message_id, channel)
            if isinstance(found, Retry):
                return found
            if isinstance(found, Unknowable):
                last_call = bool(item.data.get("last_call"))
                if kind in DROPPED and not last_call:
                    return Drop("it may have arrived, and a warning is not repeated")
                repeated = kind in REPEATED or last_call
        thread: dict[str, Any] = {}
        if root_id is not None:
            thread = {"thread_ts": root_id, "reply_broadcast": item.broadcast}
        answer = await self.client.chat_postMessage(
            channel=channel, **message(repeated=repeated), **QUIETLY, **thread, metadata=metadata_of(item)
        )
        posted = Sent(str(answer["ts"]), str(answer.get("channel") or channel))
        return await self._keep_one(item, posted, root_id, now) if item.unsure else posted

    async def _withhold(self, item: Outgoing, stored: StoredTicket, now: datetime) -> Result:
        """It is not worth saying any more. Said already, perhaps, it is ours: reactions on it have to find it."""
        place = next((c for c in stored.conversations if c.id == item.conversation_id), None)
        if item.unsure and place is not None:
            found = await look_up(self.client, item, place.channel, place.root_id, now)
            if isinstance(found, Arrived):
                return Sent(found.message_id, place.channel)
            if isinstance(found, Retry):
                return found
        return Drop("no longer true")

    async def _keep_one(self, item: Outgoing, posted: Sent, root_id: str | None, now: datetime) -> Sent:
        """Of two that say the same, since the first arrived after all, the first stays."""
        found = await look_up(self.client, item, posted.channel, root_id, now, besides=posted.message_id)
        if not isinstance(found, Arrived):
            return posted
        try:
            await self.client.chat_delete(channel=posted.channel, ts=posted.message_id)
        except UNANSWERED as error:
            log.warning("said twice", outbox_id=item.id, error=str(error)[:200])
        return Sent(found.message_id, posted.channel)

    async def _edit(self, place: Conversation, card_id: str, message: dict[str, Any]) -> Result:
        await self.client.chat_update(channel=place.channel, ts=card_id, **message)
        return Sent(card_id, place.channel)

    async def _whisper(self, item: Outgoing, message: dict[str, Any], now: datetime) -> Result:
        """To one person, where they acted: in the channel, or in the thread that they acted in, which has a reply then
        (Slack shows no such message in a thread without one). By direct message where they acted in no channel, where
        Slack refuses it there, and once they have waited: such a message is shown to whoever is looking, or never."""
        user, channel = slack_id(item.data["person"]), str(item.data.get("channel") or "")
        if channel and not channel.startswith(DIRECT) and now - item.planned_at <= LOOKING:
            try:
                answer = await self.client.chat_postEphemeral(
                    channel=channel, user=user, thread_ts=item.data.get("thread"), **message
                )
            except SlackApiError as error:
                if error_code(error) not in NOT_THERE:
                    raise
            else:
                return Sent(str(answer["message_ts"]), channel)
        return await self._direct(item, user, message)

    async def _direct(self, item: Outgoing, user: str, message: dict[str, Any]) -> Result:
        opened = await self.client.conversations_open(users=[user])
        return await self._post(item, str(opened["channel"]["id"]), lambda **_: message, self.desk.now())

    def _refused(self, item: Outgoing, error: SlackApiError, now: datetime) -> Result:
        code = error_code(error)
        if code == "ratelimited" or error.response.status_code == RATIONED:
            return Retry(now + timedelta(seconds=wait_of(error)), "slowed down by Slack", channel_rests=True)
        if code in ("message_not_found", "cant_update_message"):
            return GiveUp(f"the card was deleted ({code})")
        if code in PERMANENT:
            return GiveUp(code)
        if may_have_arrived(error):
            return Unsure(code, settles_in(error))
        return Retry(now + pause_after(item.attempts), code)


def is_taken_back(stored: StoredTicket, item: Outgoing) -> bool:
    """Whether a notice speaks of an update that was taken back since."""
    return item.seq in stored.ticket.taken_back and speaks_of_update(NoticeKind(item.kind), item.data)


def body_of(stored: StoredTicket, item: Outgoing) -> int | None:
    """The text of a notice: that of an update as it was corrected last."""
    if item.seq in stored.ticket.edited and speaks_of_update(NoticeKind(item.kind), item.data):
        return stored.ticket.edited[item.seq]
    return item.body_id


QUIETLY: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
