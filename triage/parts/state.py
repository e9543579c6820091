"""What a ticket waits for, when its trouble was reported, and whether service is back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the ticket waits for (policy: Clocks)."""

    #: `customer` (pauses the clocks that the terms list), `vendor` or `maintenance`.
    what: str
    #: When it began to wait.
    since: datetime
    #: Of the event by which it did.
    seq: int
    #: When that was put on record.
    recorded_at: datetime
    #: When the agent wants to be reminded; None: after the days that the policy names.
    until: datetime | None = None
    #: The reason, as text.
    body_id: int | None = None
    #: The `seq` of the update by which they were asked for something, while it stands.
    asked: int | None = None
    #: Its text as it reads now.
    question_id: int | None = None


@dataclass(slots=True)
class Report:
    """When the customer reported the trouble: restore and escalation count from then (policy: Clocks)."""

    #: That instant (UTC).
    at: datetime
    #: When that was put on record: it cannot be corrected to later.
    limit: datetime
    #: How often it was corrected.
    corrections: int = 0


@dataclass(slots=True)
class Outage:
    """Whether service is back (policy: Clocks)."""

    #: Since when service is back, by a workaround or a repair; None: it is not.
    restored_at: datetime | None = None
    #: When it last failed again; None: never since the report.
    again_at: datetime | None = None
