"""The simulation sees: each of some faults that are put into the engine is found, by a seed that is clean without."""

from __future__ import annotations

import pytest

from tests.simulation.faults import FAULTS, Fault
from tests.simulation.play import play
from triage.errors import Refusal

WEEKS, TICKETS = 2, 60


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
async def test_a_fault_is_found(fault: Fault, sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault.put_in(monkeypatch)
    try:
        played = await play(sqlite_database, fault.seed, weeks=WEEKS, tickets=TICKETS, to_the_end=False)
    except Refusal:  # what somebody may do by the rules
        return
    assert played.differences(), f"nobody saw that {fault.name}"
