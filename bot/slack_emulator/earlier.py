"""What a message or a view showed before it changed: a press on its way still means that, as in Slack."""

from __future__ import annotations

from collections import OrderedDict

from bot.slack_emulator.blocks import flat, interactive
from bot.stand_in.shapes import Json

KEPT, VERSIONS = 500, 5


class Earlier:
    """The earlier blocks of what changed lately, by message or view."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, list[list[Json]]] = OrderedDict()

    def keep(self, where: str, blocks: list[Json] | None) -> None:
        """These blocks were shown there until now."""
        if not blocks:
            return
        self._kept[where] = [blocks, *self._kept.pop(where, [])][:VERSIONS]
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def find(self, where: str, blocks: list[Json], wanted: Json) -> tuple[Json, Json] | None:
        """The block and the element that somebody used there, where `blocks` are shown now.

        As it stands in its block; else as it stood before; else the same action wherever it went, which must mean the
        same: its value, where it has one, or no other element with that action.
        """
        action, block_id = wanted.get("action_id"), wanted.get("block_id")
        for shown in (blocks, *self._kept.get(where, ())):
            for block, element in _elements(shown):
                if element["action_id"] == action and block_id in (None, block["block_id"]):
                    return block, element
        found = [(block, element) for block, element in _elements(blocks) if element["action_id"] == action]
        value = wanted.get("value")
        same = [(block, element) for block, element in found if value is not None and element.get("value") == value]
        return same[0] if same else found[0] if len(found) == 1 and value is None else None

    def clear(self) -> None:
        """Forget it all."""
        self._kept.clear()


def _elements(blocks: list[Json]) -> list[tuple[Json, Json]]:
    return [(block, element) for block in flat(blocks) for element in interactive(block)]


def of_message(channel: str, ts: str) -> str:
    """A message's key."""
    return f"{channel} {ts}"
