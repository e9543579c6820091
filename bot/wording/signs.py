"""Signs that stand beside words and are seen first. Nothing is ever said by a sign alone."""

from __future__ import annotations

from datetime import datetime

from triage.attention import is_near
from triage.clocks import Clock, ClockState
from triage.terms import Category
from triage.ticket import Ticket

SIGNS = {1: "\U0001f534", 2: "\U0001f7e0", 3: "\U0001f7e1"}
UNCONFIRMED, SETTING_UP, DONE, LATE = "\u26aa", "\U0001f527", "\u2705", "\u2757"
# Beside a clock's words.
MET, RUNNING, NEAR, PAUSED, STOPPED = "\u2705", "\u23f3", "\u26a0\ufe0f", "\u23f8\ufe0f", "\u23f9\ufe0f"


def severity_sign(severity: int | None, category: str | None) -> str:
    """The sign of a severity; of its category where it has none."""
    if severity is not None:
        return SIGNS[severity]
    return SETTING_UP if category == Category.PROVISIONING else UNCONFIRMED


def mark(ticket: Ticket, clock: Clock, now: datetime, agreement: str | None = None) -> str:
    """The sign of how a clock stands, of the customer's or of an `agreement` beside it."""
    if clock.state is ClockState.PAUSED:
        return PAUSED
    if clock.state is not ClockState.RUNNING:
        return MET if clock.state is ClockState.MET else STOPPED
    if clock.breached(now):
        return LATE
    return NEAR if is_near(ticket, clock, agreement) else RUNNING
