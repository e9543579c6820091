"""A permission that a platform grants us, and what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """One permission."""

    #: As the platform calls it: `chat:write`.
    name: str
    #: What Vigie needs it for.
    why: str
    #: What is lost without it.
    lost: str
    #: Whether Vigie runs without it.
    optional: bool = False
