"""Exponential backoff: how long to wait before the next try, and when to give up (dead letter)."""

from __future__ import annotations

from datetime import timedelta

FIRST, LONGEST = 2.0, 1800.0
PATIENCE = timedelta(hours=24)  # a platform may be away for a night
ATTEMPTS = 12  # an hour of tries with the pauses below; a defect of ours does not heal by waiting longer


def pause_after(attempts: int) -> timedelta:
    """The wait after that many failed tries: 2 s, 4 s, 8 s ... half an hour at most."""
    return timedelta(seconds=min(LONGEST, FIRST * 2.0 ** (min(attempts, 20) - 1)))


def is_hopeless(attempts: int, age: timedelta, *, defect: bool = False) -> bool:
    """Whether a notice that failed `attempts` times, `age` after it was planned, becomes a dead letter.

    Time alone does not make it one: after an outage of ours a notice may be old before its first try.
    """
    return attempts >= ATTEMPTS and (defect or age >= PATIENCE)
