"""Microsoft's own SDK, as far as it is used: it finds out whether whoever calls is the Bot Connector.

What it would take from elsewhere is kept from it: everything is passed in, nothing is read from the environment or from
a `.env` file that lies about, and it is not given the secret. It is loaded only where Teams is served: that takes half
a second and 70 MB.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.teams.key_set import KeySet
from bot.teams.platform import KEYS_URL, MESSAGES_PATH, SERVICE_URL

if TYPE_CHECKING:
    from microsoft_teams.api.auth.cloud_environment import CloudEnvironment
    from microsoft_teams.apps import App
    from microsoft_teams.apps.http.adapter import HttpRouteHandler
    from microsoft_teams.common.http import Client

# What the SDK would read from the environment.
_READ_BY_SDK = (
    "CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "MANAGED_IDENTITY_CLIENT_ID", "CLOUD", "SERVICE_URL", "PORT",
    "OAUTH_URL", "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS",
)  # fmt: skip
_NO_DOTENV = "PYTHON_DOTENV_DISABLED"
LET_IN = 202
CALLS_NOBODY = "it calls nobody: bot/teams/client.py does"


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where Teams is: Microsoft's own, or a stand-in."""

    #: What the Bot Connector calls itself in its tokens.
    issuer: str = "https://api.botframework.com"
    #: Where its keys are.
    keys_url: str = KEYS_URL
    #: Where things are sent to whose own address is not known yet.
    service_url: str = SERVICE_URL


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to Teams."""

    #: The id of our app, in Entra.
    app_id: str
    #: The id of the tenant that we serve; empty: any, for test tools.
    tenant_id: str
    #: Whether callers have to show who they are. Never False where others reach us.
    asks_callers: bool = True

    @property
    def bot_id(self) -> str:
        """The id by which people mention the bot."""
        return f"28:{self.app_id}"


@contextmanager
def sdk_left_alone() -> Iterator[None]:
    """While the SDK is loaded or makes its App it finds nothing in the environment and in no `.env` file; its warnings,
    that parts of it are new or old and may change, are for us to know and nobody else to read."""
    kept = dict(os.environ)
    try:
        for name in _READ_BY_SDK:
            os.environ.pop(name, None)
        os.environ[_NO_DOTENV] = "1"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name in os.environ.keys() - kept.keys():
            del os.environ[name]
        os.environ.update(kept)


class TeamsApp:
    """The SDK's App, asked about whoever calls."""

    def __init__(self, identity: Identity, cloud: Cloud, keys: KeySet) -> None:
        self._mount = _Mount()
        self._keys = keys
        with sdk_left_alone():
            self._app = _make_app(identity, cloud, self._mount)

    async def start(self) -> None:
        """Make it ready."""
        await self._app.initialize()
        _take_keys_from(self._app, self._keys)
        # From here it would take the activity apart, by models that know less than Teams sends.
        self._app.server.on_request = _let_in

    async def lets_in(self, token: str, service_url: str) -> bool:
        """Whether the Bot Connector signed this token for us, it is in force, and it speaks of this address. The SDK
        sees nothing else of the request."""
        body: dict[str, object] = {"type": "event", "serviceUrl": service_url}
        answer = await self._mount.handler({"body": body, "headers": {"authorization": f"Bearer {token}"}})
        return answer["status"] == LET_IN


async def _let_in(_event: Any) -> Any:
    return {"status": LET_IN}


class _Mount:
    """Where the SDK puts its one route: our own door stands in front of it. See its `HttpServerAdapter`."""

    handler: HttpRouteHandler

    def register_route(self, method: str, path: str, handler: HttpRouteHandler) -> None:
        """Take the handler of activities."""
        if (method, path) != ("POST", MESSAGES_PATH):
            raise ValueError(f"no route of ours: {method} {path}")
        self.handler = handler

    def serve_static(self, path: str, directory: str) -> None:
        """Nothing is served from folders."""

    async def start(self, port: int) -> None:
        """It runs on our own server."""
        raise NotImplementedError

    async def stop(self) -> None:
        """It has nothing to stop."""


def _make_app(identity: Identity, cloud: Cloud, mount: _Mount) -> App:
    from microsoft_teams.apps import App  # noqa: PLC0415  see the head of this module

    return App(
        client_id=identity.app_id,
        tenant_id=identity.tenant_id or None,
        token=_no_token,  # without one it would look for a managed identity of the machine
        client=_no_client(),
        cloud=_environment(cloud),
        service_url=cloud.service_url,
        http_server_adapter=mount,
        messaging_endpoint=MESSAGES_PATH,
        dangerously_allow_unauthenticated_requests=False,  # left out, the environment could say otherwise
        fetch_user_token=False,
        state=False,
    )


def _no_token(_scope: str | list[str], _tenant: str | None) -> str:
    raise NotImplementedError(CALLS_NOBODY)


def _no_client() -> Client:
    """Left out, the SDK makes three clients at every start, each of which reads all the certificates that it would
    trust."""
    import httpx  # noqa: PLC0415  as above
    from microsoft_teams.common.http import Client, ClientOptions  # noqa: PLC0415

    class Nobody(Client):
        def clone(self, overrides: ClientOptions | None = None, *, share_http: bool = False) -> Client:  # noqa: ARG002
            return self

    def refuse(_request: httpx.Request) -> httpx.Response:
        raise NotImplementedError(CALLS_NOBODY)

    return Nobody(_http=httpx.AsyncClient(transport=httpx.MockTransport(refuse), trust_env=False))


def _environment(cloud: Cloud) -> CloudEnvironment:
    from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides  # noqa: PLC0415  as above

    # From this address it derives that of the keys, which it never fetches.
    metadata = cloud.keys_url.removesuffix("/keys") + "/openidconfiguration"
    return with_overrides(PUBLIC, token_issuer=cloud.issuer, openid_metadata_url=metadata)


def _take_keys_from(app: App, keys: KeySet) -> None:
    """Have the SDK find keys in our memory. By itself it fetches them in the middle of a request and holds up everybody
    else's, Slack's too, for as long as the host of the keys is slow. It has no public place for this: a test of
    `bot/teams/` fails where it moves."""
    validator = app.server._token_validator  # noqa: SLF001
    if validator is not None:
        validator._service_validator._jwks_client = keys  # type: ignore[assignment]  # noqa: SLF001
