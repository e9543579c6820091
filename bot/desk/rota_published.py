"""A rota as an iCalendar file, for whoever subscribes to it: a few lines of text, so that no library is needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from bot.desk.directory import Directory

BEFORE, AHEAD = timedelta(weeks=4), timedelta(weeks=26)
_TITLES = {"en": "On call: ", "fr": "Astreinte : "}
_WIDTH = 75  # bytes of a line


def rota_calendar(directory: Directory, desk: str, now: datetime, name: str) -> str:
    """Who is on call from four weeks ago to half a year ahead, each stretch an event for each person. `desk` tells its
    events from those of other desks; `name` is what the calendar is called."""
    language = directory.policy.desk.language
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Vigie//On call//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M",
    ]  # fmt: skip
    for duty in directory.roster.rota.duties(day - BEFORE, day + AHEAD):
        for person in duty.people:
            what = f"{desk}.{person}.{duty.start.isoformat()}"
            called = directory.name(person)
            lines += [
                "BEGIN:VEVENT",
                f"UID:{sha256(what.encode()).hexdigest()[:32]}@vigie",
                f"DTSTAMP:{_stamp(now)}",
                f"DTSTART:{_stamp(duty.start)}",
                f"DTEND:{_stamp(duty.end)}",
                f"SUMMARY:{_escaped(_TITLES.get(language, _TITLES['en']) + called)}",
                *_attendee(directory, person, called),
                "END:VEVENT",
            ]
    return "".join(f"{part}\r\n" for line in (*lines, "END:VCALENDAR") for part in _folded(line))


def _attendee(directory: Directory, person: str, called: str) -> Iterator[str]:
    accounts = (directory.accounts.get(account) for account in directory.accounts_of(person))
    email = next((account.email for account in accounts if account is not None and account.email), None)
    if email is not None and not set(email) & set('\r\n";, '):
        quoted = "".join(" " if ord(letter) < 32 else letter for letter in called.replace('"', "'"))
        yield f'ATTENDEE;CN="{quoted}":mailto:{email}'


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    plain = " ".join("".join(" " if ord(letter) < 32 else letter for letter in text).split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 bytes, those after the first begun with a space; no letter is torn."""
    piece, size = "", 0
    for letter in line:
        length = len(letter.encode())
        if size + length > _WIDTH:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + length
    yield piece
