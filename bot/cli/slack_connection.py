"""`vigie connect slack`: from nothing to a connected workspace, for people who do not program."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.asking import Answer, Console, Refused, until_it_does, warn_of_environment, write
from bot.outbound.front_end import TIMEOUT
from bot.slack.app import slack_client
from bot.slack.channels import find_channel
from bot.slack.errors import error_code
from bot.slack.manifest import slack_manifest

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

        token = await _asked(console, lambda: console.ask_secret("Bot token (xoxb-...): "), bot_token)
        socket = await _asked(console, lambda: console.ask_secret("App token (xapp-...): "), app_token)
        client = slack_client(token, api_url, session)

        async def channel_of(given: str) -> str:
            return await _channel(console, client, given)

        channel = await _asked(console, lambda: console.ask("The desk's channel (name or id): "), channel_of)
    found = {"SLACK_BOT_TOKEN": token, "SLACK_APP_TOKEN": socket, "VIGIE_CHANNEL": channel}
    write(path, found)
    warn_of_environment(console, path, found)
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


async def _asked(console: Console, ask: Callable[[], str], check: Callable[[str], Awaitable[Answer]]) -> Answer:
    """As `until_it_does`, with what Slack says of an answer in words."""

    async def checked(given: str) -> Answer:
        try:
            return await check(given)
        except SlackApiError as error:
            code = error_code(error)
            raise Refused(REASONS.get(code, f"Slack answers {code}: try again.")) from error

    return await until_it_does(console, "Slack", ask, checked)


def _expect(token: str, prefix: str, place: str) -> None:
    if not token.startswith(prefix) or any(c.isspace() for c in token):
        raise Refused(f"this token does not start with {prefix}: see {place}.")
