"""A worker does rounds until there is nothing left, and never misses a ring."""

from __future__ import annotations

import asyncio

from scheduler.worker import Worker


class Rounds:
    """Counts rounds; there is something to do for as many as `left` says."""

    def __init__(self, left: int = 0) -> None:
        self.left = left
        self.done = 0
        self.rests = 0

    async def work(self) -> bool:
        self.done += 1
        self.left -= 1
        await asyncio.sleep(0)
        return self.left >= 0

    async def rest(self) -> None:
        self.rests += 1


async def test_it_works_until_nothing_is_left_and_then_rests_once() -> None:
    rounds = Rounds(3)
    worker = Worker("test", rounds.work, rounds.rest)
    worker.start()
    worker.ring()
    await worker.quiet()
    assert (rounds.done, rounds.rests) == (4, 1)
    await worker.stop(1)


async def test_it_does_nothing_before_the_bell_rings() -> None:
    rounds = Rounds(3)
    worker = Worker("test", rounds.work, rounds.rest)
    worker.start()
    await asyncio.sleep(0.01)
    assert rounds.done == 0
    await worker.stop(1)
    assert rounds.done == 0


async def test_a_ring_during_a_round_begins_another() -> None:
    rounds = Rounds()
    worker = Worker("test", rounds.work, rounds.rest)
    worker.start()
    worker.ring()
    await asyncio.sleep(0)
    worker.ring()
    assert not worker.is_quiet
    await worker.quiet()
    assert rounds.done == 2
    await worker.stop(1)


async def test_a_round_that_fails_is_no_end() -> None:
    rounds = Rounds()

    async def fails_once() -> bool:
        await rounds.work()
        if rounds.done == 1:
            raise ConnectionError
        return False

    worker = Worker("test", fails_once, rounds.rest)
    worker.start()
    for _ in range(2):
        worker.ring()
        await worker.quiet()
    assert (rounds.done, rounds.rests, worker.alive) == (2, 1, True)
    await worker.stop(1)
    assert not worker.alive


async def test_stopping_ends_after_the_round_that_runs() -> None:
    rounds = Rounds(1000)
    worker = Worker("test", rounds.work, rounds.rest)
    worker.start()
    worker.ring()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert rounds.done
    await worker.stop(1)
    assert rounds.done < 5


async def test_stopping_breaks_off_what_does_not_end() -> None:
    async def never() -> bool:
        await asyncio.Event().wait()
        return True

    worker = Worker("test", never, Rounds().rest)
    worker.start()
    worker.ring()
    await asyncio.sleep(0)
    await worker.stop(0.01)
    assert not worker.alive
