"""Which days somebody means."""

from __future__ import annotations

from datetime import date

import pytest

from bot.verbs.reading.days import take_days
from triage.errors import Refusal

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "first", "last", "rest"),
    [
        ("", "2026-02-23", "2026-03-01", ""),
        ("week", "2026-02-23", "2026-03-01", ""),
        ("la semaine dernière Acme", "2026-02-23", "2026-03-01", "Acme"),
        ("this week", "2026-03-02", "2026-03-04", ""),
        ("Month", "2026-02-01", "2026-02-28", ""),
        ("mois  Globex & Co", "2026-02-01", "2026-02-28", "Globex & Co"),
        ("ce mois-ci", "2026-03-01", "2026-03-04", ""),
        ("yesterday", "2026-03-03", "2026-03-03", ""),
        ("2026-01", "2026-01-01", "2026-01-31", ""),
        ("2025-12..2026-01 Acme", "2025-12-01", "2026-01-31", "Acme"),
        ("2026-02-03..2026-02-10", "2026-02-03", "2026-02-10", ""),
        ("2026-02-03…2026-02-10, Acme", "2026-02-03", "2026-02-10", "Acme"),
        ("du 2026-2-3 au 2026-2-10", "2026-02-03", "2026-02-10", ""),
        ("2026-02-03", "2026-02-03", "2026-02-03", ""),
        ("2026-03-01..2026-12-31", "2026-03-01", "2026-03-04", ""),
        ("Acme", "2026-02-23", "2026-03-01", "Acme"),
        ("Weekly News Ltd", "2026-02-23", "2026-03-01", "News Ltd"),
        ("Weekend Tours", "2026-02-23", "2026-03-01", "Weekend Tours"),
    ],
)
def test_days_are_read_with_what_stands_behind_them(words: str, first: str, last: str, rest: str) -> None:
    days, behind = take_days(words, TODAY)
    assert (days.first.isoformat(), days.last.isoformat(), behind) == (first, last, rest)


@pytest.mark.parametrize("words", ["2026-02-30", "2026-03-05", "2026-02-10..2026-02-03", "03/04/2026", "2026-13",
                                   "1999-01-01", "0000-00-00", "2026"])  # fmt: skip
def test_what_looks_like_days_and_is_none_is_refused(words: str) -> None:
    with pytest.raises(Refusal) as refused:
        take_days(words, TODAY)
    assert refused.value.code == "no_such_days"
