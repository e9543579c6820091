"""People react to a message of a ticket, several of them within a minute or two, and take their reactions off again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from tests.simulation import reactions
from tests.simulation.people import AGENTS, CUSTOMER, LEADS, LEVELS, MANAGERS
from tests.simulation.theme import Before, Decide
from triage import escalation

if TYPE_CHECKING:
    from tests.simulation.play import Play

#: How many seconds after the first the others react, and after how many a reaction is taken off.
LATER = (0, 1, 20, 59, 60, 61, 90)
OFF = (3, 40, 119, 120, 121, 150)
Step = Callable[[datetime], Awaitable[None]]


@dataclass
class Reacting:
    """One ticket, to which people react."""

    play: Play
    random: Random
    number: int
    done: dict[str, reactions.Done] = field(default_factory=dict)

    async def happen(self, now: datetime) -> datetime:
        """One scene; when it ends."""
        scene = self.random.choice((self._sirens, self._sirens, self._sirens, self._eyes, self._check_mark))
        begins = now
        for delay, step in sorted(scene(), key=lambda each: each[0]):
            now = begins + timedelta(seconds=delay)
            await self.play.until(now)
            await step(now)
        return now

    def _sirens(self) -> list[tuple[int, Step]]:
        rng, found = self.random, list[tuple[int, Step]]()
        people = [
            self.play.one_of(*MANAGERS),
            *rng.choices((*MANAGERS, *MANAGERS, *AGENTS, *LEADS, CUSTOMER), k=rng.randint(0, 2)),
        ]
        for count, by in enumerate(people):
            at = rng.choice(LATER) if count else 0
            found.append((at, partial(self._siren, by)))
            if rng.random() < 0.6:
                found.append((at + rng.choice(OFF), partial(self._siren_off, by)))
        if rng.random() < 0.3:
            found.append((rng.choice(LATER), partial(self._typed, self.play.one_of(*LEADS, *AGENTS))))
        return found

    async def _siren(self, by: str, now: datetime) -> None:
        ticket = self.play.tickets[self.number]
        before = self.play.before(ticket)
        is_climb = not (ticket.climbs and (ticket.standing[by] or reactions.is_soon(ticket, now)))
        acted = reactions.siren(ticket, by, now) and not is_climb
        await self._react(by, "rotating_light", now, before, acted=acted)

    async def _siren_off(self, by: str, now: datetime) -> None:
        ticket = self.play.tickets[self.number]
        before = self.play.before(ticket)
        reactions.siren_off(ticket, by, now)
        await self._react(by, "rotating_light", now, before, added=False)

    async def _typed(self, by: str, now: datetime) -> None:
        """Typed so soon after a climb it may mean the same one: that is asked first."""
        ticket, play = self.play.tickets[self.number], self.play
        if ticket.is_closed or ticket.level == len(LEVELS):
            return
        answers, sure = by in ticket.people.contact(ticket.level + 1, now), not reactions.is_soon(ticket, now)
        decide: Decide = lambda real: escalation.escalate(  # noqa: E731
            real, play.world.actor(by), now, "It takes too long.", sure=sure, answers=answers
        )
        if not sure:
            await play.world.refused(self.number, decide, "escalate_again")
            return
        before = play.before(ticket)
        ticket.climb(by, now)
        do = partial(play.world.act, self.number, play.world.actor(by), now, decide)
        await play.done(self.number, by, now, f"climb by {by}", before, do)

    def _eyes(self) -> list[tuple[int, Step]]:
        return self._alone("take", "eyes")

    def _check_mark(self) -> list[tuple[int, Step]]:
        return self._alone("resolve", "white_check_mark")

    def _alone(self, verb: str, name: str) -> list[tuple[int, Step]]:
        by = self.random.choice((*AGENTS, *AGENTS, *LEADS, self.random.choice(MANAGERS), CUSTOMER))
        found: list[tuple[int, Step]] = [(0, partial(self._does, verb, name, by))]
        if self.random.random() < 0.6:
            found.append((self.random.choice(OFF), partial(self._takes_off, verb, name, by)))
        return found

    async def _does(self, verb: str, name: str, by: str, now: datetime) -> None:
        ticket = self.play.tickets[self.number]
        before = self.play.before(ticket)
        done = (reactions.eyes if verb == "take" else reactions.check_mark)(ticket, by, now)
        if done is not None:
            self.done[verb] = done
        await self._react(by, name, now, before, acted=done is not None)

    async def _takes_off(self, verb: str, name: str, by: str, now: datetime) -> None:
        ticket = self.play.tickets[self.number]
        before = self.play.before(ticket)
        if verb in self.done:
            reactions.off(ticket, self.done[verb], verb, now)
        await self._react(by, name, now, before, added=False)

    async def _react(
        self, by: str, name: str, now: datetime, before: Before, *, added: bool = True, acted: bool = False
    ) -> None:
        react = partial(self.play.world.react, self.number, by, name, now, added=added)
        words = f"{name} {'by' if added else 'taken off by'} {by}"
        await self.play.done(self.number, by if acted else "", now, words, before, react)
