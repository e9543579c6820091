"""`/slack/install` and `/slack/oauth_redirect`: Slack's own flow, with our stores and our pages."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urljoin

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.server.settings import Settings
from bot.server.vault import Vault
from bot.slack.app import slack_client
from bot.slack.errors import UNREACHABLE
from bot.slack.installed import real_time
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH
from bot.slack.scopes import SCOPES
from bot.wording.speech import Speech, speech
from storage.database import Database
from storage.oauth_states import consume_state

log = structlog.get_logger(__name__)
STATE_SECONDS = 600
RETURNS_A_MINUTE = 30  # each of them asks Slack something and writes a row
# Nothing of a page comes from elsewhere, nobody keeps it, and no other site frames it.
GUARDED: dict[str, str | Sequence[str]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
SAID = {
    "access_denied", "invalid_browser", "invalid_state", "missing_code", "invalid_code", "storage_error", "unreachable",
    "busy",
}  # fmt: skip


class BusyError(Exception):
    """More browsers come back at once than people install anything."""


class StateStore(AsyncOAuthStateStore):
    """OAuth states. A state carries our stamp and its expiry, so that any replica can check it and giving one out costs
    no row; those that were used are in the database, since each works once."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database = database
        self.vault = vault
        self._came_back: deque[datetime] = deque(maxlen=RETURNS_A_MINUTE)

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """A new state, good once and for ten minutes."""
        ends = int(real_time().timestamp()) + STATE_SECONDS
        return self.vault.stamped(f"{ends}.{token_urlsafe(32)}")

    async def async_consume(self, state: str) -> bool:
        """Whether we gave it out and nobody has come back with it yet. Raises BusyError."""
        text, now = self.vault.stamped_text(state), real_time()
        if text is None:
            return False
        if len(self._came_back) == RETURNS_A_MINUTE and abs(now - self._came_back[0]) < timedelta(minutes=1):
            raise BusyError
        self._came_back.append(now)
        ends = datetime.fromtimestamp(int(text.partition(".")[0]), UTC)
        return await self.database.write(partial(consume_state, state=state, expires_at=ends, now=now))


class InstallationStore(AsyncInstallationStore):
    """Where the flow leaves what it was given."""

    def __init__(self, save: Callable[[Installation], Awaitable[None]]) -> None:
        self.save = save

    async def async_save(self, installation: Installation) -> None:
        """Keep it."""
        await self.save(installation)


def oauth_flow(
    settings: Settings,
    database: Database,
    session: aiohttp.ClientSession,
    vault: Vault,
    save: Callable[[Installation], Awaitable[None]],
) -> AsyncOAuthFlow:
    """The flow of this app. `save` keeps an installation and has its workspace served."""
    pages = Pages(speech(settings.lang), settings.command)
    secret = settings.slack_client_secret
    return AsyncOAuthFlow(
        client=slack_client("", settings.slack_api_url, session),
        settings=AsyncOAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=secret.get_secret_value() if secret else "",
            scopes=[scope.name for scope in SCOPES],
            redirect_uri=urljoin(settings.public_url or "", REDIRECT_PATH[1:]),
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            install_page_rendering_enabled=False,
            authorization_url=urljoin(settings.slack_api_url, "/oauth/v2/authorize"),
            installation_store=InstallationStore(save),
            state_store=StateStore(database, vault),
            state_expiration_seconds=STATE_SECONDS,
            callback_options=AsyncCallbackOptions(success=pages.installed, failure=pages.failed),
        ),
    )


class Pages:
    """What somebody who installs Vigie reads: one sentence, and what to do next."""

    def __init__(self, words: Speech, command: str) -> None:
        self.words = words
        self.command = command

    async def installed(self, args: AsyncSuccessArgs) -> BoltResponse:
        """It worked."""
        where = args.installation.team_name or args.installation.enterprise_name or ""
        said = self.words.text("install.done", where=where, command=self.command)
        forget = args.settings.state_utils.build_set_cookie_for_deletion()
        return BoltResponse(status=200, headers={**GUARDED, "Set-Cookie": forget}, body=self.page(said))

    async def failed(self, args: AsyncFailureArgs) -> BoltResponse:
        """It did not, and why."""
        if args.error is not None:
            log.error("installation not kept", error=str(args.error))
        return self.refusal(args.reason, args.suggested_status_code)

    def refusal(self, reason: str, status: int) -> BoltResponse:
        """The page of a reason: Slack's word or Bolt's."""
        known = reason if reason in SAID else "unknown"
        said = self.words.text(f"install.{known}")
        return BoltResponse(status=status, headers=GUARDED, body=self.page(said, again=INSTALL_PATH))

    def page(self, said: str, again: str = "") -> str:
        """A page of one sentence. `again` is where to start over."""
        link = f'<p><a href="{again}">{escape(self.words.text("install.again"))}</a></p>' if again else ""
        return (
            f'<!doctype html><html lang="{self.words.language}"><head><meta charset="utf-8"><title>Vigie</title>'
            f'<meta name="viewport" content="width=device-width"></head>'
            f"<body><h1>Vigie</h1><p>{escape(said)}</p>{link}</body></html>"
        )


def add_oauth_routes(
    web_app: web.Application, settings: Settings, flow_of: Callable[[], AsyncOAuthFlow | None]
) -> None:
    """The two addresses of an installation. 503 until the program is up."""
    pages = Pages(speech(settings.lang), settings.command)

    async def handle(request: web.Request) -> web.Response:
        flow = flow_of()
        if flow is None:
            return web.Response(status=503, text="starting")
        step = flow.handle_installation if request.path == INSTALL_PATH else flow.handle_callback
        try:
            answer = await step(await to_bolt_request(request))
        except BusyError:
            answer = pages.refusal("busy", 429)
        except UNREACHABLE as error:
            log.warning("installation failed", error=str(error)[:200])
            answer = pages.refusal("unreachable", 502)
        except Exception:
            log.exception("installation failed")
            answer = pages.refusal("storage_error", 500)
        return await to_aiohttp_response(answer)

    web_app.router.add_get(INSTALL_PATH, handle)
    web_app.router.add_get(REDIRECT_PATH, handle)
