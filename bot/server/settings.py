"""Settings: every name of the environment in one place, read once at the start, secrets never shown."""

from __future__ import annotations

import os
import re
from errno import EADDRINUSE
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.desk.languages import LANGUAGES

LOCAL_API = "/local/api/"
KEY_LENGTH = 32
_ON, _OFF = {"1", "true", "yes", "on", "t", "y"}, {"0", "false", "no", "off", "f", "n"}
FEWEST_DAYS, MOST_DAYS = 30, 36_500  # that anything is kept
PAGE_PREFIX = "VIGIE_PAGE_"  # of the secrets of what is told beside people

#: Where Vigie can speak.
Platform = Literal["slack", "teams", "local"]
_TENANT = re.compile(r"[A-Za-z0-9-]+")
_NO_TENANTS = ("common", "organizations", "consumers")  # what Entra calls many tenants by
TEAMS_NAMES = ("TEAMS_CLIENT_ID", "TEAMS_CLIENT_SECRET", "TEAMS_TENANT_ID")  # what connects Microsoft Teams


class ConfigError(Exception):
    """The settings cannot be used; the message is one line that says what to do."""


class Settings(BaseSettings):
    """What the environment says; a variable that is set to nothing counts as unset.

    Build it with `load_settings`, or with the variables' own names: `Settings(VIGIE_PORT=0)` beats the environment.
    """

    # Not populate_by_name: the environment's own `host` or `port` would then be read too.
    model_config = SettingsConfigDict(
        case_sensitive=True, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: str = Field(default="sqlite:///vigie.db", alias="VIGIE_DATABASE_URL", repr=False)  # password inside
    policy: Path | None = Field(default=None, alias="VIGIE_POLICY")
    host: str = Field(default="127.0.0.1", alias="VIGIE_HOST")
    port: int = Field(default=8080, alias="VIGIE_PORT")
    public_url: str | None = Field(default=None, alias="VIGIE_PUBLIC_URL")
    lang: str = Field(default="en", alias="VIGIE_LANG")
    command: str = Field(default="/ticket", alias="VIGIE_COMMAND")
    channel: str | None = Field(default=None, alias="VIGIE_CHANNEL")
    # What the local workspace imitates, separated by commas; unset: whatever it can.
    local: Annotated[tuple[str, ...], NoDecode] = Field(default=(), alias="VIGIE_LOCAL")
    # Several, separated by commas; the first encrypts.
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(default=(), alias="VIGIE_SECRET_KEY")

    # A monitor that raises the alarm when no heartbeat comes; its path is a secret.
    heartbeat_url: SecretStr | None = Field(default=None, alias="VIGIE_HEARTBEAT_URL")

    # What a reader of /metrics has to know; unset: only programs on this machine may read it.
    metrics_token: SecretStr | None = Field(default=None, alias="VIGIE_METRICS_TOKEN")

    # For so many days requests that were handled and notices that were said are kept; 0: for good.
    keep_days: int = Field(default=90, alias="VIGIE_KEEP_DAYS")

    # Secrets of what is told beside people (the policy's `page`), by the names of their variables: `load_settings`.
    page_secrets: dict[str, SecretStr] = Field(default_factory=dict, alias="VIGIE_PAGE_", repr=False)

    # Private networks to which webhooks may be sent all the same, separated by commas: 10.1.0.0/16.
    webhook_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(), alias="VIGIE_WEBHOOK_NETWORKS"
    )

    # Proxies in front of Vigie that are believed when they say for whom they ask (X-Forwarded-For), beside those on
    # this machine, separated by commas: 10.1.0.0/16.
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(), alias="VIGIE_TRUSTED_PROXIES"
    )

    # With what people sign in to the desk's pages, separated by commas; unset: the pages are closed outside local mode.
    sign_in: Annotated[tuple[str, ...], NoDecode] = Field(default=(), alias="VIGIE_SIGN_IN")

    slack_bot_token: SecretStr | None = Field(default=None, alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, alias="SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr | None = Field(default=None, alias="SLACK_APP_TOKEN")
    slack_client_id: str | None = Field(default=None, alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(default=None, alias="SLACK_CLIENT_SECRET")
    # The same app's id and secret, where one workspace is served by its token: with SLACK_CLIENT_ID others could
    # install it.
    slack_sign_in_id: str | None = Field(default=None, alias="SLACK_SIGN_IN_ID")
    slack_sign_in_secret: SecretStr | None = Field(default=None, alias="SLACK_SIGN_IN_SECRET")
    slack_api_url: str = Field(default="https://slack.com/api/", alias="SLACK_API_URL")

    teams_client_id: str | None = Field(default=None, alias="TEAMS_CLIENT_ID")
    teams_client_secret: SecretStr | None = Field(default=None, alias="TEAMS_CLIENT_SECRET")
    teams_tenant_id: str | None = Field(default=None, alias="TEAMS_TENANT_ID")
    # The desk's channel in Teams, where VIGIE_CHANNEL is the one in Slack; Teams alone takes either.
    teams_channel: str | None = Field(default=None, alias="VIGIE_TEAMS_CHANNEL")
    # Whoever reaches the port may act as anybody: for a test tool on the same machine.
    teams_dev: bool = Field(default=False, alias="VIGIE_TEAMS_DEV")
    # Private messages and slash commands in channels; a tenant may refuse them.
    teams_targeted: bool = Field(default=True, alias="VIGIE_TEAMS_TARGETED")

    # A mailbox to which customers write: its address, where its letters arrive, how letters are sent.
    email_address: str | None = Field(default=None, alias="VIGIE_EMAIL_ADDRESS")
    email_imap: str | None = Field(default=None, alias="VIGIE_EMAIL_IMAP")
    email_smtp: str | None = Field(default=None, alias="VIGIE_EMAIL_SMTP")
    email_password: SecretStr | None = Field(default=None, alias="VIGIE_EMAIL_PASSWORD")
    # As the mail server calls itself that notes in each letter whether its sender's domain has sent it.
    email_checked_by: str | None = Field(default=None, alias="VIGIE_EMAIL_CHECKED_BY")
    # Instead of a password, where Microsoft runs the mailbox: an app of that tenant, and its secret.
    email_tenant_id: str | None = Field(default=None, alias="VIGIE_EMAIL_TENANT_ID")
    email_client_id: str | None = Field(default=None, alias="VIGIE_EMAIL_CLIENT_ID")
    email_client_secret: SecretStr | None = Field(default=None, alias="VIGIE_EMAIL_CLIENT_SECRET")

    @model_validator(mode="before")
    @classmethod
    def _strip(cls, data: dict[str, Any]) -> dict[str, Any]:
        # A token is often pasted with a blank or a line end around it.
        stripped = {name: value.strip() if isinstance(value, str) else value for name, value in data.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    @field_validator("port", mode="before")
    @classmethod
    def _read_port(cls, value: object) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit() and int(text) <= 65535):
            raise ValueError(f"{text!r} is not a port: write a number from 0 to 65535, for example 8080.")
        return int(text)

    @field_validator("keep_days", mode="before")
    @classmethod
    def _read_days(cls, value: object) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit() and (text == "0" or FEWEST_DAYS <= int(text) <= MOST_DAYS)):
            raise ValueError(f"{text!r} is no such length: write a number of days from {FEWEST_DAYS}, or 0 for ever.")
        return int(text)

    @field_validator("teams_dev", "teams_targeted", mode="before")
    @classmethod
    def _read_switch(cls, value: object) -> object:
        text = str(value).strip().lower()
        if text not in _ON | _OFF:
            raise ValueError(f"{str(value)!r} is neither on nor off: write 1 or 0.")
        return text in _ON

    @field_validator("lang")
    @classmethod
    def _read_language(cls, value: str) -> str:
        language = value.lower()
        if language not in LANGUAGES:
            raise ValueError(f"{value!r} is not a language Vigie speaks: write {' or '.join(LANGUAGES)}.")
        return language

    @field_validator("command")
    @classmethod
    def _read_command(cls, value: str) -> str:
        name = "/" + value.lstrip("/")
        if len(name) < 2 or len(name) > 32 or any(c.isspace() or c.isupper() for c in name):
            raise ValueError(f"{value!r} is not a command: write one lower-case word such as /ticket.")
        return name

    @field_validator("slack_api_url", "public_url")
    @classmethod
    def _read_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{value!r} is not a web address: start it with https:// or http://.")
        return value.rstrip("/") + "/"

    @field_validator("heartbeat_url")
    @classmethod
    def _read_heartbeat(cls, value: SecretStr | None) -> SecretStr | None:
        parts = None if value is None else urlsplit(value.get_secret_value())
        if parts is not None and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("it is not a web address: start it with https:// or http://.")
        return value

    @field_validator("local", mode="before")
    @classmethod
    def _read_local(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found = tuple(each.strip().lower() for each in value.split(",") if each.strip())
        if not set(found) <= {"slack", "teams"}:
            raise ValueError(f"{value!r} is nothing the local workspace imitates: write slack, teams or slack,teams.")
        return found

    @field_validator("sign_in", mode="before")
    @classmethod
    def _read_sign_in(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found = tuple(dict.fromkeys(each.strip().lower() for each in value.split(",") if each.strip()))
        if not set(found) <= {"slack", "teams"}:
            raise ValueError(f"{value!r} is nothing to sign in with: write slack, teams or slack,teams.")
        return found

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _read_keys(cls, value: object) -> object:
        return tuple(key.strip() for key in value.split(",") if key.strip()) if isinstance(value, str) else value

    @field_validator("webhook_networks", "trusted_proxies", mode="before")
    @classmethod
    def _read_networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(each.strip()) for each in value.split(",") if each.strip())
        except ValueError:
            raise ValueError(f"{value!r} are no networks: write them as 10.1.0.0/16, with commas between.") from None

    @property
    def has_slack(self) -> bool:
        """Whether anything of Slack's is set, be it enough or not."""
        return bool(
            self.slack_bot_token or self.slack_signing_secret or self.slack_app_token
            or self.slack_client_id or self.slack_client_secret
        )  # fmt: skip

    @property
    def has_teams(self) -> bool:
        """Whether anything of Teams' is set, be it enough or not."""
        return bool(self.teams_client_id or self.teams_client_secret or self.teams_tenant_id or self.teams_dev)

    @property
    def has_email(self) -> bool:
        """Whether anything of a mailbox is set, be it enough or not."""
        opens = self.email_password or self.email_tenant_id or self.email_client_id or self.email_client_secret
        return bool(self.email_address or self.email_imap or self.email_smtp or opens)

    @property
    def platforms(self) -> frozenset[Platform]:
        """Where Vigie speaks: Slack, Teams, or both; the local workspace if nothing of either is set.

        A Slack address that is a local workspace's own means the local workspace in Slack's place, whatever else is
        set.
        """
        found: set[Platform] = set()
        if self.joins_local:
            found.add("local")
        elif self.has_slack:
            found.add("slack")
        if self.has_teams:
            found.add("teams")
        return frozenset(found or {"local"})

    @property
    def joins_local(self) -> bool:
        """Whether `SLACK_API_URL` is a local workspace that runs as its own process on this machine."""
        parts = urlsplit(self.slack_api_url)
        return parts.path.endswith(LOCAL_API) and is_loopback(parts.hostname or "")

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached over its sockets, without a public address."""
        return self.slack_app_token is not None

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install Vigie by themselves (OAuth), rather than by one token."""
        return self.slack_client_id is not None and self.slack_client_secret is not None

    @property
    def slack_sign_in(self) -> tuple[str, SecretStr] | None:
        """The id and secret of the Slack app with which people sign in; None: they are not complete."""
        found = (self.slack_sign_in_id or self.slack_client_id, self.slack_sign_in_secret or self.slack_client_secret)
        return (found[0], found[1]) if found[0] is not None and found[1] is not None else None

    def check(self, *, local: bool = False) -> None:
        """Raises ConfigError for the first thing that keeps these settings from being used.

        `local`: the local workspace was asked for (`--local`), also beside another platform.
        """
        if (local or "local" in self.platforms) and not is_loopback(self.host):
            raise ConfigError(
                f"The local workspace has no passwords, so it stays on this machine: set VIGIE_HOST to 127.0.0.1 "
                f"instead of {self.host}, or configure a platform with `vigie connect slack`."
            )
        if "slack" in self.platforms:
            self._check_slack()
        if "teams" in self.platforms:
            self._check_teams()
        if self.sign_in and not local and "local" not in self.platforms:
            self._check_sign_in()

    def channel_on(self, platform: str) -> str | None:
        """The desk's channel (id or name) that the environment names for that platform; None: none."""
        if platform == "teams":
            return self.teams_channel or (self.channel if self.platforms == {"teams"} else None)
        return self.channel

    def desk_channel(self, named: str | None) -> str:
        """The desk's channel (id or name): what the policy names, else VIGIE_CHANNEL, else ConfigError."""
        found = named or self.channel
        if not found:
            raise ConfigError(
                "The desk has no channel: set VIGIE_CHANNEL to the id or name of its channel, or name it in the "
                "policy file under desks: NAME: channels."
            )
        return found

    def _check_slack(self) -> None:
        _check_token("SLACK_BOT_TOKEN", self.slack_bot_token, "xoxb-", "OAuth & Permissions, Bot User OAuth Token")
        _check_token("SLACK_APP_TOKEN", self.slack_app_token, "xapp-", "Basic Information, App-Level Tokens")
        _check_secret(self.slack_signing_secret)
        if (self.slack_client_id is None) != (self.slack_client_secret is None):
            given, missing = ("ID", "SECRET") if self.slack_client_id else ("SECRET", "ID")
            _missing("Slack", f"SLACK_CLIENT_{missing}", f"SLACK_CLIENT_{given}")
        if not self.many_workspaces and self.slack_bot_token is None:
            given = "SLACK_APP_TOKEN" if self.slack_app_token else "SLACK_SIGNING_SECRET"
            _missing("Slack", "SLACK_BOT_TOKEN", given)
        if not self.slack_signing_secret and not self.socket_mode:
            given = "SLACK_CLIENT_ID" if self.many_workspaces else "SLACK_BOT_TOKEN"
            _missing("Slack", "SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (a public address)", given)
        if self.many_workspaces:
            self._check_installing()
        # Workspaces that install Vigie by themselves choose their channel in chat; one with a token is told it here.
        if self.slack_bot_token is not None and self.policy is None:
            self.desk_channel(None)

    def _check_installing(self) -> None:
        """What installing by OAuth needs besides the app's own id and secret."""
        lacking = []
        if not self.secret_keys:
            lacking.append("VIGIE_SECRET_KEY (a long random text that the workspaces' tokens are sealed with)")
        if self.public_url is None:
            lacking.append("VIGIE_PUBLIC_URL (the address at which browsers reach Vigie)")
        if lacking:
            _missing("Slack", " and ".join(lacking), "SLACK_CLIENT_ID")
        if any(len(key.get_secret_value()) < KEY_LENGTH for key in self.secret_keys):
            raise ConfigError(
                f"VIGIE_SECRET_KEY is too short to seal tokens with: make each of its keys {KEY_LENGTH} characters or "
                "longer, for example with python3 -c 'import secrets; print(secrets.token_urlsafe(32))'."
            )
        parts = urlsplit(self.public_url or "")
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise ConfigError(
                f"VIGIE_PUBLIC_URL is {self.public_url}: installing needs https://, since browsers send the cookie "
                "that it is bound to nowhere else."
            )

    def _check_sign_in(self) -> None:
        """What signing in to the desk's pages needs: the platform itself, its app's secret, and an address to come back
        to."""
        for platform in self.sign_in:
            if platform not in self.platforms:
                raise ConfigError(
                    f"VIGIE_SIGN_IN names {platform}, which Vigie is not connected to: run `vigie connect {platform}`, "
                    "or leave it out."
                )
        if "slack" in self.sign_in and self.slack_sign_in is None:
            raise ConfigError(
                "VIGIE_SIGN_IN names slack: set SLACK_SIGN_IN_ID and SLACK_SIGN_IN_SECRET to the Client ID and the "
                "Client Secret of your app's page, Basic Information."
            )
        if "teams" in self.sign_in and self.teams_dev:
            raise ConfigError("VIGIE_TEAMS_DEV has no tenant to sign in with: leave teams out of VIGIE_SIGN_IN.")
        parts = urlsplit(self.public_url or "")
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise ConfigError(
                f"VIGIE_SIGN_IN needs VIGIE_PUBLIC_URL to be the https:// address of the desk's pages: it is "
                f"{self.public_url or 'not set'}."
            )
        if parts.path.strip("/"):
            raise ConfigError(
                f"VIGIE_SIGN_IN needs a name of its own for the desk's pages: VIGIE_PUBLIC_URL is {self.public_url}, "
                "which has a path."
            )

    def _check_teams(self) -> None:
        if self.teams_dev:
            self._check_teams_dev()
            return
        values = (self.teams_client_id, self.teams_client_secret, self.teams_tenant_id)
        lacking = [name for name, value in zip(TEAMS_NAMES, values, strict=True) if value is None]
        if lacking:
            given = next(name for name in TEAMS_NAMES if name not in lacking)
            _missing("Teams", " and ".join(lacking), given)
        tenant = self.teams_tenant_id or ""
        if not _TENANT.fullmatch(tenant) or tenant.lower() in _NO_TENANTS:
            raise ConfigError(
                f"TEAMS_TENANT_ID is {tenant}, by which Teams calls no tenant: copy the Directory (tenant) ID of your "
                "app's page in Entra, or run `vigie connect teams`."
            )

    def _check_teams_dev(self) -> None:
        """With VIGIE_TEAMS_DEV nobody shows who they are: never where others reach the port, never beside a secret."""
        secrets = {"TEAMS_CLIENT_SECRET": self.teams_client_secret}
        if "slack" in self.platforms:  # whose desk would be the same
            secrets |= {"SLACK_BOT_TOKEN": self.slack_bot_token, "SLACK_CLIENT_SECRET": self.slack_client_secret}
        given = next((name for name, value in secrets.items() if value is not None), None)
        if given is not None:
            raise ConfigError(
                f"VIGIE_TEAMS_DEV lets anybody act as anybody, so it is refused beside {given}: unset one of the two."
            )
        if self.public_url is not None and not is_loopback(urlsplit(self.public_url).hostname or ""):
            raise ConfigError(  # a proxy on this machine would let others in
                f"VIGIE_TEAMS_DEV lets anybody act as anybody, so it is refused beside VIGIE_PUBLIC_URL "
                f"{self.public_url}: unset one of the two."
            )
        if not is_loopback(self.host):
            raise ConfigError(
                "VIGIE_TEAMS_DEV lets anybody act as anybody, so it stays on this machine: set VIGIE_HOST to 127.0.0.1 "
                f"instead of {self.host}, or unset VIGIE_TEAMS_DEV."
            )


def load_settings(env_file: str | Path | None = ".env") -> Settings:
    """The settings: the environment beats `env_file`, which may be absent. Raises ConfigError for a bad value."""
    try:
        given: dict[str, Any] = {"_env_file": env_file, "_env_file_encoding": "utf-8-sig"}
        return Settings(**given | {"VIGIE_PAGE_": _page_secrets(env_file)})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise ConfigError(f"{name}: {reason}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{env_file} cannot be read ({error}): correct it, or move it away.") from error


def _page_secrets(env_file: str | Path | None) -> dict[str, SecretStr]:
    """The variables of pages, which the policy names: the environment beats the file."""
    given = dotenv_values(env_file, encoding="utf-8-sig") if env_file is not None and Path(env_file).is_file() else {}
    found = {**given, **os.environ}
    return {
        name: SecretStr(value.strip())
        for name, value in found.items()
        if name.startswith(PAGE_PREFIX) and value and value.strip()
    }


def not_listening(host: str, port: int, error: OSError) -> ConfigError:
    """What to tell a person where that port cannot be listened on."""
    if error.errno == EADDRINUSE:
        return ConfigError(f"port {port} on {host} is taken: stop what uses it, or set VIGIE_PORT to another")
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    return ConfigError(
        f"cannot listen on port {port} of {host} ({reason}): set VIGIE_HOST and VIGIE_PORT to what this machine has"
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _missing(platform: str, missing: str, given: str) -> NoReturn:
    raise ConfigError(f"{platform} is half configured: {given} is set, so set {missing} too, or unset {given}.")


def _check_token(name: str, token: SecretStr | None, prefix: str, place: str) -> None:
    if token is not None and not token.get_secret_value().startswith(prefix):
        raise ConfigError(f"{name} does not start with {prefix}: copy it again from your app's page, {place}.")


def _check_secret(secret: SecretStr | None) -> None:
    if secret is not None and secret.get_secret_value().startswith(("xoxb-", "xapp-", "xoxp-")):
        raise ConfigError(
            "SLACK_SIGNING_SECRET holds a token: copy the Signing Secret from your app's page, Basic Information."
        )
