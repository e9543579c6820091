"""What came back when the bot was told something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OK = 200
REDIRECT = 300


@dataclass(frozen=True)
class Outcome:
    """What the bot answered; `status` is None when it did not, and `error` then says why."""

    #: The HTTP status; None: the bot did not answer.
    status: int | None
    #: How long the answer took, in milliseconds of real time.
    ms: float
    #: The body of the answer, as text.
    body: str = ""
    #: The headers of the answer.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Why there was no answer; None where there was one.
    error: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the platform would take it for done."""
        return self.status is not None and OK <= self.status < REDIRECT
