"""Delivers notices to Slack, and says truthfully what came of each."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.announcements import Announcing, announcement_card
from bot.cards import View
from bot.commands.looking import shown_bodies
from bot.desk import Desk
from bot.notices import Saying, audience_speech, notice_card
from bot.slack.errors import error_code
from bot.slack.homes import Homes
from bot.slack.render import render_message, slack_id
from scheduler.backoff import pause_after
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from storage.announcements import Word, announce
from storage.outbox import Outgoing
from storage.tickets import Conversation, StoredTicket, get_ticket_by_id, load_texts
from triage.due import still_true
from triage.notice import Audience, NoticeKind

log = structlog.get_logger(__name__)

EVENT_TYPE = "vigie_notice"
# Slack will never accept these as they are: somebody has to look.
PERMANENT = {
    "channel_not_found", "not_in_channel", "is_archived", "invalid_blocks", "invalid_blocks_format", "msg_too_long",
    "msg_blocks_too_long", "no_text", "invalid_auth", "account_inactive", "token_revoked", "restricted_action",
    "missing_scope", "not_authed", "invalid_arguments", "user_not_found", "messages_tab_disabled", "cannot_dm_bot",
    "thread_not_found",
}  # fmt: skip
UNHEARD = {"channel_not_found", "not_in_channel", "is_archived"}
# The request left and nothing came back: it may have arrived.
BROKEN = (TimeoutError, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError)
REPEATED = {NoticeKind.BREACH, NoticeKind.ESCALATED, NoticeKind.ESCALATION_ASKED}
DROPPED = {NoticeKind.WARNING, NoticeKind.CHASE}
LOOK_BACK = 50
ADMIN_WAITS = timedelta(minutes=5)


@dataclass
class SlackSender:
    """One workspace's way out. `client` has no retry handlers of its own: retries are the outbox's business."""

    desk: Desk
    client: AsyncWebClient
    can_look: bool = True  # until Slack says that reading history is not among our scopes

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        if item.audience == Audience.HOME:
            return await self._attempt(self._home(item), item, now)
        if item.ticket_id is None:
            return await self._attempt(self._announce(item, now), item, now)
        loaded = await self.desk.database.read(lambda session: self._load(session, item))
        if loaded is None:
            return Drop("no such ticket")
        stored, texts = loaded
        kind, audience = NoticeKind(item.kind), Audience(item.audience)
        if not still_true(stored.ticket, kind, item.data, now):
            return Drop("no longer true")
        repeated = False
        if item.unsure and audience is not Audience.CARD:
            found = await self._look_up(item, stored)
            if found is not None:
                return found if isinstance(found, Retry) else Sent(found, item.channel)
            if kind in DROPPED and not self.can_look:
                return Drop("it may have arrived, and a warning is not repeated")
            repeated = not self.can_look and kind in REPEATED
        speech = audience_speech(self.desk.directory, audience, item.data)
        view = View(stored, texts, self.desk.directory, speech, now)
        body = texts.get(item.body_id, "") if item.body_id is not None else ""
        card = notice_card(kind, Saying(view, item.data, body, self.desk.command, repeated))
        return await self._attempt(self._deliver(item, stored, audience, render_message(card)), item, now)

    @cached_property
    def homes(self) -> Homes:
        """Shows people their pages."""
        return Homes(self.desk, self.client)

    async def _home(self, item: Outgoing) -> Result:
        """A page that Slack will not take is no dead letter: whoever opens it next is shown another."""
        try:
            return Sent(await self.homes.publish(item.data["person"]), item.channel)
        except SlackApiError as error:
            if error_code(error) in PERMANENT | {"not_enabled", "hash_conflict"}:
                return Drop(error_code(error))
            raise

    async def _announce(self, item: Outgoing, now: datetime) -> Result:
        """What is said of no ticket. In doubt it is said again: nobody is harmed by reading it twice."""
        people, word, to_admin = self.desk.directory, Word(item.kind), item.audience == Audience.ADMIN
        person = people.admin() if to_admin else item.data.get("person")
        if to_admin and person is None:
            return Retry(now + ADMIN_WAITS, "nobody is known as an admin")
        speech = people.desk_speech if person is None else people.reader(person)
        message = render_message(announcement_card(word, Announcing(item.data, people, speech, self.desk.command)))
        if person is not None:
            return await self._direct(item, slack_id(person), message)
        try:
            answer = await self.client.chat_postMessage(
                channel=item.channel, **message, **QUIETLY, metadata=_metadata(item)
            )
        except SlackApiError as error:
            if word is Word.SET_UP and error_code(error) in UNHEARD:
                await self.desk.write(partial(self._unsaid, item=item))
            raise
        return Sent(str(answer["ts"]), item.channel)

    def _unsaid(self, session: Session, item: Outgoing) -> None:
        """The channel that was just chosen cannot be written to: whoever chose it learns what to do."""
        announce(
            session, item.organisation_id, Word.SET_UP_UNSAID, platform=item.platform, person=item.data["by"],
            data={"channel": item.channel}, key=f"set-up-unsaid.{item.id}", now=self.desk.now(),
        )  # fmt: skip

    def _load(self, session: Session, item: Outgoing) -> tuple[StoredTicket, dict[int, str]] | None:
        if item.ticket_id is None:
            return None
        stored = get_ticket_by_id(session, item.organisation_id, item.ticket_id)
        ids = shown_bodies(stored)
        if item.body_id is not None:
            ids.append(item.body_id)
        return stored, load_texts(session, item.organisation_id, ids)

    async def _deliver(
        self, item: Outgoing, stored: StoredTicket, audience: Audience, message: dict[str, Any]
    ) -> Result:
        if audience is Audience.PERSON:
            return await self._whisper(item, stored, message)
        place = next((c for c in stored.conversations if c.id == item.conversation_id), None)
        if place is None:
            return Drop("no such conversation")
        if audience is Audience.CARD and place.card_id is not None:
            return await self._edit(place, place.card_id, message)
        return await self._post(item, place, audience, message)

    async def _attempt(self, sending: Awaitable[Result], item: Outgoing, now: datetime) -> Result:
        """What came of a sending, whatever Slack or the network made of it."""
        try:
            return await sending
        except SlackApiError as error:
            return self._refused(item, error, now)
        except BROKEN as error:
            return Unsure(f"{type(error).__name__}: {error}"[:200])
        except (aiohttp.ClientError, OSError) as error:
            return Retry(now + pause_after(item.attempts), f"{type(error).__name__}: {error}"[:200])

    async def _post(self, item: Outgoing, place: Conversation, audience: Audience, message: dict[str, Any]) -> Result:
        arguments: dict[str, Any] = {"channel": place.channel, **message, **QUIETLY, "metadata": _metadata(item)}
        if place.root_id is not None and audience is not Audience.CARD:
            arguments |= {"thread_ts": place.root_id, "reply_broadcast": item.broadcast}
        answer = await self.client.chat_postMessage(**arguments)
        return Sent(str(answer["ts"]), str(answer["channel"]))

    async def _edit(self, place: Conversation, card_id: str, message: dict[str, Any]) -> Result:
        await self.client.chat_update(channel=place.channel, ts=card_id, **message)
        return Sent(card_id, place.channel)

    async def _whisper(self, item: Outgoing, stored: StoredTicket, message: dict[str, Any]) -> Result:
        """To one person: where they acted if they are there, else by direct message."""
        user, channel = slack_id(item.data["person"]), item.data.get("channel") or item.channel
        thread = next((c.root_id for c in stored.conversations if c.channel == channel), None)
        try:
            answer = await self.client.chat_postEphemeral(channel=channel, user=user, thread_ts=thread, **message)
            return Sent(str(answer["message_ts"]), channel)
        except SlackApiError as error:
            if error_code(error) not in ("user_not_in_channel", "channel_not_found", "not_in_channel"):
                raise
        return await self._direct(item, user, message)

    async def _direct(self, item: Outgoing, user: str, message: dict[str, Any]) -> Result:
        opened = await self.client.conversations_open(users=[user])
        channel = str(opened["channel"]["id"])
        answer = await self.client.chat_postMessage(channel=channel, **message, **QUIETLY, metadata=_metadata(item))
        return Sent(str(answer["ts"]), channel)

    async def _look_up(self, item: Outgoing, stored: StoredTicket) -> str | Retry | None:
        """The id under which an unsure notice arrived, None when it did not (or when nobody can tell)."""
        place = next((c for c in stored.conversations if c.id == item.conversation_id), None)
        channel = place.channel if place is not None else item.channel
        oldest = str(int((item.planned_at - timedelta(seconds=60)).timestamp()))
        try:
            if place is not None and place.root_id is not None:
                answer = await self.client.conversations_replies(
                    channel=channel, ts=place.root_id, oldest=oldest, limit=LOOK_BACK, include_all_metadata=True
                )
            else:
                answer = await self.client.conversations_history(
                    channel=channel, oldest=oldest, limit=LOOK_BACK, include_all_metadata=True
                )
        except SlackApiError as error:
            self.can_look = error_code(error) not in ("missing_scope", "unknown_method")
            return None
        except (aiohttp.ClientError, OSError):
            return Retry(self.desk.now() + pause_after(item.attempts), "cannot look whether it arrived")
        self.can_look = True
        for message in answer.get("messages") or []:
            metadata = message.get("metadata") or {}
            if metadata.get("event_payload", {}).get("outbox") == item.id:
                return str(message["ts"])
        return None

    def _refused(self, item: Outgoing, error: SlackApiError, now: datetime) -> Result:
        code = error_code(error)
        if code == "ratelimited" or error.response.status_code == 429:
            wait = float(error.response.headers.get("Retry-After", 1) or 1)
            return Retry(now + timedelta(seconds=max(1.0, wait)), "slowed down by Slack", channel_rests=True)
        if code in ("message_not_found", "cant_update_message"):
            return GiveUp(f"the card was deleted ({code})")
        if code in PERMANENT:
            return GiveUp(code)
        return Retry(now + pause_after(item.attempts), code)


QUIETLY: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


def _metadata(item: Outgoing) -> dict[str, Any]:
    """Readable by everyone in the workspace: an id, nothing else."""
    return {"event_type": EVENT_TYPE, "event_payload": {"outbox": item.id}}
