"""Hands payloads to the bot, signed, over HTTP or through its socket, and tells what came back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from bot.slack_emulator.log import Log
from bot.slack_emulator.now import Now
from bot.slack_emulator.shapes import Json, dumps, loads_object
from bot.slack_emulator.socket_mode import Sockets

FORM = "application/x-www-form-urlencoded"
OK = 200
REDIRECT = 300


@dataclass(frozen=True)
class Outcome:
    """What the bot answered; `status` is None when it did not, and `error` then says why."""

    #: The HTTP status; None: the bot did not answer.
    status: int | None
    #: How long the answer took, in milliseconds of real time.
    ms: float
    #: The body of the answer, as text.
    body: str = ""
    #: The headers of the answer.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Why there was no answer; None where there was one.
    error: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether Slack would take it for done."""
        return self.status is not None and OK <= self.status < REDIRECT


class Delivery:
    """The way to the one bot that has joined. `within` seconds it must answer, or Slack gives up."""

    def __init__(self, now: Now, log: Log, sockets: Sockets, secret: Callable[[], str], within: float) -> None:
        self.within = within
        self.events_url: str | None = None
        self._now, self._log, self._sockets, self._secret = now, log, sockets, secret
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Opens the client; inside a running loop."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def stop(self) -> None:
        """Closes the client."""
        if self._session is not None:
            await self._session.close()
            self._session = None

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
        entry = self._log.begin(self._now.iso(), "to_bot", kind, None, payload)
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
        if self._session is None or self.events_url is None:
            raise ConnectionError("no bot has joined")
        # Signatures carry real time whatever the workspace's now is: a bot checks them against its machine's clock.
        timestamp = str(int(self._now.real()))
        signed = hmac.new(self._secret().encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
        sent = {
            "Content-Type": content_type, "Accept": "application/json,*/*",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={signed}", **headers,
        }  # fmt: skip
        timeout = aiohttp.ClientTimeout(total=self.within)
        async with self._session.post(
            self.events_url, data=body.encode(), headers=sent, timeout=timeout, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), {name.lower(): value for name, value in answer.headers.items()}

    async def ask(self, url: str, question: Json, patience: float) -> Json:
        """Posts JSON to the bot's own control address. Raises ConnectionError or TimeoutError when no answer comes."""
        if self._session is None:
            raise ConnectionError("the workspace has not started")
        timeout = aiohttp.ClientTimeout(total=max(patience, 0.05))
        try:
            async with self._session.post(url, json=question, timeout=timeout, allow_redirects=False) as answer:
                found = loads_object(await answer.text())
                if answer.status != OK or found is None:
                    raise ConnectionError(f"the bot answered {answer.status}")
                return found
        except aiohttp.ClientError as error:
            raise ConnectionError(str(error)) from error
