"""A person's page fits into Slack whatever is on it, and speaks their language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.binding import Binding
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.slack.app_home import BLOCKS, render_home
from bot.slack.forms import render_view
from bot.wording.app_home import MINE, QUEUE, WAITING, Figures, Shown
from storage.app_home import AppHome
from storage.database import Database
from storage.listing import Listed
from tests.bot.samples import PEOPLE, POLICY, READERS, directory_of, opened
from tests.bot.slack.limits import against_form, marked
from tests.factories import AGENT, NOW, make_home
from triage.attention import Attention, Waits
from triage.figures import Kept, Ratings
from triage.people import Actor, Role
from triage.terms import ClockKind

HOSTILE = "*bold* <!channel> `code` :fire: & | > " + "x" * 3000
ROW = Listed(
    number=123456, status="open", category="incident", severity=1, assignee=AGENT.id, requester=AGENT.id,
    customer=HOSTILE, level=3, summary=HOSTILE, opened_at=NOW, next_due_at=NOW - timedelta(hours=1), version=99,
)  # fmt: skip
EVERYTHING = Actor(AGENT.id, frozenset({Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN}))


@pytest.fixture
def desk(sqlite_database: str) -> Iterator[DeskRuntime]:
    """A desk whose people have names that look like markup."""
    database = Database(sqlite_database)
    home = database.write_now(make_home)
    policy = replace(POLICY, skills={HOSTILE[:200]: (AGENT.id,)})
    people = directory_of({**PEOPLE, AGENT.id: "*Ana* <!here>"}, policy)
    yield DeskRuntime(home.organisation_id, home.desk_id, Binding("slack"), database, Now(), DeskState(policy, people))
    database.close_now()


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("actor", [EVERYTHING, AGENT, Actor(AGENT.id)], ids=["everything", "agent", "requester"])
def test_the_fullest_page_fits_and_pings_nobody(desk: DeskRuntime, actor: Actor, language: str) -> None:
    stored = opened().stored
    shown = Shown(
        desk=desk, actor=actor, speech=READERS[language], now=NOW, page=AppHome(mine_page=1, queue_page=1),
        mine=[ROW] * (MINE + 1), queue=[replace(ROW, category=None, assignee=None)] * QUEUE, total=10**6,
        waiting=[(stored, Waits(what, 3, NOW), HOSTILE) for what in Attention] * (WAITING // 3),
        figures=Figures(
            10**6, 10**6, dict.fromkeys(ClockKind, Kept(10**6, 10**6)), Ratings(10**6, 10**6),
            {"billing": (10**6, 10**6), "sales": (10**6, 0)},
        ),
    )  # fmt: skip
    view = render_home(shown)
    assert against_form(view) == []
    assert len(view["blocks"]) < BLOCKS, "nothing was cut off"
    assert not [text for text in marked(view["blocks"]) if "<!channel>" in text or "<!here>" in text]


@pytest.mark.parametrize("language", READERS)
def test_an_empty_page_says_so(desk: DeskRuntime, language: str) -> None:
    shown = Shown(desk, AGENT, READERS[language], NOW, AppHome(), [], [], 0, [], None)
    assert against_form(render_home(shown)) == []


def test_a_card_to_read_has_none_of_its_buttons() -> None:
    from bot.wording.ticket_card import ticket_card  # noqa: PLC0415  only here

    view = render_view(ticket_card(opened().view(READERS["en"]), whole=True), "Close")
    assert against_form(view) == []
    assert not [block for block in view["blocks"] if block["type"] == "actions"]
