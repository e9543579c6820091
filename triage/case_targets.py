"""The targets of a case: lengths, working days, times of day, each in the hours that its clock counts in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from triage.case_fields import Case, CaseError, number, read_minutes
from triage.day_targets import Days
from triage.durations import IN_DAYS, Duration
from triage.hours import ELAPSED, Calendar, Hours
from triage.recurring import DAYS
from triage.target import Rule, Target
from triage.target_text import SUCH_AS, read_clock, read_target_text
from triage.terms import ClockKind

PLAIN = tuple(f"{kind}_minutes" for kind in ClockKind)
"""Targets in minutes, as most cases have them."""

_PLAIN = frozenset(PLAIN)
_DAYS_FORMS = ("_business_days", "_working_days")
_FORMS = ("_minutes", *_DAYS_FORMS, "")
_TARGETS = ("targets", *(f"{kind}{form}" for kind in ClockKind for form in _FORMS))
_LENGTH = ("target", "within", "in_hours", "minutes")
_HOURS = ("hours", "calendar", "clock")
_NOT_BEFORE = re.compile(r"(.+?),? (?:not before|pas avant) (\S+)", re.IGNORECASE)
_ANY_DAY = {day: [["00:00", "24:00"]] for day in DAYS}
_MOST_DAYS = 1000
_DAYS = range(1, _MOST_DAYS + 1)


class TargetReader:
    """Reads targets in the hours of a case. Raises CaseError or CalendarError for what is none."""

    __slots__ = ("_case", "_default", "_own")

    def __init__(self, case: Case, own: object) -> None:
        """`own`: the `hours` that its clocks have of their own, as they were written."""
        self._case = case
        self._own: Mapping[str, Any] = {}
        self._default: Hours | None = None
        if own is None:
            self._default = case.hours()
            return
        if isinstance(own, str):
            own = dict.fromkeys(ClockKind, own)
        if not isinstance(own, Mapping) or any(name not in (*ClockKind,) for name in own):
            raise CaseError(f"hours: {own!r} is not an object of hours by clock: {', '.join(ClockKind)}.")
        self._own = own

    @property
    def default(self) -> Hours:
        """What counts where a clock has no hours of its own."""
        if self._default is None:
            self._default = self._case.hours()
        return self._default

    def plain(self, given: object) -> list[int | None] | None:
        """The seconds of targets in minutes, clock by clock, all in the hours of the case; None where they say more."""
        if self._own or not isinstance(given, Mapping) or not given.keys() <= _PLAIN:
            return None
        return [None if (value := given.get(field)) is None else read_minutes(field, value) for field in PLAIN]

    def read(self, given: object) -> dict[ClockKind, Target]:
        """All targets."""
        if not isinstance(given, Mapping):
            raise CaseError("targets: give response_minutes, update_minutes and restore_minutes, as far as they apply.")
        inner = given.get("targets")
        fields: Mapping[str, Any] = inner if isinstance(inner, Mapping) else given
        found = {}
        for kind in ClockKind:
            names = [name for name in (f"{kind}{form}" for form in _FORMS) if fields.get(name) is not None]
            if len(names) > 1:
                raise CaseError(f"targets: {names[0]} and {names[1]} say the same of one clock; give one of them.")
            for name in names:
                found[kind] = self._target(kind, name, fields[name])
        return found

    def _target(self, kind: ClockKind, name: str, value: Any) -> Target:
        hours = self._case.hours_of(self._own[kind]) if self._own.get(kind) is not None else self.default
        if name.endswith(_DAYS_FORMS):
            value = number(value) if isinstance(value, str) else value
            if isinstance(value, bool) or value not in _DAYS:
                raise CaseError(f"{name}: {value!r} is not a number of working days from 1 to {_MOST_DAYS}.")
            return _in_days(name, f"{value} business days", Days(int(value)), hours)
        return self._read(name, value, hours)

    def _read(self, name: str, value: object, hours: Hours) -> Target:
        if isinstance(value, str) and (found := _NOT_BEFORE.fullmatch(value.strip())):
            value = {"target": found[1], "not_before": found[2]}
        if not isinstance(value, Mapping):
            return _length(name, value, hours)
        own = next((value[field] for field in _HOURS if value.get(field) is not None), None)
        if own is not None:
            hours = self._case.hours_of(own)
        length = next((value[field] for field in _LENGTH if value.get(field) is not None), _days_of(value))
        if length is None:
            raise CaseError(f'{name}: say how long, such as {{"target": "4 hours"}}.')
        target = _length(name, length, hours)
        not_before, outside = value.get("not_before"), value.get("out_of_hours")
        if not_before is None and outside is None:
            return target
        minute = read_clock(not_before) if isinstance(not_before, str) else None
        if not_before is not None and minute is None:
            raise CaseError(f"{name}: not_before is {not_before!r}; give a time of day such as 09:00.")
        return Target(
            target.seconds,
            hours,
            Rule(
                calendar=self._calendar(name, hours, outside),
                days=None if target.rule is None else target.rule.days,
                not_before=minute,
                otherwise=None if outside is None else self._read(f"{name} out_of_hours", outside, hours),
            ),
        )

    def _calendar(self, name: str, hours: Hours, outside: object) -> Calendar:
        """Whose opening hours and local time are meant: the case's where the target is around the clock."""
        if isinstance(hours, Calendar):
            return hours
        zone = self._case.get("timezone")
        if self._case.has_calendar and isinstance(self.default, Calendar):
            return self.default
        if outside is not None or not isinstance(zone, str):
            what = "out_of_hours needs a calendar" if outside is not None else "not_before needs a timezone"
            raise CaseError(f"{name}: {what}; give one to the case.")
        return Calendar(zone, _ANY_DAY)


class Severities:
    """The targets of a case by severity."""

    __slots__ = ("_by_severity", "now", "opening")

    def __init__(self, case: Case) -> None:
        """`opening`: those it is opened with, as they were written; `now`: the severity in force, None where none is
        said."""
        given = case.get("severities")
        if given is not None and not isinstance(given, Mapping):
            raise CaseError(
                'severities: give an object of targets by severity, such as {"1": {"restore_minutes": 360}}.'
            )
        self._by_severity: Mapping[str, Any] = given or {}
        severity = case.get("severity")
        self.now = None if severity is None else severity_name(severity)
        self.opening = case.get("targets")
        if given is not None and severity is not None:
            self.opening, _ = self.change({"severity": severity})

    def change(self, extra: Mapping[str, Any]) -> tuple[object, bool]:
        """The targets that a ticket has from now on, and whether its severity is higher than before. The event may
        bring the targets itself; None: they stay, as the case has none by severity."""
        given = extra.get("severity", extra.get("to"))
        name = severity_name(given)
        own = extra if any(target in extra for target in _TARGETS) else None
        if own is None and name not in self._by_severity and (given is None or self._by_severity):
            known = ", ".join(map(str, self._by_severity)) or "give the case some"
            raise CaseError(f"severity: {given!r} is none of the case's severities: {known}.")
        before, self.now = self.now, self.now if given is None else name
        return own or self._by_severity.get(name), _is_higher(self.now, before)


def severity_name(value: object) -> str:
    """A severity as the keys of `severities` write it."""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _days_of(value: Mapping[str, Any]) -> str | None:
    """Working days that are written field by field, as a text."""
    days = next((value[field] for field in ("business_days", "working_days") if value.get(field) is not None), None)
    if days is None:
        return None
    time = f" by {value['by']}" if value.get("by") is not None else ""
    return f"{days} business days{time}{' same time' if value.get('same_time') is True else ''}"


def _is_higher(severity: str | None, other: str | None) -> bool:
    """1 is the highest; what is no number is neither higher nor lower than any other."""
    one, two = number(severity or ""), number(other or "")
    return not isinstance(one, str) and not isinstance(two, str) and one < two


def _length(name: str, value: object, hours: Hours) -> Target:
    value = number(value) if isinstance(value, str) else value
    if not isinstance(value, str):
        return Target(read_minutes(name, value), hours)
    found = read_target_text(value)
    if found is None:
        raise CaseError(f"{name}: {value!r} is not a target; write a number of minutes, or {SUCH_AS}.")
    if isinstance(found, Days):
        return _in_days(name, value, found, hours)
    return Target(_seconds(name, value, found, hours), hours)


def _in_days(name: str, text: str, days: Days, hours: Hours) -> Target:
    if not isinstance(hours, Calendar):
        raise CaseError(f"{name}: {text!r} cannot be counted around the clock; give its clock a calendar in hours.")
    return Target(max(days.count, 1) * hours.day_seconds, hours, Rule(hours, days))


def _seconds(name: str, text: str, found: Duration, hours: Hours) -> int:
    if found.business and hours is ELAPSED:
        raise CaseError(f"{name}: {text!r} cannot be counted around the clock; give its clock a calendar in hours.")
    if not found.business and hours is not ELAPSED and IN_DAYS.search(text):
        raise CaseError(f"{name}: {text!r} counts in opening hours here; write business days, or a number of hours.")
    return found.seconds
