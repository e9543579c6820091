"""Times that people type, read in their zone and language. What is unclear is refused, never guessed.

`2h` is a duration and `16h30` a time of day in every language; `9h` is nine o'clock in French and nine hours in
English (`in 9h` and `at 9h` are clear in both).
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from bot.durations import parse_duration as _parse_duration
from bot.times.grammar import LONGEST_TIME, read_moment
from bot.times.spoken import Spoken, resolve
from triage.errors import Refusal

__all__ = ["parse_duration", "parse_when", "take_when"]

_AROUND = " \t\r\n,;:.!-–—"


def parse_when(text: str, now: datetime, zone: tzinfo, language: str, *, future: bool) -> datetime:
    """The instant (UTC) that the whole of `text` names. `language` is a language or a locale such as `en-GB`.

    `future` says which side of `now` a bare time of day, a weekday or a date without a year is on; it does not refuse
    the other side where the text is explicit. Raises Refusal("no_such_time") or Refusal("ambiguous_time"), both with
    `text`.
    """
    text = text.strip()
    found = read_moment(text, language) if len(text) <= LONGEST_TIME else None
    if found is None or text[found[1] :].strip(_AROUND):
        raise Refusal("no_such_time", text=text[:LONGEST_TIME])
    return _resolve(found[0], text, now, zone, future=future)


def take_when(words: str, now: datetime, zone: tzinfo, language: str, *, future: bool) -> tuple[datetime | None, str]:
    """The longest time at the start of `words`, as `parse_when`, and the rest; (None, words) if they start with none.

    Raises Refusal as `parse_when` does when the start is a time that cannot be used: 31/02 10:00, 03/04 10:00.
    """
    words = words.lstrip()
    found = read_moment(words, language)
    if found is None:
        return None, words
    spoken, end = found
    return _resolve(spoken, words[:end], now, zone, future=future), words[end:].strip().lstrip(_AROUND)


def parse_duration(text: str) -> timedelta | None:
    """The whole of `text` as a length of elapsed time (`90s`, `1h30`, `3j`), or None."""
    found = _parse_duration(text)
    return timedelta(seconds=found.seconds) if found is not None and not found.business else None


def _resolve(spoken: Spoken, text: str, now: datetime, zone: tzinfo, *, future: bool) -> datetime:
    try:
        at = resolve(spoken, now, zone, future=future)
    except Refusal as refusal:
        raise Refusal(refusal.code, text=text) from None
    if at is None:
        raise Refusal("no_such_time", text=text)
    return at
