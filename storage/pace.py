"""How fast each lane may be sent to, as a claim asks for it (`scheduler.pacing` knows), and which lanes it asks for
together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from storage.turns import WINDOW, Turn


class Pace(Protocol):
    """How fast each lane may be sent to. `spare`: what may go last leaves one for the rest."""

    def free(self, lane: str, now: datetime, *, spare: bool = False) -> int:
        """How many may be sent in that lane at `now`."""
        ...

    def shares(self, lane: str) -> bool:
        """Whether what is sent there leaves less for another lane at this moment."""
        ...

    def take(self, lane: str, now: datetime, *, spare: bool = False) -> bool:
        """One more is sent there. Whether it may be."""
        ...


class Unpaced:
    """As much as there is."""

    def free(self, lane: str, now: datetime, *, spare: bool = False) -> int:  # noqa: ARG002
        """See Pace."""
        return WINDOW

    def shares(self, lane: str) -> bool:  # noqa: ARG002
        """See Pace."""
        return False

    def take(self, lane: str, now: datetime, *, spare: bool = False) -> bool:  # noqa: ARG002
        """See Pace."""
        return True


def side_by_side(turns: Iterable[Turn], pace: Pace, most: int) -> Iterator[list[Turn]]:
    """The turns in their order, up to `most` together: of one urgency, in lanes of which none leaves less for another.
    Each of the others by itself."""
    some: list[Turn] = []
    for turn in turns:
        alone = pace.shares(turn.lane)
        if some and (alone or turn.urgency != some[0].urgency):
            yield some
            some = []
        some.append(turn)
        if alone or len(some) >= most:
            yield some
            some = []
    if some:
        yield some
