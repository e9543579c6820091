"""Hands payloads to the bot, signed, over HTTP or through its socket, and tells what came back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import aiohttp

from bot.slack_emulator.socket_mode import Sockets
from bot.stand_in.ground import Ground
from bot.stand_in.outcome import OK, Outcome
from bot.stand_in.shapes import Json, dumps, loads_object

FORM = "application/x-www-form-urlencoded"


class Delivery:
    """The way to the one bot that has joined. `within` seconds it must answer, or Slack gives up."""

    def __init__(self, ground: Ground, sockets: Sockets, secret: Callable[[], str], within: float) -> None:
        self.within = within
        self.events_url: str | None = None
        self._ground, self._sockets, self._secret = ground, sockets, secret

    async def command(self, fields: Json) -> Outcome:
        """Sends a slash command."""
        return await self._send("command", "slash_commands", fields, FORM, urlencode(fields))

    async def interaction(self, payload: Json) -> Outcome:
        """Sends a press, a submission or a shortcut."""
        return await self._send(payload["type"], "interactive", payload, FORM, urlencode({"payload": dumps(payload)}))

    async def event(self, envelope: Json, retry: tuple[int, str] | None = None) -> Outcome:
        """Sends an event; `retry` is its number, from 1, and the reason of the last failure."""
        headers = {} if retry is None else {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        kind = "event." + str(envelope["event"]["type"])
        return await self._send(kind, "events_api", envelope, "application/json", dumps(envelope),
                                headers=headers, retry=retry)  # fmt: skip

    async def _send(
        self, kind: str, socket_kind: str, payload: Json, content_type: str, body: str, *,
        headers: Mapping[str, str] | None = None, retry: tuple[int, str] | None = None,
    ) -> Outcome:  # fmt: skip
        entry = self._ground.log.begin(self._ground.now.iso(), "to_bot", kind, None, payload)
        try:
            if self._sockets.connected:
                answer = await self._sockets.send(socket_kind, payload, self.within, retry)
                status, text, got = OK, dumps(answer) if answer else "", {"content-type": "application/json"}
            else:
                status, text, got = await self._post(content_type, body, headers or {})
        except TimeoutError:
            return Outcome(None, entry.end(None, "operation_timeout"), error="operation_timeout")
        except (aiohttp.ClientError, ConnectionError) as error:
            return Outcome(None, entry.end(None, f"connection_failed: {error}"), error="connection_failed")
        return Outcome(status, entry.end(status, loads_object(text) or text), text, got)

    async def _post(self, content_type: str, body: str, headers: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
        if self._ground.session is None or self.events_url is None:
            raise ConnectionError("no bot has joined")
        # Signatures carry real time whatever the workspace's now is: a bot checks them against its machine's clock.
        timestamp = str(int(self._ground.now.real()))
        signed = hmac.new(self._secret().encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
        sent = {
            "Content-Type": content_type, "Accept": "application/json,*/*",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={signed}", **headers,
        }  # fmt: skip
        timeout = aiohttp.ClientTimeout(total=self.within)
        async with self._ground.session.post(
            self.events_url, data=body.encode(), headers=sent, timeout=timeout, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), {name.lower(): value for name, value in answer.headers.items()}
