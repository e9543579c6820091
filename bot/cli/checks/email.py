"""What the doctor looks at of the mailbox to which customers write: whether letters arrive, and whether they can be
sent. It logs in at both servers and changes nothing there."""

from __future__ import annotations

import asyncio

from bot.cli.checks.finding import Finding, fine, missing
from bot.email.installed import require_email
from bot.email.mailbox import open_mailbox
from bot.email.servers import Account, account_of
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
    return [await asyncio.to_thread(_incoming, account), await _outgoing(account)]


def _incoming(account: Account) -> Finding:
    server = account.incoming
    where = f"{server.scheme}://{server.host}:{server.port}"
    try:
        mailbox = open_mailbox(account)
        mailbox.end()
        mailbox.leave()
    except Exception as error:  # noqa: BLE001  of the network, of TLS, of the server
        return missing(
            f"Email that arrives cannot be read at {where}: {_said(error)}. Check VIGIE_EMAIL_IMAP, and that "
            f"{server.user or account.address} may read its mail by IMAP with VIGIE_EMAIL_PASSWORD."
        )
    return fine(f"Email to {account.address} can be read.")


async def _outgoing(account: Account) -> Finding:
    server = account.outgoing
    where = f"{server.scheme}://{server.host}:{server.port}"
    client = account.sending(SECONDS)
    try:
        async with client:
            await account.log_in(client)
    except Exception as error:  # noqa: BLE001  as above
        return missing(
            f"Email cannot be sent by {where}: {_said(error)}. Check VIGIE_EMAIL_SMTP, and that "
            f"{server.user or account.address} may send by SMTP with VIGIE_EMAIL_PASSWORD."
        )
    return fine(f"Email can be sent from {account.address}.")


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(".")
