"""A ticket's story told in tests: people act at times of the day, and what triage decides goes on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from triage.agenda import Due, agenda
from triage.change import Change
from triage.desk import Desk
from triage.due import decide_due
from triage.event import Event
from triage.fold import fold
from triage.notice import Audience, Notice, NoticeKind
from triage.opening import open_ticket
from triage.people import Actor, Role
from triage.policy import Policy
from triage.terms import Category, ClockKind
from triage.ticket import Ticket

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # no change of clock near, no holiday

ANA = Actor("chat:ana", frozenset({Role.AGENT}))
BEN = Actor("chat:ben", frozenset({Role.AGENT}))
LEA = Actor("chat:lea", frozenset({Role.LEAD}))
MIA = Actor("chat:mia", frozenset({Role.MANAGER}))
MAX = Actor("chat:max", frozenset({Role.MANAGER}))
ADA = Actor("chat:ada", frozenset({Role.ADMIN}))
HUGO = Actor("chat:hugo", frozenset({Role.HELPER}))
REX = Actor("chat:rex", frozenset({Role.REQUESTER}))
CLEO = Actor("chat:cleo", frozenset({Role.CUSTOMER}))

POLICY = Policy(desk=Desk(timezone="UTC"))


def at(text: str) -> datetime:
    """`09:00` on Monday, `2 09:00` two days later; seconds may follow."""
    day, _, clock = text.rpartition(" ")
    parts = [int(part) for part in clock.split(":")]
    hours, minutes, seconds = (*parts, 0)[:3]
    return MONDAY + timedelta(days=int(day or 0), hours=hours, minutes=minutes, seconds=seconds)


class Story:
    """One ticket and everything on record about it."""

    def __init__(
        self,
        when: str | datetime = "09:00",
        *,
        severity: int | None = 1,
        category: Category | None = None,
        by: Actor = ANA,
        policy: Policy = POLICY,
        reported: str | None = None,
        requested: str | None = None,
    ) -> None:
        self.policy, self.opener = policy, by
        self.events: list[Event] = []
        self.notices: list[Notice] = []
        now = when if isinstance(when, datetime) else at(when)
        self.record(
            open_ticket(
                policy, by, now, summary="Link down in Sydney", severity=severity, category=category,
                reported_at=at(reported) if reported else None, requested_date=at(requested) if requested else None,
            )
        )  # fmt: skip

    @property
    def ticket(self) -> Ticket:
        """The ticket as its events tell it now."""
        return fold(self.events)

    def record(self, change: Change) -> Change:
        """Number what happened, as storage does."""
        first = len(self.events) + 1
        self.events += [replace(event, seq=seq) for seq, event in enumerate(change.events, first)]
        self.notices += change.notices
        return change

    def act(
        self, verb: Callable[..., Change], when: str | datetime, *args: object, by: Actor = ANA, **more: object
    ) -> Change:
        """Somebody does something to the ticket: `story.act(take, "09:05")`."""
        now = when if isinstance(when, datetime) else at(when)
        return self.record(verb(self.ticket, by, now, *args, **more))

    def pass_until(self, when: str | datetime, *, there: bool = True, written: bool = False) -> Change:
        """Look at what is due then, once: what a scheduler that slept until then does. `there`: its owner is.
        `written`: somebody is writing to its customer."""
        now = when if isinstance(when, datetime) else at(when)
        return self.record(decide_due(self.ticket, now, there=there, written=written))

    def live_until(self, when: str | datetime, *, there: bool = True) -> list[tuple[datetime, Notice]]:
        """Let time pass through every due instant, and answer what was said when."""
        end = when if isinstance(when, datetime) else at(when)
        said: list[tuple[datetime, Notice]] = []
        while due := [item for item in agenda(self.ticket, there=there) if item.at <= end]:
            now = max(due[0].at, self.events[-1].recorded_at)
            change = self.pass_until(now, there=there)
            said += [(now, notice) for notice in change.notices if notice.kind is not NoticeKind.CARD]
        return said

    def plan(self) -> list[tuple[str, str, datetime]]:
        """The agenda: clock, step, instant."""
        return [(item.clock, item.step, item.at) for item in agenda(self.ticket)]

    def planned(self, clock: str, step: str) -> datetime | None:
        """When that step of that clock is due, if it is."""
        return next((due.at for due in self.dues() if (due.clock, due.step) == (clock, step)), None)

    def dues(self) -> list[Due]:
        """The agenda as it is."""
        return agenda(self.ticket)


def kinds(change: Change) -> list[str]:
    """What goes on record."""
    return [event.kind.value for event in change.events]


def told(change: Change, audience: Audience) -> list[str]:
    """What is said to them."""
    return [notice.kind.value for notice in change.notices if notice.audience is audience]


def due(story: Story, kind: ClockKind) -> object:
    """When that clock is due; None where it is not, or does not run."""
    clock = story.ticket.clocks.get(kind)
    return None if clock is None else clock.due
