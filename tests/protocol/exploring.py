"""Every state that can be reached from a first one, in the order of their distance; and whether each can still end
well."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

S = TypeVar("S", bound=Hashable)


@dataclass
class Explored:
    """What was found."""

    states: int = 0
    steps: int = 0
    ends: int = 0
    #: The first violation with the shortest story that leads to it; nothing is looked at after that.
    wrong: dict[str, list[str]] = field(default_factory=dict)


def explore(
    first: S,
    steps: Callable[[S], Iterator[tuple[str, S]]],
    wrong: Callable[[S], str | None],
    is_over: Callable[[S], bool],
    has_failed: Callable[[S, S], bool],
) -> Explored:
    """`wrong`: what must not be in this state. `has_failed`: whether what leads from one state to the other need not
    happen, so that nobody may count on it to end well."""
    found = Explored()
    came_from: dict[S, tuple[S, str] | None] = {first: None}
    before: dict[S, list[S]] = {}
    good: list[S] = []
    waiting = deque([first])

    def story(state: S) -> list[str]:
        told, at = [], came_from[state]
        while at is not None:
            told.append(at[1])
            at = came_from[at[0]]
        return told[::-1]

    while waiting:
        state = waiting.popleft()
        if is_over(state):
            good.append(state)
        if (broken := wrong(state)) is not None:
            found.wrong[broken] = story(state)
            break
        for told, after in steps(state):
            found.steps += 1
            if not has_failed(state, after):
                before.setdefault(after, []).append(state)
            if after not in came_from:
                came_from[after] = state, told
                waiting.append(after)
    found.states, found.ends = len(came_from), len(good)
    alive, spread = set(good), deque(good)
    while spread:
        for earlier in before.get(spread.popleft(), ()):
            if earlier not in alive:
                alive.add(earlier)
                spread.append(earlier)
    if not found.wrong and (stuck := next((s for s in came_from if s not in alive), None)):
        found.wrong["stuck for ever"] = story(stuck)
    return found
