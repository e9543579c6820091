"""What each clock starts at."""

from __future__ import annotations

from bot.desk.policy_file.reader import Reader, listed, shown
from bot.desk.policy_file.targets import CLOCKS
from bot.desk.policy_file.yaml_nodes import Node
from triage.terms import STARTS, USUAL_STARTS, ClockKind

MEETS = {ClockKind.RESPONSE: ("responded",), ClockKind.UPDATE: (), ClockKind.RESTORE: ("restored",)}
"""By clock: what meets it, and so is no start for it."""


def read_starts(reader: Reader, node: Node) -> dict[str, str]:
    """By clock: one of `triage.terms.STARTS`, where it is not the usual one."""
    found: dict[str, str] = {}
    for clock, child in reader.mapping(node, CLOCKS).items():
        start, kind = reader.choice(child, STARTS), ClockKind(clock)
        if start in MEETS[kind]:
            others = [each for each in STARTS if each not in MEETS[kind]]
            reader.problem(child, f"{shown(child)} meets this clock, so it cannot start there; use {listed(others)}.")
        elif start is not None and start != USUAL_STARTS[kind]:
            found[clock] = start
    return found
