"""What the doctor looks at where workspaces install Vigie by themselves: their tokens, and the keys that open them."""

from __future__ import annotations

import asyncio
from urllib.parse import urljoin

import aiohttp
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.cli.checks.finding import Finding, fine, missing, note
from bot.outbound.front_end import TIMEOUT
from bot.server.settings import Settings
from bot.slack.app import slack_client
from bot.slack.errors import UNREACHABLE, error_code
from bot.slack.manifest import INSTALL_PATH
from storage.database import Database, DatabaseUnusableError
from storage.installations import find_tokens, installed_workspaces
from storage.schema import Schema, look


async def look_at_installed(settings: Settings) -> list[Finding]:
    """Each workspace that has installed Vigie; nothing where a token in the settings is all there is."""
    if not settings.many_workspaces or not settings.secret_keys or settings.public_url is None:
        return []
    address = urljoin(settings.public_url, INSTALL_PATH[1:])
    sealed = await asyncio.to_thread(_sealed, settings)
    if not sealed:
        return [note(f"No workspace has installed Vigie yet: open {address}.")]
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        return [await _look_at(settings, session, workspace, token, address) for workspace, token in sealed.items()]


async def _look_at(
    settings: Settings, session: aiohttp.ClientSession, workspace: str, sealed: str, address: str
) -> Finding:
    from bot.server.vault import MisplacedError, Vault, WrongKeyError  # noqa: PLC0415  a single workspace seals nothing
    from bot.slack.installed import place_of  # noqa: PLC0415  a single workspace seals nothing

    try:
        token = Vault([key.get_secret_value() for key in settings.secret_keys]).open(
            sealed, place_of(workspace, "bot_token")
        )
        answer = await slack_client(token, settings.slack_api_url, session).auth_test()
    except WrongKeyError:
        return missing(
            f"The token of workspace {workspace} cannot be opened: list the key that sealed it in VIGIE_SECRET_KEY, "
            f"after the new one, or install Vigie there again at {address}."
        )
    except MisplacedError as error:
        return missing(f"The token of workspace {workspace} is not used ({error}): open {address}.")
    except SlackApiError as error:
        return missing(f"Slack refuses the token of workspace {workspace} ({error_code(error)}): install at {address}.")
    except UNREACHABLE as error:
        return missing(
            f"Slack does not answer at {settings.slack_api_url} ({type(error).__name__}): check this machine's network "
            "and proxy."
        )
    return fine(f"Slack accepts the token of workspace {answer.get('team') or workspace}.")


def _sealed(settings: Settings) -> dict[str, str]:
    """The sealed token of each workspace. A database that cannot be read has a line of its own."""

    def read(session: Session) -> dict[str, str]:
        found = ((name, find_tokens(session, "slack", name)) for name in installed_workspaces(session, "slack"))
        return {name: tokens.bot for name, tokens in found if tokens is not None}

    try:
        database = Database(settings.database_url)
    except DatabaseUnusableError:
        return {}
    try:
        if look(database) is not Schema.CURRENT:
            return {}
        return database.read_now(read)
    except (DatabaseUnusableError, DBAPIError):
        return {}
    finally:
        database.close_now()
