"""What the doctor looks at for Teams: the SDK, the secret, the way to Microsoft, and Microsoft's way to us."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.cli.checks.clock import look_at_clock
from bot.cli.checks.finding import Finding, fine, missing, note
from bot.cli.checks.teams_channels import Known, known_of_teams, look_at_channels
from bot.outbound.entra import LOGIN
from bot.outbound.front_end import TIMEOUT
from bot.server.settings import Settings
from bot.teams.credentials import NotAccepted, ask_for_token
from bot.teams.installed import is_installed
from bot.teams.platform import KEYS_URL, MESSAGES_PATH, SERVICE_URL
from bot.teams.service_urls import ServiceUrls
from triage.desk import Desk

SECURE = ("https",)
UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError)
AZURE = "https://portal.azure.com, the Azure Bot, Settings, Configuration, Messaging endpoint"


@dataclass(frozen=True)
class Places:
    """Where Microsoft is; elsewhere in tests alone."""

    #: Where tokens are given.
    login: str = LOGIN
    #: Where the keys of Teams' requests are.
    keys: str = KEYS_URL
    #: Where things are sent to while Teams has named no other address.
    service: str = SERVICE_URL


MICROSOFT = Places()


async def look_at_teams(
    settings: Settings, desk: Desk, now: Callable[[], datetime], places: Places = MICROSOFT
) -> list[Finding]:
    """Everything about Teams that can be told from here. `now` is the machine's own time."""
    if not is_installed():
        return [missing("Teams needs its SDK, which is not installed: type make run TEAMS=1, or install vigie[teams].")]
    if settings.teams_dev:
        return [note("VIGIE_TEAMS_DEV is set: whoever reaches the port may act as anybody. It is for test tools only.")]
    known = await asyncio.to_thread(known_of_teams, settings)
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        looked = await asyncio.gather(
            _token(session, settings, now, places.login),
            _keys(session, places.keys),
            _services(session, known, places.service),
            _address(session, settings),
        )
    return [*(finding for found in looked for finding in found), *look_at_channels(settings, desk, known)]


async def _token(
    session: aiohttp.ClientSession, settings: Settings, now: Callable[[], datetime], login: str
) -> list[Finding]:
    client, tenant, secret = settings.teams_client_id, settings.teams_tenant_id, settings.teams_client_secret
    if client is None or tenant is None or secret is None:
        return []  # what lacks has a line of its own
    try:
        answer = await ask_for_token(session, client, tenant, secret.get_secret_value(), login)
    except UNREACHABLE as error:
        return [_no_way(login, error, "without it nothing can be sent to Teams")]
    if isinstance(answer, NotAccepted):
        return [missing(f"Microsoft gives Vigie no token: {answer.says}")]
    return [
        fine(f"Microsoft accepts TEAMS_CLIENT_SECRET (app {client} in tenant {tenant})."),
        *look_at_clock(answer.at, now(), "Microsoft's"),
    ]


async def _keys(session: aiohttp.ClientSession, url: str) -> list[Finding]:
    why = "until then every request of Teams is answered 503, since nobody can tell who sent it"
    try:
        async with session.get(url, allow_redirects=False) as answer:
            found = await answer.json(content_type=None)
    except UNREACHABLE as error:
        return [_no_way(url, error, why)]
    except ValueError:
        found = None
    if isinstance(found, dict) and isinstance(found.get("keys"), list) and found["keys"]:
        return [fine(f"The keys that Teams signs with can be had ({_host(url)}).")]
    return [missing(f"{_host(url)} answers with no keys: see that no proxy answers instead; {why}.")]


async def _services(session: aiohttp.ClientSession, known: Known, service: str) -> list[Finding]:
    """Whether the addresses can be reached that messages go to. Any answer will do: nothing is sent."""
    allowed = ServiceUrls()
    urls = sorted({each.service_url for each in known.channels if allowed.allow(each.service_url)}) or [service]
    found = []
    for url in urls:
        try:
            async with session.get(url, allow_redirects=False):
                found.append(fine(f"Teams can be reached where messages go ({_host(url)})."))
        except UNREACHABLE as error:
            found.append(_no_way(url, error, "without it nothing can be sent to Teams"))
    return list(dict.fromkeys(found))


async def _address(session: aiohttp.ClientSession, settings: Settings) -> list[Finding]:
    """Whether Teams would find Vigie where it is told to."""
    if settings.public_url is None:
        return [
            note(
                "VIGIE_PUBLIC_URL is not set, so it was not tried whether Teams finds Vigie: set it to what stands in "
                f"{AZURE}, up to {MESSAGES_PATH}."
            )
        ]
    url = urljoin(settings.public_url, MESSAGES_PATH.removeprefix("/"))
    if urlsplit(url).scheme not in SECURE:
        return [missing(f"VIGIE_PUBLIC_URL is {settings.public_url}: Teams sends to https:// addresses alone.")]
    return [await _knock(session, url, f"http://{settings.host}:{settings.port}")]


async def _knock(session: aiohttp.ClientSession, url: str, own: str) -> Finding:
    """Send there what Teams never would: Vigie refuses it. `own`: where Vigie itself listens."""
    try:
        async with session.post(url, json={}, allow_redirects=False) as answer:
            status = answer.status
    except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError) as error:
        return missing(
            f"{url} has a certificate that is not accepted ({type(error).__name__}): Teams takes one of a public "
            "authority alone, with its whole chain."
        )
    except UNREACHABLE as error:
        return note(
            f"{url} does not answer from this machine ({type(error).__name__}). If it is meant to, see the proxy in "
            f"front of Vigie; else try from outside: curl -i -X POST {url} has to say 401."
        )
    return _judged(url, status, own)


def _judged(url: str, status: int, own: str) -> Finding:
    match status:
        case 401:
            return fine(f"{url} leads to Vigie, which answers 401 to whoever is not Teams. It has to stand in {AZURE}.")
        case 502 | 503 | 504:
            return note(f"{url} answers {status}: start Vigie; if it runs, see that the proxy passes on to {own}.")
        case 301 | 302 | 303 | 307 | 308:
            return missing(
                f"{url} leads elsewhere ({status}), and Teams does not follow: set VIGIE_PUBLIC_URL to that."
            )
        case 404 | 405:
            return missing(f"{url} answers {status}: have the proxy pass {MESSAGES_PATH} on to {own}{MESSAGES_PATH}.")
    return missing(f"{url} answers {status} rather than 401: see that the proxy passes requests to {own} as they are.")


def _no_way(url: str, error: Exception, why: str) -> Finding:
    return missing(f"{_host(url)} does not answer ({type(error).__name__}): let this machine reach it; {why}.")


def _host(url: str) -> str:
    return urlsplit(url).netloc
