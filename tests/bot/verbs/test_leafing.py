"""Long lists are leafed through, as rows and as tables; nobody reads more by a button than by typing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.dispatch import pressed
from bot.commands.dispatch import typed as typed_call
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Call, Mentioned
from bot.verbs.list import LIST_LIMIT
from bot.wording.card import Buttons, Row, Table
from bot.wording.sentences import plain
from tests.bot.asking import call, typed
from tests.bot.samples import CUSTOMER
from tests.factories import AGENT
from triage.people import Actor, Role

MANY = LIST_LIMIT + 2
LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))


@pytest.fixture
async def full(desk: DeskRuntime) -> DeskRuntime:
    """A desk with more tickets than one answer holds."""
    for number in range(1, MANY + 1):
        await typed(desk, f"new sev2 Link {number} down")
    return desk


def titles(answer: Answer) -> list[str]:
    assert answer.card is not None
    rows = [row for e in answer.card.elements for row in (e.as_rows() if isinstance(e, Table) else [e])]
    return [plain(row.title).rpartition("#")[2] for row in rows if isinstance(row, Row)]


def pages(answer: Answer) -> dict[str, str]:
    assert answer.card is not None
    row = [each for each in answer.card.elements if isinstance(each, Buttons)]
    return {button.label: button.value for buttons in row for button in buttons.buttons}


@pytest.mark.parametrize(
    ("words", "verb", "behind"),
    [
        ("queue", "queue", ""),
        ("list open", "list", ":open"),
        ("list sev2", "list", ":sev2"),
        ("mine", "list", ""),
        ("list Ana", "list", f":{AGENT.id}"),
    ],
)
async def test_behind_a_button_the_list_goes_on_and_back(full: DeskRuntime, words: str, verb: str, behind: str) -> None:
    first = await typed(full, words)
    assert titles(first) == [f"{n} Link {n} down" for n in range(1, LIST_LIMIT + 1)]
    assert pages(first) == {"More": f"{LIST_LIMIT}{behind}"}
    answers = {"value": pages(first)["More"]}
    second = await pressed(replace(call(full, ""), answers=answers), verb)
    assert titles(second) == [f"{n} Link {n} down" for n in range(LIST_LIMIT + 1, MANY + 1)]
    assert pages(second) == {"Back": f"0{behind}"}


@pytest.mark.parametrize("value", ["9999", "x", "-1", "", "15:", "99999999999999999999:open", "9" * 5000, "٣"])
@pytest.mark.parametrize("verb", ["queue", "list"])
async def test_whatever_a_button_carries_is_answered_with_a_page(full: DeskRuntime, verb: str, value: str) -> None:
    assert titles(await pressed(replace(call(full, ""), answers={"value": value}), verb))


async def test_where_there_are_tables_it_is_one_table(full: DeskRuntime) -> None:
    full.state.tables[full.platform] = True
    answer = await typed(full, "queue")
    assert answer.card is not None
    assert [type(each).__name__ for each in answer.card.elements] == ["Line", "Table"]
    assert len(titles(answer)) == MANY


async def test_behind_a_button_somebody_outside_finds_no_ticket_but_their_own(full: DeskRuntime) -> None:
    for verb in ("queue", "list"):
        answer = await pressed(replace(call(full, "", actor=CUSTOMER), answers={"value": "0:open"}), verb)
        assert titles(answer) == []


async def test_a_person_is_named_as_a_mention_or_by_name(desk: DeskRuntime) -> None:
    for mentioned, words in (({"@ana": Mentioned(AGENT.id)}, "list @ana"), ({}, "list Ana"), ({}, "liste Ana")):
        asked = replace(call(desk, words, actor=LEAD), mentioned=mentioned)
        assert (await said(asked)).startswith("Ana has no open tickets.")
    await typed(desk, "new sev2 Link down")
    asked = replace(call(desk, "liste Ana", actor=LEAD, language="fr"), mentioned={})
    assert (await said(asked)).startswith("1 ticket ouvert, créé ou pris par Ana")
    assert "is not a list" in await said(call(desk, "list Nobody", actor=LEAD))


async def said(asked: Call) -> str:
    answer = await typed_call(asked)
    assert answer.card is not None
    return plain(answer.card.brief)
