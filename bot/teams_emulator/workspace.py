"""One tenant with one app: everything it remembers and the way to its bot, in one place for the routes to use."""

from __future__ import annotations

from dataclasses import replace

from bot.stand_in.ground import Ground
from bot.stand_in.outcome import Outcome
from bot.stand_in.outgoing import Outgoing
from bot.stand_in.shapes import Json
from bot.teams_emulator.delivery import Delivery
from bot.teams_emulator.earlier import Earlier
from bot.teams_emulator.identity import Identity
from bot.teams_emulator.installed_app import Installed
from bot.teams_emulator.limits import PER_THREAD, REACTIONS, ROSTERS, Limit
from bot.teams_emulator.tables import SCHEMA, TABLES
from bot.teams_emulator.workspace_channels import Channels

RETRY_AFTER = (1.0, 10.0, 60.0)  # seconds of the workspace's time; of messages and events, an invoke is sent once
ANSWER_WITHIN = 5.0  # what people wait for in front of a button or a form; anything else may take three times as long
TOO_MANY = 429


def _is_final(outcome: Outcome) -> bool:
    """Whether there is no use in sending it again: it was taken, or refused for good."""
    status = outcome.status
    return outcome.accepted or (status is not None and 400 <= status < 500 and status != TOO_MANY)


class Workspace:
    """`start` it inside a running loop and `stop` it. `answer_within`: the seconds that the bot has for an invoke."""

    def __init__(
        self, ground: Ground, *, installed: Installed | None = None, answer_within: float = ANSWER_WITHIN
    ) -> None:
        self.ground = ground
        self.record, self.now, self.log, self.feed = ground.record, ground.now, ground.log, ground.feed
        self.record.hold(TABLES, SCHEMA)
        self._declared = installed or Installed()
        self.identity = Identity(self.record)
        self.channels = Channels(self.record)
        self.limits = {"post": Limit(PER_THREAD), "roster": Limit(ROSTERS), "reaction": Limit(REACTIONS)}
        self.earlier = Earlier()
        self.delivery = Delivery(ground, self.identity, answer_within)
        self.outgoing = Outgoing(
            self.record, self.now, self.delivery.activity, table="teams_delivery", retry_after=RETRY_AFTER,
            is_final=_is_final,
        )  # fmt: skip
        ground.queues.append(self.outgoing)
        joined: Json = self.record.get("teams_joined") or {}
        self.delivery.messages_url = joined.get("messages_url")
        self.delivery.service_url = joined.get("service_url", "")

    @property
    def joined(self) -> bool:
        """Whether a bot is there to hear anything."""
        return self.delivery.messages_url is not None

    @property
    def installed(self) -> Installed:
        """The app as it is installed now."""
        return replace(self._declared, **self.record.get("teams_installed", {}))

    def consent(self, **changes: bool) -> None:
        """The owners have thought better of it."""
        self.record.set("teams_installed", self.record.get("teams_installed", {}) | changes)

    async def start(self) -> None:
        """Opens the way to the bot and goes on with whatever was unanswered."""
        await self.ground.start()
        self.outgoing.start()

    async def stop(self) -> None:
        """Stops; it cannot be started again."""
        await self.outgoing.stop()
        await self.ground.stop()

    def join(self, messages_url: str, service_url: str) -> None:
        """A bot has come up: from now on it hears everything at `messages_url`, and answers to `service_url`."""
        self.delivery.messages_url, self.delivery.service_url = messages_url, service_url
        self.record.set("teams_joined", {"messages_url": messages_url, "service_url": service_url})
        self.outgoing.bot_is_there()

    def reset(self) -> None:
        """Back to the seed; the bot stays joined and its secrets stay valid."""
        self.channels.load()
        for limit in self.limits.values():
            limit.clear()
        self.earlier.clear()
