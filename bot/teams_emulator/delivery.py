"""Hands activities to the bot, each with a signed token, and tells what came back."""

from __future__ import annotations

import aiohttp

from bot.stand_in.ground import Ground
from bot.stand_in.outcome import Outcome
from bot.stand_in.outgoing import Retry
from bot.stand_in.shapes import Json, dumps, loads_object
from bot.teams_emulator.identity import Identity

EVENTS_TAKE = 3  # times as long as an invoke may


class Delivery:
    """The way to the one bot that has joined. `within` seconds it must answer an invoke, or Teams gives up."""

    def __init__(self, ground: Ground, identity: Identity, within: float) -> None:
        self.within = within
        self.messages_url: str | None = None
        self.service_url = ""
        self._ground, self._identity = ground, identity

    async def activity(self, activity: Json, _retry: Retry = None) -> Outcome:
        """Sends a message or an event, which may have been sent before: Teams does not say so."""
        return await self._send(activity["type"], activity, self.within * EVENTS_TAKE)

    async def invoke(self, activity: Json) -> Outcome:
        """Sends something that waits for its answer."""
        return await self._send(f"invoke.{activity['name']}", activity, self.within)

    async def _send(self, kind: str, activity: Json, within: float) -> Outcome:
        entry = self._ground.log.begin(self._ground.now.iso(), "to_bot", kind, None, activity)
        try:
            status, text, headers = await self._post(activity, within)
        except TimeoutError:
            return Outcome(None, entry.end(None, "operation_timeout"), error="operation_timeout")
        except (aiohttp.ClientError, ConnectionError) as error:
            return Outcome(None, entry.end(None, f"connection_failed: {error}"), error="connection_failed")
        return Outcome(status, entry.end(status, loads_object(text) or text), text, headers)

    async def _post(self, activity: Json, within: float) -> tuple[int, str, dict[str, str]]:
        if self._ground.session is None or self.messages_url is None:
            raise ConnectionError("no bot has joined")
        sent = {
            "Content-Type": "application/json; charset=utf-8", "Accept": "application/json",
            "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
            "Authorization": f"Bearer {self._identity.sign(self.service_url)}",
        }  # fmt: skip
        timeout = aiohttp.ClientTimeout(total=within)
        async with self._ground.session.post(
            self.messages_url, data=dumps(activity).encode(), headers=sent, timeout=timeout, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), {name.lower(): value for name, value in answer.headers.items()}
