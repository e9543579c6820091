"""What the doctor asks Slack: the tokens, the permissions, the clock, the channels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.checks.clock import look_at_clock
from bot.cli.checks.finding import Finding, fine, missing, note
from bot.outbound.front_end import TIMEOUT
from bot.server.settings import ConfigError, Settings
from bot.slack.app import slack_client
from bot.slack.channels import find_channel
from bot.slack.errors import UNREACHABLE, error_code
from bot.slack.platform import PLATFORM
from bot.slack.scopes import SCOPES
from triage.desk import Desk
from triage.keys import id_of, platform_of

APPS = "https://api.slack.com/apps"
REINSTALL = f"open {APPS}, OAuth & Permissions, Bot Token Scopes, add it, then Install App, Reinstall"


async def look_at_slack(settings: Settings, desk: Desk, now: Callable[[], datetime]) -> list[Finding]:
    """Everything that only Slack can tell. `now` is the machine's own time."""
    if settings.slack_bot_token is None:
        return []
    token = settings.slack_bot_token.get_secret_value()
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        client = slack_client(token, settings.slack_api_url, session)
        try:
            answer = await client.auth_test()
        except SlackApiError as error:
            code = error_code(error)
            return [
                missing(
                    f"Slack refuses SLACK_BOT_TOKEN ({code}): open {APPS}, Install App, copy the Bot User OAuth Token, "
                    "or type vigie connect slack."
                )
            ]
        except UNREACHABLE as error:
            return [
                missing(
                    f"Slack does not answer at {settings.slack_api_url} ({type(error).__name__}): check this machine's "
                    "network and proxy."
                )
            ]
        headers = {name.lower(): value for name, value in answer.headers.items()}
        found = [fine(f"Slack accepts SLACK_BOT_TOKEN (workspace {answer.get('team') or answer['team_id']}).")]
        found.extend(_clock(headers.get("date"), now()))
        found.extend(_scopes(headers.get("x-oauth-scopes")))
        if settings.slack_app_token is not None:
            found.append(await _socket_mode(client, settings.slack_app_token.get_secret_value()))
        found.extend(await _channels(client, settings, desk))
    return found


def _clock(date: str | None, now: datetime) -> list[Finding]:
    """How far this machine's clock is from Slack's."""
    try:
        return look_at_clock(parsedate_to_datetime(date or ""), now, "Slack's")
    except ValueError:
        return []


def _scopes(header: str | None) -> list[Finding]:
    """What the installed app may do, against what the manifest asks for."""
    if header is None:
        return [note("Slack does not say which permissions the app has: they were not checked.")]
    given = {scope.strip() for scope in header.split(",")}
    lacking = [scope for scope in SCOPES if scope.name not in given]
    if not lacking:
        return [fine("The app has every permission.")]
    return [
        note(f"Without the optional permission {scope.name} {scope.lost}; to have it, {REINSTALL}.")
        if scope.optional
        else missing(f"Without the permission {scope.name} {scope.lost}: {REINSTALL}.")
        for scope in lacking
    ]


async def _socket_mode(client: AsyncWebClient, app_token: str) -> Finding:
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        code = error_code(error)
        return missing(
            f"Slack refuses SLACK_APP_TOKEN ({code}): open {APPS}, Basic Information, App-Level Tokens, generate one "
            "with connections:write, and see that Socket Mode is on."
        )
    except UNREACHABLE as error:
        return missing(f"Slack does not answer apps.connections.open ({type(error).__name__}): try again in a minute.")
    return fine("Socket Mode works.")


async def _channels(client: AsyncWebClient, settings: Settings, desk: Desk) -> list[Finding]:
    try:
        own = settings.desk_channel(desk.channel_on(PLATFORM))
    except ConfigError as error:
        return [missing(str(error))]
    found = [await _channel(client, own, "The desk's channel", is_desk=True)]
    here = {each: name for each, name in desk.customer_channels.items() if platform_of(each) == PLATFORM}
    found.extend([await _channel(client, each, f"The channel of {name}") for each, name in here.items()])
    return found


async def _channel(client: AsyncWebClient, named: str, what: str, *, is_desk: bool = False) -> Finding:
    named = id_of(named).removeprefix("#")
    try:
        channel = await find_channel(client, named)
    except SlackApiError as error:
        return note(f"{what} {named} could not be looked up ({error_code(error)}).")
    except UNREACHABLE as error:
        return note(f"{what} {named} could not be looked up ({type(error).__name__}): try again in a minute.")
    return _judged(channel, named, what, is_desk=is_desk)


def _judged(channel: dict[str, Any] | None, named: str, what: str, *, is_desk: bool) -> Finding:
    if channel is None:
        return missing(
            f"{what} {named} does not exist, or is private and Vigie is not in it: there, type /invite @Vigie, or "
            "correct its name in VIGIE_CHANNEL or the policy file."
        )
    name = f"#{channel.get('name') or named}"
    if channel.get("is_archived"):
        return missing(f"{what} {name} is archived: unarchive it, or name another.")
    if not channel.get("is_member"):
        return missing(f"Vigie is not in {name}: there, type /invite @Vigie.")
    if is_desk and channel.get("is_private") is False:
        return note(
            f"{what} is {name}, and Vigie is in it. It is public: whoever joins it is one of the desk, unless the "
            "policy names its people."
        )
    return fine(f"{what} is {name}, and Vigie is in it.")
