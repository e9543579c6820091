"""Weeks of a desk, played by a seed: what people do is done to the engine and to the model, and what both say of every
ticket is compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from tests.simulation.assigning import Assigning
from tests.simulation.deadlines import TARGETS
from tests.simulation.duties import Duties, Duty
from tests.simulation.hours import ZONE
from tests.simulation.leaving import Leaving
from tests.simulation.model import Said, Ticket
from tests.simulation.people import ADMIN, AGENTS, CUSTOMER, LEADS, LEVELS, MANAGERS, People
from tests.simulation.proposing import Proposing
from tests.simulation.quiet import Quiet
from tests.simulation.reacting import Reacting
from tests.simulation.satisfaction import Satisfaction
from tests.simulation.theme import Act, Before, Decide, Do, Theme
from tests.simulation.world import World, policy, utc
from triage import escalation
from triage.acknowledging import acknowledge
from triage.answering import customer_wrote
from triage.assignment import Mode
from triage.awaiting import resume, wait
from triage.opening import open_ticket
from triage.owning import assign, take
from triage.people import Actor, Role
from triage.resolving import reopen, resolve
from triage.restoring import relapsed, restored
from triage.sorting import change_severity
from triage.terms import Category, Climbing
from triage.updating import promise, update

MODES = (Mode.AUTOMATIC, Mode.OFF, Mode.AUTOMATIC, Mode.PROPOSE)
CLIMBING = (Climbing.AUTOMATIC, Climbing.PROPOSE, Climbing.OFF, Climbing.PROPOSE, Climbing.AUTOMATIC)
#: The clock is put forward on 29 March and back on 25 October.
STARTS = (date(2026, 3, 5), date(2026, 3, 23), date(2026, 10, 19))


@dataclass
class Play:
    """One desk, played."""

    world: World
    random: Random
    starts: datetime
    ends: datetime
    people: People = field(default_factory=People)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    assigning: Assigning = field(init=False)
    themes: tuple[Theme, ...] = field(init=False)
    leaving: Leaving = field(init=False)
    duties: Duties = field(init=False)
    quiet: Quiet = field(init=False)
    coming: list[Duty] = field(default_factory=list)
    due: dict[int, datetime] = field(default_factory=dict)
    seen_at: datetime = field(init=False)
    story: dict[int, list[tuple[datetime, str]]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    #: To what something happened last, what that was, and whether something does so again at once.
    last: int = 0
    did: str = ""
    again: bool = False

    def __post_init__(self) -> None:
        self.seen_at = self.starts
        self.assigning = Assigning(self.people, self.tickets, self.world.policy.assignment.mode or Mode.OFF)
        self.leaving = Leaving(self, self.random)
        self.duties = Duties(self.people, self.tickets, self.assigning)
        self.duties.seen.update(each.at for each in self.duties.ahead(self.starts - timedelta(days=1), self.starts))
        self.quiet = Quiet(self.world, self.random, self.people)
        self.themes = (Proposing(self.world, self.random, self.assigning), self.quiet, Satisfaction(self.random))
        self._foresee()

    def people_changed(self) -> None:
        """Others may come than was foreseen; what is about to be said is said to whoever is there now."""
        self._foresee()
        self._refresh(*self.tickets)

    def _foresee(self) -> None:
        self.coming = self.duties.ahead(self.seen_at, self.ends + timedelta(days=3))

    async def run(self, tickets: int, *, to_the_end: bool = True) -> None:
        """Play until the end; or soon after the first difference."""
        span = (self.ends - self.starts).total_seconds()
        openings = sorted(self.starts + timedelta(seconds=self.random.uniform(0, span * 0.8)) for _ in range(tickets))
        now = self.starts
        rate = span / (tickets * 14)
        for turn in count(1):
            if now >= self.ends or (not to_the_end and turn % 10 == 0 and self.differences()):
                break
            self.again = self.random.random() < 0.15  # something else happens to the same ticket soon
            pause = self.random.uniform(0, 300) if self.again else self.random.expovariate(1 / rate)
            now = (now + timedelta(seconds=pause + 1)).replace(microsecond=0)
            kind = self.random.random()
            if kind < 0.01:  # nothing runs
                self.counts["outage"] += 1
                now += timedelta(minutes=self.random.choice((1, 5, 30, 120, 300)))
                await self._look(now)
            else:
                await self.until(now)
            if kind > 0.98:
                self.counts["restart"] += 1
                await self.world.restart()
            if openings and openings[0] <= now and not self.again:
                openings.pop(0)
                await self._open(now)
            elif (chance := 1 if self.again else self.random.random()) < 0.06:
                await self._come_and_go(now)
            elif chance < 0.12:
                now = await self._react(now)
            elif chance < 0.14:
                await self.leaving.happen(now)
            elif chance < 0.17 and await self.quiet.set_hours(now):
                self.counts["quiet"] += 1
                self._foresee()
                await self.until(now)
            else:
                await self._something(now)
        await self.until(now + timedelta(hours=12))

    async def until(self, now: datetime) -> None:
        """Everything that falls due until then, each at its own instant: by the engine, then by the model."""
        while (due := await self.world.next_due()) is not None and due <= now:
            await self.world.look(max(due, self.world.now))
        await self.world.look(now)
        while (at := self._next_at()) is not None and at <= now:
            self.seen_at = max(at, self.seen_at)
            self._look_at(self.seen_at)
        self.seen_at = now

    def _next_at(self) -> datetime | None:
        """When something falls due by the rules."""
        return min((*self.due.values(), *(each.at for each in self.coming[:1])), default=None)

    async def _look(self, now: datetime) -> None:
        """After nothing ran for a while."""
        await self.world.look(now)
        self._look_at(now)
        self.seen_at = now

    def _look_at(self, now: datetime) -> None:
        """Everything that the rules say of that moment."""
        due = [each for each in self.coming if each.at <= now]
        if due:
            self.coming = self.coming[len(due) :]
            self.duties.look(due, now)
            self._refresh(*self.tickets)
        for _, number in sorted((at, number) for number, at in self.due.items() if at <= now):
            ticket = self.tickets[number]
            ticket.look(now)
            if any(item.line == "answer" and item.at <= now for item in ticket.items()):
                self.assigning.hand_on(ticket, now)
            ticket.speak()
            self._refresh(number)

    def _refresh(self, *numbers: int) -> None:
        """When something is due next of these tickets; what is about to be said of them is said."""
        for number in numbers:
            self.tickets[number].speak()
            items = self.tickets[number].items()
            self.due.pop(number, None)
            if items:
                self.due[number] = items[0].at

    # What people do.

    def _agent(self) -> str:
        agents = self.people.of(AGENTS)
        return self.random.choice([each for each in agents if self.people.is_there(each, self.world.now)] or agents)

    def one_of(self, *people: str) -> str:
        """One of them who is still of the desk; else an admin."""
        return self.random.choice(self.people.of(people) or [ADMIN])

    def tell(self, number: int, now: datetime, words: str) -> None:
        self.story.setdefault(number, []).append((now, words))
        self.counts[words.split(" ", 1)[0]] += 1

    async def _open(self, now: datetime) -> None:
        rng = self.random
        skills = rng.choice(((), ("voice",), ("fibre",), ("fibre", "voice")))
        reported = now - timedelta(seconds=rng.choice((0, 0, 0, 600, 1800, 7200)))
        if rng.random() < 0.3:
            by, claimed = Actor(CUSTOMER, frozenset({Role.CUSTOMER})), rng.choice((None, 1, 2, 3))
            change = open_ticket(
                self.world.policy, by, now, summary="No link", severity=claimed, reported_at=reported, skills=skills
            )
            category = None if claimed is None else "incident"
            model = Ticket(self.people, now, reported, category, None, claimed, by.id, confirmed=False)
        else:
            by = self.world.actor(self._agent())
            category = rng.choice(("incident", "incident", "incident", "inquiry", "provisioning"))
            severity = {"incident": rng.choice((1, 2, 3)), "inquiry": 3}.get(category)
            change = open_ticket(
                self.world.policy, by, now, summary="No link", category=Category(category),
                severity=severity, reported_at=reported, requester=CUSTOMER, skills=skills,
            )  # fmt: skip
            model = Ticket(self.people, now, reported, category, severity, None, by.id)
        model.skills, model.climbing = skills, self.world.policy.climbing
        number = model.number = await self.world.open(change, now)
        self.assigning.find(model, now)
        self.tickets[number] = model
        self._refresh(number)
        self.tell(number, now, f"open {category} severity {model.severity or model.claimed} by {by.id}")
        await self.until(now)

    async def _come_and_go(self, now: datetime) -> None:
        person = self.random.choice((*AGENTS, *LEADS, *MANAGERS))
        until: datetime | None = now
        if not self.people.is_away(person, now):
            hours = self.random.choice((None, 1, 4, 30))
            until = None if hours is None else now + timedelta(hours=hours)
        self.people.away[person] = until
        self.counts["back" if until == now else "away"] += 1
        self._foresee()
        await self.world.set_away(person, until, now)
        await self.until(now)

    async def _react(self, now: datetime) -> datetime:
        alive = [number for number, ticket in self.tickets.items() if self.is_alive(ticket, now)]
        if not alive:
            return now
        return await Reacting(self, self.random, self.random.choice(alive)).happen(now)

    async def _something(self, now: datetime) -> None:
        alive = [number for number, ticket in self.tickets.items() if self.is_alive(ticket, now)]
        if not alive:
            return
        if not self.again or self.last not in alive:
            left_behind = self.leaving.left_behind(now)
            self.last = self.random.choice(left_behind if left_behind and self.random.random() < 0.3 else alive)
        number = self.last
        ticket = self.tickets[number]
        choices = self._choices(ticket)
        if not (self.again and self.did in choices and self.random.random() < 0.3):
            self.did = self.random.choice(list(choices))
        act, before = choices[self.did], self.before(ticket)
        by, decide, words = act(ticket, now)
        if decide is not None:
            do = partial(self.world.act, number, by, now, decide)
            await self.done(number, by.id, now, words, before, do)

    @staticmethod
    def before(ticket: Ticket) -> Before:
        """What decides whether somebody is looked for afterwards."""
        return ticket.is_free, ticket.sorted_as, ticket.assignee

    async def done(  # noqa: PLR0917  who did what to which ticket
        self, number: int, by: str, now: datetime, words: str,
        before: Before, do: Callable[[], Awaitable[None]],
    ) -> None:  # fmt: skip
        """Something was done to a ticket of the model, which is done to the engine's now. `by`: who acted on it, if
        anybody did anything that counts."""
        ticket, (free, known, owner) = self.tickets[number], before
        ticket.acted(by)
        if owner in self.people.left and not ticket.is_closed:
            self.leaving.reopened(number, now)
        if ticket.assignee not in (owner, None):
            self.assigning.came[ticket.assignee] = now
        if not free or ticket.sorted_as != known:
            self.assigning.find(ticket, now)
        if any(item.line == "answer" and item.at <= now for item in ticket.items()):
            self.assigning.hand_on(ticket, now)  # whoever has it then is named
        self._refresh(number)
        self.tell(number, now, words)
        await do()
        await self.until(now)

    @staticmethod
    def is_alive(ticket: Ticket, now: datetime) -> bool:
        """Whether something may still be done to it."""
        return not ticket.is_closed or (ticket.closed_at is not None and now - ticket.closed_at < timedelta(days=2))

    def _choices(self, ticket: Ticket) -> dict[str, Do]:
        found = self._usual(ticket)
        for theme in self.themes:
            found |= theme.choices(ticket)
        return found

    def _usual(self, ticket: Ticket) -> dict[str, Do]:
        if ticket.is_closed:
            return {"reopen": self._reopen, "wrote": self._wrote}
        found: dict[str, Do] = {
            "take": self._take, "assign": self._assign, "update": self._update, "more": self._update,
            "promise": self._promise, "wrote": self._wrote, "resolve": self._resolve,
        }  # fmt: skip
        found["wait"] = self._wait if ticket.waiting is None else self._resume
        if any(each.missed_at for each in ticket.running()) or ticket.owed():
            found["ack"] = self._ack
        if not ticket.is_confirmed:
            found |= {"sort": self._sort, "sort now": self._sort, "sort at once": self._sort}
        elif ticket.category == "incident":
            found |= {"sort": self._sort, "restored": self._restored if ticket.up_since is None else self._relapsed}
            if ticket.level < len(LEVELS):
                found["climb"] = self._climb
            if ticket.level:
                found["leave"] = self._leave
        found["ask"] = self._ask
        return found

    def _take(self, ticket: Ticket, now: datetime) -> Act:
        by = self._agent()
        ticket.take(by, now)
        return self._by(by), lambda real: take(real, self._by(by), now), f"take by {by}"

    def _by(self, person: str) -> Actor:
        return self.world.actor(person)

    def _assign(self, ticket: Ticket, now: datetime) -> Act:
        by, to = self.one_of(*LEADS), self.one_of(*AGENTS)
        ticket.assign(to, by, now)
        return self._by(by), lambda real: assign(real, self._by(by), now, self._by(to)), f"assign to {to}"

    def _worker(self, ticket: Ticket) -> str:
        climb = ticket.owed()
        if climb is not None and self.random.random() < 0.3:  # whoever was called sees to it
            return self.random.choice(self.people.answers_for(climb.level))
        anybody = (self.one_of(*LEADS), self.one_of(*MANAGERS))
        owner = ticket.assignee if self.people.of(filter(None, [ticket.assignee])) else None
        return self.random.choice((owner or self._agent(), self._agent(), self._agent(), *anybody))

    def _update(self, ticket: Ticket, now: datetime) -> Act:
        by = self._worker(ticket)
        ticket.update(by, now)
        return self._by(by), lambda real: update(real, self._by(by), now, "We look."), f"update by {by}"

    def _promise(self, ticket: Ticket, now: datetime) -> Act:
        by = self._worker(ticket)
        until = now + timedelta(minutes=self.random.choice((1, 2, 7, 14, 45, 110)))
        if not ticket.is_confirmed or until <= now:
            return self._by(by), None, ""
        ticket.update(by, now, until)
        decide: Decide = lambda real: promise(real, self._by(by), now, until, "By then.")  # noqa: E731
        return self._by(by), decide, f"promise until {until:%H:%M} by {by}"

    def _wait(self, ticket: Ticket, now: datetime) -> Act:
        by, what = self._worker(ticket), self.random.choice(("customer", "customer", "vendor"))
        asks = what == "customer" and self.random.random() < 0.5
        ticket.wait(by, now, what, asks=asks)
        question = "Is it plugged in?" if asks else ""
        decide: Decide = lambda real: wait(  # noqa: E731
            real, self._by(by), now, "They know.", question=question, what=what
        )
        return self._by(by), decide, f"wait for the {what}{', asked' if asks else ''} by {by}"

    def _resume(self, ticket: Ticket, now: datetime) -> Act:
        by = self._worker(ticket)
        ticket.resume(now)
        return self._by(by), lambda real: resume(real, self._by(by), now), f"resume by {by}"

    def _wrote(self, ticket: Ticket, now: datetime) -> Act:
        by = Actor(CUSTOMER, frozenset({Role.CUSTOMER}))
        ticket.wrote(now)
        decide: Decide = lambda real: customer_wrote(real, by, now, "It is still red here.", at=now)  # noqa: E731
        return by, decide, "wrote: the customer"

    def _restored(self, ticket: Ticket, now: datetime) -> Act:
        by = self._worker(ticket)
        ticket.restored(by, now)
        return self._by(by), lambda real: restored(real, self._by(by), now), f"restored by {by}"

    def _relapsed(self, ticket: Ticket, now: datetime) -> Act:
        by = self._worker(ticket)
        ticket.relapsed(now)
        return self._by(by), lambda real: relapsed(real, self._by(by), now), f"relapsed by {by}"

    def _resolve(self, ticket: Ticket, now: datetime) -> Act:
        by = self._worker(ticket)
        ticket.resolve(by, now)
        return self._by(by), lambda real: resolve(real, self._by(by), now), f"resolve by {by}"

    def _reopen(self, ticket: Ticket, now: datetime) -> Act:
        by, counts = self._worker(ticket), self.random.random() < 0.5
        ticket.reopen(now, counts=counts, by=by)
        how = "never fixed" if counts else "came back"
        return self._by(by), lambda real: reopen(real, self._by(by), now, counts=counts), f"reopen, {how}, by {by}"

    def _sort(self, ticket: Ticket, now: datetime) -> Act:
        by, severity = self._worker(ticket), self.random.choice(list(TARGETS))
        if ticket.is_confirmed and severity == ticket.severity:
            return self._by(by), None, ""
        ticket.sort(by, now, severity)
        decide: Decide = lambda real: change_severity(  # noqa: E731
            real, self._by(by), now, self.world.policy, severity, "It is."
        )
        return self._by(by), decide, f"severity {severity} by {by}"

    def _ack(self, ticket: Ticket, now: datetime) -> Act:
        by = self.one_of(*AGENTS[:2], *MANAGERS, ADMIN)
        climb, missed = ticket.owed(), any(each.missed_at for each in ticket.running())
        mine = climb is not None and self.people.may_answer(by, climb.level)
        if not (missed or mine):
            return self._by(by), None, ""
        ticket.acknowledge(by, now)
        decide: Decide = lambda real: acknowledge(real, self._by(by), now, of_level=mine)  # noqa: E731
        return self._by(by), decide, f"ack by {by}"

    def _climb(self, ticket: Ticket, now: datetime) -> Act:
        by = self.one_of(*LEADS, *MANAGERS, self._agent())
        answers = by in ticket.people.contact(ticket.level + 1, now)
        ticket.climb(by, now)
        decide: Decide = lambda real: escalation.escalate(  # noqa: E731
            real, self._by(by), now, "It takes too long.", sure=True, answers=answers
        )
        return self._by(by), decide, f"climb by {by}"

    def _leave(self, ticket: Ticket, now: datetime) -> Act:
        by = self.one_of(*LEADS, *MANAGERS)
        ticket.leave(by, now)
        return self._by(by), lambda real: escalation.de_escalate(real, self._by(by), now, "Done."), f"leave by {by}"

    def _ask(self, ticket: Ticket, now: datetime) -> Act:
        by = Actor(CUSTOMER, frozenset({Role.CUSTOMER}))
        ticket.ask(now)
        return by, lambda real: escalation.escalate(real, by, now, "Please."), "ask: the customer"

    # What came of it.

    def differences(self) -> list[str]:
        """Each ticket of which not exactly that was said what the rules say, told as a story up to the first
        difference."""
        found: dict[int, list[Said]] = {}
        for number, said in self.world.said:
            found.setdefault(number, []).append(said)
        tales = self._of_people()
        for number, ticket in self.tickets.items():
            missing = Counter(ticket.said) - Counter(found.get(number, []))
            beyond = Counter(found.get(number, [])) - Counter(ticket.said)
            if missing or beyond:
                tales.append(self._tale(number, missing, beyond))
        return tales

    def _of_people(self) -> list[str]:
        """What was to be said to people and is about no one ticket."""
        due, said = Counter([*self.duties.said, *self.leaving.said]), Counter(self.world.announced)
        missing, beyond = due - said, said - due
        lines = [f"MISSING: {_words(said)}, due {said.at:%a %d %b %H:%M:%S} UTC" for said in sorted(missing)[:3]]
        lines += [f"TOO MUCH: {_words(said)}, said {said.at:%a %d %b %H:%M:%S} UTC" for said in sorted(beyond)[:3]]
        return ["\n".join(["To people:", *lines])] if lines else []

    def _tale(self, number: int, missing: Counter[Said], beyond: Counter[Said]) -> str:
        first = min((*missing, *beyond)).at
        told = [(at, f"- {words}") for at, words in self.story[number] if at <= first]
        told += [(said.at, f"  said: {_words(said)}") for said in self.tickets[number].said if said.at <= first]
        lines = [f"{at.astimezone(ZONE):%a %d %b %H:%M:%S} {words}" for at, words in sorted(told, key=lambda x: x[0])]
        lines += [f"MISSING: {_words(said)}, due {said.at:%a %H:%M:%S} UTC" for said in sorted(missing)[:3]]
        lines += [f"TOO MUCH: {_words(said)}, said {said.at:%a %H:%M:%S} UTC" for said in sorted(beyond)[:3]]
        return "\n".join([f"Ticket {number}:", *lines])


def _words(said: Said) -> str:
    return f"{said.kind} {said.what} to {', '.join(who.removeprefix('slack:U') for who in said.who) or 'nobody'}"


async def play(url: str, seed: int, *, weeks: float, tickets: int, to_the_end: bool = True) -> Play:
    """Play that seed, to the end or to the first difference."""
    random = Random(seed)  # noqa: S311  a seed has to give the same again
    starts = utc(random.choice(STARTS), 0)
    rules = policy(MODES[seed % len(MODES)], CLIMBING[seed // len(MODES) % len(CLIMBING)])
    played = Play(World(url, starts, rules), random, starts, starts + timedelta(weeks=weeks))
    try:
        await played.run(tickets, to_the_end=to_the_end)
        await played.world.read_proposals()
    finally:
        await played.world.database.close()
    return played
