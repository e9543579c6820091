"""What is said of a text that is no time, or that can't be told which: why, and what would do instead."""

from __future__ import annotations

from datetime import time

from bot.verbs.reading.times.grammar import LONGEST_TIME, what_is_missing
from bot.verbs.reading.times.spoken import Why
from triage.errors import Refusal


def not_a_time(text: str, *, future: bool) -> Refusal:
    """That `text` does not begin with a time, and what it lacks; what is suggested lies on the side that is wanted."""
    text = text.strip().split("\n", 1)[0]
    missing = what_is_missing(text)
    if missing is None:
        return no_such_time(text, future=future)
    text = text[: missing.end]
    if missing.what == "colon":
        return Refusal("colon_missing", text=text, close=f"{missing.said['hour']}:{missing.said['minute']}")
    if missing.what == "unit":
        return Refusal("unit_missing", text=text, said=missing.said["count"])
    if future:
        return Refusal("day_has_passed", text=text) if missing.days < 0 else Refusal("hour_missing", text=text)
    return Refusal("day_to_come", text=text) if missing.days > 0 else Refusal("past_hour_missing", text=text)


def no_such_time(text: str, *, future: bool) -> Refusal:
    """That `text` is no time."""
    text = text[:LONGEST_TIME]
    return Refusal("no_such_time", text=text) if future else Refusal("no_such_past_time", text=text)


def unclear_time(text: str, why: Why, *, future: bool, halves: tuple[time, ...] = ()) -> Refusal:
    """That `text` is a time, but not which, and why; of the two `halves` of the day, which to type instead."""
    text = text.strip()[:LONGEST_TIME]
    if halves:
        early, late = (f"{half:%H:%M}" for half in halves)
        return Refusal("ambiguous_half", text=text, early=early, late=late)
    match why:
        case Why.FOREIGN:
            return Refusal("foreign_time", text=text)
        case Why.NO_SUCH_DATE:
            return Refusal("no_such_date", text=text) if future else Refusal("no_such_past_date", text=text)
        case Why.CLOSED:
            return Refusal("closed_by_then", text=text)
        case Why.NEVER_CLOSES:
            return Refusal("no_closing", text=text)
        case Why.AMBIGUOUS:
            return Refusal("ambiguous_time", text=text) if future else Refusal("ambiguous_past_time", text=text)
