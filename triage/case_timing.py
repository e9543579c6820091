"""What a case asks about time to come: warnings, proposals of the next level, and how much of a target is used up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from triage.case_fields import CaseError, number, read_minutes, written
from triage.clocks import Clock, Clocks
from triage.durations import parse_duration
from triage.hours import ELAPSED
from triage.terms import ClockKind, LeadTime, Threshold
from triage.warnings import warnings

Leads = Mapping[ClockKind, tuple[LeadTime, ...]]

_NONE: Leads = {}
_BEFORE = re.compile(r" before(?: (?:it is |the )?(?:due|deadline|end))?$")
_OF_TARGET = re.compile(r" of (?:the |its )?target")
_AFTER = ("after_minutes", "after", "minutes")


def read_leads(given: object) -> Leads:
    """By clock: when to warn. Raises CaseError for what is none."""
    if given is None:
        return _NONE
    if isinstance(given, list | str | int | float):
        given = dict.fromkeys(ClockKind, given)
    if not isinstance(given, Mapping) or any(name not in (*ClockKind,) for name in given):
        raise CaseError('warnings: give an object of lists by clock, such as {"restore": ["50%", 15]}.')
    found = {}
    for name, each in given.items():
        if isinstance(each, Mapping | bool):
            raise CaseError(f"warnings: {name} is {each!r}; give a list of shares or of minutes before it is due.")
        found[ClockKind(name)] = tuple(map(_lead, each if isinstance(each, list) else [] if each is None else [each]))
    return found


def read_thresholds(given: object, severity: str | None = None) -> tuple[Threshold, ...]:
    """When which level is proposed, in order of level; of what is said by severity, that of the one in force. Raises
    CaseError for what is none."""
    if isinstance(given, Mapping) and given and all(isinstance(each, list) for each in given.values()):
        given = given.get(severity)
    if given is None:
        return ()
    if isinstance(given, Mapping):
        given = [{"level": level, "after": after} for level, after in given.items()]
    if not isinstance(given, list):
        raise CaseError('escalations: give a list such as [{"level": 1, "after_minutes": 120}] or ["2 hours"].')
    found = [_threshold(place, value, severity) for place, value in enumerate(given, 1)]
    return tuple(sorted(filter(None, found), key=lambda threshold: threshold.level))


def warned(clock: Clock | None, leads: tuple[LeadTime, ...]) -> list[str]:
    """The instants at which to warn of a running clock, in order."""
    if clock is None or not leads:
        return []
    return [written(at) for at in sorted({at for at, _ in warnings(clock, leads)})]


def proposed(clocks: Clocks, thresholds: tuple[Threshold, ...], since: datetime) -> list[str | None]:
    """When each level is proposed, counted from `since` without what is waited and without what does not count of the
    restore clock; None where service was back before, or where a wait goes on."""
    idle = [*clocks.waits, *clocks.paused(ClockKind.RESTORE)]
    found = [ELAPSED.add(since, threshold.seconds, idle) for threshold in thresholds]
    back = clocks.restored_at
    return [None if at is None or (back is not None and at >= back) else written(at) for at in found]


def used_percent(clock: Clock, as_of: datetime) -> float:
    """The share of its target that a clock has used up at `as_of`, or at its end, in percent to one decimal."""
    target, taken = clock.target.seconds, clock.taken(clock.ended_at or as_of)
    return 100.0 if target == 0 else (taken * 2000 + target) // (2 * target) / 10


def _lead(value: object) -> LeadTime:
    if isinstance(value, Mapping):
        value = _in_units(value)
    elif isinstance(value, float) and 0 < value < 1:
        return LeadTime(share=value)
    value = number(value) if isinstance(value, str) else value
    if isinstance(value, str):
        share, percent, rest = value.strip().partition("%")
        if percent and (not rest or _OF_TARGET.fullmatch(rest)):
            return LeadTime(share=_share(value, share))
        found = parse_duration(_BEFORE.sub("", value))
        if found is None or found.business:
            raise CaseError(f"warnings: {value!r} is neither a share such as 75% nor a length such as 15 minutes.")
        return LeadTime(seconds=found.seconds)
    return LeadTime(seconds=read_minutes("warnings", value))


def _in_units(value: Mapping[Any, Any]) -> object:
    """A lead time whose unit is named, as it is written without."""
    if len(value) == 1:
        [(unit, given)] = value.items()
        if unit == "percent":
            return f"{given}%"
        if unit == "share":
            if not isinstance(given, int | float) or not 0 < given < 1:
                raise CaseError(f"warnings: {given!r} is no share; write more than 0 and less than 1.")
            return f"{given * 100}%"
        if unit in ("minutes", "minutes_before", "before_minutes"):
            return given
        if unit in ("hours", "days"):
            return f"{given} {unit}"
    raise CaseError(f"warnings: {dict(value)!r} says neither percent, share, minutes, hours nor days.")


def _share(value: str, digits: str) -> float:
    try:
        share = float(digits) / 100
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise CaseError(f"warnings: {value!r} is no share of a target; write more than 0% and less than 100%.")
    return share


def _threshold(place: int, value: object, severity: str | None) -> Threshold | None:
    level: Any = place
    after: Any = value
    if isinstance(value, Mapping):
        level = value.get("level", place)
        after = next((value[name] for name in _AFTER if name in value), None)
        level = number(level) if isinstance(level, str) else level
        level = int(level) if isinstance(level, float) and level.is_integer() else level
        if isinstance(level, bool) or not isinstance(level, int) or level < 1:
            raise CaseError(f"escalations: {level!r} is no level; write 1, 2, 3 ...")
    if isinstance(after, Mapping):
        after = after.get(severity)
        if after is None:
            return None  # this level is not proposed at that severity
    after = number(after) if isinstance(after, str) else after
    if isinstance(after, str):
        found = parse_duration(after)
        if found is None or found.business:
            raise CaseError(f"escalations: {after!r} is not a length of time such as 2 hours.")
        return Threshold(level, found.seconds)
    return Threshold(level, read_minutes("escalations", after))
