"""Where every activity of Teams' arrives and is handed to the desk of its tenant."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.outbound.answering import answering
from bot.server.ending import within
from bot.teams.inbound import data_of, is_form
from bot.teams.listeners import is_command
from bot.teams.payload import Activity
from bot.teams.platform import PLATFORM
from bot.teams.responses import Reply
from bot.teams.tenants import Tenants

log = structlog.get_logger(__name__)
DRAIN_SECONDS = 2.0  # for a moment in which nothing is being answered
ANSWER_SECONDS = 10.0  # Teams waits for fifteen
LAST_SECONDS = 1.0  # after it for the last, while nothing more is taken up
_INVOKES = {"composeExtension/fetchTask": "shortcut", "task/fetch": "button", "adaptiveCard/action": "button"}


class Reception:
    """Hands each activity to the listeners of its tenant: what comes here is known to be Teams'."""

    def __init__(self, tenants: Tenants) -> None:
        self.tenants = tenants
        self._inside = 0
        self._empty = asyncio.Event()
        self._empty.set()
        self.is_closed = False

    async def receive(self, activity: Activity) -> Reply:
        """Answer one activity."""
        tenant = self.tenants.of(activity.tenant)
        if tenant is None:
            log.warning("an activity of a tenant that is not served", kind=activity.kind)
            return Reply()
        ids = {"workspace": activity.tenant[:64], "event": activity.id[:200]}
        try:
            with answering(PLATFORM, kind_of(activity), seconds=ANSWER_SECONDS, **ids):
                return await tenant.listeners.receive(activity)
        except Exception:
            log.exception("an activity could not be handled", kind=activity.kind, name=activity.name)
            return Reply(500)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """While a request is being answered."""
        self._inside += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    async def drain(self) -> None:
        """Wait until everything that was accepted is answered; nothing is accepted any more after that."""
        try:
            await within(DRAIN_SECONDS, self._empty.wait)
        finally:
            self.is_closed = True
        if not await within(LAST_SECONDS, self._empty.wait):
            log.warning("requests left unanswered", requests=self._inside)


def kind_of(activity: Activity) -> str:
    """What kind of request it is, as it is counted."""
    if activity.kind == "message":
        if activity.value and not activity.text.strip():
            return "form" if is_form(data_of(activity)) else "button"
        return "command" if is_command(activity) else "message"
    if activity.kind == "invoke":
        return "form" if is_form(data_of(activity)) else _INVOKES.get(activity.name, "button")
    return "event"
