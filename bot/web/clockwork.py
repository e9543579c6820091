"""How the three clocks of many tickets stand. A ticket is folded once for each of its versions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from storage.listing import Listed
from storage.tickets import get_tickets_by_number
from triage.clocks import Clock
from triage.terms import ClockKind

MOST = 1000  # tickets of which the clocks are kept

Clocks = Mapping[ClockKind, Clock]


class Clockwork:
    """Keeps the clocks of the tickets that were shown last."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int], tuple[int, Clocks]] = OrderedDict()

    def of(self, session: Session, organisation_id: int, rows: Sequence[Listed]) -> dict[int, Clocks]:
        """The clocks of these tickets, by number."""
        keys = {row.number: (organisation_id, row.number) for row in rows}
        found: dict[int, Clocks] = {}
        missing: list[int] = []
        for row in rows:
            known = self._known.get(keys[row.number])
            if known is not None and known[0] == row.version:
                found[row.number] = known[1]
            else:
                missing.append(row.number)
        for stored in get_tickets_by_number(session, organisation_id, missing):
            found[stored.number] = stored.ticket.clocks
            self._known[keys[stored.number]] = (stored.ticket.version, stored.ticket.clocks)
        for key in keys.values():
            if key in self._known:
                self._known.move_to_end(key)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return found
