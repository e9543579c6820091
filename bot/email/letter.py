"""A letter as it arrived, taken apart: who wrote what, in answer to what, and whether a person wrote it at all.

Whatever stands in the bytes comes from outside. A letter that cannot be read raises `UnreadableError`, with a reason
for whoever looks after the mailbox; it is never guessed at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message, MIMEPart
from email.parser import BytesFeedParser
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from enum import StrEnum

LONGEST_ADDRESS = 254  # characters, as mail itself has it
LONGEST_SUBJECT = 998
MOST_REFERENCES = 100  # message ids that are looked at, the latest ones
MOST_NAMED = 20  # attachments that are named, and people who are written to
LONGEST_HEADER = 8000  # characters of a header that are looked at: the library takes minutes over a megabyte
MOST_HEADERS = 20  # of the same name that are looked at
MOST_PARTS = 5000  # a letter that has more is no letter
LONGEST_REFERENCES = 50_000
PIECE = 8192  # bytes of a letter that are read at once, as the library does
_OF_IDS = frozenset({"message-id", "in-reply-to", "references"})
_IDS = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,400}>")
_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_DISOWNED = re.compile(r"\bdmarc\s*=\s*fail\b")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_ANSWERED_BY_ITSELF = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-response-suppress",
    "list-id",
    "list-unsubscribe",
    "x-loop",
)
_NOBODY = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply")


class _Bounded(EmailPolicy):
    """The library's own way, which takes its time over what nobody's mail program writes, with an end to it."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """See EmailPolicy."""
        if name.lower() in _OF_IDS:  # the latest stand last
            return " ".join(value[-LONGEST_REFERENCES:].split())
        found: str = super().header_fetch_parse(name, value[:LONGEST_HEADER])
        return found


_POLICY = _Bounded()


class Broken(StrEnum):
    """Why a letter cannot be read, by its name in the catalogues (`announce.broken`)."""

    #: Not even its form is that of a letter.
    FORM = "form"
    #: It has thousands of parts.
    PARTS = "parts"
    #: It does not say who wrote it.
    NOBODY = "nobody"
    #: It says that several wrote it.
    SEVERAL = "several"
    #: It is written in a character set that is not known here.
    CHARSET = "charset"
    #: The mailbox does not give it.
    KEPT_BACK = "kept_back"


class UnreadableError(Exception):
    """A letter cannot be read. `what`: which character set, or what the library made of it."""

    def __init__(self, why: Broken, what: str = "") -> None:
        super().__init__(f"{why.value} {what}".strip())
        self.why = why
        self.what = what


class Written(StrEnum):
    """By whom a letter was written."""

    #: By a person.
    BY_A_PERSON = "by_a_person"
    #: By a program: an automatic reply, a list, a newsletter. Nobody waits for an answer.
    BY_A_PROGRAM = "by_a_program"
    #: By a mail server, about a letter that it could not deliver.
    CAME_BACK = "came_back"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says."""

    #: The address of whoever wrote it, in lower case.
    sender: str
    #: What they call themselves; empty: nothing.
    name: str
    #: Its own id, with its angle brackets; empty: it has none.
    id: str
    #: The ids of the letters that it answers, the latest last.
    references: tuple[str, ...]
    #: To whom else it went, in lower case.
    others: tuple[str, ...]
    #: What it is about, on one line.
    subject: str
    #: What it says, with whatever it quotes.
    text: str
    #: The names of what is attached.
    attachments: tuple[str, ...]
    #: When its author's machine says that it was written (UTC); None: it does not say, or not readably.
    dated: datetime | None
    #: By whom it was written.
    written: Written
    #: Whether the mail server that checks letters for us says that the sender's domain has not sent it.
    is_forged: bool = False


def read_letter(raw: bytes, checked_by: str = "") -> Letter:
    """The letter in these bytes. `checked_by`: as the mail server calls itself that checks letters for us and notes in
    them what it found (Authentication-Results, RFC 8601); empty: none does. Raises UnreadableError."""
    try:
        if raw.count(b"\n--") > MOST_PARTS:
            raise UnreadableError(Broken.PARTS)
        message = parsed(raw)
        if not isinstance(message, EmailMessage):
            raise UnreadableError(Broken.FORM)
        sender, name = _sender(message)
        text, attachments = _content(message)
        return Letter(
            sender=sender,
            name=name,
            id=next(iter(_ids(message, "message-id")), ""),
            references=_answered(message),
            others=_others(message),
            subject=_line(_header(message, "subject"))[:LONGEST_SUBJECT],
            text=text,
            attachments=attachments,
            dated=_dated(message),
            written=_written(message, sender),
            is_forged=bool(checked_by) and _is_forged(message, checked_by),
        )
    except UnreadableError:
        raise
    # The parser of the standard library raises almost anything for what is no mail: a letter is never lost by it.
    except Exception as error:
        raise UnreadableError(Broken.FORM, type(error).__name__) from error


def parsed(raw: bytes) -> Message:
    """The letter, taken apart piece by piece: as a whole the library holds it in memory a dozen times over."""
    parser = BytesFeedParser(policy=_POLICY)
    for begin in range(0, len(raw), PIECE):
        parser.feed(raw[begin : begin + PIECE])
    return parser.close()


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; empty where it is missing."""
    return _sound(str(message.get(name, "") or ""))


def _sound(text: str) -> str:
    """The text without what no database takes: halves of characters, and what ends a text in C."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _line(text: str) -> str:
    """The text on one line, without what steers a terminal or turns a line around."""
    shown = (c for c in text if unicodedata.category(c) not in ("Cc", "Cf") or c in "\t\r\n")
    return " ".join("".join(shown).split())


def _ids(message: EmailMessage, name: str) -> list[str]:
    return _IDS.findall(_header(message, name).replace("\r", " ").replace("\n", " "))


def _answered(message: EmailMessage) -> tuple[str, ...]:
    found = [*_ids(message, "references"), *_ids(message, "in-reply-to")]
    return tuple(dict.fromkeys(reversed(found)))[:MOST_REFERENCES][::-1]


def _addresses(message: EmailMessage, *names: str) -> Iterator[tuple[str, str]]:
    """What stands in these headers: names and addresses, those that cannot be written to left out."""
    for header in (header for name in names for header in message.get_all(name, [])[:MOST_HEADERS]):
        for each in getattr(header, "addresses", ()):
            address = str(each.addr_spec).lower()
            if is_address(address):
                yield _line(_sound(str(each.display_name))), address


def is_address(text: str) -> bool:
    """Whether a letter can be sent there."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text.lower()) is not None


def _sender(message: EmailMessage) -> tuple[str, str]:
    found = list(_addresses(message, "from"))
    if len(found) != 1:
        raise UnreadableError(Broken.SEVERAL if found else Broken.NOBODY)
    name, address = found[0]
    return address, name


def _others(message: EmailMessage) -> tuple[str, ...]:
    found = (address for _, address in _addresses(message, "to", "cc"))
    return tuple(dict.fromkeys(found))[:MOST_NAMED]


def _dated(message: EmailMessage) -> datetime | None:
    try:
        found = parsedate_to_datetime(_header(message, "date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if found.tzinfo is None:
        return None
    try:
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _written(message: EmailMessage, sender: str) -> Written:
    if message.get_content_type() == "multipart/report":
        kind = str(message.get_param("report-type") or "").lower()
        is_no_loss = kind == "disposition-notification" or _is_only_late(message)
        return Written.BY_A_PROGRAM if is_no_loss else Written.CAME_BACK
    empty_path = _header(message, "return-path").strip() == "<>"
    local = sender.partition("@")[0]
    if empty_path and local in ("mailer-daemon", "postmaster"):
        return Written.CAME_BACK
    automatic = _header(message, "auto-submitted").strip().lower().partition(";")[0].strip()
    by_program = (
        empty_path
        or automatic not in ("", "no")
        or _header(message, "precedence").strip().lower() in _BULK
        or any(name in message for name in _ANSWERED_BY_ITSELF)
        or local in _NOBODY
    )
    return Written.BY_A_PROGRAM if by_program else Written.BY_A_PERSON


def _is_only_late(message: EmailMessage) -> bool:
    """Whether a mail server says that it goes on trying, or that it handed the letter on."""
    told = (block for part in message.walk() if part.get_content_type() == "message/delivery-status"
            for block in part.walk())  # fmt: skip
    actions = {str(block.get("action") or "").strip().lower() for block in told} - {""}
    return bool(actions) and "failed" not in actions


def _is_forged(message: EmailMessage, checked_by: str) -> bool:
    """Whether our own mail server found that it does not come from where it says. What other servers, and whoever wrote
    it, put there is not read."""
    for header in message.get_all("authentication-results", [])[:MOST_HEADERS]:
        server, _, found = _sound(str(header)).lower().partition(";")
        if server.split() and server.split()[0] == checked_by.lower() and _DISOWNED.search(found):
            return True
    return False


def _content(message: EmailMessage) -> tuple[str, tuple[str, ...]]:
    """What it says, and the names of what is attached."""
    body = message.get_body(preferencelist=("plain", "html"))
    attached = [_named(part) for part in message.iter_attachments()] if message.is_multipart() else []
    if body is None:
        if not message.is_multipart():
            attached = [_named(message)]
        return "", tuple(attached[:MOST_NAMED])
    text = _text(body)
    if body.get_content_subtype() == "html":
        from bot.email.markup import words_of  # noqa: PLC0415  most letters say it in plain text as well

        text = words_of(text)
    return _sound(text).replace("\r\n", "\n").strip(), tuple(attached[:MOST_NAMED])


def _text(part: MIMEPart) -> str:
    try:
        found = part.get_content()
    except LookupError:
        charset = _line(str(part.get_content_charset() or ""))[:40]
        raise UnreadableError(Broken.CHARSET, charset) from None
    if not isinstance(found, str):
        raise UnreadableError(Broken.FORM)
    return found


def _named(part: MIMEPart) -> str:
    """What an attachment is called, on one line; a letter in a letter by what it is about."""
    name = part.get_filename()
    if not name and part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        name = _header(inner[0], "subject") if isinstance(inner, list) and isinstance(inner[0], EmailMessage) else ""
    return _line(_sound(str(name or "")))[:200] or _line(_sound(part.get_content_type()))[:200]
