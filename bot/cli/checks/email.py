"""What the doctor looks at of the mailbox to which customers write: whether letters arrive, and whether they can be
sent. It logs in at both servers and changes nothing there."""

from __future__ import annotations

import aiohttp

from bot.cli.checks.finding import Finding, fine, missing
from bot.email.installed import require_email
from bot.email.mailbox import Mailbox
from bot.email.servers import Account, account_of, opening
from bot.outbound.entra import NoTokenError
from bot.outbound.front_end import CannotStartError
from bot.server.settings import ConfigError, Settings

SECONDS = 10.0


async def look_at_email(settings: Settings) -> list[Finding]:
    """One line for each of the two servers; one alone where the settings do not suffice."""
    try:
        require_email()
        account = account_of(settings)
    except (CannotStartError, ConfigError) as error:
        return [missing(f"{error}.".replace("..", "."))]
    async with aiohttp.ClientSession() as session:
        opens = opening(account, session)
        try:
            token = None if opens is None else await opens.token()
        except NoTokenError as error:
            return [
                missing(f"{error}. Check VIGIE_EMAIL_TENANT_ID, VIGIE_EMAIL_CLIENT_ID and VIGIE_EMAIL_CLIENT_SECRET.")
            ]
    return [await _incoming(account, token), await _outgoing(account, token)]


async def _incoming(account: Account, token: str | None) -> Finding:
    server = account.incoming
    where = f"{server.scheme}://{server.host}:{server.port}"
    try:
        mailbox = Mailbox(account, token)
        await mailbox.ask(mailbox.open)
        try:
            await mailbox.ask(mailbox.end)
        finally:
            await mailbox.ask(mailbox.leave)
    except Exception as error:  # noqa: BLE001  of the network, of TLS, of the server
        return missing(
            f"Email that arrives cannot be read at {where}: {_said(error)}. Check VIGIE_EMAIL_IMAP, and that "
            f"{server.user or account.address} may read its mail by IMAP with {_opener(account)}."
        )
    return fine(f"Email to {account.address} can be read.")


async def _outgoing(account: Account, token: str | None) -> Finding:
    server = account.outgoing
    where = f"{server.scheme}://{server.host}:{server.port}"
    client = account.sending(SECONDS)
    try:
        async with client:
            await account.log_in(client, token)
    except Exception as error:  # noqa: BLE001  as above
        return missing(
            f"Email cannot be sent by {where}: {_said(error)}. Check VIGIE_EMAIL_SMTP, and that "
            f"{server.user or account.address} may send by SMTP with {_opener(account)}."
        )
    return fine(f"Email can be sent from {account.address}.")


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(".")


def _opener(account: Account) -> str:
    return "VIGIE_EMAIL_PASSWORD" if account.app is None else "the app of VIGIE_EMAIL_CLIENT_ID"
