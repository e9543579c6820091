"""How the customer found what was done for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Rating:
    """How the customer found it (policy: Satisfaction)."""

    #: The `seq` of the resolution in force; None: it is not resolved, or only because another ticket goes on for it.
    cycle: int | None = None
    #: The resolution after which they were asked last; None: they never were.
    asked_for: int | None = None
    #: Whether they are satisfied; None: they have not said.
    good: bool | None = None
    #: The resolution that they said it of.
    of: int | None = None
    #: Who of them said so.
    by: str | None = None
    #: When.
    at: datetime | None = None
    #: A word of theirs, as text.
    body_id: int | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the question stands and waits for an answer."""
        return self.good is None and self.asked_for is not None and self.asked_for == self.cycle

    @property
    def stands(self) -> bool:
        """Whether their answer speaks of how the ticket is now: opened again, it is withdrawn."""
        return self.good is not None and self.of is not None and self.of == self.cycle
