"""Whether this machine's clock agrees with a platform's."""

from __future__ import annotations

from datetime import datetime

from bot.cli.checks.finding import Finding, fine, missing

# Requests are refused when they are 5 minutes old; long before that warnings would come late.
SKEW_SECONDS = 30


def look_at_clock(theirs: datetime | None, now: datetime, whose: str) -> list[Finding]:
    """How far it is from what `whose` clock shows; nothing where that was not said."""
    if theirs is None:
        return []
    behind = round((theirs - now).total_seconds())
    if abs(behind) <= SKEW_SECONDS:
        return [fine(f"This machine's clock agrees with {whose}.")]
    return [
        missing(
            f"This machine's clock is {abs(behind)} seconds {'behind' if behind > 0 else 'ahead of'} {whose}: turn on "
            "time synchronisation (timedatectl set-ntp true)."
        )
    ]
