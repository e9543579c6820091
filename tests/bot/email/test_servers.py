"""The settings of a mailbox: what suffices, and what is said of what does not."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import aiohttp
import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from bot.email.servers import account_of, opening
from bot.server.settings import ConfigError, Settings

WHOLE = {
    "VIGIE_EMAIL_ADDRESS": "Support@Desk.example", "VIGIE_EMAIL_IMAP": "imaps://mail.desk.example",
    "VIGIE_EMAIL_SMTP": "smtp://me@mail.desk.example:2587", "VIGIE_EMAIL_PASSWORD": "a secret",
}  # fmt: skip


def settings(**changed: Any) -> Settings:
    return Settings(**{name: value for name, value in {**WHOLE, **changed}.items() if value is not None})


def test_ports_and_names_are_the_usual_ones_unless_they_are_given() -> None:
    found = account_of(settings())
    assert found.address == "support@desk.example"
    assert (found.incoming.port, found.incoming.user) == (993, "support@desk.example")
    assert (found.outgoing.port, found.outgoing.user) == (2587, "me")
    assert "a secret" not in repr(found)


OF_A_TENANT = {
    "VIGIE_EMAIL_PASSWORD": None, "VIGIE_EMAIL_TENANT_ID": "0-1", "VIGIE_EMAIL_CLIENT_ID": "an-app",
    "VIGIE_EMAIL_CLIENT_SECRET": "a secret",
}  # fmt: skip


async def test_where_microsoft_runs_it_an_app_opens_it_by_tokens() -> None:
    found = account_of(settings(**OF_A_TENANT))
    assert found.password is None
    assert found.app is not None
    assert "a secret" not in repr(found)
    async with aiohttp.ClientSession() as session:
        assert opening(found, session) is not None
        assert opening(account_of(settings()), session) is None, "else the password does"


class Asked:
    """Keeps by which token somebody came in."""

    def __init__(self) -> None:
        self.by: list[bytes] = []

    async def auth_XOAUTH2(self, _server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802  the server's name for it
        self.by.append(base64.b64decode(args[1]))
        return AuthResult(success=True)


async def test_the_token_stands_in_for_the_password() -> None:
    asked = Asked()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(asked, auth_require_tls=False, loop=asyncio.get_running_loop()), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    account = account_of(settings(VIGIE_EMAIL_SMTP=f"smtp://127.0.0.1:{port}", **OF_A_TENANT))
    async with account.sending(5) as client:
        await account.log_in(client, "a-token")
    assert asked.by == [b"user=support@desk.example\x01auth=Bearer a-token\x01\x01"]
    server.close()
    await server.wait_closed()


WRONG = [
    ({**OF_A_TENANT, "VIGIE_EMAIL_CLIENT_SECRET": None}, "VIGIE_EMAIL_CLIENT_SECRET"),
    ({**OF_A_TENANT, "VIGIE_EMAIL_TENANT_ID": "https://x/"}, "tenant"),
    ({"VIGIE_EMAIL_SMTP": None}, "VIGIE_EMAIL_SMTP"),
    ({"VIGIE_EMAIL_PASSWORD": None, "VIGIE_EMAIL_IMAP": None}, "VIGIE_EMAIL_IMAP and VIGIE_EMAIL_PASSWORD"),
    ({"VIGIE_EMAIL_ADDRESS": "support"}, "support@desk.example"),
    ({"VIGIE_EMAIL_IMAP": "mail.desk.example"}, "imaps://"),
    ({"VIGIE_EMAIL_IMAP": "https://mail.desk.example"}, "imaps://"),
    ({"VIGIE_EMAIL_SMTP": "smtp://mail.desk.example:port"}, "smtps://"),
    ({"VIGIE_EMAIL_SMTP": "smtp://me:secret@mail.desk.example"}, "VIGIE_EMAIL_PASSWORD"),
]


@pytest.mark.parametrize(("changed", "named"), WRONG)
def test_what_does_not_suffice_is_said_in_one_line(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named) as told:
        account_of(settings(**changed))
    assert "secret" not in str(told.value)
