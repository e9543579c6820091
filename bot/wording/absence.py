"""Whether somebody is there, in words."""

from __future__ import annotations

from bot.wording.sentences import Sentence, Typed
from bot.wording.speech import Speech
from storage.absences import Absence
from triage.quiet_hours import QuietHours


def whether_away(absence: Absence | None, speech: Speech) -> Sentence:
    """Whether somebody is there, in words."""
    if absence is None:
        return speech("absence.is_there")
    how = speech("absence.is_away" if absence.until is None else "absence.is_away_until", at=absence.until)
    return (*how, ", ", Typed(absence.reason)) if absence.reason else how


def whether_quiet(hours: QuietHours | None, speech: Speech) -> Sentence:
    """When somebody is not to be disturbed, in words."""
    if hours is None:
        return speech("quiet.never")
    return speech("quiet.hours", starts=time_of(hours.starts), ends=time_of(hours.ends))


def time_of(minutes: int) -> str:
    """A time of day, from the minutes after midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
