"""Whom a ticket goes to: somebody on duty with the skills it needs who has least to do (policy: Assignment)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from triage.assignment import LEAST, STRICTEST, Assignment, Mode
from triage.facts.owning import Reason
from triage.people import Role
from triage.roster import Roster
from triage.ticket import Ticket

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has in hand."""

    #: How many open tickets they own, by the severity in force; None: of no severity.
    open_by_severity: Mapping[int | None, int] = field(default_factory=dict)
    #: When they last came to a ticket; None: never.
    last_at: datetime | None = None

    @property
    def tickets(self) -> int:
        """How many open tickets they own."""
        return sum(self.open_by_severity.values())

    def weighed(self, weights: Mapping[int, int]) -> int:
        """The same, each ticket with the weight of its severity."""
        return sum(count * weights[severity or LEAST] for severity, count in self.open_by_severity.items())


ReadLoads = Callable[[Collection[str]], Mapping[str, Load]]
"""Answers what these people have in hand, of whoever has or had anything."""


def no_loads(_people: Collection[str]) -> Mapping[str, Load]:
    """Nobody has anything."""
    return {}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody whom a ticket may be given to."""

    #: They, by key.
    person: str
    #: Why they were chosen.
    why: Reason


@dataclass(frozen=True, slots=True)
class Choosing:
    """What a choice depends on, beside the ticket."""

    #: Who is who and who is there.
    roster: Roster
    #: The policy's rules.
    rules: Assignment = field(default_factory=Assignment)
    #: What people have in hand, asked of those alone among whom it decides.
    loads: ReadLoads = no_loads
    #: Whom not to choose, whatever the roster says.
    without: frozenset[str] = frozenset()

    def for_ticket(self, ticket: Ticket, now: datetime) -> Choosing:
        """The choice for that ticket: where it can wait, nobody who has quiet hours."""
        roster = self.roster.for_ticket(ticket, now)
        return self if roster is self.roster else replace(self, roster=roster)

    @property
    def mode(self) -> Mode:
        """What becomes of a ticket that nobody has. Unless somebody chose it, Vigie proposes; and assigns by itself
        once some agent has a skill and some agent has working hours on record."""
        if self.rules.mode is not None:
            return self.rules.mode
        agents = self.roster.with_role(Role.AGENT)
        skilled = any(self.roster.skills_of(person) for person in agents)
        return Mode.AUTOMATIC if skilled and any(person in self.roster.shifts for person in agents) else Mode.PROPOSE

    def choose(
        self, skills: Collection[str], now: datetime, *, tried: Collection[str] = (), only_on_shift: bool = False
    ) -> Chosen | None:
        """Of the agents who are there, whoever has most of these skills; of several, whoever has least to do; of
        several, whoever came to a ticket longest ago; of several, whoever it disturbs least. `tried`: whom not to
        choose; `only_on_shift`: nobody whose working hours are not on record. None where nobody is there."""
        roster, needed, idle = self.roster, {skill.casefold() for skill in skills}, Load()
        knowing: dict[int, list[str]] = {}
        for person in roster.with_role(Role.AGENT):
            if person in tried or person in self.without or roster.is_outside(person):
                continue
            if roster.is_available(person, now) and (not only_on_shift or roster.on_shift(person, now)):
                has = sum(skill.casefold() in needed for skill in roster.skills_of(person)) if needed else 0
                knowing.setdefault(has, []).append(person)
        if not knowing:
            return None
        alike = knowing[max(knowing)]
        loads = self.loads(alike)

        def rank(person: str) -> tuple[int, datetime, int, str]:
            load = loads.get(person, idle)
            return load.weighed(self.rules.weights), load.last_at or _NEVER, roster.hint_against(person, now), person

        person = min(alike, key=rank)
        return self._chosen(person, skills, now, loads.get(person, idle))

    def on_call(self, skills: Collection[str], now: datetime, *, tried: Collection[str] = ()) -> Chosen | None:
        """Whoever is on call and was not tried, the first to be called first."""
        for person in self.roster.on_call(now):
            if person not in tried and person not in self.without and self.roster.is_staff(person):
                return self._chosen(person, skills, now, self._load(person), on_call=True)
        return None

    def lead(self, skills: Collection[str], now: datetime, *, tried: Collection[str] = ()) -> Chosen | None:
        """The lead on duty, unless they were tried."""
        for person in self.roster.lead_people(now):
            if person not in tried and person not in self.without and self.roster.is_staff(person):
                return self._chosen(person, skills, now, self._load(person), is_lead=True)
        return None

    def _load(self, person: str) -> Load:
        return self.loads((person,)).get(person, Load())

    def _chosen(
        self,
        person: str,
        skills: Collection[str],
        now: datetime,
        load: Load,
        *,
        on_call: bool = False,
        is_lead: bool = False,
    ) -> Chosen:
        known = {skill.casefold() for skill in self.roster.skills_of(person)}
        why = Reason(
            skills=tuple(skill for skill in skills if skill.casefold() in known),
            lacking=tuple(skill for skill in skills if skill.casefold() not in known),
            until=self.roster.shift_end(person, now),
            tickets=load.tickets,
            on_call=on_call,
            is_lead=is_lead,
            undisturbed_until=self.roster.undisturbed_until(person, now),
        )
        return Chosen(person, why)


def severity_to_answer_by(ticket: Ticket) -> int:
    """The severity by which the policy says how soon a ticket is to be answered: what nobody has sorted yet counts as
    the strictest, what has no severity as the least."""
    if ticket.severity is not None:
        return ticket.severity
    return LEAST if ticket.confirmed else STRICTEST
