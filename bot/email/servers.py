"""How a mailbox is reached: by IMAP for what arrives, by SMTP for what is sent. Encrypted, unless both are on this
machine."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

import aiohttp
from pydantic import SecretStr

from bot.email.letter import is_address
from bot.outbound.entra import EntraTokens, token_url
from bot.server.settings import ConfigError, Settings, is_loopback
from triage.mail_domains import domain_of

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPResponseException
    from imapclient import IMAPClient

SCOPE = "https://outlook.office365.com/.default"  # what tokens are good for that open mailboxes of Microsoft's
PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}
CONNECTED_IN, ANSWERED_IN = 5.0, 30.0  # seconds, until IMAP is reached, and until it answers
_NOT_LET_IN = (530, 534, 535, 538)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server is, and who we are there."""

    #: `imaps`, `imap`, `smtps` or `smtp`: with an s encrypted from the beginning, else before anything is said.
    scheme: str
    #: The host.
    host: str
    #: The port.
    port: int
    #: Who we are; empty: nobody asks.
    user: str

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine: then nothing has to be encrypted."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class App:
    """An app of a Microsoft tenant, which may open mailboxes there."""

    #: The tenant.
    tenant_id: str
    #: The app.
    client_id: str
    #: What it shows who it is by.
    secret: SecretStr


class Opening(Protocol):
    """Gives what opens a mailbox in the place of a password."""

    async def token(self, *, fresh: bool = False) -> str:
        """A token. `fresh`: not one that is kept, for that was refused. Raises `bot.outbound.entra.NoTokenError`."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox of ours."""

    #: Its address, from which letters are sent.
    address: str
    #: Where letters arrive.
    incoming: Server
    #: By which server they are sent.
    outgoing: Server
    #: What opens both; None: a token does, which an app of the mailbox's tenant is given.
    password: SecretStr | None
    #: That app, where there is no password.
    app: App | None = None

    @property
    def domain(self) -> str:
        """Of the address."""
        return domain_of(self.address)

    def sending(self, timeout: float) -> SMTP:
        """A connection by which letters are sent, not opened yet. `timeout`: seconds, of each step."""
        from aiosmtplib import SMTP  # noqa: PLC0415  an extra

        server = self.outgoing
        starts = server.scheme == "smtp" and not server.is_here
        return SMTP(
            hostname=server.host, port=server.port, timeout=timeout, use_tls=server.scheme == "smtps",
            start_tls=starts, local_hostname=self.domain,
        )  # fmt: skip

    async def log_in(self, client: SMTP, token: str | None = None) -> None:
        """Say who we are, by the `token` where there is no password. Raises SMTPException."""
        if token is not None:
            await client.auth_xoauth2(self.outgoing.user or self.address, token)
        elif self.outgoing.user and self.password is not None:
            await client.login(self.outgoing.user, self.password.get_secret_value())

    def is_about_us(self, error: SMTPResponseException) -> bool:
        """Whether the server refuses us rather than the letter: that is put right here, and the letter is sent then."""
        return error.code in _NOT_LET_IN

    def receiving(self, seen: Callable[[socket.socket], None], token: str | None = None) -> IMAPClient:
        """A connection to what has arrived, logged in, by the `token` where there is no password. `seen`: is shown its
        socket before the server says anything. Raises OSError, IMAPClientError."""
        from imapclient import SocketTimeout  # noqa: PLC0415  an extra

        from bot.email.imap import Client  # noqa: PLC0415  as above

        server = self.incoming
        encrypted = ssl.create_default_context()
        is_imaps = server.scheme == "imaps"
        timeout = SocketTimeout(CONNECTED_IN, ANSWERED_IN)
        client = Client(server.host, server.port, encrypted if is_imaps else None, timeout, seen)
        try:
            if not is_imaps and not server.is_here:
                client.starttls(encrypted)
                seen(client.socket())
            if token is not None:
                client.oauth2_login(server.user or self.address, token)
            else:
                client.login(server.user or self.address, self.password.get_secret_value() if self.password else "")
        except BaseException:
            client.shutdown()
            raise
        return client


def account_of(settings: Settings) -> Account:
    """The mailbox that the settings name. Raises ConfigError."""
    address = (settings.email_address or "").lower()
    app = {
        "VIGIE_EMAIL_TENANT_ID": settings.email_tenant_id, "VIGIE_EMAIL_CLIENT_ID": settings.email_client_id,
        "VIGIE_EMAIL_CLIENT_SECRET": settings.email_client_secret,
    }  # fmt: skip
    opens = app if any(app.values()) else {"VIGIE_EMAIL_PASSWORD": settings.email_password}
    given = {
        "VIGIE_EMAIL_ADDRESS": address, "VIGIE_EMAIL_IMAP": settings.email_imap,
        "VIGIE_EMAIL_SMTP": settings.email_smtp, **opens,
    }  # fmt: skip
    missing = [name for name, value in given.items() if not value]
    if missing:
        there = next((name for name, value in given.items() if value), "VIGIE_EMAIL_PASSWORD")
        raise ConfigError(f"Email is half configured: {there} is set, so set {' and '.join(missing)} too.")
    if not is_address(address):
        raise ConfigError(f"VIGIE_EMAIL_ADDRESS: {address!r} is no address: write one such as support@desk.example.")
    incoming = _server("VIGIE_EMAIL_IMAP", settings.email_imap or "", ("imaps", "imap"), address)
    outgoing = _server("VIGIE_EMAIL_SMTP", settings.email_smtp or "", ("smtps", "smtp"), address)
    tenant, client, secret = settings.email_tenant_id, settings.email_client_id, settings.email_client_secret
    if not (tenant and client and secret):
        return Account(address, incoming, outgoing, settings.email_password)
    if not re.fullmatch(r"[A-Za-z0-9.-]+", tenant):
        raise ConfigError(f"VIGIE_EMAIL_TENANT_ID: {tenant!r} is no tenant: copy the Directory (tenant) ID.")
    return Account(address, incoming, outgoing, None, App(tenant, client, secret))


def opening(account: Account, session: aiohttp.ClientSession) -> Opening | None:
    """What gives the tokens by which this mailbox is opened; None: a password opens it."""
    app = account.app
    if app is None:
        return None
    return EntraTokens(session, token_url(app.tenant_id), app.client_id, app.secret.get_secret_value(), SCOPE)


def _server(name: str, text: str, schemes: tuple[str, str], address: str) -> Server:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in schemes or not host:
        example = f"{schemes[0]}://{schemes[0].rstrip('s')}.desk.example"
        raise ConfigError(f"{name}: {_without_password(text)!r} is no mail server: write it as {example}.")
    if parts.password:
        raise ConfigError(f"{name} has a password in it: put that into VIGIE_EMAIL_PASSWORD.")
    # A relay on this machine asks nobody who they are, unless the settings say by which name.
    user = unquote(parts.username or "") or ("" if parts.scheme == "smtp" and is_loopback(host) else address)
    return Server(parts.scheme, host, port or PORTS[parts.scheme], user)


def _without_password(text: str) -> str:
    return text if "@" not in text else f"...{text[text.rindex('@') :]}"
