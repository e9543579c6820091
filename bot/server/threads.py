"""How often Python's threads take turns."""

from __future__ import annotations

import sys

TURN = 0.0005  # seconds; Python's own are 0.005


def take_turns() -> None:
    """Have a thread that reckons (the auditor, a report, a page) let another one go on after half a millisecond.

    Each of the twenty statements of a command lets go of the interpreter, and has to get it back. Beside a thread that
    reckons, each may wait for as long as that one's turn: all of them for a tenth of a second, if nobody says so.
    """
    sys.setswitchinterval(TURN)
