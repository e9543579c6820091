"""Workspaces that installed Vigie by OAuth: kept on record with sealed tokens, started, and followed across
replicas."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import aiohttp
import structlog
from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store import Installation as Given
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from sqlmodel import Session

from bot.server.settings import Settings
from bot.server.vault import SealError, Vault
from bot.slack.app import slack_client
from bot.slack.connecting import Connector
from bot.slack.errors import UnservableError
from bot.slack.platform import PLATFORM
from bot.slack.workspaces import Workspace, Workspaces
from storage.database import Database
from storage.installations import (
    Installation,
    Tokens,
    claim_expiring,
    ensure_installation,
    find_installation,
    find_tokens,
    install,
    installed_workspaces,
    reseal,
    save_refreshed,
    workspace_of,
)

log = structlog.get_logger(__name__)
REFRESH_BEFORE = timedelta(hours=2)
LEASE = timedelta(minutes=1)


def real_time() -> datetime:
    """The machine's own time: tokens and sign-ins run out by it, whatever time it is for tickets."""
    return datetime.now(UTC)


def place_of(workspace_id: str, column: str) -> str:
    """The place for which a token is sealed: it cannot be opened in any other row or column."""
    return f"{PLATFORM}:{workspace_id}:{column}"


@dataclass
class Installed:
    """Saves what an installation brings, and finds its workspace again, in this process or another one."""

    #: The program's settings.
    settings: Settings
    #: Where installations are kept.
    database: Database
    #: For requests to Slack.
    session: aiohttp.ClientSession
    #: Brings a workspace up.
    connector: Connector
    #: Those that are at work here.
    workspaces: Workspaces
    #: Seals their tokens.
    vault: Vault
    _mine: set[str] = field(default_factory=set)
    _beside: set[asyncio.Task[None]] = field(default_factory=set)

    async def save(self, given: Given) -> None:
        """Somebody has installed Vigie, or done so again: the new tokens count, and the workspace is served at once."""
        workspace_id = given.enterprise_id if given.is_enterprise_install else given.team_id
        if not workspace_id or not given.bot_token:
            raise BoltError("Slack named no workspace or gave no bot token")
        tokens = self._sealed(str(workspace_id), given.bot_token, given.bot_refresh_token, given.bot_token_expires_at)
        now = self.connector.desks.now()

        def transaction(session: Session) -> None:
            found = ensure_installation(
                session, platform=PLATFORM, workspace=str(workspace_id), app=given.app_id or "",
                name=(given.enterprise_name if given.is_enterprise_install else given.team_name) or "",
                bot_user=given.bot_user_id or "", bot_id=given.bot_id or "", now=now,
            )  # fmt: skip
            installer = f"{PLATFORM}:{given.user_id}" if given.user_id else None
            install(session, found, tokens, installer=installer, now=now)

        await self.database.write(transaction)
        await self._serve_anew(workspace_id)

    async def load(self, workspace_id: str) -> Workspace | None:
        """Bring up a workspace from what is on record; None where it is not installed."""
        installation, tokens = await self._read(workspace_id)
        if installation is None or tokens is None:
            return None
        bot_token, refresh = self._opened(workspace_id, tokens)
        client = slack_client(bot_token, self.settings.slack_api_url, self.session)
        if not self.vault.is_fresh(tokens.bot):
            fresh = self._sealed(workspace_id, bot_token, refresh)
            await self.database.write(partial(reseal, installation=installation, before=tokens, after=fresh))
        workspace = await self.connector.by_installation(installation, client)
        self._mine.add(workspace_id)
        self._later(workspace.people.refresh())
        return workspace

    async def of_organisation(self, organisation_id: int) -> Workspace | None:
        """The workspace of an organisation, looked for on record."""
        found = await self.database.read(partial(workspace_of, platform=PLATFORM, organisation_id=organisation_id))
        if found is not None:
            await self._serve_anew(found)
        return self.workspaces.of_organisation(organisation_id)

    async def look(self) -> None:
        """Follow what other replicas installed, removed and refreshed; refresh what is about to run out."""
        await self._refresh_tokens()
        found = await self.database.read(partial(installed_workspaces, platform=PLATFORM))
        serving = {workspace.id: workspace.installation.revision for workspace in self.workspaces}
        for gone in self._mine - found.keys():
            self.workspaces.drop(gone)
        self._mine &= found.keys()
        for workspace_id, installation in found.items():
            if workspace_id not in serving or (
                workspace_id in self._mine and serving[workspace_id] != installation.revision
            ):
                await self._serve_anew(workspace_id)

    async def _serve_anew(self, workspace_id: str) -> None:
        try:
            workspace = await self.load(workspace_id)
        except UnservableError as error:
            log.error("a workspace cannot be served", workspace=workspace_id, error=str(error))  # noqa: TRY400
            return
        except Exception:
            # One workspace that cannot be served must not keep the others from it; the next look tries again.
            log.exception("a workspace cannot be served", workspace=workspace_id)
            return
        if workspace is not None:
            self.workspaces.put(workspace)

    async def _refresh_tokens(self) -> None:
        now = real_time()
        claim = partial(claim_expiring, platform=PLATFORM, before=now + REFRESH_BEFORE, now=now, lease=LEASE)
        for workspace_id in await self.database.write(claim):
            try:
                await self._refresh(workspace_id)
            except UnservableError as error:
                log.error("tokens not refreshed", workspace=workspace_id, error=str(error))  # noqa: TRY400
            except Exception:
                # The claim runs out, and it is tried again; the other workspaces are not kept waiting.
                log.exception("tokens not refreshed", workspace=workspace_id)

    async def _refresh(self, workspace_id: str) -> None:
        """Refresh a workspace's tokens. The caller has claimed it (a lease), since a refresh token works once."""
        installation, tokens = await self._read(workspace_id)
        if installation is None or tokens is None or tokens.refresh is None or tokens.expires_at is None:
            return
        bot_token, refresh = self._opened(workspace_id, tokens)
        secret = self.settings.slack_client_secret
        rotator = AsyncTokenRotator(
            client_id=self.settings.slack_client_id or "",
            client_secret=secret.get_secret_value() if secret else "",
            client=slack_client("", self.settings.slack_api_url, self.session),
        )
        bot = Bot(
            bot_token=bot_token, bot_refresh_token=refresh, bot_token_expires_at=int(tokens.expires_at.timestamp()),
            bot_id=installation.bot_id, bot_user_id=installation.bot_user, installed_at=0.0,
        )  # fmt: skip
        new = await rotator.perform_bot_token_rotation(
            bot=bot, minutes_before_expiration=int(REFRESH_BEFORE.total_seconds() / 60)
        )
        if new is None:
            return
        after = self._sealed(workspace_id, new.bot_token, new.bot_refresh_token, new.bot_token_expires_at)
        await self.database.write(partial(save_refreshed, installation=installation, before=tokens, after=after))

    async def _read(self, workspace_id: str) -> tuple[Installation | None, Tokens | None]:
        return await self.database.read(
            lambda session: (
                find_installation(session, PLATFORM, workspace_id), find_tokens(session, PLATFORM, workspace_id)
            )
        )  # fmt: skip

    def _opened(self, workspace_id: str, tokens: Tokens) -> tuple[str, str | None]:
        """Both tokens of a workspace. Raises UnservableError."""
        try:
            bot = self.vault.open(tokens.bot, place_of(workspace_id, "bot_token"))
            return bot, tokens.refresh and self.vault.open(tokens.refresh, place_of(workspace_id, "refresh_token"))
        except SealError as error:
            raise UnservableError(str(error)) from error

    def _sealed(self, workspace_id: str, bot: str, refresh: str | None, expires_at: int | None = None) -> Tokens:
        return Tokens(
            self.vault.seal(bot, place_of(workspace_id, "bot_token")),
            self.vault.seal(refresh, place_of(workspace_id, "refresh_token")) if refresh else None,
            datetime.fromtimestamp(expires_at, UTC) if expires_at else None,
        )

    def _later(self, work: Awaitable[None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except Exception:
                log.exception("people not read")

        task = asyncio.create_task(guarded())
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def stop(self) -> None:
        """Give up what is only a look at people."""
        for task in list(self._beside):
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
