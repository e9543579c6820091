"""Letters taken apart: as mail programs write them, and as nobody should."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.email.letter import Letter, UnreadableError, Written, read_letter


def raw(*headers: str, body: str = "Nothing reaches us.", sender: str = "Alice <Alice@Acme.example>") -> bytes:
    lines = [f"From: {sender}", "To: support@desk.example", "Message-ID: <1@acme.example>", *headers]
    return "\r\n".join([*lines, "", body, ""]).encode("utf-8")


def test_who_wrote_what_and_when() -> None:
    found = read_letter(
        raw(
            "Subject: =?utf-8?q?Liaison_coup=C3=A9e?=",
            "Date: Tue, 10 Mar 2026 13:00:00 +0100",
            "Cc: Bob <b@acme.example>",
        )
    )
    assert (found.sender, found.name, found.id) == ("alice@acme.example", "Alice", "<1@acme.example>")
    assert found.subject == "Liaison coupée"
    assert found.others == ("support@desk.example", "b@acme.example")
    assert found.dated == datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert found.text == "Nothing reaches us."
    assert found.written is Written.BY_A_PERSON


BY_PROGRAMS = [
    ("Auto-Submitted: auto-replied", Written.BY_A_PROGRAM),
    ("Auto-Submitted: AUTO-GENERATED; x=y", Written.BY_A_PROGRAM),
    ("Precedence: bulk", Written.BY_A_PROGRAM),
    ("X-Auto-Response-Suppress: All", Written.BY_A_PROGRAM),
    ("X-Autoreply: yes", Written.BY_A_PROGRAM),
    ("List-Id: <news.acme.example>", Written.BY_A_PROGRAM),
    ("Return-Path: <>", Written.BY_A_PROGRAM),
    ("Auto-Submitted: no", Written.BY_A_PERSON),
    ("Precedence: first-class", Written.BY_A_PERSON),
    ("Content-Type: multipart/report; report-type=delivery-status; boundary=x", Written.CAME_BACK),
    ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", Written.BY_A_PROGRAM),
]


@pytest.mark.parametrize(("header", "written"), BY_PROGRAMS, ids=[each[0] for each in BY_PROGRAMS])
def test_a_program_is_told_from_a_person(header: str, written: Written) -> None:
    assert read_letter(raw(header)).written is written


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@mail.example", "no-reply@shop.example", "postmaster@acme.example"])
def test_nobody_waits_behind_these_addresses(sender: str) -> None:
    assert read_letter(raw(sender=sender)).written is Written.BY_A_PROGRAM


CHECKED = [
    ("mx.desk.example; spf=pass; dmarc=fail (p=none) header.from=acme.example", True),
    ("MX.desk.example 1;\r\n dkim=none;\r\n dmarc=fail", True),
    ("mx.desk.example; dmarc=pass", False),
    ("mx.desk.example; none", False),
    ("mx.other.example; dmarc=fail", False),
    ("; dmarc=fail", False),
]


@pytest.mark.parametrize(("header", "is_forged"), CHECKED, ids=[each[0] for each in CHECKED])
def test_what_our_own_mail_server_found_is_believed_and_no_other(header: str, *, is_forged: bool) -> None:
    letter = raw(f"Authentication-Results: {header}", "Authentication-Results: mx.desk.example; dmarc=pass")
    assert read_letter(letter, "mx.desk.example").is_forged is is_forged
    assert not read_letter(letter).is_forged, "where none is named nothing is believed"


@pytest.mark.parametrize(("action", "written"), [("delayed", Written.BY_A_PROGRAM), ("failed", Written.CAME_BACK)])
def test_a_letter_that_is_only_late_has_not_come_back(action: str, written: Written) -> None:
    parts = ["--x", "Content-Type: text/plain", "", "See below.", "--x", "Content-Type: message/delivery-status", "",
             "Reporting-MTA: dns; mx.example", "", "Final-Recipient: rfc822; alice@acme.example",
             f"Action: {action}", "Status: 4.0.0", "", "--x--"]  # fmt: skip
    header = "Content-Type: multipart/report; report-type=delivery-status; boundary=x"
    assert read_letter(raw(header, body="\r\n".join(parts))).written is written


UNREADABLE = [
    ("nobody", raw(sender="")),
    ("no address", raw(sender="Alice")),
    ("two", raw(sender="a@acme.example, b@globex.example")),
    ("an unknown charset", raw("Content-Type: text/plain; charset=x-klingon")),
    ("nothing", b""),
    ("noise", bytes(range(256)) * 50),
]


@pytest.mark.parametrize("letter", [each[1] for each in UNREADABLE], ids=[each[0] for each in UNREADABLE])
def test_what_cannot_be_read_says_why(letter: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"\w{3}"):
        read_letter(letter)


def test_html_is_reduced_to_what_a_reader_would_see() -> None:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = "alice@acme.example"
    letter.set_content(
        "<style>p{}</style><p>It is <b>down</b>&nbsp;again.</p><script>steal()</script>"
        "<div style='display:none'>hidden</div><p>Since 9<br>or so <img alt='a chart' src='https://x.example/pixel'></p>"
        "<div class='gmail_quote'>On Tuesday we wrote</div>",
        subtype="html",
    )
    assert read_letter(bytes(letter)).text == "It is down again.\n\nSince 9\nor so a chart"


def test_plain_text_goes_before_html_and_what_is_attached_is_named() -> None:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = "alice@acme.example"
    letter.set_content("In plain words.")
    letter.add_alternative("<p>In HTML.</p>", subtype="html")
    letter.add_attachment(b"\x00", maintype="application", subtype="pdf", filename="trace\u202efdp.pdf")
    letter.add_attachment(b"\x00", maintype="image", subtype="png")
    found = read_letter(bytes(letter))
    assert found.text == "In plain words."
    assert found.attachments == ("tracefdp.pdf", "image/png"), "what turns a name around is left out"


def test_what_it_answers_is_read_from_both_headers_and_the_latest_comes_last() -> None:
    found = read_letter(raw("References: <a@x> <b@x>\r\n <c@x>", "In-Reply-To: <c@x>"))
    assert found.references == ("<a@x>", "<b@x>", "<c@x>")
    many = read_letter(raw("References: " + " ".join(f"<{n}@x>" for n in range(500))))
    assert len(many.references) == 100
    assert many.references[-1] == "<499@x>"


@pytest.mark.parametrize("date", ["Tue, 10 Mar 2026 13:00:00", "yesterday", "Tue, 99 Foo 99999 99:99:99 +9999", ""])
def test_a_date_that_says_nothing_is_none(date: str) -> None:
    assert read_letter(raw(f"Date: {date}")).dated is None


HEADERS = ["From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Content-Type",
           "Content-Transfer-Encoding", "Content-Disposition", "Auto-Submitted", "MIME-Version"]  # fmt: skip
NASTY = st.one_of(
    st.text(max_size=60),
    st.sampled_from([
        "multipart/mixed; boundary=x", "multipart/alternative", "text/html; charset=utf-16", "message/rfc822",
        "base64", "quoted-printable", "=?utf-8?b?////?=", "=?x?q?=?=", "a@b.example", "<" * 50, '"a" <a@b.example>',
        "multipart/report; boundary=x", "attachment; filename*=utf-8''%ff%fe",
    ]),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(HEADERS), NASTY), max_size=10), st.binary(max_size=300))
def test_any_bytes_are_a_letter_or_say_why_they_are_none(headers: list[tuple[str, str]], body: bytes) -> None:
    lines = [f"{name}: {value}".encode("utf-8", "surrogateescape") for name, value in headers]
    with suppress(UnreadableError):
        found = read_letter(b"\r\n".join([b"From: alice@acme.example", *lines, b"", body]))
        assert isinstance(found, Letter)
        for each in (found.text, found.subject, found.name, *found.attachments):
            assert "\0" not in each
            assert each.encode().decode() == each, "every database takes it"
        assert "\n" not in found.subject
        assert all(" " not in each and "\n" not in each for each in (found.id, *found.references, found.sender))


HTML = "Content-Type: text/html"
ENDLESS = [
    ("elements in elements", raw(HTML, body="<div><p>hi</p>" * 30_000)),
    ("comments that are not closed", raw(HTML, body="<!--" * 100_000)),
    ("tags that are not closed", raw(HTML, body="<a " * 100_000)),
    ("encoded words", raw("Subject: " + "=?utf-8?q?a?= " * 50_000)),
    ("addresses", raw("To: " + "a@acme.example, " * 50_000)),
    ("parameters", raw("Content-Type: text/plain; " + "a=b; " * 50_000)),
    ("parts", raw("Content-Type: multipart/mixed; boundary=b", body="--b\r\n\r\nx\r\n" * 50_000)),
]


@pytest.mark.parametrize(("name", "letter"), ENDLESS, ids=[each[0] for each in ENDLESS])
def test_nobody_keeps_us_busy_with_one_letter(name: str, letter: bytes) -> None:
    began = time.process_time()
    with suppress(UnreadableError):
        read_letter(letter)
    assert time.process_time() - began < 6, name


def test_what_is_not_closed_hides_no_words() -> None:
    letter = raw(HTML, body="<html><head><title>x</title><body>Nothing <b>reaches us.<p hidden>secret</p><br>3 < 4")
    assert read_letter(letter).text == "Nothing reaches us.\n3 < 4"


@pytest.mark.parametrize("odd", [b"\0", b"\x1b[2J", "\u202e".encode(), b"\xff", b"x" * 3000])
def test_an_attachment_without_a_name_is_called_by_a_type_that_can_be_kept_and_shown(odd: bytes) -> None:
    raw = (
        b"From: a@acme.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/plain\n\nhi\n--b\nContent-Type: appli" + odd + b"cation/pdf\n"
        b"Content-Disposition: attachment\n\nx\n--b--\n"
    )
    (name,) = read_letter(raw).attachments
    assert name.isprintable()
    assert len(name) <= 200
