"""Targets in working days and times of day that are legal but probably a mistake beside their opening hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from bot.desk.policy_file.defaults import hours_by_name
from bot.desk.policy_file.lint_targets import Suspicion, suspicion, written
from triage.day_targets import NEVER, Until, shown_at
from triage.hours import ELAPSED, Calendar, Hours
from triage.instants import instant
from triage.target import Target, target_from_data

_DATES = 28  # what opens in four weeks is what usually opens


def suspicious_days(data: Mapping[str, Any], today: date) -> Iterator[Suspicion]:
    """Sentences about everybody's targets, the plans' and those of agreements, each once, with the places in a file
    that it may be about."""
    hours, told = hours_by_name(data["desks"][0], data["calendars"]), set()
    others = [
        (f"{of}.{name}.", own["targets"]) for of in ("plans", "agreements") for name, own in data.get(of, {}).items()
    ]
    for place, targets in (("", data["targets"]), *others):
        for severity, clocks in targets.items():
            for kind, target in clocks.items():
                for sentence in _about(target, hours, today):
                    own = f"{place}targets.{severity}"
                    if (sentence, severity, kind) not in told:
                        told.add((sentence, severity, kind))
                        yield suspicion(sentence, f"{own}.{kind}", own)


def _about(data: Mapping[str, Any], hours: Mapping[str, Hours], today: date) -> Iterator[str]:
    target = target_from_data(data, hours)
    if target.rule is None:
        return
    days, calendar = target.rule.days, target.rule.calendar
    if days is not None and (target.hours is ELAPSED or not _closes(calendar, today)):
        yield (
            f"{written(data)} is counted around the clock, where every date is a working day and none closes before "
            "midnight; name a calendar for it, or write hours."
        )
    elif days is not None and _never(target, today):
        yield (
            f"its calendar opens on no day that is to come, so {written(data)} never pass; give it hours from now on, "
            "or name another calendar."
        )
    elif days is not None and not isinstance(days.until, Until) and not _within(calendar, days.until, today, first=1):
        yield f"{days.text} is outside its opening hours, so it is due at opening or closing; write another time."
    if data.get("not_before") and target.hours is not ELAPSED:
        minute = target.rule.not_before or 0
        if not _within(calendar, minute, today, first=0):
            yield (
                f"{data['not_before']} is outside its opening hours, so what is due before then is due at the next "
                "opening; write a time within them."
            )
    if target.rule.otherwise is not None:
        if not _closes(calendar, today):
            yield (
                "its calendar never closes, so what `out_of_hours` says never holds; name a calendar that closes, as "
                "the desk's or as this target's `calendar`, or leave `out_of_hours` out."
            )
        yield from _about(data["otherwise"], hours, today)


def _never(target: Target, today: date) -> bool:
    return target.at(instant(_midnight(today))).seconds == NEVER


def _within(calendar: Calendar, minute: int, today: date, *, first: int) -> bool:
    """Whether some day is open at that time of its own; `first` is 1 where its opening does not count, but its closing
    does."""
    for n in range(_DATES):
        day = today + timedelta(days=n)
        for opens, closes in calendar.day_spans(day):
            for shown in (minute, minute + 1440):
                at = shown_at(calendar, day, shown)
                if opens + first <= at < closes + first:
                    return True
    return False


def _closes(calendar: Calendar, today: date) -> bool:
    begin = _midnight(today)
    return calendar.seconds_between(begin, begin + 366 * 86400) < 366 * 86400


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86400
