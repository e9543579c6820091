"""Times that people type, read in their zone and language. What is unclear is refused, never guessed.

`2h` is a duration and `16h30` a time of day in every language; `9h` is nine o'clock in French and nine hours in
English (`in 9h` and `at 9h` are clear in both).
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from bot.verbs.reading.times.grammar import LONGEST_TIME, is_meant_as_time, read_moment
from bot.verbs.reading.times.libraries import warm_up
from bot.verbs.reading.times.refusing import no_such_time, not_a_time, unclear_time
from bot.verbs.reading.times.spoken import Closing, Unclear, resolve

__all__ = ["Closing", "is_meant_as_time", "not_a_time", "parse_when", "take_when", "warm_up"]

_AROUND = " \t\r\n,;:.!-–—"
# What parts a time from the text after it. A dash that belongs to the text, as before an item of a list, stays.
_BETWEEN = re.compile(r"[ \t]*(?:[,;:.!]+|[-–—]+(?=\s))?\s*")


def parse_when(text: str, now: datetime, zone: tzinfo, language: str, *, future: bool) -> datetime:
    """The instant (UTC) that the whole of `text` names. `language` is a language or a locale such as `en-GB`.

    `future` says which side of `now` a bare time of day, a weekday or a date without a year is on; it does not refuse
    the other side where the text is explicit. Raises a Refusal (see `bot.verbs.reading.times.refusing`) with `text`.
    """
    text = text.strip()
    at, rest = take_when(text, now, zone, language, future=future) if len(text) <= LONGEST_TIME else (None, text)
    if at is None or rest.strip(_AROUND):
        raise not_a_time(text, future=future)
    return at


def take_when(
    words: str, now: datetime, zone: tzinfo, language: str, *, future: bool, desk: Closing | None = None
) -> tuple[datetime | None, str]:
    """The longest time at the start of `words`, as `parse_when`, and the rest; (None, words) if they start with none.
    `desk` closes at what is called the end of the day.

    Raises Refusal as `parse_when` does when the start is a time that cannot be used: 31/02 10:00, 03/04 10:00.
    """
    words = words.lstrip()
    end = 0
    try:
        found = read_moment(words, language, future=future)
        if found is None:
            return None, words
        spoken, end = found
        at = resolve(spoken, now, zone, future=future, desk=desk)
    except Unclear as unclear:
        text = _whole_words(words, unclear.end or end)
        raise unclear_time(text, unclear.why, future=future, halves=unclear.halves) from None
    if at is None:
        raise no_such_time(words[:end], future=future)
    rest = words[end:]
    return at, rest[_BETWEEN.match(rest).end() :].rstrip()  # type: ignore[union-attr]


def _whole_words(words: str, end: int) -> str:
    """The beginning of `words` up to `end`, and to the end of the word there."""
    return words[:end] + re.match(r"\w*", words[end:])[0]  # type: ignore[index]
