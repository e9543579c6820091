"""With whom people sign in, as the settings say: Slack, the tenant of Teams, or both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from pydantic import SecretStr

from bot.server.settings import Settings

SLACK, TEAMS = "slack", "teams"
PATH = "/sign-in"
ENTRA = "https://login.microsoftonline.com"
_CLAIM = "https://slack.com/"  # before the claims that Slack adds, wherever its API is


class Identity(NamedTuple):
    """Whom a provider says it is."""

    #: The workspaces or tenants that they signed in to, by the platform's ids, the narrowest first.
    workspaces: tuple[str, ...]
    #: The platform's id of the person there.
    user: str


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who says who people are."""

    #: The platform whose people they are, as it stands in keys.
    platform: str
    #: What it calls itself in what it signs. Where everything else is, is asked of it.
    issuer: str
    #: What it calls us.
    client_id: str
    #: By which we show that we are.
    secret: SecretStr = field(repr=False)
    #: The tenant that it is of; empty: it says itself which one.
    tenant: str = ""
    #: Whether each sign-in carries a proof (PKCE) that whoever comes back is whoever left. An app of Slack's would have
    #: to be declared a public client for that, for good: its code is bound by the nonce and the secret instead.
    has_pkce: bool = True

    @property
    def label(self) -> str:
        """What people call it."""
        return "Slack" if self.platform == SLACK else "Microsoft Teams"

    def identity(self, claims: Mapping[str, Any]) -> Identity | None:
        """Who it is, by what was found signed; None where that does not say it, or says another tenant."""
        if self.platform == SLACK:
            named = [claims.get(_CLAIM + each) for each in ("team_id", "enterprise_id")]
            user = claims.get(_CLAIM + "user_id")
        else:
            tenant, user = claims.get("tid"), claims.get("oid")
            named = [self.tenant if isinstance(tenant, str) and tenant.lower() == self.tenant.lower() else None]
        workspaces = tuple(each for each in named if isinstance(each, str) and each)
        return Identity(workspaces, user) if workspaces and isinstance(user, str) and user else None


def providers_of(settings: Settings) -> dict[str, Provider]:
    """Those that the settings name, by platform. The settings were checked."""
    found: dict[str, Provider] = {}
    if SLACK in settings.sign_in and settings.slack_sign_in is not None:
        client_id, secret = settings.slack_sign_in
        api = urlsplit(settings.slack_api_url)
        found[SLACK] = Provider(SLACK, f"{api.scheme}://{api.netloc}", client_id, secret, has_pkce=False)
    if TEAMS in settings.sign_in and settings.teams_client_secret is not None:
        tenant = settings.teams_tenant_id or ""
        found[TEAMS] = Provider(
            TEAMS,
            f"{ENTRA}/{tenant.lower()}/v2.0",
            settings.teams_client_id or "",
            settings.teams_client_secret,
            tenant,
        )
    return found


def path_back(platform: str) -> str:
    """Where a provider sends people back to. It has to be told so before."""
    return f"{PATH}/{platform}/back"


def address_back(public_url: str, platform: str) -> str:
    """The same, as the provider is told it."""
    return urljoin(public_url, path_back(platform))
