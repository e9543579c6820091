"""Whether somebody is there, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.wording.phrase_book import PhraseBook
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


def not_reached(
    people: PhraseBook, who: str, speech: Speech, now: datetime, *, can_wait: bool, count: int = 1
) -> Sentence:
    """That somebody who is given `count` tickets is away or, where these `can_wait`, has quiet hours: a sentence behind
    another. Empty where they read of it at once."""
    if (gone := people.absence(who, now)) is not None:
        return (" ", *speech("absence.assigned", who=people.named(who), away=whether_away(gone, speech), count=count))
    hours = people.roster.quiet.get(who)
    if not can_wait or hours is None or not hours.is_on(now):
        return ()
    until = next(hours.ends_between(now, now + timedelta(days=1)), None)
    return (" ", *speech("absence.quiet", who=people.named(who), until=until, count=count))


def whether_quiet(hours: QuietHours | None, speech: Speech) -> Sentence:
    """When somebody is not to be disturbed, in words."""
    if hours is None:
        return speech("quiet.never")
    return speech("quiet.hours", starts=time_of(hours.starts), ends=time_of(hours.ends))


def time_of(minutes: int) -> str:
    """A time of day, from the minutes after midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
