"""A post office for stories: a real IMAP server with a mailbox, and a real SMTP server that keeps what is sent."""

from __future__ import annotations

import asyncio
import contextlib
import email
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from imapclient import IMAPClient

from tests.waiting import LONGEST_SECONDS

ADDRESS, USER, PASSWORD = "support@desk.example", "support", "only-for-tests"
SERVER = "from pymap.main import main; main()"


@dataclass
class Refusing:
    """Keeps what is sent, and answers as it is told to."""

    #: What was sent, in order.
    sent: list[EmailMessage] = field(default_factory=list)
    #: What is answered instead, once each: at the end of a letter.
    answers: list[str] = field(default_factory=list)
    #: Addresses that are refused.
    unknown: set[str] = field(default_factory=set)
    #: Addresses that are to be tried later, and how often.
    busy: dict[str, int] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802  the name is the server's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 5.1.1 no such mailbox"
        if self.busy.get(address):
            self.busy[address] -= 1
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        letter = email.message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.sent.append(letter)
        return "250 OK"


@dataclass
class PostOffice:
    """Both servers."""

    #: Where the IMAP server listens.
    imap_port: int
    #: Where the SMTP server listens.
    smtp_port: int
    #: What the SMTP server has.
    out: Refusing
    #: The IMAP server; None: it is away.
    process: asyncio.subprocess.Process | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """How Vigie is told of it."""
        return {
            "VIGIE_EMAIL_ADDRESS": ADDRESS,
            "VIGIE_EMAIL_IMAP": f"imap://{USER}@127.0.0.1:{self.imap_port}",
            "VIGIE_EMAIL_SMTP": f"smtp://{USER}@127.0.0.1:{self.smtp_port}",
            "VIGIE_EMAIL_PASSWORD": PASSWORD,
        }

    @property
    def sent(self) -> list[EmailMessage]:
        """The letters that Vigie sent."""
        return self.out.sent

    async def goes_away(self) -> None:
        """The IMAP server ends, and what lay in the mailbox is lost."""
        if self.process is not None:
            self.process.terminate()
            await self.process.wait()
            self.process = None

    async def comes_back(self) -> None:
        """It is there again, where it was, and numbers its letters anew."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SERVER, "--host", "127.0.0.1", "--port", str(self.imap_port), "--no-service",
            "admin", "--no-service", "managesieve", "dict", "--demo-user", USER, "--demo-password", PASSWORD,
        )  # fmt: skip
        await _listens(self.imap_port)

    def _client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.imap_port, ssl=False, timeout=LONGEST_SECONDS)
        client.login(USER, PASSWORD)
        return client

    async def arrives(self, letter: EmailMessage | bytes, at: datetime | None = None) -> None:
        """A letter comes into the mailbox."""

        def put() -> None:
            client = self._client()
            raw = letter if isinstance(letter, bytes) else letter.as_bytes(policy=policy.SMTP)
            client.append("INBOX", raw, msg_time=at or datetime.now(UTC))
            client.logout()

        await asyncio.to_thread(put)

    async def folder(self, name: str) -> list[bytes]:
        """What lies in that folder."""

        def read() -> list[bytes]:
            client = self._client()
            try:
                if not client.folder_exists(name):
                    return []
                client.select_folder(name, readonly=True)
                found = client.fetch(client.search(), ["BODY.PEEK[]"]) if client.search() else {}
            finally:
                client.logout()
            return [each[b"BODY[]"] for _, each in sorted(found.items())]

        return await asyncio.to_thread(read)


def _free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


@contextlib.asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """Both servers, as long as they are needed."""
    out = Refusing()
    controller = UnthreadedController(
        out, hostname="127.0.0.1", port=_free_port(), loop=asyncio.get_running_loop(), authenticator=_lets_in,
        auth_required=True, auth_require_tls=False,
    )  # fmt: skip
    server = await controller._create_server()  # noqa: SLF001  begin() runs the loop by itself
    office = PostOffice(_free_port(), controller.port, out)
    try:
        await office.comes_back()
        yield office
    finally:
        server.close()
        await server.wait_closed()
        await office.goes_away()


def _lets_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    given = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == given, handled=False)


async def _listens(port: int) -> None:
    for _ in range(int(LONGEST_SECONDS * 20)):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise AssertionError("the IMAP server does not listen")


def letter(  # noqa: PLR0917  what a letter says
    text: str, subject: str = "Link down in Sydney", sender: str = "Alice <alice@acme.example>",
    answers: EmailMessage | None = None, message_id: str = "", at: datetime | None = None, cc: str = "",
) -> EmailMessage:  # fmt: skip
    """A letter as a mail program writes it."""
    found = EmailMessage(policy=policy.SMTP)
    found["From"], found["To"], found["Subject"] = sender, f"Support <{ADDRESS}>", subject
    found["Message-ID"] = message_id or f"<{abs(hash((text, subject, sender)))}@mail.example>"
    found["Date"] = format_datetime(at or datetime.now(UTC))
    if cc:
        found["Cc"] = cc
    if answers is not None:
        found["In-Reply-To"] = answers["Message-ID"]
        found["References"] = f"{answers['References'] or ''} {answers['Message-ID']}".strip()
    found.set_content(text)
    return found


def returned(ours: EmailMessage, *addresses: str) -> bytes:
    """What a mail server sends about a letter of ours that it could not deliver to these."""
    blocks = [
        f"Final-Recipient: rfc822; {each}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox\r\n"
        for each in addresses
    ]
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@desk.example\r\nSubject: Undelivered\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
        "--x\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; desk.example\r\n\r\n"
        + "\r\n".join(blocks)
        + f"\r\n--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours['Message-ID']}\r\n\r\n--x--\r\n"
    ).encode()


def words(found: EmailMessage) -> str:
    """What a letter says in plain text."""
    body = found.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
