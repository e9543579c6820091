"""Reading from when until when: `sat`, `sat to sun`, `2026-12-24 08:00 to 20:00`, `tomorrow 9:00 to monday 9:00`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from bot.verbs.base.call import Call
from bot.verbs.reading.instants import take_instant
from bot.verbs.setup.hours import day_meant
from triage.errors import Refusal
from triage.recurring import DAYS

LONGEST = timedelta(days=92)

_LED = re.compile(r"\b(?:from|on|for|de|du|le|pour)\s+", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\s*(?:\.\.\.?|[–—]|\s-\s)\s*|\s+(?:to|until|till|and|au|à|et|jusqu['’](?:à|au))\s+", re.IGNORECASE
)
_TIME = re.compile(r"([01]?\d|2[0-3])(?:[:h]([0-5]\d)|h)")
_TODAY, _TOMORROW = ("today", "aujourd'hui", "aujourd’hui"), ("tomorrow", "demain")
_ISO = re.compile(r"20\d\d-\d\d-\d\d")


def read_span(call: Call, words: str) -> tuple[datetime, datetime]:
    """The two instants, in the reader's zone; days are whole days. Raises Refusal where it is none, is over, or is far
    too long."""
    text = _LED.sub("", " ".join(words.split()).strip(" ,:"), count=1)
    if not text:
        raise Refusal("span_missing")
    first, *more = _BETWEEN.split(text, maxsplit=1)
    start, end = _bounds(call, first, words)
    if more:
        _, end = _end(call, more[0], start, words)
    if not start < end or end <= call.now or end - start > LONGEST:
        raise Refusal("span_unusable", text=words[:60])
    return start, end


def _bounds(call: Call, text: str, whole: str) -> tuple[datetime, datetime]:
    """When a day begins and ends; of an instant, that instant twice."""
    if (day := _day(call, text)) is not None:
        return _midnight(call, day), _midnight(call, day + timedelta(days=1))
    at, rest = take_instant(call, text, future=True)
    if not at or rest:
        raise Refusal("no_span", text=whole[:60])
    instant = datetime.fromtimestamp(int(at), UTC)
    return instant, instant


def _end(call: Call, text: str, start: datetime, whole: str) -> tuple[datetime, datetime]:
    """The same for the second half, which lies after the first: a bare time is of the same day, or of the next."""
    if match := _TIME.fullmatch(text.strip()):
        local = start.astimezone(call.speech.zone)
        end = local.replace(hour=int(match[1]), minute=int(match[2] or 0))
        end = end if end > local else end + timedelta(days=1)
        return start, end.astimezone(UTC)
    found = _bounds(call, text, whole)
    if found[1] <= start and _day(call, text) is not None:
        found = found[0] + timedelta(days=7), found[1] + timedelta(days=7)
    return found


def _day(call: Call, text: str) -> date | None:
    word, today = text.strip().lower(), call.now.astimezone(call.speech.zone).date()
    if word in _TODAY:
        return today
    if word in _TOMORROW:
        return today + timedelta(days=1)
    if (name := day_meant(word)) is not None:
        return today + timedelta(days=(DAYS.index(name) - today.weekday()) % 7)
    try:
        return date.fromisoformat(word) if _ISO.fullmatch(word) else None
    except ValueError:
        return None


def _midnight(call: Call, day: date) -> datetime:
    return datetime.combine(day, time(0), call.speech.zone).astimezone(UTC)
