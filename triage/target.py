"""How long a clock may take: a length, or a rule that decides it once the clock starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from triage.day_targets import Days, allowance, clock_minute, clock_text, days_from
from triage.hours import ELAPSED, Calendar, Hours
from triage.instants import epoch


@dataclass(frozen=True, slots=True)
class Rule:
    """What decides how long a clock may take once it starts (policy: Targets)."""

    #: Whose working days, opening hours and local time are meant.
    calendar: Calendar
    #: So many working days, up to a time of the last one; None: the target's own seconds.
    days: Days | None = None
    #: It is never due before that minute of its local day; None: at any time.
    not_before: int | None = None
    #: The target of a clock that starts outside the calendar's opening hours; None: the same.
    otherwise: Target | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """How long a clock may take: `seconds` counted in `hours`.

    One that has a `rule` is `at` the start of a clock another one that has none; until then its seconds are only what
    it comes to as a rule.
    """

    #: Seconds that may be used up (policy: Targets).
    seconds: int
    #: In which hours they count.
    hours: Hours = ELAPSED
    #: What decides the seconds when a clock starts; None: nothing has to.
    rule: Rule | None = None
    #: The target with a rule that this one followed from; None: from none.
    of: Target | None = None
    #: It is due at an opening, not at the closing before it, although the same time has passed then.
    at_opening: bool = False

    def at(self, start: datetime) -> Target:
        """What it comes to for a clock that starts then; one without a rule is the same at any time."""
        rule = self.rule
        if rule is None:
            return self
        if rule.otherwise is not None and not rule.calendar.is_open(start):
            return replace(rule.otherwise.at(start), of=self)
        length = self.seconds if rule.days is None else rule.days
        found = allowance(length, rule.not_before, self.hours, rule.calendar, epoch(start))
        return Target(found.seconds, self.hours, of=self, at_opening=found.at_opening)

    def counted_in(self, other: Callable[[Hours], Hours]) -> Target:
        """The same in other hours. Around the clock there are no working days: those stay as they are."""
        hours, rule = other(self.hours), self.rule
        if rule is None:
            return Target(self.seconds, hours)
        calendar, otherwise = other(rule.calendar), rule.otherwise
        return replace(
            self,
            hours=hours,
            rule=replace(
                rule,
                calendar=calendar if isinstance(calendar, Calendar) else rule.calendar,
                otherwise=None if otherwise is None else otherwise.counted_in(other),
            ),
        )

    @property
    def all_hours(self) -> Iterator[Hours]:
        """Whatever hours it says anything of."""
        yield self.hours
        if self.rule is not None:
            yield self.rule.calendar
            if self.rule.otherwise is not None:
                yield from self.rule.otherwise.all_hours

    def to_data(self, hours: Sequence[Hours]) -> dict[str, Any]:
        """As JSON, its hours being places among `hours`: the inverse of `target_from_data`."""
        data: dict[str, Any] = {"seconds": self.seconds, "hours": hours.index(self.hours)}
        rule = self.rule
        if rule is None:
            return data
        data["calendar"] = hours.index(rule.calendar)
        if rule.days is not None:
            data |= {"days": rule.days.count, "until": rule.days.text}
        if rule.not_before is not None:
            data["not_before"] = clock_text(rule.not_before)
        if rule.otherwise is not None:
            data["otherwise"] = rule.otherwise.to_data(hours)
        return data


def target_from_data(data: Mapping[str, Any], hours: Mapping[str, Hours] | Sequence[Hours]) -> Target:
    """A target of stored data; what it says of hours is a name or a place in `hours`. Whatever has no `calendar` has no
    rule, as before there were some."""
    found: Any = hours  # by name or by number, as the data
    target = Target(data["seconds"], found[data["hours"]])
    if "calendar" not in data:
        return target
    rule = Rule(
        calendar=found[data["calendar"]],
        days=days_from(data["days"], data["until"]) if "days" in data else None,
        not_before=clock_minute(data["not_before"]) if "not_before" in data else None,
        otherwise=target_from_data(data["otherwise"], hours) if "otherwise" in data else None,
    )
    return replace(target, rule=rule)
