"""Reading who is on call, or which dates are closed, out of an iCalendar file. It runs as a process of its own,
`python -m bot.desk.calendar_file`: the file comes from elsewhere, and whatever is in it, it can neither hold up the
program nor bring it down.

On standard input: the file. Arguments: from when until when it is read (ISO), and the zone of times that name none.
On standard output: a JSON list of `[from, until, [names]]`, the likeliest name first. With `dates` as a fourth
argument: `{"dates", "timed"}`, the dates of events that last whole days, and how many others there are. What is wrong
is said without a word of the file, which may be any page or file at all.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from importlib import import_module
from itertools import islice
from typing import Any

from triage.text import name as cleaned
from triage.zones import zone as zone_called
from triage.zones import zone_names

MOST_EVENTS = 5000
MOST_NAMES = 10  # of one event
LONGEST_TITLE = 1000  # characters that are read for names
MOST_MEMORY = 1_000_000_000  # bytes, of this process
ONE = timedelta(days=1)
MOST_CLOSED = 366  # dates in a row: whoever closes for longer is no house of offices with holidays
EXTRA = 3  # the exit status where the libraries are not installed
REFUSED = 4  # that of a calendar which cannot be used, with a sentence that says why

_OFTEN = re.compile(rb"FREQ=(?:SECOND|MINUTE|HOUR)LY", re.IGNORECASE)
_TIMES = re.compile(rb"^(?:RRULE|EXRULE)\b[^\r\n]*[;:]COUNT=(\d+)", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]")
_EMAIL = re.compile(r"[^@\s<>,;:()]+@[^@\s<>,;:()]+\.[^@\s<>,;:()]+")
_MARKS = re.compile(r"[()\[\]]")
_WORDS = re.compile(r"(?:on[ -]?call|oncall|duty|d['’ ]astreinte|astreinte)", re.IGNORECASE)


class NoCalendarError(ValueError):
    """It cannot be used as a calendar; the message says why."""


def spans_in(content: bytes, since: datetime, until: datetime, zone: tzinfo) -> list[list[Any]]:
    """The events between two instants, in order. Raises NoCalendarError, or what a library raises, where it
    is no calendar."""
    found = []
    for event in _events(content, since, until):
        start, end = _instant(event.start, zone), _instant(event.end, zone)
        if start < end:
            found.append([start.isoformat(), end.isoformat(), _names(event)])
        if len(found) > MOST_EVENTS:
            raise NoCalendarError(f"there are more than {MOST_EVENTS:,} events in two months")
    return sorted(found)


def dates_in(content: bytes, since: datetime, until: datetime) -> dict[str, Any]:
    """The dates on which events last all day, in order, and how many events do not. Raises as `spans_in` does, and for
    what is meant for no holidays: what comes many times a day or without end in sight, and what closes for more than a
    year."""
    plain = _FOLD.sub(b"", content)
    if _OFTEN.search(plain):
        raise NoCalendarError("an event in it comes more often than once a day; keep those that last whole days")
    if any(len(times) > len(str(MOST_EVENTS)) or int(times) > MOST_EVENTS for times in _TIMES.findall(plain)):
        raise NoCalendarError(
            f"an event in it comes more than {MOST_EVENTS:,} times; end it by its last date, such as "
            f"UNTIL={until:%Y%m%d}, in the place of COUNT"
        )
    dates: set[date] = set()
    timed = 0
    for event in _events(content, since, until):
        first, end = event.start, event.end
        if isinstance(first, datetime):
            timed += 1
            continue
        last = end - ONE if isinstance(end, date) and not isinstance(end, datetime) and end > first else first
        first, last = max(first, since.date()), min(last, until.date())
        dates |= {first + n * ONE for n in range((last - first).days + 1)}
        if len(dates) + timed > MOST_EVENTS:
            raise NoCalendarError(f"there are more than {MOST_EVENTS:,} dates in it")
    ordered = sorted(dates)
    for first, last in zip(ordered, ordered[MOST_CLOSED:], strict=False):
        if (last - first).days == MOST_CLOSED:
            raise NoCalendarError(
                f"it closes every date for more than a year, from {first} on; end that event (UNTIL), or leave it out"
            )
    return {"dates": [day.isoformat() for day in ordered], "timed": timed}


def _events(content: bytes, since: datetime, until: datetime) -> Iterator[Any]:
    try:
        yield from _events_of(content, since, until)
    except OverflowError:
        raise NoCalendarError("an event in it begins or ends in no year that is counted") from None


def _events_of(content: bytes, since: datetime, until: datetime) -> Iterator[Any]:
    # By name, since they are an extra: whoever works on the rest need not have them.
    icalendar, recurring = import_module("icalendar"), import_module("recurring_ical_events")
    calendars = icalendar.Calendar.from_ical(content, multiple=True)
    if not calendars:
        raise NoCalendarError("there is no calendar in it")
    for calendar in calendars:
        if calendar.get("X-WR-TIMEZONE") not in zone_names():
            calendar.pop("X-WR-TIMEZONE", None)  # what it calls its zone says nothing to anybody else
        for event in recurring.of(calendar, skip_bad_series=True).between(since, until):
            if str(event.get("STATUS", "")).upper() != "CANCELLED" and "DTSTART" in event:
                yield event


def _instant(at: date | datetime, zone: tzinfo) -> datetime:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time(0))
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def _names(event: Any) -> list[str]:
    """The first names that an event gives, each once."""
    found = (each for text in _said(event) if (each := cleaned(text)))
    return list(dict.fromkeys(islice(found, MOST_NAMES)))


def _said(event: Any) -> Iterator[str]:
    """Whom an event may mean: attendees, then what is in its title, then its organiser."""
    for each in _listed(event.get("ATTENDEE")):
        yield from _of_person(each)
    title = str(event.get("SUMMARY", ""))[:LONGEST_TITLE]
    yield from _EMAIL.findall(title)
    for text in (_MARKS.sub(" ", _WORDS.sub(" ", title)), title):
        if bare := " ".join(text.split()).strip(" :-–—,"):
            yield bare
    for each in _listed(event.get("ORGANIZER")):
        yield from _of_person(each)


def _of_person(value: Any) -> Iterator[str]:
    text = str(value)
    if text.lower().startswith("mailto:"):
        yield text[len("mailto:") :].strip().lower()
    if name := str(getattr(value, "params", {}).get("CN", "")).strip():
        yield name


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _limit_memory() -> None:
    """Whatever is in the file, the machine keeps the rest of its memory; where a system knows no such limit, only the
    time is limited."""
    with suppress(ImportError, AttributeError, OSError, ValueError):
        resource = import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def main() -> int:
    """Read standard input; the last line of standard error says what is wrong."""
    _limit_memory()
    since, until = (datetime.fromisoformat(text) for text in sys.argv[1:3])
    found: Any
    try:
        content, zone = sys.stdin.buffer.read(), zone_called(sys.argv[3])
        found = dates_in(content, since, until) if sys.argv[4:] == ["dates"] else spans_in(content, since, until, zone)
    except ImportError:
        return EXTRA
    except NoCalendarError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    except Exception as error:  # noqa: BLE001  whatever a library makes of whatever somebody wrote
        sys.stderr.write(f"{type(error).__name__}\n")
        return 1
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
