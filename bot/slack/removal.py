"""Vigie is taken out of a workspace: its tokens are forgotten at once, and nothing more is said there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.installations import Installation, remove

log = structlog.get_logger(__name__)
Body = dict[str, Any]


class Removal:
    """Listens for the end of one installation. `removed` is told its id, once its tokens are gone."""

    def __init__(self, installation: Installation, desk: DeskRuntime, removed: Callable[[str], None]) -> None:
        self.installation = installation
        self.desk = desk
        self.removed = removed

    def register(self, app: AsyncApp) -> None:
        """Hang both listeners on the app of that installation."""
        app.event("app_uninstalled")(self.uninstalled)
        app.event("tokens_revoked")(self.revoked)

    async def uninstalled(self, ack: AsyncAck, body: Body) -> None:
        """An admin has removed the app."""
        await self._remove(body)
        await ack()

    async def revoked(self, ack: AsyncAck, body: Body) -> None:
        """Tokens were made worthless; ours only if our own bot user is named."""
        if self.installation.bot_user in (body["event"].get("tokens") or {}).get("bot", []):
            await self._remove(body)
        await ack()

    async def _remove(self, body: Body) -> None:
        now, desk = self.desk.now(), self.desk
        asked_at = datetime.fromtimestamp(int(body["event_time"]), UTC) if body.get("event_time") else now

        def transaction(session: Session) -> bool:
            handle_once(session, desk.organisation_id, str(body.get("event_id", "")), now)
            return remove(session, self.installation, now, asked_at=asked_at)

        try:
            gone = await desk.database.write(transaction)
        except AlreadyHandledError:
            return
        if gone:
            log.info("removed from a workspace", workspace=self.installation.workspace)
            self.removed(self.installation.workspace)
