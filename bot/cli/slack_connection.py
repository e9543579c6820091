"""`vigie connect slack`: from nothing to a connected workspace, for people who do not program."""

from __future__ import annotations

import getpass
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound.front_end import TIMEOUT
from bot.server.env_file import write_env
from bot.server.settings import ConfigError
from bot.slack.app import slack_client
from bot.slack.channels import find_channel
from bot.slack.errors import error_code
from bot.slack.manifest import slack_manifest

TRIES = 3
Answer = TypeVar("Answer")

STEPS = """\
Connect Vigie to Slack in five steps. No public address is needed: Vigie calls Slack (Socket Mode).

1. Open https://api.slack.com/apps, click Create New App, then From a manifest, and choose your workspace.
2. Choose YAML, replace what is there by the text between the lines below, click Next, then Create.
----------------------------------------------------------------------------------------------------
{manifest}\
----------------------------------------------------------------------------------------------------
3. Basic Information, App-Level Tokens, Generate Token and Scopes: add connections:write, click Generate.
   That token starts with xapp-.
4. Install App, Install to Workspace, Allow. The Bot User OAuth Token starts with xoxb-.
5. In Slack, open the desk's channel and type: /invite @Vigie

What you paste below is not shown. Ctrl-C leaves without changing anything.
"""
DONE = """\
Connected. {path} has the settings; keep it to yourself.
Next: type vigie run, then {command} help in the desk's channel. If something does not work: vigie doctor.
"""
REASONS = {
    "invalid_auth": "Slack does not know this token: copy the whole of it again.",
    "not_authed": "Slack does not know this token: copy the whole of it again.",
    "token_revoked": "this token was revoked: install the app to the workspace again and copy the new one.",
    "account_inactive": "this token's app was removed: install it to the workspace again and copy the new one.",
    "not_allowed_token_type": "this is a token of another kind: copy the one described in the step.",
    "missing_scope": "the app lacks a permission: use the manifest of step 2, then install it to the workspace again.",
    "ratelimited": "Slack asks us to slow down: wait a minute and try again.",
}


class Refused(Exception):
    """An answer that will not do; the message says what to do instead."""


class Console(Protocol):
    """How the person is spoken with."""

    def say(self, text: str) -> None:
        """Show text."""

    def ask(self, question: str) -> str:
        """Ask for a line."""

    def ask_secret(self, question: str) -> str:
        """Ask for a line that is not shown while it is typed."""


class Terminal:
    """The person at the terminal."""

    def say(self, text: str) -> None:
        """Print."""
        print(text, flush=True)

    def ask(self, question: str) -> str:
        """Read a line."""
        return input(question)

    def ask_secret(self, question: str) -> str:
        """Read a line without echo."""
        return getpass.getpass(question)


async def connect_slack(
    console: Console, path: Path = Path(".env"), *, api_url: str = "https://slack.com/api/", command: str = "/ticket"
) -> None:
    """Lead through the steps, check each answer with Slack, and write `path`.

    Raises ConfigError, one line that says what to do, after three answers that will not do, when Slack cannot be
    reached or when the file cannot be written; nothing is written then.
    """
    console.say(STEPS.format(manifest=slack_manifest(command=command)))
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:

        async def bot_token(given: str) -> str:
            _expect(given, "xoxb-", "step 4, Bot User OAuth Token")
            answer = await slack_client(given, api_url, session).auth_test()
            console.say(f"Connected to {answer.get('team') or answer['team_id']} as {answer.get('user') or 'Vigie'}.")
            return given

        async def app_token(given: str) -> str:
            _expect(given, "xapp-", "step 3, App-Level Tokens")
            await slack_client(given, api_url, session).apps_connections_open(app_token=given)
            console.say("Socket Mode works.")
            return given

        token = await _until_it_does(console, "Bot token (xoxb-...): ", console.ask_secret, bot_token)
        socket = await _until_it_does(console, "App token (xapp-...): ", console.ask_secret, app_token)
        client = slack_client(token, api_url, session)

        async def channel_of(given: str) -> str:
            return await _channel(console, client, given)

        channel = await _until_it_does(console, "The desk's channel (name or id): ", console.ask, channel_of)
    _write(path, {"SLACK_BOT_TOKEN": token, "SLACK_APP_TOKEN": socket, "VIGIE_CHANNEL": channel})
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "VIGIE_CHANNEL"):
        if os.environ.get(name):
            console.say(f"{name} is also set in the environment, which beats {path}: unset it there.")
    console.say(DONE.format(path=path, command=command))


async def _channel(console: Console, client: AsyncWebClient, given: str) -> str:
    found = await find_channel(client, given)
    if found is None:
        raise Refused(f"there is no channel {given} that Vigie can see: in that channel type /invite @Vigie (step 5).")
    if found.get("is_archived"):
        raise Refused(f"#{found['name']} is archived: choose another channel.")
    if not found.get("is_member"):
        raise Refused(f"Vigie is not in #{found['name']} yet: in that channel type /invite @Vigie, then answer again.")
    console.say(f"The desk's channel is #{found['name']}.")
    return str(found["id"])


async def _until_it_does(
    console: Console, question: str, ask: Callable[[str], str], check: Callable[[str], Awaitable[Answer]]
) -> Answer:
    for left in reversed(range(TRIES)):
        given = ask(question).strip()
        try:
            if not given:
                raise Refused("nothing was typed.")
            return await check(given)
        except Refused as refused:
            reason = str(refused)
        except SlackApiError as error:
            code = error_code(error)
            reason = REASONS.get(code, f"Slack answers {code}: try again.")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ConfigError(
                f"cannot reach Slack ({type(error).__name__}): check this machine's network and proxy, then try again."
            ) from error
        console.say(f"That will not do: {reason}")
        if not left:
            raise ConfigError(f"nothing was written: {reason}")
    raise AssertionError("every try returns or raises")


def _expect(token: str, prefix: str, place: str) -> None:
    if not token.startswith(prefix) or any(c.isspace() for c in token):
        raise Refused(f"this token does not start with {prefix}: see {place}.")


def _write(path: Path, values: dict[str, str]) -> None:
    try:
        write_env(path, values)
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot write {path} ({error}): make this folder writable, then try again.") from error
