"""Whoever is on several platforms is pinged on one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.wording.notices.saying import Saying
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Mention, Named
from storage.conversations import Conversation
from tests.bot.samples import READERS, opened
from tests.bot.samples import directory_of as people_of
from tests.factories import AGENT, MANAGER
from triage.contents.to_desk import EscalatedContent

ON_TEAMS = "teams:29:1ana"
IN_SLACK, IN_TEAMS = (
    Conversation(1, "slack", "slack:CDESK", "desk", "1", "1"), Conversation(2, "teams", "teams:19:d", "desk", "2", "2")
)  # fmt: skip
FOR_CLIMBS = Conversation(3, "teams", "teams:19:e", "escalation", None, None)


def saying(
    *places: Conversation, opened_on: str = "slack", side: str = "desk", unreached: frozenset[str] = frozenset()
) -> Saying:
    directory = replace(
        people_of({AGENT.id: "Ana", MANAGER.id: "Mo", ON_TEAMS: "Ana R."}), persons={ON_TEAMS: AGENT.id}
    )
    story = opened(actor=replace(AGENT, platform=opened_on))
    view = replace(story.view(READERS["en"]), people=PhraseBook(directory))
    view = replace(view, stored=replace(view.stored, conversations=places))
    return Saying(view, EscalatedContent(MANAGER.id, 1), "", "/ticket", side=side, unreached=unreached)


@pytest.mark.parametrize(
    ("places", "opened_on", "unreached", "account"),
    [
        ([IN_SLACK, IN_TEAMS], "slack", set(), AGENT.id),
        ([IN_SLACK, IN_TEAMS], "teams", set(), ON_TEAMS),
        ([IN_SLACK], "teams", set(), AGENT.id),
        ([IN_TEAMS], "slack", set(), ON_TEAMS),
        ([IN_SLACK, IN_TEAMS], "teams", {"teams"}, AGENT.id),
        ([IN_TEAMS], "teams", {"teams"}, ON_TEAMS),
    ],
)
def test_they_are_pinged_where_it_was_opened_else_where_they_can_be_reached(
    places: list[Conversation], opened_on: str, unreached: set[str], account: str
) -> None:
    found = saying(*places, opened_on=opened_on, unreached=frozenset(unreached)).mention(AGENT.id)
    assert isinstance(found, Mention)
    assert [found.account_on(platform) for platform in ("slack", "teams")].count(None) == 1
    assert found.person == account


def test_who_has_one_account_is_pinged_by_it() -> None:
    found = saying(IN_SLACK, IN_TEAMS, opened_on="teams").mention(MANAGER.id)
    assert isinstance(found, Mention)
    assert found.account_on("slack") == MANAGER.id


@pytest.mark.parametrize(
    ("person", "side", "pinged"),
    [
        (AGENT.id, "escalation", ON_TEAMS),
        (AGENT.id, "desk", None),
        (MANAGER.id, "escalation", None),
        (MANAGER.id, "desk", MANAGER.id),
    ],
)
def test_a_climb_pings_in_the_channel_for_climbs_and_under_the_card_only_who_is_not_there(
    person: str, side: str, pinged: str | None
) -> None:
    found = saying(IN_SLACK, IN_TEAMS, FOR_CLIMBS, side=side).called(person)
    assert isinstance(found, Named) if pinged is None else isinstance(found, Mention)
    assert pinged is None or found.person == pinged
