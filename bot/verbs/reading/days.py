"""Reading which days somebody means: `week`, `month`, `2026-11-01..2026-11-30`; and what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.verbs.reading.marks import bare
from triage.days import DAY, Days, month_before, month_of, week_before, week_of
from triage.errors import Refusal

FIRST = date(2000, 1, 1)
_YESTERDAY: Callable[[date], Days] = lambda today: Days(today - DAY, today - DAY)  # noqa: E731
_NAMED: dict[str, Callable[[date], Days]] = {
    **dict.fromkeys(("this week", "cette semaine"), week_of),
    **dict.fromkeys(("this month", "ce mois-ci", "ce mois"), month_of),
    **dict.fromkeys(("last week", "la semaine dernière", "semaine dernière", "semaine derniere", "week", "weekly",
                     "semaine", "hebdo"), week_before),
    **dict.fromkeys(("last month", "le mois dernier", "mois dernier", "month", "monthly", "mois", "mensuel"),
                    month_before),
    **dict.fromkeys(("today", "aujourd'hui", "aujourd’hui"), lambda today: Days(today, today)),
    **dict.fromkeys(("yesterday", "hier"), _YESTERDAY),
}  # fmt: skip
_BY_NAME = re.compile(
    rf"(?P<name>{'|'.join(map(re.escape, sorted(_NAMED, key=len, reverse=True)))})(?=$|[\s,:;])", re.IGNORECASE
)
_DAY = r"\d{4}-\d{1,2}(?:-\d{1,2})?"
_FROM_TO = re.compile(
    rf"(?:from\s+|du\s+|de\s+)?(?P<first>{_DAY})"
    rf"(?:\s*(?:\.{{2,3}}|…|–|—|\bto\b|\buntil\b|\bau\b|\bà\b|\s-\s)\s*(?P<last>{_DAY}))?(?=$|[\s,:;])",
    re.IGNORECASE,
)
_LIKE_DAYS = re.compile(r"[\d./…–-]+(?=$|\s)")


def take_days(words: str, today: date) -> tuple[Days, str]:
    """The days that `words` begin with, and the rest. Without any: the week before this one. No day after `today` is in
    them. Raises `Refusal` where they begin with what looks like days and is none."""
    words = words.strip()
    named = _BY_NAME.match(words)
    if named is not None:
        found = _NAMED[named["name"].lower()](today)
        return Days(found.first, min(found.last, today)), _rest(words, named.end())
    dated = _FROM_TO.match(words)
    if dated is not None:
        found = _dated(words, dated["first"], dated["last"] or dated["first"], today)
        return found, _rest(words, dated.end())
    if _LIKE_DAYS.match(words):
        raise _unknown(words)
    return week_before(today), bare(words)


def _rest(words: str, end: int) -> str:
    return bare(words[end:].lstrip(" \t\n,:;"))


def _dated(words: str, first: str, last: str, today: date) -> Days:
    try:
        found = Days(_whole(first).first, min(_whole(last).last, today))
    except (ValueError, OverflowError) as error:
        raise _unknown(words) from error
    if not FIRST <= found.first <= found.last:
        raise _unknown(words)
    return found


def _whole(text: str) -> Days:
    """A day, or the whole of a month."""
    year, month, *day = map(int, text.split("-"))
    if not day:
        return month_of(date(year, month, 1))
    at = date(year, month, day[0])
    return Days(at, at)


def _unknown(words: str) -> Refusal:
    return Refusal("no_such_days", text=words[:60])
