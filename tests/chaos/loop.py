"""Rounds of work that end with a kill: people act, time goes on, a victim dies; sometimes time goes on without it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.chaos.besides import Besides, act_besides, forget_to_the_end
from tests.chaos.pages import judge_pages
from tests.chaos.people import People
from tests.chaos.stage import UNREACHED, Program, Stage
from tests.chaos.troubles import Troubles
from tests.chaos.verdict import Verdict, judge

SHARE = 0.35  # how much of the time people act, rather than time goes on
PACE = 1.6  # a victim runs for so many seconds at most, once somebody was answered
PATIENCE = 15.0  # seconds that are waited for that
MOST_OPEN = 12
HOUR = 3600
FIGURES = ("tickets", "acknowledged", "expected", "said")
LOST = ("lost", "missing", "text missing", "no card", "unsent", "dead letters", "unsettled", "page missing", "backup")
DOUBLED = ("recorded twice", "twice", "text twice", "two cards", "repeated without a word of it", "page twice")


@dataclass
class Run:
    """What came of it."""

    verdict: Verdict
    kills: int
    seconds: float
    hours: float

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Run:
        """All of these in one."""
        verdict = Verdict()
        for each in runs:
            verdict.add_all(each.verdict)
        kills, seconds = sum(each.kills for each in runs), sum(each.seconds for each in runs)
        return cls(verdict, kills, seconds, sum(each.hours for each in runs))

    def figures(self) -> dict[str, Any]:
        """For people and programs to read: whether it holds, what was counted, and each thing that is wrong."""
        late, wrong, noted = sorted(self.verdict.late), self.verdict.wrong, self.verdict.noted

        def found(*kinds: str) -> int:
            return sum(len(wrong.get(kind, ())) for kind in kinds)

        return {
            "holds": not wrong, "kills": self.kills, "minutes": round(self.seconds / 60, 1),
            "kills_a_minute": round(60 * self.kills / max(1.0, self.seconds), 1), "desk_hours": round(self.hours, 1),
            "tickets": noted["tickets"], "acknowledged": noted["acknowledged"], "due": noted["expected"],
            "said": noted["said"], "lost": found(*LOST), "doubled": found(*DOUBLED), "early": found("early"),
            "otherwise_wrong": found(*(wrong.keys() - {*LOST, *DOUBLED, "early"})),
            "latest_said_s": round(late[-1], 1) if late else None,
            "median_late_s": round(late[len(late) // 2], 2) if late else None,
            "noted": {name: count for name, count in sorted(noted.items()) if name not in FIGURES}, "wrong": wrong,
        }  # fmt: skip


async def kill_for_a_while(
    stage: Stage,
    *,
    kills: int,
    seed: int,
    acknowledged: int = 0,
    besides: bool = False,
    say: Callable[[str], None] = lambda _: None,
    is_enough: Callable[[], bool] = lambda: False,
) -> Run:
    """Kill until `kills` have died and `acknowledged` things were said to be done, on a slow machine too, or until it
    `is_enough`; then judge. The same seed does the same things; what comes in between differs. `besides`: what works on
    the same database dies as well, and so does the chat."""
    rng, began, done = random.Random(seed + 1), time.monotonic(), 0  # noqa: S311  chance, no secret
    chat, cluster = stage.chat, stage.cluster
    people = People(chat, random.Random(seed), await chat.state(), MOST_OPEN)  # noqa: S311
    others = Besides(chat, people, random.Random(seed + 2))  # noqa: S311
    troubles = Troubles(stage, people, rng, Verdict())
    for _ in range(6):
        await people.act()
    while (done < kills or people.acknowledged() < acknowledged) and not is_enough():
        victims = [rng.choice(cluster.programs)] if rng.random() < 0.8 else list(cluster.programs)
        async with at_work(stage, people, rng):
            await act_besides(others)
            beside = asyncio.create_task(troubles.beside()) if besides else None
            await _until_some_is_done(people, rng)
            done += await troubles.kill(victims)
        done += await beside if beside is not None else 0
        await _without_them(stage, people, victims, rng)
        done += sum(await asyncio.gather(*(_killed_while_it_starts(each, rng) for each in victims)))
        await cluster.restart(*victims)
        if rng.random() < 0.5:
            await chat.settle(1)
            await chat.advance(rng.uniform(0.5, 6))
        await chat.take_notes()
        say(f"{done} kills, {len(people.tickets)} tickets, {time.monotonic() - began:.0f} s ")
    if besides:
        await forget_to_the_end(stage, people, troubles.verdict)
    verdict = await judge(stage, people, others.judge)
    judge_pages(stage, people.tickets, verdict)
    verdict.add_all(troubles.verdict)
    verdict.noted["gave up starting"] += cluster.gave_up
    return Run(verdict, done, time.monotonic() - began, chat.offset / HOUR)


@contextlib.asynccontextmanager
async def at_work(stage: Stage, people: People, rng: random.Random, share: float = SHARE) -> AsyncIterator[None]:
    """Meanwhile people act, several at once, and time goes on; `share`: how much of the time they do."""
    stop = asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            try:
                if rng.random() < share:
                    await asyncio.gather(*(people.act() for _ in range(rng.choice((1, 1, 2, 4)))))
                else:
                    await stage.chat.advance(rng.choice((0.2, 0.5, 1, 1.5, 2.5, 4)))
            except UNREACHED:
                await asyncio.sleep(0.05)

    working = asyncio.create_task(work())
    try:
        yield
    finally:
        stop.set()
        await working


async def _until_some_is_done(people: People, rng: random.Random) -> None:
    """Until a random instant: where a machine is so busy that nobody is answered by then, mostly until somebody was."""
    answered = people.answered + rng.choice((0, 0, 1, 2, 3))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while people.answered < answered:  # noqa: ASYNC110  it rings no bell
                await asyncio.sleep(0.02)
    await asyncio.sleep(rng.uniform(0.0, PACE))


async def _killed_while_it_starts(victim: Program, rng: random.Random) -> int:
    """Now and then; how often it was."""
    if rng.random() >= 0.15:
        return 0
    with contextlib.suppress(TimeoutError):
        await victim.start(within=rng.uniform(0.2, 2.5))
    return int(await victim.end())


async def _without_them(stage: Stage, people: People, victims: list[Program], rng: random.Random) -> None:
    """What goes on while they are dead."""
    chance = rng.random()
    if chance < 0.25:
        await people.act()
    elif chance < 0.45:
        await stage.chat.advance(rng.uniform(0.1, 1.5), jump=True)
    elif chance < 0.5 and len(victims) == len(stage.cluster.programs):
        await stage.chat.advance(rng.uniform(5, 30), jump=True)
