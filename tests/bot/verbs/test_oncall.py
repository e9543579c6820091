"""`oncall`: who is on call, and how people agree on something else, in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from time import perf_counter

import pytest

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.outbound.compose import compose
from bot.outbound.message import Message
from bot.verbs.on_call.spans import read_span
from bot.wording.card import Line
from bot.wording.sentences import plain
from storage import outbox
from storage.rota_feed import desk_of_feed
from tests.bot.asking import call, told, typed
from tests.bot.samples import CUSTOMER
from tests.factories import AGENT, MANAGER, NOW
from triage.errors import Refusal
from triage.people import Actor, Role
from triage.rota import Rota, Turns

LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))
SATURDAY = datetime(2026, 3, 7, 12, tzinfo=UTC)


@pytest.fixture
async def rota(desk: DeskRuntime) -> AsyncIterator[DeskRuntime]:
    """That desk, at which Ana and Priya take turns, Ana first."""
    desk.now.offset = NOW - datetime.now(UTC)
    desk.policy = replace(desk.policy, rota=Rota((Turns((AGENT.id, LEAD.id), date(2026, 3, 2), time(9)),)))
    await desk.refresh_people()
    yield desk
    await desk.drain()


async def messages(desk: DeskRuntime) -> list[tuple[str, str]]:
    """What is on its way to somebody about standing in: to whom, and in which words."""
    items = await desk.database.write(lambda session: outbox.claim(session, NOW, limit=99))
    found = [(item.data["person"], await compose(desk, item, NOW)) for item in items if item.kind == "stand_in"]
    return [(who, plain(each.card.brief)) for who, each in found if isinstance(each, Message)]


async def press(desk: DeskRuntime, value: str, actor: Actor) -> str:
    answer = await dispatch.pressed(replace(call(desk, "", actor=actor), answers={"value": value}), "oncall")
    assert answer.card is not None
    return plain(answer.card.brief)


async def test_it_shows_now_next_and_the_week(rota: DeskRuntime) -> None:
    answer = await typed(rota, "oncall")
    assert answer.card is not None
    said = plain(answer.card.brief).replace("\u00a0", " ")
    assert said == "On call now: Ana. Until Mon 9 Mar 09:00 GMT. Next: Priya, from Mon 9 Mar 09:00 GMT."
    french = (await told(rota, "astreinte", language="fr")).replace("\u00a0", " ")
    assert french.startswith("D'astreinte maintenant : Ana. Jusqu'à lun. 9 mars 10:00 CET.")


async def test_what_has_no_end_is_shown_without_one(rota: DeskRuntime) -> None:
    rota.policy = replace(rota.policy, rota=Rota((Turns((AGENT.id,), date(2026, 3, 2), time(9)),)))
    await rota.refresh_people()
    shown = await typed(rota, "oncall")
    assert shown.card is not None
    assert len(shown.card.elements) == 1, "the heading says all of it"
    await typed(rota, "oncall cover Ana sat", actor=LEAD)
    shown = await typed(rota, "oncall", language="fr")
    assert shown.card is not None
    rows = [plain(each.sentence).replace("\u00a0", " ") for each in shown.card.elements if isinstance(each, Line)]
    assert rows[-1].startswith("Dès dim. 8 mars")
    assert rows[-1].endswith(": Ana")
    assert " – " in rows[-2]


async def test_without_a_rota_it_says_how_there_comes_to_be_one(desk: DeskRuntime) -> None:
    desk.now.offset = NOW - datetime.now(UTC)
    assert (await told(desk, "oncall")).startswith("There is no rota here.")
    assert "Only" in await told(desk, "oncall", actor=CUSTOMER)
    await told(desk, "oncall cover sat")
    assert desk.roster.on_call(SATURDAY) == [AGENT.id], "a hole is filled"


async def test_a_swap_needs_the_other_ones_yes_and_can_be_undone(rota: DeskRuntime) -> None:
    assert (await told(rota, "oncall swap Priya sat")).startswith(
        "Priya is asked to be on call instead of Ana from Sat"
    )
    assert rota.roster.on_call(SATURDAY) == [AGENT.id]
    ((who, question),) = await messages(rota)
    assert (who, question[:40]) == (LEAD.id, "Ana asks you to be on call instead of An")
    with_ana = await press(rota, "yes.1", AGENT)
    assert with_ana.startswith("Only"), "who is asked answers"
    assert (await press(rota, "yes.1", LEAD)).startswith("You are on call instead of Ana")
    assert rota.roster.on_call(SATURDAY) == [LEAD.id]
    assert rota.roster.on_call(SATURDAY + timedelta(days=1)) == [AGENT.id]
    assert [who for who, _ in await messages(rota)] == [AGENT.id], "said once, to the one who asked"
    assert "answered or undone" in await press(rota, "no.1", LEAD)
    assert "Taken back: nobody stands in instead of Ana" in await told(rota, "oncall undo")
    assert ["took it back" in text for who, text in await messages(rota) if who == LEAD.id][-1:] == [True]
    assert rota.roster.on_call(SATURDAY) == [AGENT.id]
    assert "nothing of yours" in await told(rota, "oncall undo")


async def test_whoever_has_answered_is_asked_no_more(rota: DeskRuntime) -> None:
    await typed(rota, "oncall swap Priya sat")
    (question,) = await rota.database.write(lambda session: outbox.claim(session, NOW, limit=9))
    await press(rota, "yes.1", LEAD)
    said = await compose(rota, question, NOW)
    assert isinstance(said, Message)
    assert plain(said.card.brief).startswith("You are on call instead of Ana")
    assert said.card.elements == ()
    planned = await rota.database.write(lambda session: outbox.claim(session, NOW, limit=9))
    assert question.id in [item.data.get("outbox") for item in planned], "its message is edited"


async def test_a_no_changes_nothing(rota: DeskRuntime) -> None:
    await typed(rota, "oncall swap Priya sat")
    assert "can not be on call" in await press(rota, "no.1", LEAD)
    assert rota.roster.on_call(SATURDAY) == [AGENT.id]


async def test_whoever_covers_for_somebody_decides_that_and_a_lead_decides_it_for_others(rota: DeskRuntime) -> None:
    said = await told(rota, "astreinte couvrir Ana sam 08:00 à dim 20:00", actor=LEAD, language="fr")
    assert said.startswith("Vous êtes d'astreinte à la place d'Ana")
    assert rota.roster.on_call(SATURDAY) == [LEAD.id]
    assert [who for who, _ in await messages(rota)] == [AGENT.id]
    await told(rota, "oncall undo", actor=LEAD)
    assert "Only" in await told(rota, "oncall swap Ana Priya sat")
    assert "is on call instead of Ana" in await told(rota, "oncall swap Ana Priya sat", actor=MANAGER)
    assert rota.roster.on_call(SATURDAY) == [LEAD.id]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("oncall swap Priya 2026-03-09 12:00 to 14:00", "Ana is not on call then"),
        ("oncall swap Priya", "When? Write a day"),
        ("oncall swap Priya someday", "is not a time that can be swapped"),
        ("oncall cover 9999-12-31", "is not a time that can be swapped"),
        ("oncall cover 0001-01-01 to 9999-12-31", "is not a time that can be swapped"),
        ("oncall swap Priya 2026-01-01", "is over, ends before it begins"),
        ("oncall cover Ana sat", "They are on call already"),
        ("oncall swap Zoe sat", 'Nobody at this desk is called "Zoe sat"'),
        ("oncall feed", "Only"),
    ],
)
async def test_what_makes_no_sense_is_refused(rota: DeskRuntime, words: str, said: str) -> None:
    assert said in await told(rota, words)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("sat", "07T00:00", "08T00:00"),
        ("on saturday", "07T00:00", "08T00:00"),
        ("samedi", "07T00:00", "08T00:00"),
        ("sat to sun", "07T00:00", "09T00:00"),
        ("sun to tue", "08T00:00", "11T00:00"),
        ("2026-03-07..2026-03-08", "07T00:00", "09T00:00"),
        ("from 2026-03-07 08:00 to 20:00", "07T08:00", "07T20:00"),
        ("2026-03-07 20:00 - 08:00", "07T20:00", "08T08:00"),
        ("mon 18:00 to 20:00", "02T18:00", "02T20:00"),
        ("sat from 18:00 to 20:00", "07T18:00", "07T20:00"),
        ("tomorrow", "03T00:00", "04T00:00"),
        ("de demain à vendredi", "03T00:00", "07T00:00"),
    ],
)
async def test_a_span_is_read_in_the_readers_zone(desk: DeskRuntime, words: str, start: str, end: str) -> None:
    found = read_span(call(desk, ""), words)
    assert [f"{at:%dT%H:%M}" for at in found] == [start, end]


async def test_a_span_with_thousands_of_spaces_holds_nobody_up(desk: DeskRuntime) -> None:
    begun = perf_counter()
    with pytest.raises(Refusal):
        read_span(call(desk, ""), "sat" + " " * 8000 + "x")
    assert perf_counter() - begun < 0.5


async def test_the_rota_has_one_address_at_a_time_which_only_those_know_who_were_told(rota: DeskRuntime) -> None:
    rota.state.address = lambda: "https://vigie.example.com"
    first = await told(rota, "oncall feed", actor=LEAD)
    token = first.partition("/oncall/")[2].partition(".ics")[0]
    find = partial(desk_of_feed, token=token)
    assert await rota.database.read(find) == (rota.organisation_id, rota.desk_id)
    assert await told(rota, "oncall feed", actor=LEAD) != first
    assert await rota.database.read(find) is None
    assert "nowhere" in await told(rota, "oncall feed off", actor=LEAD)
    assert "no address" in await told(rota, "oncall feed off", actor=LEAD)
    with pytest.raises(Refusal):
        read_span(call(rota, ""), "")
