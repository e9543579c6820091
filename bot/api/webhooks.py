"""Tells other programs what happens at a desk (webhooks): each event in the shapes of the API, signed, at least once,
those of each ticket in order.

What is told is put together from the ticket's events as they were at that event, so that it reads the same each time.
An endpoint that fails is left alone for longer and longer, and one message at a time asks whether it is back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from pydantic import SecretStr
from sqlmodel import Session
from yarl import URL

from bot.desk.runtime import DeskRuntime
from bot.outbound.posting import Networks, Poster, PublicResolver, is_allowed, signed
from scheduler.pacing import Rate
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent
from storage.announcements.to_admins import WebhookFailed
from storage.announcing import announce
from storage.cause import Cause
from storage.outbox import Outgoing
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_ticket_by_id
from storage.webhooks import (
    WEBHOOK,
    Webhook,
    earlier_waits_until,
    end_webhook,
    find_webhook,
    message_id,
    note_failure,
    note_success,
)
from triage.fold import fold
from triage.telling_programs import TEST
from triage.terms import ClockKind

log = structlog.get_logger(__name__)
VERSION = 1  # of the shape of what is sent
TIMEOUT = aiohttp.ClientTimeout(total=5, connect=3)  # seconds
# So few at once that an endpoint which hangs leaves room for what people wait for (`scheduler.delivery.AT_ONCE`).
RATE = Rate(burst=5, interval=timedelta(milliseconds=200))
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(hours=1)
GIVES_UP_AFTER = timedelta(days=3)
TOLD_AFTER = 6  # failures in a row, until an admin hears of it: two minutes
GONE = 410


@dataclass
class Webhooks:
    """A `scheduler.deferred.Performer` for webhooks."""

    #: The desks at work in this process.
    desks: Callable[[], Iterable[DeskRuntime]]
    #: VIGIE_SECRET_KEY, with which their secrets are sealed.
    keys: Sequence[SecretStr]
    #: Private networks to which something may be sent all the same.
    networks: Networks = ()
    #: How they are posted to; None: by a connection that leads to allowed addresses alone.
    poster: Poster | None = None

    async def stop(self) -> None:
        """Close the connections."""
        if self.poster is not None:
            await self.poster.close()

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.deferred.Performer`."""
        desk = next((each for each in self.desks() if each.organisation_id == item.organisation_id), None)
        if desk is None:
            return Retry(now + timedelta(seconds=30), "its desk is not at work in this process", counts=False)
        composed = await desk.database.read(partial(_compose, desk=desk, item=item))
        if not isinstance(composed, _Said):
            return composed
        hook = composed.webhook
        desk = _desk_of(self.desks(), hook) or desk
        answered = await self.tell(hook, composed.id, composed.body, now)
        if isinstance(answered, int) and answered < 300:
            if hook.failures:
                await desk.write(partial(note_success, webhook_id=hook.id))
            return Sent(composed.id, hook.channel)
        if answered == GONE:
            await desk.write(partial(_end, desk=desk, hook=hook, now=now))
            return GiveUp(Cause.REFUSED, "it answered 410: it is gone, and is told nothing any more")
        reason = answered if isinstance(answered, str) else _in_words(answered)
        is_over = now - item.planned_at >= GIVES_UP_AFTER
        await desk.write(partial(_note, desk=desk, hook=hook, reason=reason, now=now, is_over=is_over))
        if is_over:
            return GiveUp(Cause.UNANSWERED, reason)
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(hook.failures, 20))
        return Retry(now + pause, reason, channel_rests=True)

    async def tell(self, hook: Webhook, told_id: str, body: dict[str, Any], now: datetime) -> int | str:
        """Post it. The status that was answered, else why there is none."""
        why = refused(hook.url, self.networks)
        if why is not None:
            return why
        from bot.server.vault import SealError  # noqa: PLC0415  slow, and most desks have no webhook

        try:
            secrets = [SecretStr(opened(self.keys, hook.id, each)) for each in hook.secrets_at(now)]
        except SealError:
            return "VIGIE_SECRET_KEY lacks the key that its secret was sealed with"
        if self.poster is None:
            self.poster = Poster(TIMEOUT, partial(PublicResolver, self.networks))
        whole = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        return await self.poster.post(hook.url, whole, signed(told_id, int(time.time()), whole, *secrets))


def refused(url: str, networks: Networks) -> str | None:
    """Why nothing is sent to that address; None: it is. Whom a name stands for is looked at when it is connected to."""
    try:
        parts = urlsplit(url)
        host, _ = URL(url).raw_host or "", parts.port  # as it is connected to: 127。0。0。1 is an address too
    except ValueError:
        return "this is no web address"
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        return "this is no web address"
    if parts.username or parts.password or parts.fragment:
        return "the address of a webhook has no name, no password and no # in it"
    if parts.scheme == "http" and not networks:
        return (
            "what is not encrypted goes to no public address: use https, or name its network in VIGIE_WEBHOOK_NETWORKS"
        )
    is_address = ":" in host or host.replace(".", "").isdigit()
    if is_address and not is_allowed(host, networks):
        return "nothing is sent to a private address, unless its network is named in VIGIE_WEBHOOK_NETWORKS"
    return None


def place_of(webhook_id: int) -> str:
    """What its secret is sealed for."""
    return f"{WEBHOOK}:{webhook_id}:secret"


def sealed(keys: Sequence[SecretStr], webhook_id: int, secret: str) -> str:
    """A webhook's secret under lock."""
    from bot.server.vault import Vault  # noqa: PLC0415  as above

    return Vault([key.get_secret_value() for key in keys]).seal(secret, place_of(webhook_id))


def opened(keys: Sequence[SecretStr], webhook_id: int, text: str) -> str:
    """A webhook's secret. Raises SealError."""
    from bot.server.vault import Vault, WrongKeyError  # noqa: PLC0415  as above

    if not keys:
        raise WrongKeyError("VIGIE_SECRET_KEY is not set")
    return Vault([key.get_secret_value() for key in keys]).open(text, place_of(webhook_id))


def test_body(now: datetime) -> dict[str, Any]:
    """What is sent to see whether it arrives."""
    return {"type": TEST, "timestamp": now.isoformat(), "version": VERSION, "data": {}}


@dataclass(frozen=True, slots=True)
class _Said:
    """What is told, put together."""

    #: To whom.
    webhook: Webhook
    #: What tells it from every other, by however many tries it is told.
    id: str
    #: What is sent.
    body: dict[str, Any] = field(repr=False)


def _desk_of(desks: Iterable[DeskRuntime], hook: Webhook) -> DeskRuntime | None:
    wanted = (hook.organisation_id, hook.desk_id)
    return next((each for each in desks if (each.organisation_id, each.desk_id) == wanted), None)


def _compose(session: Session, desk: DeskRuntime, item: Outgoing) -> _Said | Drop | Retry:
    hook = find_webhook(session, item.organisation_id, item.data["webhook"])
    if hook is None or hook.ended_at is not None:
        return Drop("the webhook has ended")
    if item.ticket_id is None or item.seq is None:
        return Drop("it is about no event")
    waits = earlier_waits_until(session, item.ticket_id, item.channel, item.id)
    if waits is not None:
        return Retry(waits, "what was planned before it is told first", counts=False)
    name = item.data["type"]
    stored = _as_it_was(get_ticket_by_id(session, item.organisation_id, item.ticket_id), item.seq)
    told_id = message_id(hook.id, item.ticket_id, item.seq, name)
    return _Said(hook, told_id, _body(session, desk, hook, stored, name))


def _as_it_was(stored: StoredTicket, seq: int) -> StoredTicket:
    events = tuple(each for each in stored.events if each.seq <= seq)
    return replace(stored, events=events, ticket=fold(events))


def _body(session: Session, desk: DeskRuntime, hook: Webhook, stored: StoredTicket, name: str) -> dict[str, Any]:
    from bot.api import documents  # noqa: PLC0415  as above

    event = stored.events[-1]
    referred = {each.body_id for each in stored.ticket.references}
    ids = sorted(each for each in {stored.events[0].body_id, event.body_id, *referred} if each is not None)
    texts = load_texts(session, stored.organisation_id, ids) if hook.with_text else {}
    ticket = documents.ticket_at(desk.directory, stored, texts, event.recorded_at, inside=True).model_dump(mode="json")
    happened = documents.event(desk.directory, event, texts).model_dump(mode="json")
    if not hook.with_text:
        for left_out in ("text", "summary", "references"):
            ticket.pop(left_out, None)
        happened.pop("text", None)
    data: dict[str, Any] = {"ticket": ticket, "event": happened}
    if name.startswith("promise."):
        data["promised_until"] = _promised(stored)
    return {"type": name, "timestamp": event.recorded_at.isoformat(), "version": VERSION, "data": data}


def _promised(stored: StoredTicket) -> str | None:
    """The promise that stood before its last event."""
    before = fold(stored.events[:-1]).clocks.get(ClockKind.UPDATE)
    return None if before is None or before.promised is None else before.promised.isoformat()


def _in_words(status: int) -> str:
    redirects = ", and a redirection is not followed" if 300 <= status < 400 else ""
    return f"it answered {status}{redirects}"


def _note(session: Session, *, desk: DeskRuntime, hook: Webhook, reason: str, now: datetime, is_over: bool) -> None:
    note_failure(session, hook.id, reason, now)
    since = (hook.failing_since or now).isoformat()
    if is_over:
        _announce(session, desk, hook, reason, once=f"{since}.over", now=now, gave_up=True)
    elif hook.failures + 1 >= TOLD_AFTER:
        _announce(session, desk, hook, reason, once=since, now=now)


def _end(session: Session, desk: DeskRuntime, hook: Webhook, now: datetime) -> None:
    if end_webhook(session, hook.id, by=None, now=now):
        log.warning("a webhook is gone", webhook=hook.id)
        reason = "it answered 410, and is told nothing any more"
        _announce(session, desk, hook, reason, once="gone", now=now)


def _announce(
    session: Session, desk: DeskRuntime, hook: Webhook, reason: str, *, once: str, now: datetime, gave_up: bool = False
) -> None:
    """Tell an admin, once for each time that it began to fail."""
    said = WebhookFailed(hook.id, urlsplit(hook.url).hostname or "", reason, gave_up)
    announce(
        session, desk.organisation_id, said, platform=desk.platform, key=f"webhook-failed.{hook.id}.{once}", now=now
    )
