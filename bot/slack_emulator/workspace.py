"""The workspace: everything it remembers and the way to its bot, in one place for the routes to use."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.slack_emulator.delivery import Delivery
from bot.slack_emulator.earlier import Earlier
from bot.slack_emulator.files import Files
from bot.slack_emulator.ids import APP_ID
from bot.slack_emulator.installed_app import Manifest
from bot.slack_emulator.limits import MethodLimit, PostingLimit
from bot.slack_emulator.socket_mode import Sockets
from bot.slack_emulator.tables import SCHEMA, TABLES
from bot.slack_emulator.triggers import Triggers
from bot.slack_emulator.workspace_channels import Channels
from bot.stand_in.ground import Ground
from bot.stand_in.outcome import Outcome
from bot.stand_in.outgoing import Outgoing
from bot.stand_in.shapes import Json

RETRY_AFTER = (0.0, 60.0, 300.0)  # as Slack does: at once, a minute later, five minutes later


def _is_final(outcome: Outcome) -> bool:
    return outcome.accepted or outcome.headers.get("x-slack-no-retry") == "1"


class Workspace:
    """One local workspace. `start` it inside a running loop and `stop` it; `add_routes` makes it reachable.

    `on` is the record's file, made when missing, or the ground that it shares with other stand-ins. `answer_within` are
    the seconds the bot has, three in Slack, to answer, and to open a form for what it was told; `own_events` sends the
    bot the events of its own messages too, as Slack does; `page` is the folder of the page that shows it, if one does.
    Raises sqlite3.Error when the file cannot be written.
    """

    def __init__(
        self, on: Path | str | Ground, *, manifest: Manifest | None = None, page: Path | None = None,
        answer_within: float = 3.0, own_events: bool = True, real: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.manifest = manifest or Manifest()
        self.page = page
        self.own_events = own_events
        self.ground = ground = on if isinstance(on, Ground) else Ground(on, real)
        self.record, self.now, self.log, self.feed, self.faults = (
            ground.record, ground.now, ground.log, ground.feed, ground.faults
        )  # fmt: skip
        self.record.hold(TABLES, SCHEMA)
        self.channels = Channels(self.record)
        self.limit, self.method_limit = PostingLimit(), MethodLimit()
        self.triggers = Triggers(real, life=answer_within)
        self.earlier = Earlier()
        self.files = Files()
        self.sockets = Sockets(self._app_came_up)
        self.identity: dict[str, str] = self.record.get("identity") or self._new_identity()
        self.delivery = Delivery(ground, self.sockets, lambda: self.identity["signing_secret"], answer_within)
        self.outgoing = Outgoing(
            self.record, self.now, self.delivery.event, table="delivery", retry_after=RETRY_AFTER, is_final=_is_final
        )
        ground.queues.append(self.outgoing)
        joined: Json = self.record.get("joined") or {}
        self.delivery.events_url = joined.get("events_url")

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
        await self.ground.start()
        self.outgoing.start()

    async def stop(self) -> None:
        """Says goodbye to listeners and sockets and closes the record; the workspace cannot be started again."""
        self.feed.close()
        await self.sockets.disconnect()
        await self.outgoing.stop()
        await self.ground.stop()

    def join(self, events_url: str | None) -> None:
        """A bot has come up: from now on it hears everything at `events_url`."""
        self.delivery.events_url = events_url
        self.record.set("joined", {"events_url": events_url})
        self._app_came_up()

    def _app_came_up(self) -> None:
        self.outgoing.bot_is_there()
        self.feed.changed()

    def reset(self) -> None:
        """Back to the seed; the bot stays joined and its secrets stay valid."""
        self.channels.load()
        self.limit.clear()
        self.method_limit.clear()
        self.earlier.clear()

    def keep_events(self, events: Iterable[tuple[Json, bool]]) -> list[int]:
        """Stores (envelope, from the bot itself) pairs for sending, own ones only when they are wanted."""
        return [self.outgoing.keep(envelope) for envelope, own in events if self.own_events or not own]
