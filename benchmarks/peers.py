"""What a user would count business time with instead. Only `make bench` installs these libraries.

Each is called as its documentation shows, with everything prepared that can be: rules, offsets, and inputs as local
times where it knows no zones. Only the call itself is timed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from operator import add
from typing import Any

import pandas as pd
import pytz
from business_duration import businessDuration
from businesstimedelta import BusinessTimeDelta, HolidayRule, LunchTimeRule, Rules, WorkDayRule

from benchmarks.calendars import WORKDAYS, Office
from benchmarks.cases import written
from benchmarks.compare import DIFFERENT, Way, equal

WEEKEND = [5, 6]
BUSINESSTIMEDELTA, BUSINESS_DURATION, PANDAS = "businesstimedelta", "business-duration", "pandas CustomBusinessHour"
NEXT_OPENING = "the next opening, where ours is the closing before it"
HOURS_BEGUN = "the hours that begin in it"


def rule(office: Office) -> Rules:
    """The office for businesstimedelta."""
    tz = pytz.timezone(office.timezone)
    rules = [WorkDayRule(office.opens, office.closes, list(WORKDAYS.values()), tz=tz)]
    if office.lunch is not None:
        rules.append(LunchTimeRule(*office.lunch, list(WORKDAYS.values()), tz=tz))
    if office.holidays:
        rules.append(HolidayRule(office.holidays, tz=tz))
    return Rules(rules)


def adding(office: Office, starts: Sequence[datetime], hours: int) -> list[Way]:
    """Ways to add business hours, Vigie's first. business-duration has none."""
    delta, offset = BusinessTimeDelta(rule(office), hours=hours), _offset(office, hours)
    return [
        Way("vigie", office.hours.add, [(start, hours * 3600) for start in starts]),
        Way(BUSINESSTIMEDELTA, add, [(delta, start) for start in starts]),
        Way(
            PANDAS, add, [(pd.Timestamp(office.local(start)), offset) for start in starts],
            read=lambda answer: office.instant(answer.to_pydatetime()), judge=_lands(office),
            note="given local times; never lands on a closing",
        ),
    ]  # fmt: skip


def measuring(office: Office, starts: Sequence[datetime], apart: timedelta) -> list[Way]:
    """Ways to measure the business time between two instants that lie so far apart, Vigie's first; in seconds."""
    pairs = [(start, start + apart) for start in starts]
    local = [(office.local(start), office.local(end)) for start, end in pairs]
    rest = (office.opens, office.closes, WEEKEND, office.holidays or None, "sec")
    hourly = partial(pd.date_range, freq=_offset(office, 1), inclusive="left")
    return [
        Way("vigie", office.hours.between, pairs),
        Way(BUSINESSTIMEDELTA, rule(office).difference, pairs, read=lambda answer: answer.timedelta.total_seconds()),
        Way(BUSINESS_DURATION, businessDuration, [(*pair, *rest) for pair in local], note="given local times"),
        Way(
            PANDAS, hourly, [(pd.Timestamp(start), pd.Timestamp(end)) for start, end in local], read=len, judge=_begun,
            note="given local times; cannot measure: date_range counts the hours that begin in between",
        ),
    ]  # fmt: skip


def _offset(office: Office, hours: int) -> Any:
    return pd.offsets.CustomBusinessHour(
        hours, start=f"{office.opens:%H:%M}", end=f"{office.closes:%H:%M}", holidays=sorted(office.holidays)
    )


def _lands(office: Office) -> Callable[[datetime, datetime], str]:
    def judge(ours: datetime, theirs: datetime) -> str:
        return NEXT_OPENING if theirs == office.next_morning(ours) else equal(ours, theirs)

    return judge


def _begun(ours: int, theirs: int) -> str:
    return HOURS_BEGUN if math.ceil(ours / 3600) == theirs else DIFFERENT


def answer(rules: Rules, case: Mapping[str, Any]) -> Any:
    """What businesstimedelta makes of a case for `vigie sla evaluate`; of a ticket, the fields it can work out."""
    return _ANSWERS[case["kind"]](rules, case)


def _add(rules: Rules, case: Mapping[str, Any]) -> str:
    due: datetime = _at(case["start"]) + BusinessTimeDelta(rules, seconds=case["duration_minutes"] * 60)
    return written(due)


def _between(rules: Rules, case: Mapping[str, Any]) -> float:
    return _seconds(rules, case["start"], case["end"]) / 60


def _is_open(rules: Rules, case: Mapping[str, Any]) -> bool:
    at = _at(case["at"])
    return bool(rules.next(at)[0] == at)


def _next_open(rules: Rules, case: Mapping[str, Any]) -> str:
    return written(rules.next(_at(case["start"]))[0])


def _open_intervals(rules: Rules, case: Mapping[str, Any]) -> list[list[str]]:
    found, at = [], _at(case["start"])
    for _ in range(case["count"]):
        begin, at = rules.next(at)
        found.append([written(begin), written(at)])
    return found


def _ticket(rules: Rules, case: Mapping[str, Any]) -> dict[str, Any]:
    events: list[tuple[str, str]] = case["events"]
    created, ended = events[0][0], events[-1][0] if events[-1][1] == "closed" else None
    replies = [at for at, word in events if word == "agent_reply"]
    answered = replies[0] if replies else ended
    interval = BusinessTimeDelta(rules, seconds=case["targets"]["update_minutes"] * 60)
    return {
        "response_taken_minutes": None if answered is None else _seconds(rules, created, answered) // 60,
        "update_due": None if ended else written(_at(replies[-1] if replies else created) + interval),
    }


def _seconds(rules: Rules, start: str, end: str) -> float:
    return float(rules.difference(_at(start), _at(end)).timedelta.total_seconds())


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


_ANSWERS: dict[str, Callable[[Rules, Mapping[str, Any]], Any]] = {
    "add_business_time": _add,
    "business_time_between": _between,
    "is_open": _is_open,
    "next_open": _next_open,
    "open_intervals": _open_intervals,
    "ticket": _ticket,
}
