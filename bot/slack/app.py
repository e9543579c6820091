"""The Bolt app of one workspace, over HTTP or Socket Mode, with one shared client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import error_code

if TYPE_CHECKING:
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)


class SlackUnreachableError(Exception):
    """Slack did not answer, or refused the token; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot token speaks for."""

    team_id: str
    team: str
    bot_user: str
    bot_id: str
    app_id: str
    scopes: tuple[str, ...]
    address: str = ""  # of the workspace: https://acme.slack.com/


def slack_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client over the one shared session, without retry handlers: a lost reply must not make it post twice."""
    return AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])


async def identify(client: AsyncWebClient) -> Identity:
    """Ask Slack who we are."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        code = error_code(error)
        raise SlackUnreachableError(
            f"Slack refuses SLACK_BOT_TOKEN ({code}): copy the Bot User OAuth Token again, or run vigie connect slack"
        ) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SlackUnreachableError(
            f"cannot reach Slack at {client.base_url} ({type(error).__name__}): check the network, then start again"
        ) from error
    scopes = str(answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or "")
    return Identity(
        team_id=str(answer["team_id"]),
        team=str(answer.get("team") or ""),
        bot_user=str(answer["user_id"]),
        bot_id=str(answer.get("bot_id") or ""),
        app_id=str(answer.get("app_id") or ""),
        scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
        address=str(answer.get("url") or ""),
    )


def bolt_app(client: AsyncWebClient, signing_secret: str | None, identity: Identity, token: str) -> AsyncApp:
    """An app that answers after our commit. Everything is passed explicitly: the environment is not read twice."""
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=identity.team_id,
        bot_user_id=identity.bot_user,
        bot_id=identity.bot_id,
        bot_token=token,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return known

    return AsyncApp(
        # Without a token of its own: each request carries the one that `authorize` answers.
        client=AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=[]),
        signing_secret=signing_secret or "",
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=signing_secret is not None,
    )


def add_slack_route(web_app: web.Application, app_of: Callable[[], AsyncApp | None]) -> None:
    """`/slack/events`: every command, button, form and event of Slack's. 503 until the app is up: Slack tries again."""

    async def handle(request: web.Request) -> web.Response:
        app = app_of()
        if app is None:
            return web.Response(status=503, text="starting")
        body = await request.text()
        try:
            bolt_request = AsyncBoltRequest(
                body=_unmistakable(body),
                query=request.query_string,
                headers=request.headers,  # type: ignore[arg-type]  # a mapping of names to values, as Bolt reads it
            )
        except ValueError:
            return web.Response(status=400, text="not what Slack sends")
        bolt_request.raw_body = body  # what the signature was made over
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))

    web_app.router.add_post("/slack/events", handle)


def _unmistakable(body: str) -> str:
    """The same form, written so that Bolt reads it right: it takes a command with the word "payload" anywhere in it for
    a button or a form, and would answer it with nothing."""
    if body.startswith(("{", "payload=")) or "&payload=" in body:
        return body
    return body.replace("payload", "%70ayload")


def socket_handler(app: AsyncApp, app_token: str, client: AsyncWebClient) -> AsyncSocketModeHandler:
    """Socket Mode: no public address is needed."""
    # Here, since a desk that is reached over HTTP need not wait for it at every start.
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler  # noqa: PLC0415

    web_client = AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=[])
    return AsyncSocketModeHandler(app, app_token, web_client=web_client)
