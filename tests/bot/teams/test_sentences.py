"""What is said in Teams names nothing that only Slack has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.teams
from bot.desk.languages import LANGUAGES
from bot.teams.forms import LIMITS
from bot.teams.render import adaptive_card
from bot.wording.card import Card, Line
from bot.wording.sentences import Strong, Typed
from bot.wording.speech import catalogue, speech
from tests.bot.teams.reading import shown

# What only Slack has, in either language.
SLACKS = re.compile(
    r"slack|/invite|/ticket|workspace|espace de travail|user ?group|groupes? d'utilisateurs|app home|scopes?\b",
    re.IGNORECASE,
)
# What is never said in Teams: what stands on pages in a browser, Slack's own pages and permissions; of sentences that
# differ by platform the one that is Slack's (`bot.desk.binding.Binding`, `Limits`).
ELSEWHERE = re.compile(
    r"web\..*|install\..*|stranger\..*|lost\..*|refusal\.anothers|announce\.(permission_missing|groups_unread)"
    r"|setup_field\.groups|invite\.command|help\.reactions"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_that_is_said_in_teams_names_what_only_slack_has(language: str) -> None:
    said = {key: str(found) for key, found in catalogue(language).items() if not ELSEWHERE.fullmatch(key)}
    assert {key: text for key, text in said.items() if SLACKS.search(text)} == {}


def test_what_is_slacks_alone_is_asked_for_by_nothing_of_teams() -> None:
    for path in Path(bot.teams.__file__).parent.glob("*.py"):
        named = re.findall(r"\"([a-z_]+\.[a-z_.]+)\"", path.read_text(encoding="utf-8"))
        assert [each for each in named if each in catalogue("en") and ELSEWHERE.fullmatch(each)] == [], path.name
    assert not LIMITS.reactions_on_all


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_emoji_is_seen_in_teams_where_slack_is_told_its_name(language: str) -> None:
    text = shown(adaptive_card(Card((), (Line(speech(language)("help.reactions_on_mine")),))))
    assert not re.search(r":\w+:", text)
    assert all(sign in text for sign in "👀🚨✅")


def test_what_somebody_typed_keeps_the_names_of_its_emoji() -> None:
    line = Line((Strong(":eyes:"), " ", Typed(":eyes:"), " :no_such_emoji: 10:30:45"))
    assert shown(adaptive_card(Card((), (line,)))) == "👀 :eyes: :no_such_emoji: 10:30:45"
