"""The heartbeat: an HTTP GET to a monitor, which raises the alarm when none comes (a dead man's switch)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import structlog
from pydantic import SecretStr

log = structlog.get_logger(__name__)
TIMEOUT = aiohttp.ClientTimeout(total=10)
PAUSES = (2.0, 5.0)  # seconds before it is tried once more, within the same minute


@dataclass(frozen=True)
class Heartbeat:
    """Tells a monitor that all is well."""

    #: What it is sent with.
    session: aiohttp.ClientSession
    #: Where to. Whoever knows the path can send one in our place, so it is never shown.
    url: SecretStr
    #: Seconds between two tries.
    pauses: Sequence[float] = PAUSES

    async def beat(self) -> str | None:
        """Send one, and try again where it fails. Why the monitor did not take it; None: it did."""
        error = await self._try()
        for pause in self.pauses:
            if error is None:
                break
            await asyncio.sleep(pause)
            error = await self._try()
        if error is not None:
            log.warning(
                "the monitor took no heartbeat", host=urlsplit(self.url.get_secret_value()).hostname, error=error
            )
        return error

    async def _try(self) -> str | None:
        try:
            async with self.session.get(self.url.get_secret_value(), timeout=TIMEOUT, allow_redirects=False) as answer:
                return None if answer.status < 300 else f"it answered {answer.status}"
        except TimeoutError:
            return "it did not answer in time"
        except (aiohttp.ClientError, OSError, ValueError) as error:  # whose words may hold the address
            return type(error).__name__
