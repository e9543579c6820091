"""A mailbox whose server does not come to an end: it is let go of, and looked at again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from pydantic import SecretStr

from bot.cli.checks.email import look_at_email
from bot.email import mailbox
from bot.email.mailbox import Mailbox
from bot.email.servers import Account, Server
from bot.server.settings import Settings
from tests.waiting import LONGEST_SECONDS

BYTE_EVERY = 0.02  # seconds; far below every timeout of a socket


class Dribbling:
    """An IMAP server that answers as it should until it is asked for `until`, and then never ends its answer."""

    def __init__(self, until: bytes) -> None:
        self.until = until
        self.port = 0
        self.served = set[asyncio.Task[object] | None]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.served.add(asyncio.current_task())
        try:
            if not self.until:
                await self._dribble(writer)
            writer.write(b"* OK [CAPABILITY IMAP4rev1] here\r\n")
            while line := await reader.readline():
                tag, command = line.split()[:2]
                if command == self.until:
                    await self._dribble(writer)
                writer.write(b"* CAPABILITY IMAP4rev1\r\n" if command == b"CAPABILITY" else b"")
                writer.write(tag + b" OK done\r\n")
        except OSError:
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    @staticmethod
    async def _dribble(writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(BYTE_EVERY)


@pytest.fixture
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Dribbling]:
    found = Dribbling(request.param)
    listening = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = listening.sockets[0].getsockname()[1]
    yield found
    listening.close()
    await listening.wait_closed()
    await asyncio.wait_for(asyncio.gather(*filter(None, found.served)), LONGEST_SECONDS)  # whoever asked has left


@pytest.mark.parametrize("server", [b"", b"LOGIN", b"SELECT"], ids=["greeting", "login", "inbox"], indirect=True)
async def test_a_server_that_sends_a_byte_now_and_then_holds_nobody_for_ever(
    server: Dribbling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LONGEST_ANSWER", 0.3)
    here = Server("imap", "127.0.0.1", server.port, "support")
    found = Mailbox(Account("support@desk.example", here, here, SecretStr("x")))

    async def look() -> None:
        await found.ask(found.open)
        await found.ask(found.end)

    with pytest.raises(TimeoutError, match="longer than"):
        await look()
    await found.ask(found.leave)
    settings = Settings(
        VIGIE_EMAIL_ADDRESS="support@desk.example", VIGIE_EMAIL_IMAP=f"imap://127.0.0.1:{server.port}",
        VIGIE_EMAIL_SMTP="smtp://127.0.0.1:1", VIGIE_EMAIL_PASSWORD=SecretStr("x"),
    )  # fmt: skip
    told = [each.says for each in await look_at_email(settings)]
    assert "longer than" in told[0]
