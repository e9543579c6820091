"""The README says of each verb, button, reaction and notice whether it works in Slack and in Teams, and why not."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from bot.desk.policy_file.reactions import REACTIONS
from bot.slack.render import render_message
from bot.teams.reactions import names_of
from bot.verbs.registry import TYPED, VERBS
from bot.wording.card import Buttons
from bot.wording.ticket_card import ticket_card
from storage.announcements.announcement import AnnouncementKind
from tests.bot.samples import READERS, STATES
from tests.bot.teams.reading import buttons, rendered
from tests.scenarios.platforms import ALWAYS, NOT_ON_TEAMS, ON_ONE_DATABASE, SLACK_ALONE, SLOWLY
from tools import parity
from triage.notice import NoticeKind

WANTED = {
    *(f"verb:{verb.name}" for verb in TYPED),
    *(f"button:{verb.name}" for verb in VERBS.values() if verb.button_on),
    *(f"reaction:{emoji}" for emoji in REACTIONS),
    *(f"notice:{kind}" for kind in NoticeKind),
    *(f"announcement:{kind}" for kind in AnnouncementKind),
}


def test_the_readme_has_the_table() -> None:
    page = parity.PAGE.read_text(encoding="utf-8")
    assert parity.written(page) == page, "run `make parity`"


def test_it_covers_each_verb_button_reaction_and_notice_once() -> None:
    covered = Counter(each for row in parity.ROWS for each in row.covers)
    assert {each for each in covered if not each.startswith("way:")} == WANTED
    assert [each for each, times in covered.items() if times > 1] == []


@pytest.mark.parametrize("platform", parity.PLATFORMS)
def test_whatever_a_platform_forbids_has_a_reason_that_people_can_read(platform: str) -> None:
    for what, why in parity.cannot(platform).items():
        assert len(why.split()) > 4, what
        assert why[0].islower() or why.startswith(("Slack", "Teams")), what


@pytest.mark.parametrize("state", STATES)
def test_a_card_has_the_same_buttons_in_slack_and_in_teams(state: str) -> None:
    card = ticket_card(STATES[state]().view(READERS["en"]))
    wanted = [
        button.label
        for element in card.elements
        if isinstance(element, Buttons)
        for button in (*element.buttons, *element.menu)
    ]
    assert [each["title"] for each in buttons(rendered(card))] == wanted
    in_slack = json.dumps(render_message(card), ensure_ascii=False)
    assert [label for label in wanted if f'"text": "{label}"' not in in_slack] == []


@pytest.mark.parametrize("kind", ["1f440_eyes", "1f6a8_rotatinglight", "2705_whiteheavycheckmark", "1f3ab_ticket"])
def test_each_reaction_is_told_by_what_teams_calls_it(kind: str) -> None:
    assert set(names_of(kind)) & REACTIONS.keys()


def test_a_story_that_is_not_told_on_teams_is_forbidden_there_as_the_table_says_or_is_about_slack_itself() -> None:
    forbidden = set(parity.cannot("teams").values())
    assert [name for name, why in NOT_ON_TEAMS.items() if why not in forbidden and "Slack" not in why] == []


def test_no_platform_forbids_what_the_other_forbids_too() -> None:
    assert not parity.cannot("slack").keys() & parity.cannot("teams").keys()


def test_every_story_is_told_on_teams_or_says_why_not() -> None:
    files = {
        file.stem: file.read_text(encoding="utf-8") for file in (parity.ROOT / "tests/scenarios").glob("test_*.py")
    }
    assert ALWAYS | SLOWLY | SLACK_ALONE.keys() <= files.keys()
    assert not SLACK_ALONE.keys() & (ALWAYS | SLOWLY)
    speak_of_it = {name for name, text in files.items() if "teams" in text.lower() or "Console" in text}
    assert files.keys() - ALWAYS - SLOWLY - SLACK_ALONE.keys() <= speak_of_it


def test_every_story_is_told_on_both_databases_or_says_why_not() -> None:
    """A file whose stories take neither fixture by name has `database_url`, which is both."""
    one = re.compile(r"\bsqlite_database\b"), re.compile(r"\b(?:postgres_database|shared_postgres|PostgresServer)\b")
    files = {
        each.stem: each.read_text(encoding="utf-8") for each in (parity.ROOT / "tests/scenarios").glob("test_*.py")
    }
    alone = {name for name, text in files.items() if sum(bool(each.search(text)) for each in one) == 1}
    also_on_both = {name for name in alone if re.search(r"\bdatabase_url\b[,:)]", files[name])}
    assert alone - also_on_both == set(ON_ONE_DATABASE)
