"""In which order tests are run: what takes long begins first."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


def dealt(items: Sequence[Item], first: Sequence[Item], hands: int) -> list[Item]:
    """All items in an order whose `hands` equal runs each begin with their share of those that come first. Runs that
    cannot be equal are as pytest-xdist makes them: the later ones are longer by one."""
    begin = set(first)
    rest = [item for item in items if item not in begin]
    order: list[Item] = []
    for hand in range(hands):
        share = first[hand::hands]
        room = (len(items) - len(order)) // (hands - hand)
        order += share
        more = max(0, room - len(share))
        order += rest[:more]
        del rest[:more]
    return order + rest
