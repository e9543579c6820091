"""The people of the simulated desk, and who of them is told what (policy: On duty), worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from tests.simulation.hours import ZONE

AGENTS = ("slack:UANA", "slack:UBEN", "slack:UCLO", "slack:UDAN", "slack:UEVE")
LEADS = ("slack:ULEA", "slack:ULOU")
LEVELS = (
    ("slack:UMIA", "slack:UMAX", "slack:UMEG"),
    ("slack:UNED", "slack:UNIA"),
    ("slack:SBOARD", "slack:UOTTO"),
)
#: A user group, and who is in it while it is not empty.
GROUP, BOARD = "slack:SBOARD", ("slack:UPIA", "slack:UPAM")
MANAGERS = (*(each for level in LEVELS for each in level if each != GROUP), *BOARD)
ADMIN = "slack:UADMIN"
CUSTOMER = "slack:UCUSTOMER"
#: From which hour to which, on working days and on all; whoever is not here has no working hours on record.
SHIFTS = {
    "slack:UANA": (8, 16, 5), "slack:UBEN": (14, 22, 5), "slack:UCLO": (7, 19, 7), "slack:ULEA": (8, 18, 5),
    "slack:UMAX": (9, 17, 5),
}  # fmt: skip
SKILLS = {"voice": ("slack:UANA", "slack:UDAN"), "fibre": ("slack:UBEN", "slack:UCLO", "slack:UEVE")}
ROTA = ("slack:UANA", "slack:UDAN", "slack:UEVE")
ROTA_STARTS = date(2026, 3, 2)  # at 09:00, a week each


@dataclass
class People:
    """Who is there."""

    #: Until when somebody is away; None: they have not said.
    away: dict[str, datetime | None] = field(default_factory=dict)
    #: Who has left the company; while the group is empty, it and they as well.
    gone: set[str] = field(default_factory=set)
    #: From which hour to which, every day, somebody is not to be disturbed by what can wait.
    quiet: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: Since when they have these hours.
    quiet_since: dict[str, datetime] = field(default_factory=dict)

    def of(self, people: Iterable[str]) -> list[str]:
        """Those of them who are still of the desk."""
        return [each for each in people if each not in self.gone]

    @property
    def left(self) -> set[str]:
        """Who has left the company."""
        return self.gone - {GROUP, *BOARD}

    def contacts(self, level: int) -> list[str]:
        """Whom to call for a level; an admin where nobody of it is left."""
        return self.of(LEVELS[level - 1]) or [ADMIN]

    def answers_for(self, level: int) -> list[str]:
        """The people whose level it is."""
        return [person for each in self.contacts(level) for person in (BOARD if each == GROUP else (each,))]

    def may_answer(self, person: str, level: int) -> bool:
        """Whether a level is theirs to acknowledge: its contacts', those of the levels above, an admin's."""
        return person == ADMIN or any(person in self.answers_for(each) for each in range(level, len(LEVELS) + 1))

    @property
    def managers(self) -> list[str]:
        """Who may climb by a reaction; the admins where no level has anybody."""
        return self.of(MANAGERS) or [ADMIN]

    def is_away(self, person: str, now: datetime) -> bool:
        """Whether they have said that they are away."""
        return person in self.away and ((until := self.away[person]) is None or until > now)

    def is_quiet(self, person: str, now: datetime) -> bool:
        """Whether somebody has quiet hours."""
        begin, end = self.quiet.get(person, (0, 0))
        hour = now.astimezone(ZONE).hour
        return begin <= hour < end if begin <= end else not end <= hour < begin

    def quiet_ends(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
        """When whose quiet hours end."""
        for person, (begin, end) in self.quiet.items():
            day = since.astimezone(ZONE).date()
            while begin != end and day <= until.astimezone(ZONE).date():
                at = datetime.combine(day, time(end), ZONE).astimezone(UTC)
                if since < at <= until:
                    yield at, person
                day += timedelta(days=1)

    def on_shift(self, person: str, now: datetime) -> bool:
        """Whether they are at work; whoever has no working hours on record is."""
        if person not in SHIFTS:
            return True
        begin, end, days = SHIFTS[person]
        local = now.astimezone(ZONE)
        return local.weekday() < days and time(begin) <= local.time() < time(end)

    def shift_begins(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """When people come to work."""
        day = since.astimezone(ZONE).date()
        while day <= until.astimezone(ZONE).date():
            for begin, _, days in (SHIFTS[person] for person in self.of(SHIFTS)):
                at = datetime.combine(day, time(begin), ZONE).astimezone(UTC)
                if day.weekday() < days and since < at <= until:
                    yield at
            day += timedelta(days=1)

    def on_call(self, now: datetime) -> list[str]:
        """Whose week it is, unless they are away."""
        begun = datetime.combine(ROTA_STARTS, time(9), ZONE)
        week = -1
        while begun.astimezone(UTC) <= now:
            week, begun = week + 1, begun + timedelta(days=7)  # wall time
        found = self.of([ROTA[week % len(ROTA)]] if week >= 0 else [])
        return [person for person in found if not self.is_away(person, now)]

    def is_there(self, person: str | None, now: datetime) -> bool:
        """Whether they are on duty."""
        if person is None or self.is_away(person, now):
            return False
        return self.on_shift(person, now) or person in self.on_call(now)

    def first(self, people: Iterable[str], now: datetime) -> list[str]:
        """The first on duty, else the first who is not away, else the first."""
        people = list(people)
        awake = [each for each in people if not self.is_away(each, now)]
        return ([each for each in awake if self.is_there(each, now)] or awake or people)[:1]

    def lead(self, now: datetime) -> list[str]:
        """The lead on duty, else level 1's contact."""
        return self.first(self.of((*LEADS, *LEVELS[0])), now) or [ADMIN]

    def contact(self, level: int, now: datetime) -> list[str]:
        """The contact of a level."""
        return self.first(self.contacts(level), now)

    def owner(self, assignee: str | None, now: datetime) -> list[str]:
        """Who is told what concerns a ticket."""
        if assignee is not None and assignee not in self.gone and self.is_there(assignee, now):
            return [assignee]
        return self.on_call(now)[:1] or self.lead(now)

    def next_contact(self, level: int, called: set[str], now: datetime) -> str | None:
        """Who is called next to a level."""
        left = [each for each in self.contacts(level) if each not in called and not self.is_away(each, now)]
        return next(iter(self.first(left, now)), None)


@dataclass
class PeopleFor(People):
    """Who is there for something that may be able to wait: then whoever has quiet hours counts as away."""

    can_wait: Callable[[], bool] = bool

    def is_away(self, person: str, now: datetime) -> bool:
        return super().is_away(person, now) or (self.can_wait() and self.is_quiet(person, now))
