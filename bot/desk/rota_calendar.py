"""The calendar that a rota is kept in: fetched from where the policy says, read, and kept as a copy. Where that fails,
the last good copy holds, and it is said why."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import stat
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.desk.calendar_file import EXTRA
from bot.desk.runtime import DeskRuntime
from storage.rota_copy import save_copy

log = structlog.get_logger(__name__)
LARGEST = 5_000_000  # bytes
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
READ_SECONDS = 60  # of the process that reads it
REDIRECTS = 3
BEFORE, AHEAD = timedelta(days=7), timedelta(weeks=9)


class UnreadableCalendarError(Exception):
    """It could not be read; the message says why, in a few words and without its address."""


class PublicAddresses(AbstractResolver):
    """Finds addresses on the internet alone, but for the one host that the policy itself names."""

    def __init__(self, named: str) -> None:
        self._named = named
        self._inner = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        """See AbstractResolver."""
        found = await self._inner.resolve(host, port, family)
        allowed = [each for each in found if host == self._named or _is_public(each["host"])]
        if not allowed:
            raise OSError("that address is not on the internet")
        return allowed

    async def close(self) -> None:
        """See AbstractResolver."""
        await self._inner.close()


def _is_public(text: str) -> bool:
    """Whether that is an address on the internet, and none that only carries one that is not."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    carried = getattr(address, "sixtofour", None)
    own = address.is_reserved or getattr(address, "is_site_local", False)
    return address.is_global and not own and (carried is None or carried.is_global)


async def read_rota(desk: DeskRuntime) -> None:
    """Read the calendar of the desk's rota, if it has one, and keep what is in it or why it cannot be read. Does
    nothing where the policy names none."""
    source, now = desk.policy.rota_calendar, desk.now()
    if not source:
        return
    spans: list[Any] | None = None
    problem = None
    try:
        spans = await spans_of(await fetch(source), now, desk.policy.rota_zone)
    except UnreadableCalendarError as error:
        problem = str(error)
        log.warning("the rota's calendar cannot be read", reason=problem)
    save = partial(
        save_copy, organisation_id=desk.organisation_id, desk_id=desk.desk_id, source=source, spans=spans,
        problem=problem, now=now,
    )  # fmt: skip
    if await desk.database.write(save):
        await desk.refresh_people()
    desk.state.rota_problem = problem or ""


async def fetch(source: str) -> bytes:
    """The content of that address or file. Raises UnreadableCalendarError."""
    if source.startswith("file://") or "://" not in source:
        return await asyncio.to_thread(_read_file, unquote(source.removeprefix("file://")))
    try:
        return await _download(source)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise UnreadableCalendarError(f"its address does not answer ({type(error).__name__})") from None


def _read_file(path: str) -> bytes:
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):  # whoever opens a pipe may wait for ever
            raise UnreadableCalendarError("the file cannot be read (it is no file)")
        with Path(path).open("rb") as file:
            return _not_too_large(file.read(LARGEST + 1))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no path"
        raise UnreadableCalendarError(f"the file cannot be read ({reason})") from None


async def _download(source: str) -> bytes:
    named = URL(source).raw_host or ""
    connector = aiohttp.TCPConnector(resolver=PublicAddresses(named), limit=2)
    async with aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as web:
        url = source
        for _ in range(REDIRECTS + 1):
            _check(url, source)
            async with web.get(url, allow_redirects=False, headers={"Accept": "text/calendar"}) as answer:
                if answer.status in (301, 302, 303, 307, 308) and "Location" in answer.headers:
                    url = urljoin(url, answer.headers["Location"])
                    continue
                if answer.status != 200:
                    raise UnreadableCalendarError(f"its address answers {answer.status}")
                return await _content(answer)
    raise UnreadableCalendarError("its address leads on and on")


async def _content(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(65536):
        found += chunk
        _not_too_large(found)
    return bytes(found)


def _not_too_large(content: bytes | bytearray) -> bytes:
    if len(content) > LARGEST:
        raise UnreadableCalendarError(f"it is larger than {LARGEST // 1_000_000} MB: publish the rota alone")
    return bytes(content)


def _check(url: str, source: str) -> None:
    """Refuses what an address leads to and the policy does not name: other protocols, and addresses that are not on the
    internet. Names are looked at when they are resolved."""
    to, named = URL(url), URL(source)  # as it is connected to: 127。0。0。1 is an address too
    if to.scheme != "https" and (to.scheme, to.raw_host) != (named.scheme, named.raw_host):
        raise UnreadableCalendarError("its address leads to one that is not https")
    host = to.raw_host or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    if host != named.raw_host and not _is_public(host):
        raise UnreadableCalendarError("its address leads to one that is not on the internet")


async def spans_of(content: bytes, now: datetime, timezone: str) -> list[Any]:
    """What a calendar says of the time around `now`. Raises UnreadableCalendarError."""
    span = ((now - BEFORE).isoformat(), (now + AHEAD).isoformat())
    code, said, error = await _run([*span, timezone], content)
    if code == EXTRA:
        raise UnreadableCalendarError("reading calendars needs: pip install 'vigie[calendar]'")
    if code != 0:
        raise UnreadableCalendarError(f"it is no calendar ({error.strip().splitlines()[-1][:160] if error else code})")
    found: list[Any] = json.loads(said)
    return found


async def _run(arguments: Sequence[str], content: bytes) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "bot.desk.calendar_file", *arguments,  # -P: not a `bot` of the folder we run in
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(READ_SECONDS):
            said, error = await process.communicate(content)
    except TimeoutError:
        raise UnreadableCalendarError(f"reading it takes longer than {READ_SECONDS} seconds") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said.decode(errors="replace"), error.decode(errors="replace")
