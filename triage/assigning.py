"""Whom a ticket goes to: somebody on duty with the skills it needs who has least to do (policy: Assignment)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has in hand."""

    #: How many open tickets they own, by the severity in force; None: of no severity.
    open_by_severity: Mapping[int | None, int] = field(default_factory=dict)
    #: When they last came to a ticket; None: never.
    last_at: datetime | None = None

    @property
    def tickets(self) -> int:
        """How many open tickets they own."""
        return sum(self.open_by_severity.values())
