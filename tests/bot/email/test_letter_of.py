"""Letters of ours, as they leave."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy

import pytest
from pydantic import SecretStr

from bot.email.letter import read_letter
from bot.email.servers import Account, Server
from bot.email.transport import letter_of
from bot.wording.card import Card
from bot.wording.sentences import Typed
from storage.email_threads import EmailThread

HERE = Server("smtp", "127.0.0.1", 25, "")
ACCOUNT = Account("support@desk.example", HERE, HERE, SecretStr("x"))
LONG = f"<AM0PR04MB{'1234567890ABCDEF' * 4}@AM0PR04MB1234.eurprd04.prod.outlook.com>"


def sent(subject: str, root_id: str = "<1@acme.example>") -> bytes:
    """What is handed to the server where somebody wrote about that."""
    to = ("alice@acme.example",)
    thread = EmailThread(1, "ab" * 12, "email:alice@acme.example", root_id, subject, to, root_id)
    card = Card((Typed("We are on it"),))
    return letter_of(ACCOUNT, 5, card, thread, to, datetime(2026, 3, 10, tzinfo=UTC)).as_bytes()


TRICKS = [
    b"=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3D0D=3D0ABcc:_eve=40evil.example=3F=3D?=",  # encoded twice
    b"=?utf-8?q?x=0D=0ABcc:_eve=40evil.example?=",
    b"x\r\n\t=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_nobody_adds_a_header_to_our_letters_by_a_subject(trick: bytes) -> None:
    theirs = read_letter(b"From: alice@acme.example\r\nSubject: " + trick + b"\r\n\r\nHello")
    ours = sent(theirs.subject)
    assert b"\nBcc" not in ours
    assert email.message_from_bytes(ours, policy=policy.compat32).keys() == [
        "From", "To", "Date", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    ]  # fmt: skip


def test_a_long_id_is_answered_as_it_is_so_that_mail_programs_find_it() -> None:
    ours = sent("Link down", LONG)
    assert f"In-Reply-To: {LONG}\r\n".encode() in ours


@pytest.mark.parametrize("subject", ["Link down", "Liaison coupée à Orléans", "a" * 300, "x =?utf-8?q?x?="])
def test_a_subject_is_read_back_as_it_was(subject: str) -> None:
    found = email.message_from_bytes(sent(subject), policy=policy.default)
    assert found["Subject"] == f"Re: {subject}"
