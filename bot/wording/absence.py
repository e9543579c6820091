"""Whether somebody is there, in words."""

from __future__ import annotations

from bot.wording.sentences import Sentence, Typed
from bot.wording.speech import Speech
from storage.absences import Absence


def whether_away(absence: Absence | None, speech: Speech) -> Sentence:
    """Whether somebody is there, in words."""
    if absence is None:
        return speech("absence.is_there")
    how = speech("absence.is_away" if absence.until is None else "absence.is_away_until", at=absence.until)
    return (*how, ", ", Typed(absence.reason)) if absence.reason else how
