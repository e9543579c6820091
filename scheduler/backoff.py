"""Exponential backoff: how long to wait before the next try, and when to give up (dead letter)."""

from __future__ import annotations

from datetime import timedelta

# A chat that was away for hours and is back is spoken to two minutes later at most: what waits there may be a breach.
FIRST, LONGEST = 2.0, 120.0
LONGEST_OF_DEFECT = 1800.0
PATIENCE = timedelta(hours=24)  # a platform may be away for a night
ATTEMPTS = 12  # an hour of tries with the pauses below; a defect of ours does not heal by waiting longer


def pause_after(attempts: int, *, defect: bool = False) -> timedelta:
    """The wait after that many failed tries: 2 s, 4 s, 8 s ... two minutes at most; after a defect of ours half an
    hour."""
    longest = LONGEST_OF_DEFECT if defect else LONGEST
    return timedelta(seconds=min(longest, FIRST * 2.0 ** (min(attempts, 20) - 1)))


def is_hopeless(attempts: int, age: timedelta, *, defect: bool = False) -> bool:
    """Whether a notice that failed `attempts` times, `age` after it was planned, becomes a dead letter.

    Time alone does not make it one: after an outage of ours a notice may be old before its first try.
    """
    return attempts >= ATTEMPTS and (defect or age >= PATIENCE)
