"""What a ticket is called elsewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A number that it has in another help desk, or at a carrier."""

    #: Of the event that tells it.
    seq: int
    #: Its text: the number, and the link behind it where there is one (`triage.referring.read`).
    body_id: int | None
