"""Private answers to where somebody pressed something: only to Slack, over a few connections of their own."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import structlog
from yarl import URL

from bot.server.settings import is_loopback
from bot.slack.errors import UNREACHABLE

log = structlog.get_logger(__name__)
OK = 200
# hooks.slack.com, and that of GovSlack, which has a domain of its own.
SLACK = re.compile(r"([a-z0-9-]{1,63}\.)+(slack|slack-gov)\.com")
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
CONNECTIONS = 8
AT_ONCE = 200  # beyond that many, Slack or the way to it is gone: nothing hangs on a private sentence


class Answers:
    """Answers to a `response_url`. Called are only Slack's own addresses and that of the configured Web API, and no
    redirects are followed: a request must not make us call any address (server-side request forgery). They have a few
    connections of their own, so that a flood of answers holds up nothing else."""

    def __init__(self, api_url: str) -> None:
        self._home = URL(api_url).origin()
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        # A company's proxy is in the environment, as for everything else that is asked of Slack.
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
        )
        self._saying = 0

    async def say(self, url: object, message: dict[str, Any]) -> bool:
        """Post the answer there. Whether it was posted. One that cannot be posted is dropped: nothing depends on it."""
        where = self.address(url)
        wrong = "not an address of Slack's" if where is None else "too many at once" if self._saying >= AT_ONCE else ""
        if where is None or wrong:
            log.warning("private answer not delivered", error=wrong)
            return False
        self._saying += 1
        try:
            sent = self._session.post(where, json={**message, "replace_original": False}, allow_redirects=False)
            async with sent as answer:
                status = answer.status
        except (*UNREACHABLE, ValueError) as error:
            log.warning("private answer not delivered", error=f"{type(error).__name__}: {error}"[:200])
            return False
        finally:
            self._saying -= 1
        if status != OK:
            log.warning("private answer not delivered", status=status)
        return status == OK

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    def address(self, url: object) -> URL | None:
        """The address, if answers may go there. It is taken apart once: what is looked at is what is called."""
        try:
            found = URL(str(url))
            host, has_person = (
                (found.raw_host or "").lower(),
                found.raw_user is not None or found.raw_password is not None,
            )
        except ValueError:
            return None
        if has_person or not found.absolute:
            return None
        is_slack = found.scheme == "https" and found.is_default_port() and SLACK.fullmatch(host)
        return found if is_slack or self._is_home(found, host) else None

    def _is_home(self, found: URL, host: str) -> bool:
        home, name = self._home, self._home.raw_host or ""
        is_there = host == name or (is_loopback(host) and is_loopback(name))
        return is_there and (found.scheme, found.port) == (home.scheme, home.port)
