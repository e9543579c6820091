"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How much a finding matters."""

    FINE = "ok"
    NOTE = "note"  # works, with something to know
    MISSING = "missing"  # something does not work until it is put right


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at and what is to be done about it."""

    #: How bad it is.
    grade: Grade
    #: What was found, and what to do about it, in one line.
    says: str

    def __str__(self) -> str:
        return f"{self.grade:<8}{self.says}"


def fine(says: str) -> Finding:
    """It is as it should be."""
    return Finding(Grade.FINE, says)


def note(says: str) -> Finding:
    """Good to know."""
    return Finding(Grade.NOTE, says)


def missing(says: str) -> Finding:
    """Must be put right."""
    return Finding(Grade.MISSING, says)
