"""People who leave for good and people who come back; and hours in which everybody is away at once (policy: Handing
over)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.model import PRESSING, Said, Ticket
from tests.simulation.people import AGENTS, BOARD, GROUP, LEADS, MANAGERS

if TYPE_CHECKING:
    from tests.simulation.play import Play

EVERYBODY = (*AGENTS, *LEADS, *MANAGERS)


@dataclass
class Leaving:
    """Who is of the desk."""

    play: Play
    random: Random
    #: What was to be said of the tickets of those who left: to one person, in one message each time.
    said: list[Said] = field(default_factory=list)

    async def happen(self, now: datetime) -> None:
        """Somebody leaves, or comes back, or all are away for a while."""
        gone, kind = sorted(self.play.people.left), self.random.random()
        if kind < 0.2:
            await self._all_away(now)
        elif kind < 0.35:
            await self._group_changes(now)
        elif gone and kind < 0.6:
            await self._comes_back(self.random.choice(gone), now)
        else:
            person = self._somebody(now)
            if person not in gone and self.play.people.of(AGENTS) != [person]:
                await self._leaves(person, now)

    def _somebody(self, now: datetime) -> str:
        """Often one of those whose closed tickets may be opened again."""
        people = [each for each in EVERYBODY if each not in BOARD]
        had = [self.play.tickets[number].assignee for number in self._closed(now)]
        tempting = [each for each in people if each in had and each not in self.play.people.left]
        return self.random.choice(tempting if tempting and self.random.random() < 0.5 else people)

    def _closed(self, now: datetime) -> list[int]:
        return [
            number
            for number, ticket in self.play.tickets.items()
            if ticket.is_closed and self.play.is_alive(ticket, now)
        ]

    def left_behind(self, now: datetime) -> list[int]:
        """Closed tickets of those who have left, which may be opened again."""
        return [each for each in self._closed(now) if self.play.tickets[each].assignee in self.play.people.left]

    def reopened(self, number: int, now: datetime) -> None:
        """A ticket is open again whose owner had left meanwhile: the lead is told."""
        self.play.counts["opened without"] += 1
        self.said.append(Said(now, "returned", str(number), tuple(self.play.people.lead(now))))

    async def _leaves(self, person: str, now: datetime) -> None:
        play = self.play
        play.people.gone.add(person)
        play.counts["gone"] += 1
        theirs = [
            n for n in sorted(play.tickets) if play.tickets[n].assignee == person and not play.tickets[n].is_closed
        ]
        for number in theirs:
            self._put_back(play.tickets[number], now)
            play.tell(number, now, f"gone is {person}, who had it")
        if theirs:
            play.assigning.look_at_queue(now)
            self.said.append(Said(now, "returned", " ".join(map(str, theirs)), tuple(play.people.lead(now))))
        play.people_changed()
        await play.world.set_active(person, now, is_active=False)
        await play.until(now)

    def _put_back(self, ticket: Ticket, now: datetime) -> None:
        """It is in the queue again; of severity 1 and 2 it is said whom it falls to."""
        ticket.back_to_queue(now)
        severity = ticket.severity if ticket.is_confirmed else ticket.claimed
        if severity in PRESSING:
            ticket.named_for = severity
            ticket.say(now, "falls_to", f"severity {severity}", lambda: ticket.owner(now))
            self.play.assigning.find(ticket, now)

    async def _comes_back(self, person: str, now: datetime) -> None:
        play = self.play
        play.people.gone.discard(person)
        play.counts["returned"] += 1
        play.duties.is_back(now)
        play.people_changed()
        await play.world.set_active(person, now, is_active=True)
        await play.until(now)

    async def _group_changes(self, now: datetime) -> None:
        """A user group is emptied, or has its people again. They keep what they have, though nobody asks them any
        more."""
        play = self.play
        is_empty = GROUP not in play.people.gone
        (play.people.gone.update if is_empty else play.people.gone.difference_update)({GROUP, *BOARD})
        play.counts["group"] += 1
        play.people_changed()
        await play.world.set_group(() if is_empty else BOARD, now)
        await play.until(now)

    async def _all_away(self, now: datetime) -> None:
        """As if the building were on fire."""
        play, until = self.play, now + timedelta(minutes=self.random.choice((20, 90, 400)))
        play.counts["nobody there"] += 1
        for person in EVERYBODY:
            if not play.people.is_away(person, now):
                play.people.away[person] = until
                await play.world.set_away(person, until, now)
        play.people_changed()
        await play.until(now)
