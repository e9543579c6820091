"""A ticket in a list: what it is, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.desk.binding import nowhere
from bot.wording.absence import whether_away
from bot.wording.card import Row
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Link, Sentence, Typed, join
from bot.wording.signs import LATE, severity_sign
from bot.wording.speech import Speech
from storage.listing import Listed
from triage.terms import Category


def ticket_row(
    row: Listed, people: PhraseBook, speech: Speech, now: datetime, *, inside: bool,
    link: Callable[[str, str, str], str] = nowhere, answers: bool = False,
) -> Row:  # fmt: skip
    """A ticket as lists show it. `inside`: with what is the desk's own business (the level, who is away, a link to the
    card). `answers`: with the time left, since an answer is read at once; a page that stays up would show it wrong."""
    late = row.next_due_at is not None and row.next_due_at < now
    sign = severity_sign(row.severity, row.category) + (f" {LATE}" if late else "")
    url = link(*row.card, row.card[1]) if row.card is not None and inside else ""
    words = f"#{row.number} {row.summary or speech.text('card.erased')}"
    title: Sentence = (f"{sign} ", Link(words, url) if url else Typed(words))
    state: list[Sentence] = [speech(f"state.{row.status}")]
    if row.severity is not None:
        state.insert(0, speech("card.severity", severity=row.severity))
    if row.category not in (None, Category.INCIDENT):
        state.insert(0, speech(f"category.{row.category}"))
    if row.level and inside:
        state.append(speech("card.level_word", level=row.level))
    if row.next_due_at is not None:
        state.append(due_line(speech, row.next_due_at, now, answers=answers))
    if row.assignee is None:
        state.append(speech("card.nobody"))
    else:
        gone = people.absence(row.assignee, now)
        away: Sentence = (" (", *whether_away(gone, speech), ")") if gone is not None and inside else ()
        state.append((people.named(row.assignee), *away))
    return Row(title, join(state, " · "))


def due_line(speech: Speech, due: datetime, now: datetime, *, answers: bool) -> Sentence:
    """A deadline in a list."""
    if due < now:
        return speech("list.late", at=speech.since(due))
    left = speech("card.left", left=speech.duration((due - now).total_seconds())) if answers else ()
    return (*speech("list.due", at=due), *left)
