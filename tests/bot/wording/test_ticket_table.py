"""Tickets as a table say the same as rows do: which, how severe, how they stand, how much time is left, whose."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.wording.card import Table
from bot.wording.rows import due_badge, state_badge, ticket_row, ticket_table
from bot.wording.sentences import plain
from storage.listing import Listed
from tests.bot.samples import READERS, people_called
from tests.factories import AGENT, NOW, REQUESTER

PEOPLE = people_called({AGENT.id: "Ana Reyes"})
MINUTE = timedelta(minutes=1)
OPEN = Listed(
    number=42, status="open", category="incident", severity=1, assignee=AGENT.id, requester=REQUESTER.id,
    customer="Acme", level=1, summary="Fiber cut", opened_at=NOW, next_due_at=NOW + 16 * MINUTE,
)  # fmt: skip
FREE = replace(
    OPEN, number=7, category="provisioning", severity=None, assignee=None, customer=None, level=0, next_due_at=None
)


def table(language: str = "en", *, inside: bool = True) -> Table:
    return ticket_table([OPEN, FREE], "Queue", PEOPLE, READERS[language], NOW, inside=inside)


def words(shown: Table) -> list[list[str]]:
    return [[plain(cell.sentence).replace("\u00a0", " ") for cell in row] for row in shown.rows]


def test_each_ticket_is_a_row_and_the_desk_sees_whose_it_is() -> None:
    assert table().columns == ("Ticket", "Severity", "State", "Due", "Assignee", "Customer")
    assert words(table()) == [
        ["🔴 #42 Fiber cut", "Severity 1", "open · Level 1", "due in 16 min", "Ana Reyes", "Acme"],
        ["🔧 #7 Fiber cut", "provisioning", "open", "", "nobody yet", ""],
    ]
    assert words(table("fr"))[0][1:4] == ["Gravité 1", "ouvert · Niveau 1", "échéance dans 16 min"]
    assert words(table(inside=False))[0] == ["🔴 #42 Fiber cut", "Severity 1", "open", "due in 16 min", "Ana Reyes"]


def test_columns_of_figures_are_sorted_by_them() -> None:
    late = replace(OPEN, next_due_at=NOW - 9 * MINUTE)
    shown = ticket_table([OPEN, late, FREE], "Queue", PEOPLE, READERS["en"], NOW, inside=True)
    assert [row[1].rank for row in shown.rows] == [1, 1, 2.5]
    assert [row[3].rank for row in shown.rows[:2]] == [16, -9]
    assert all((row[3].rank or 0) > 1e6 for row in shown.rows[2:])


@pytest.mark.parametrize("listed", [OPEN, FREE])
def test_as_rows_it_reads_like_a_list(listed: Listed) -> None:
    (row,) = ticket_table([replace(listed, customer=None)], "", PEOPLE, READERS["en"], NOW, inside=True).as_rows()
    assert row == ticket_row(listed, PEOPLE, READERS["en"], NOW, inside=True, answers=True)


@pytest.mark.parametrize(
    ("minutes", "en", "fr"),
    [
        (16, "due in 16 min", "échéance dans 16 min"),
        (-9, "9 min over", "9 min de retard"),
        (0.5, "due in 30 sec", "échéance dans 30 s"),
        (0, "due in 0 sec", "échéance dans 0 s"),
        (26 * 60 + 30, "due in 1 day 2 hr", "échéance dans 1 j 2 h"),
    ],
)
def test_a_badge_says_how_much_time_is_left_or_over(minutes: float, en: str, fr: str) -> None:
    for language, said in (("en", en), ("fr", fr)):
        shown = plain(due_badge(READERS[language], NOW + minutes * MINUTE, NOW))
        assert shown.replace("\u00a0", " ") == said


def test_a_badge_says_for_what_a_ticket_waits_and_since_when() -> None:
    waiting = replace(OPEN, status="waiting", waits=("customer", NOW - 20 * MINUTE))
    at = READERS["en"].clock(NOW - 20 * MINUTE, "time")
    assert plain(state_badge(waiting, READERS["en"], NOW)) == f"waiting for the customer since {at}"
    assert plain(state_badge(waiting, READERS["fr"], NOW)).startswith("attend le client depuis")
    long = replace(waiting, waits=("vendor", NOW - timedelta(days=2)))
    assert READERS["en"].clock(NOW - timedelta(days=2)) in plain(state_badge(long, READERS["en"], NOW))
    assert plain(state_badge(replace(waiting, waits=None), READERS["en"], NOW)) == "waiting"
