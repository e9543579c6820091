"""The workspace: everything it remembers and the way to its bot, in one place for the routes to use."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.slack_emulator.delivery import Delivery
from bot.slack_emulator.earlier import Earlier
from bot.slack_emulator.faults import Faults
from bot.slack_emulator.feed import Feed
from bot.slack_emulator.ids import APP_ID
from bot.slack_emulator.installed_app import Manifest
from bot.slack_emulator.limits import PostingLimit
from bot.slack_emulator.log import Log
from bot.slack_emulator.now import Now
from bot.slack_emulator.outgoing import Outgoing
from bot.slack_emulator.record import open_record
from bot.slack_emulator.shapes import Json
from bot.slack_emulator.socket_mode import Sockets
from bot.slack_emulator.triggers import Triggers
from bot.slack_emulator.workspace_channels import Channels

KEPT_AT_RESET = ("identity", "joined")


class Workspace:
    """One local workspace. `start` it inside a running loop and `stop` it; `add_routes` makes it reachable.

    `path` is the record's file, made when missing. `answer_within` are the seconds the bot has, three in Slack, to
    answer, and to open a form for what it was told; `own_events` sends the bot the events of its own messages too, as
    Slack does; `page` is the folder of the page that shows it, if one does. Raises sqlite3.Error when the file cannot
    be written.
    """

    def __init__(
        self, path: Path | str, *, manifest: Manifest | None = None, page: Path | None = None,
        answer_within: float = 3.0, own_events: bool = True, real: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.manifest = manifest or Manifest()
        self.page = page
        self.own_events = own_events
        self.record = open_record(path)
        self.now = Now(self.record, real)
        self.channels = Channels(self.record)
        self.log = Log()
        self.feed = Feed()
        self.faults = Faults()
        self.limit = PostingLimit()
        self.triggers = Triggers(real, life=answer_within)
        self.earlier = Earlier()
        self.sockets = Sockets(self._app_came_up)
        self.identity: dict[str, str] = self.record.get("identity") or self._new_identity()
        self.delivery = Delivery(
            self.now, self.log, self.sockets, lambda: self.identity["signing_secret"], answer_within
        )
        self.outgoing = Outgoing(self.record, self.now, self.delivery)
        self.stepping = asyncio.Lock()
        joined: Json = self.record.get("joined") or {}
        self.bot_url: str | None = joined.get("bot_url")
        self.delivery.events_url = joined.get("events_url")
        self.suggestions: Json = joined.get("suggestions") or {}

    def _new_identity(self) -> dict[str, str]:
        identity = {
            "bot_token": f"xoxb-local-{secrets.token_hex(12)}",
            "app_token": f"xapp-1-{APP_ID}-{secrets.token_hex(12)}",
            "signing_secret": secrets.token_hex(16),
        }
        self.record.set("identity", identity)
        return identity

    @property
    def joined(self) -> bool:
        """Whether a bot is there to hear anything."""
        return self.delivery.events_url is not None or self.sockets.connected

    async def start(self) -> None:
        """Opens the way to the bot and goes on with whatever was unanswered."""
        self.feed.open()
        await self.delivery.start()
        self.outgoing.start()

    async def stop(self) -> None:
        """Says goodbye to listeners and sockets and closes the record; the workspace cannot be started again."""
        self.feed.close()
        await self.sockets.disconnect()
        await self.outgoing.stop()
        await self.delivery.stop()
        self.record.close()

    def join(self, events_url: str | None, bot_url: str | None, suggestions: Json) -> None:
        """A bot has come up: from now on it hears everything at `events_url` and is told the time at `bot_url`.
        `suggestions` are what the page says can be typed."""
        self.delivery.events_url, self.bot_url, self.suggestions = events_url, bot_url, suggestions
        self.record.set("joined", {"events_url": events_url, "bot_url": bot_url, "suggestions": suggestions})
        self._app_came_up()

    def _app_came_up(self) -> None:
        self.outgoing.bot_is_there()
        self.feed.changed()

    def move_to(self, instant: float) -> None:
        """Makes `instant` (Unix time) the present of the workspace; never an earlier one than it has."""
        self.now.move_to(instant)
        self.outgoing.time_moved()
        self.feed.changed()

    def reset(self) -> None:
        """Back to the seed and to real time; the bot stays joined and its secrets stay valid."""
        self.record.wipe(keep=KEPT_AT_RESET)
        self.now.load()
        self.channels.load()
        self.limit.clear()
        self.faults.clear()
        self.earlier.clear()
        self.log.clear()
        self.feed.changed()

    def keep_events(self, events: Iterable[tuple[Json, bool]]) -> list[int]:
        """Stores (envelope, from the bot itself) pairs for sending, own ones only when they are wanted."""
        return [self.outgoing.keep(envelope) for envelope, own in events if self.own_events or not own]
