"""Tells other systems beside people: signed webhooks, and PagerDuty's Events API.

A page is told at least once. Whoever is told tells repeats by its id (webhooks) or by its dedup key (PagerDuty). What
is no longer true when its turn comes is not told.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from pydantic import SecretStr
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.posting import GuardedResolver, Poster, signed
from bot.wording.phrase_book import PhraseBook
from scheduler.backoff import pause_after
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent
from storage.announcements.to_admins import PageFailed
from storage.announcing import announce
from storage.cause import Cause
from storage.outbox import Outgoing
from storage.pages import PAGER, earlier_pages
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_ticket_by_id
from triage.levels import PageTarget
from triage.paging import PageEvent, standing

log = structlog.get_logger(__name__)
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)  # seconds
PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
SOON = timedelta(seconds=2)
CARD_WITHIN = timedelta(seconds=10)  # a page waits so long for the card that it leads to, and no longer
LONGEST_PAUSE = timedelta(minutes=5)  # a page that comes half an hour later helps nobody
TOLD_AFTER = 3  # tries in vain, until an admin hears of it
_SEVERITIES = {1: "critical", 2: "error"}  # by the ticket's; PagerDuty's words


@dataclass
class Pager:
    """A `scheduler.deferred.Performer` for pages."""

    #: The desks at work in this process.
    desks: Callable[[], Iterable[DeskRuntime]]
    #: The secrets, by the names of their environment variables.
    secrets: Mapping[str, SecretStr]
    _poster: Poster = field(default_factory=lambda: Poster(TIMEOUT, GuardedResolver))

    async def stop(self) -> None:
        """Close the connections."""
        await self._poster.close()

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.deferred.Performer`."""
        desk = next((each for each in self.desks() if each.organisation_id == item.organisation_id), None)
        if desk is None:
            return Retry(now + timedelta(seconds=30), "its desk is not at work in this process")
        name = item.data["target"]
        target = desk.policy.pages.targets.get(name)
        if target is None:
            return Drop("the policy has no such target any more")
        composed = await desk.database.read(partial(_compose, desk=desk, item=item, target=target, now=now))
        if not isinstance(composed, _Said):
            return composed
        result = await self._tell(target, composed, now, item.attempts)
        if isinstance(result, GiveUp) or (isinstance(result, Retry) and item.attempts >= TOLD_AFTER):
            reason = result.detail if isinstance(result, GiveUp) else result.reason
            await desk.write(partial(_say_failed, desk=desk, target=name, reason=reason, now=now))
        return Sent(composed.id, f"{PAGER}:{name}") if result is None else result

    async def _tell(self, target: PageTarget, said: _Said, now: datetime, attempts: int) -> Retry | GiveUp | None:
        """None: they have it."""
        secret = self.secrets.get(target.pagerduty or target.secret)
        if secret is None:
            return GiveUp(Cause.REFUSED, f"{target.pagerduty or target.secret} is not set in the environment")
        headers: dict[str, str] = {}
        if target.pagerduty:
            body = json.dumps({**_for_pagerduty(said), "routing_key": secret.get_secret_value()}).encode()
        else:
            body = json.dumps(said.body).encode()
            headers |= signed(said.id, int(time.time()), body, secret)
        again = now + min(LONGEST_PAUSE, pause_after(attempts))
        answered = await self._poster.post(target.url or PAGERDUTY, body, headers)
        return _outcome(answered, again) if isinstance(answered, int) else Retry(again, answered)


@dataclass(frozen=True, slots=True)
class _Said:
    """A page, put together."""

    #: What tells it from every other, by however many tries it is told.
    id: str
    #: What a webhook is sent.
    body: dict[str, Any]
    #: In one line.
    summary: str


def _compose(
    session: Session, desk: DeskRuntime, item: Outgoing, target: PageTarget, now: datetime
) -> _Said | Drop | Retry:
    """What is told, as it is true now."""
    event = PageEvent(item.data["event"])
    if item.ticket_id is None:
        body = {"type": "vigie.page", "event": event.value, "key": f"vigie.{item.id}", "at": now.isoformat()}
        return _Said(f"page-{item.id}", body, "A test of Vigie: nothing has happened.")
    stored = get_ticket_by_id(session, item.organisation_id, item.ticket_id)
    _, state = standing(stored.ticket).get(item.data["subject"], (0, PageEvent.RESOLVE))
    earlier = earlier_pages(session, stored.id, item.id, item.data)
    if earlier.waits:
        return Retry(now + SOON, "what was planned before it is told first")
    if event is PageEvent.TRIGGER and state is PageEvent.RESOLVE:
        return Drop("no longer true")
    if event is not PageEvent.TRIGGER and not earlier.triggered:
        return Drop("they were not told of it")
    if event is PageEvent.ACKNOWLEDGE and state is not PageEvent.ACKNOWLEDGE:
        return Drop("no longer true")
    card = next((place for place in stored.conversations if place.side == "desk" and place.card_id), None)
    if card is None and event is PageEvent.TRIGGER and now < item.planned_at + CARD_WITHIN:
        return Retry(now + SOON, "its card is being posted")
    url = desk.link(card.channel, card.card_id, card.card_id) if card is not None and card.card_id else ""
    return _of_ticket(session, desk, item, stored, target, url)


def _of_ticket(  # noqa: PLR0917  what is told of which ticket to whom
    session: Session, desk: DeskRuntime, item: Outgoing, stored: StoredTicket, target: PageTarget, url: str
) -> _Said:
    ticket, level = stored.ticket, item.data["level"]
    people = PhraseBook(desk.directory)
    speech = people.desk_speech
    body = {
        "type": "vigie.page", "event": item.data["event"], "key": f"vigie.{stored.id}.{item.data['subject']}",
        "number": stored.number, "severity": ticket.severity, "level": level or None,
        "role": people.level_role(level, speech) if level else None, "at": item.planned_at.isoformat(),
        "url": url or None,
    }  # fmt: skip
    summary = speech.text("page.level" if level else "page.severity", number=stored.number, level=level)
    if target.title:
        ids = [stored.events[0].body_id] if stored.events[0].body_id is not None else []
        title = next(iter(load_texts(session, stored.organisation_id, ids).values()), "").split("\n")[0][:200]
        body["title"] = title
        summary = f"{summary}: {title}" if title else summary
    return _Said(f"page-{item.id}", body, summary)


def _for_pagerduty(said: _Said) -> dict[str, Any]:
    """The same in the words of PagerDuty's Events API v2. A test is told and is over."""
    body = said.body
    action = "resolve" if body["event"] == PageEvent.TEST else body["event"]
    found: dict[str, Any] = {"event_action": action, "dedup_key": body["key"], "client": "Vigie"}
    if action == PageEvent.TRIGGER:
        found["payload"] = {
            "summary": said.summary[:1024], "source": "vigie", "timestamp": body["at"],
            "severity": _SEVERITIES.get(body["severity"], "warning"),
            "custom_details": {name: body[name] for name in ("number", "severity", "level", "role")},
        }  # fmt: skip
        if body["url"]:
            found["links"] = [{"href": body["url"], "text": f"#{body['number']}"}]
    return found


def _outcome(status: int, again: datetime) -> Retry | GiveUp | None:
    if status < 300:
        return None
    if status == 429 or status >= 500:
        return Retry(again, f"it answered {status}")
    if status < 400:
        return GiveUp(Cause.REFUSED, f"it answered {status}, and a redirection is not followed")
    return GiveUp(Cause.REFUSED, f"it answered {status}")


def _say_failed(session: Session, desk: DeskRuntime, target: str, reason: str, now: datetime) -> None:
    """Tell an admin, once a day for each target and reason: people are told all the same."""
    announce(
        session, desk.organisation_id, PageFailed(target, reason), platform=desk.platform,
        key=f"page-failed.{desk.desk_id}.{now.date()}.{target}.{reason}", now=now,
    )  # fmt: skip
