"""Slack's own framework around one workspace: its client, who we are there, its Bolt app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound.front_end import CannotStartError
from bot.slack.client import SlackClient
from bot.slack.errors import UNREACHABLE, error_code, is_unknown_method


class SlackUnreachableError(CannotStartError):
    """Slack did not answer, or refused the token."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot token speaks for."""

    #: The id of the workspace, or of the enterprise that installed it for all of its workspaces; empty: the server has
    #: no such thing.
    workspace: str
    #: What the workspace is called.
    name: str
    #: The id by which people mention the bot.
    bot_user: str
    #: The id that the bot's own messages carry.
    bot_id: str
    #: The app's id; empty where Slack does not say.
    app_id: str
    address: str = ""  # of the workspace: https://acme.slack.com/


def slack_client(token: str, base_url: str, session: aiohttp.ClientSession) -> SlackClient:
    """A client over the one shared session, without retry handlers: a lost reply must not make it post twice."""
    return SlackClient(token=token, base_url=base_url, session=session, retry_handlers=[])


async def identify(client: AsyncWebClient) -> Identity:
    """Ask Slack who we are."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        if is_unknown_method(error):
            return identity_of({})
        code = error_code(error)
        raise SlackUnreachableError(
            f"Slack refuses SLACK_BOT_TOKEN ({code}): copy the Bot User OAuth Token again, or run vigie connect slack"
        ) from error
    except UNREACHABLE as error:
        raise SlackUnreachableError(
            f"cannot reach Slack at {client.base_url} ({type(error).__name__}): check the network, then start again"
        ) from error
    return identity_of(answer.data if isinstance(answer.data, dict) else {})


def identity_of(answer: dict[str, Any]) -> Identity:
    """What `auth.test` says; a server that is not Slack may leave much of it out."""
    for_all = answer.get("is_enterprise_install") is True
    return Identity(
        workspace=str(answer.get("enterprise_id" if for_all else "team_id") or ""),
        name=str(answer.get("team") or ""),
        bot_user=str(answer.get("user_id") or ""),
        bot_id=str(answer.get("bot_id") or ""),
        app_id=str(answer.get("app_id") or ""),
        address=str(answer.get("url") or ""),
    )


def bolt_app(client: AsyncWebClient, bot_user: str, bot_id: str) -> AsyncApp:
    """Bolt's app for one workspace. It answers only after our commit (process before response). Nothing is taken from
    the environment; everything is passed in. It uses the token that `client` holds at that moment. Requests were
    verified before they come here: at the door (`bot.slack.door`), or by the socket."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=None, bot_user_id=bot_user, bot_id=bot_id, bot_token=client.token
        )

    return AsyncApp(
        name="vigie",  # without one Bolt reads the sources of all its callers to find one
        # Without a token of its own: each request carries the one that `authorize` answers.
        client=AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=[]),
        signing_secret="",
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
    )
