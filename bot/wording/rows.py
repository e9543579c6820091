"""A ticket in a list: what it is, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.desk.binding import nowhere
from bot.wording.absence import whether_away
from bot.wording.card import Cell, Row, Table
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Link, Sentence, Typed, join
from bot.wording.signs import LATE, severity_sign
from bot.wording.speech import Speech
from storage.listing import Listed
from triage.terms import Category

CELL = 72  # characters of a cell: a table is taken in at a glance
NEVER = 1e9  # minutes


def ticket_row(
    row: Listed, people: PhraseBook, speech: Speech, now: datetime, *, inside: bool,
    link: Callable[[str, str, str], str] = nowhere, answers: bool = False,
) -> Row:  # fmt: skip
    """A ticket as lists show it. `inside`: with what is the desk's own business (the level, who is away, a link to the
    card). `answers`: with the time left, since an answer is read at once; a page that stays up would show it wrong."""
    state: list[Sentence] = [
        *_kind(row, speech),
        state_badge(row, speech, now) if answers else speech(f"state.{row.status}"),
    ]
    if row.level and inside:
        state.append(speech("card.level_word", level=row.level))
    if row.next_due_at is not None:
        state.append(due_badge(speech, row.next_due_at, now) if answers else due_line(speech, row.next_due_at, now))
    state.append(_owner(row, people, speech, now, inside=inside))
    return Row(_title(row, speech, now, inside=inside, link=link), join(state, " · "))


def ticket_table(
    rows: Sequence[Listed], caption: str, people: PhraseBook, speech: Speech, now: datetime, *, inside: bool,
    link: Callable[[str, str, str], str] = nowhere,
) -> Table:  # fmt: skip
    """Tickets as a table, as an answer shows them. `inside` and `link`: as in `ticket_row`."""
    named = inside and any(row.customer for row in rows)
    columns = ["ticket", "severity", "state", "due", "owner", *(["customer"] if named else [])]
    found = []
    for row in rows:
        state = [state_badge(row, speech, now)]
        if row.level and inside:
            state.append(speech("card.level_word", level=row.level))
        due = row.next_due_at
        cells = [
            Cell(_title(row, speech, now, inside=inside, link=link, longest=CELL)),
            Cell(join(_kind(row, speech), " · "), _severity_rank(row)),
            Cell(join(state, " · ")),
            Cell(() if due is None else due_badge(speech, due, now), _due_rank(due, now)),
            Cell(_owner(row, people, speech, now, inside=inside)),
            *([Cell((Typed(_cut(row.customer, CELL)),) if row.customer else ())] if named else []),
        ]
        found.append(tuple(cells))
    return Table(caption, tuple(speech.text(f"column.{name}") for name in columns), tuple(found))


def _title(
    row: Listed, speech: Speech, now: datetime, *, inside: bool, link: Callable[[str, str, str], str],
    longest: int | None = None,
) -> Sentence:  # fmt: skip
    late = row.next_due_at is not None and row.next_due_at < now
    sign = severity_sign(row.severity, row.category) + (f" {LATE}" if late else "")
    url = link(*row.card, row.card[1]) if row.card is not None and inside else ""
    words = _cut(f"#{row.number} {row.summary or speech.text('card.erased')}", longest)
    return (f"{sign} ", Link(words, url) if url else Typed(words))


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _kind(row: Listed, speech: Speech) -> list[Sentence]:
    """Category, where it is no incident, and severity."""
    found = [] if row.severity is None else [speech("card.severity", severity=row.severity)]
    if row.category not in (None, Category.INCIDENT):
        found.insert(0, speech(f"category.{row.category}"))
    return found


def _severity_rank(row: Listed) -> float:
    """What is not sorted yet may be the worst; a provisioning stands right after severity 2."""
    if row.category is None:
        return 0.5
    return 2.5 if row.severity is None else float(row.severity)


def _due_rank(due: datetime | None, now: datetime) -> float:
    """Minutes left; of what has no deadline more than anything has."""
    return NEVER if due is None else float(round((due - now).total_seconds() / 60))


def _owner(row: Listed, people: PhraseBook, speech: Speech, now: datetime, *, inside: bool) -> Sentence:
    if row.assignee is None:
        return speech("card.nobody")
    gone = people.absence(row.assignee, now)
    away: Sentence = (" (", *whether_away(gone, speech), ")") if gone is not None and inside else ()
    return (people.named(row.assignee), *away)


def state_badge(row: Listed, speech: Speech, now: datetime) -> Sentence:
    """How it stands; of what waits, for what, and since when."""
    if row.waits is None or not speech.has(f"waiting_for.{row.waits[0]}"):
        return speech(f"state.{row.status}")
    what, since = row.waits
    style = "time" if speech.is_same_day(since, now) else "moment"
    return speech("list.waiting", what=speech.text(f"waiting_for.{what}"), at=speech.when(since, style))


def due_badge(speech: Speech, due: datetime, now: datetime) -> Sentence:
    """A deadline in an answer, which is read at once: how much is left, or over."""
    left = (due - now).total_seconds()
    return speech("list.over" if left < 0 else "list.due_in", length=speech.brief(abs(left)))


def due_line(speech: Speech, due: datetime, now: datetime) -> Sentence:
    """A deadline in a list that stays up, where the time left would soon be wrong."""
    if due < now:
        return speech("list.late", at=speech.since(due))
    return speech("list.due", at=due)
