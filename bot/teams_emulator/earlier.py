"""What a card showed before it changed: a press that is on its way still means that."""

from __future__ import annotations

from collections import OrderedDict

from bot.stand_in.shapes import Json

KEPT, VERSIONS = 500, 5


class Earlier:
    """The earlier cards of what changed lately, by message."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, list[Json]] = OrderedDict()

    def keep(self, channel: str, ts: str, card: Json | None) -> None:
        """Until now that card was shown there."""
        if card is None:
            return
        where = f"{channel} {ts}"
        self._kept[where] = [card, *self._kept.pop(where, [])][:VERSIONS]
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def of(self, channel: str, ts: str) -> list[Json]:
        """What was shown there, the latest first."""
        return self._kept.get(f"{channel} {ts}", [])

    def clear(self) -> None:
        """Forget it all."""
        self._kept.clear()
