"""How many examples a property is tried with: a quarter of them in `make test`, all of them in `make test-slow`."""

from __future__ import annotations

import os

import hypothesis

FULL = 100  # of a property that says no number of its own
FEWEST = 25

# A slow machine is no failure, and under CI a red run must be red again on the next try.
for _name, _number in (("quick", FEWEST), ("full", FULL)):
    hypothesis.settings.register_profile(
        _name, deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=_number
    )
# Before any test is read: its number is decided then. `make test-slow` says --hypothesis-profile=full.
hypothesis.settings.load_profile("quick")


def examples(number: int) -> int:
    """As many as that in `make test-slow`, fewer elsewhere."""
    return number if hypothesis.settings().max_examples >= FULL else max(FEWEST, number // 4)
