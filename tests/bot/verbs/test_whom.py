"""Whom a verb can give nothing to, or will not reach soon, is said in one private sentence, whichever verb it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.commands import dispatch
from bot.desk.directory import Directory
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Mentioned
from bot.wording.sentences import plain
from storage.absences import Absence
from storage.accounts import Account
from storage.groups import Group
from tests.bot.asking import call, told, typed
from tests.bot.samples import PEOPLE, POLICY
from tests.factories import AGENT, MANAGER, NOW
from triage.rota import Rota, Turns

BEN, NETOPS, EMPTY = "slack:UBEN", "slack:S1NETOPS", "slack:S2EMPTY"
MENTIONED = {
    "@ben": Mentioned(BEN), "@group": Mentioned(NETOPS, is_group=True), "@empty": Mentioned(EMPTY, is_group=True),
    "@rui": Mentioned("slack:UREQUESTER"),
}  # fmt: skip
A_GROUP_ON_CALL = "@netops is a group and cannot be on call: name one person"


@pytest.fixture
async def crowd(desk: DeskRuntime) -> DeskRuntime:
    """That desk, which Ben has left; Marcus is away and Priya has quiet hours. Ana has two tickets and is on call."""
    desk.now.offset = NOW - datetime.now(UTC)
    for words in ("new sev1 Fibre cut", "take 1", "new sev3 Odd lamp", "take 2"):
        await typed(desk, words)
    accounts = {person: Account(person, name) for person, name in PEOPLE.items()}
    accounts[BEN] = Account(BEN, "Ben Ash", email="ben@example.com", is_active=False)
    until = NOW + timedelta(days=9)
    noon = (NOW.hour * 60 - 60) % 1440, NOW.hour * 60 + 60, NOW
    rota = Rota((Turns((AGENT.id, "slack:ULEAD"), date(2026, 3, 2), time(9)),))
    desk.directory = Directory(
        replace(POLICY, rota=rota),
        accounts,
        groups={NETOPS: Group(NETOPS, "netops", "", True, (MANAGER.id,)), EMPTY: Group(EMPTY, "empty", "", True, ())},
        absences={MANAGER.id: Absence(until)},
        quiet_hours={"slack:ULEAD": noon},
    )
    return desk


async def said(desk: DeskRuntime, words: str, language: str = "en") -> str:
    answer = await dispatch.typed(replace(call(desk, words, language=language), mentioned=MENTIONED))
    assert answer.card is not None
    assert not answer.quiet or answer.card.brief, "it is said to whoever asked"
    return plain(answer.card.brief).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("assign 2 @ben", "Ben Ash has left, so nothing can be given to them. Name somebody else."),
        ("assign 2 Ben Ash", "Ben Ash has left, so"),
        ("assign 2 to Ben Ash", "Ben Ash has left, so"),
        ("assign 2 ben@example.com", "Ben Ash has left, so"),
        ("handover @ben", "Ben Ash has left, so"),
        ("handover Ben", "Ben Ash has left, so"),
        ("oncall swap @ben sat", "Ben Ash has left, so"),
        ("oncall swap Ben sat", "Ben Ash has left, so"),
        ("oncall cover Ben sat", "Ben Ash has left, so"),
        (
            "handover @group",
            "@netops is a group and cannot take over what you have: name one person (/ticket handover @ana)",
        ),
        ("handover @netops", "@netops is a group and cannot take over what you have"),
        ("oncall swap @group sat", A_GROUP_ON_CALL),
        ("oncall swap netops sat", A_GROUP_ON_CALL),
        ("oncall cover @group sat", A_GROUP_ON_CALL),
        ("assign 2 @empty", "Nobody is in @empty, so nobody would answer."),
        ("assign 2 empty", "Nobody is in @empty, so nobody would answer."),
        ("assign 2 @rui", "Rui is not one of this desk's people"),
        ("handover @rui", "Rui is not one of this desk's people"),
        ("oncall swap @rui sat", "Rui is not one of this desk's people"),
    ],
)
async def test_who_cannot_have_it_is_refused_with_the_reason(crowd: DeskRuntime, words: str, sentence: str) -> None:
    assert (await said(crowd, words)).startswith(sentence)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("assign 2 Marcus", "Marcus is away until"),
        ("assign 2 @group", "Everybody in @netops is away: nobody may answer for it."),
        ("assign 2 Priya", "Priya has quiet hours until"),
        ("handover Marcus", "Marcus is away until"),
        ("oncall swap Marcus sat", "Marcus is away until"),
    ],
)
async def test_who_will_not_read_of_it_soon_is_given_it_and_whoever_does_so_is_told(
    crowd: DeskRuntime, words: str, sentence: str
) -> None:
    told_so = await said(crowd, words)
    assert sentence in told_so
    assert not told_so.startswith(sentence), "behind what was done"


async def test_quiet_hours_hold_back_nothing_that_presses_and_so_are_not_mentioned(crowd: DeskRuntime) -> None:
    assert "quiet" not in await said(crowd, "assign 1 Priya")
    assert "quiet hours until" in await said(crowd, "handover Priya"), "of the other, which can wait, they are"


async def test_it_is_said_in_french_as_well(crowd: DeskRuntime) -> None:
    assert (await said(crowd, "passation @group", "fr")).startswith(
        "@netops est un groupe et ne peut pas reprendre vos tickets"
    )
    assert (await said(crowd, "assigner 2 Ben", "fr")).startswith("Ben Ash n'est plus là")
    assert "est en heures de silence jusqu'à" in await said(crowd, "assigner 2 Priya", "fr")
    assert (await told(crowd, "passation Zoe", language="fr")).startswith("Personne")


@pytest.mark.parametrize("words", ["to @priya", "à priya", "to Priya", "pour @priya you know it", "with Priya"])
async def test_whom_it_goes_to_may_be_named_as_people_say_it(crowd: DeskRuntime, words: str) -> None:
    mentioned = {**MENTIONED, "@priya": Mentioned("slack:ULEAD")}
    answer = await dispatch.typed(replace(call(crowd, f"assign 1 {words}"), mentioned=mentioned))
    assert answer.card is not None
    assert "is assigned to Priya" in plain(answer.card.brief)


@pytest.mark.parametrize(
    ("words", "sentence"), [("to me", "is assigned like that already"), ("à personne", "has no assignee any more")]
)
async def test_the_words_for_oneself_and_for_nobody_may_follow_a_to(
    crowd: DeskRuntime, words: str, sentence: str
) -> None:
    assert sentence in await said(crowd, f"assign 1 {words}")
