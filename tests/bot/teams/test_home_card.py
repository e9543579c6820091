"""A person's home card fits into Teams whatever is on it, and speaks their language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.binding import Binding
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.teams.fitting import ROOM
from bot.teams.forms import LIMITS
from bot.wording.app_home import MINE, QUEUE, WAITING, Figures, Shown, home_page, rows_of
from storage.app_home import AppHome
from storage.database import Database
from storage.listing import Listed
from tests.bot.samples import PEOPLE, POLICY, READERS, directory_of, opened
from tests.bot.teams.reading import against, buttons, mentioned, rendered, shown
from tests.factories import AGENT, NOW, make_home
from triage.attention import Attention, Waits
from triage.figures import Kept, Ratings
from triage.people import Actor, Role
from triage.terms import ClockKind

SUMMARY = "**bold** <at>Ana</at> [a](https://evil.example) {{DATE(2026-11-23T12:05:00Z)}} é🙂".ljust(250, "é")
ROW = Listed(
    number=123456, status="open", category="incident", severity=1, assignee=AGENT.id, requester=AGENT.id,
    customer=SUMMARY, level=3, summary=SUMMARY, opened_at=NOW, next_due_at=NOW - timedelta(hours=1), version=99,
    card=("teams:19:desk", "1"),
)  # fmt: skip
EVERYTHING = Actor(AGENT.id, frozenset({Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN}))


def address(*_: str) -> str:
    return "https://teams.microsoft.com/l/message/" + "x" * 200


@pytest.fixture
def desk(sqlite_database: str) -> Iterator[DeskRuntime]:
    """A desk seen from Teams, whose people have names that look like markup."""
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    policy = replace(POLICY, skills={SUMMARY: (AGENT.id,)})
    people = directory_of({**PEOPLE, AGENT.id: "*Ana* <at>x</at>"}, policy)
    binding = Binding("teams", link=address, limits=LIMITS)
    yield DeskRuntime(home.organisation_id, home.desk_id, binding, database, Now(), DeskState(policy, people))
    database.close_now()


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("actor", [EVERYTHING, AGENT, Actor(AGENT.id)], ids=["everything", "agent", "requester"])
def test_the_fullest_page_fits_and_pings_nobody(desk: DeskRuntime, actor: Actor, language: str) -> None:
    stored = opened().stored
    waits = [Waits(what, 3, NOW) for what in (*Attention, *Attention)][: rows_of(WAITING, desk)]
    page = Shown(
        desk=desk, actor=actor, speech=READERS[language], now=NOW, page=AppHome(mine_page=1, queue_page=1),
        mine=[ROW] * (rows_of(MINE, desk) + 1), total=10**6, waiting=[(stored, each, SUMMARY) for each in waits],
        queue=[replace(ROW, category=None, assignee=None)] * rows_of(QUEUE, desk),
        figures=Figures(
            10**6, 10**6, dict.fromkeys(ClockKind, Kept(10**6, 10**6)), Ratings(10**6, 10**6),
            {"billing": (10**6, 10**6), "sales": (10**6, 0)},
        ),
    )  # fmt: skip
    content = rendered(home_page(page))
    assert against(content) == []
    assert mentioned(content) == {}
    assert READERS[language].text("home.roles") in shown(content), f"something was cut off to stay within {ROOM}"


@pytest.mark.parametrize("language", READERS)
def test_an_empty_page_says_so(desk: DeskRuntime, language: str) -> None:
    content = rendered(home_page(Shown(desk, AGENT, READERS[language], NOW, AppHome(), [], [], 0, [], None)))
    assert against(content) == []
    assert buttons(content)[0]["data"]["action"] == "ticket.new"
