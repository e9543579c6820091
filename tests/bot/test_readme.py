"""The README's tables of verbs, buttons and reactions say what there is."""

from __future__ import annotations

import re
from pathlib import Path

from bot.desk.policy_file.reactions import REACTIONS
from bot.server.settings import Settings
from bot.verbs.registry import IN_MORE, KNOWN, TYPED
from bot.wording.card import Buttons
from bot.wording.ticket_card import ticket_card
from tests.bot.samples import READERS, STATES
from triage.rights import RULES

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TABLE = README.partition("| after `/ticket` | does |")[2].partition("\n\n")[0]
IN_TABLE = {
    words.split()[0] for row in re.findall(r"^\| (`.*?) \|", TABLE, re.MULTILINE) for words in row.split("`")[1::2]
}


def test_every_verb_is_in_the_table_of_the_readme_and_every_verb_of_the_table_exists() -> None:
    assert {verb.name for verb in TYPED} <= IN_TABLE
    first = set(re.findall(r"^\| `([\w-]+)", TABLE, re.MULTILINE))
    assert first <= set(KNOWN)


def table(head: str) -> list[list[str]]:
    """The cells of each row under that first cell of a head."""
    lines = README.partition(f"| {head} | does |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]


def test_the_table_of_buttons_has_every_button_that_a_card_can_show() -> None:
    named = {label for row in table("button on a card") for label in re.findall(r"\*\*(.+?)\*\*", row[0])}
    shown = set()
    for state in STATES.values():
        for element in ticket_card(state().view(READERS["en"])).elements:
            if isinstance(element, Buttons):
                shown |= {button.label for button in (*element.buttons, *element.menu)}
    assert {label for label in shown if not label.startswith("Show #")} == named


def test_the_table_of_buttons_has_all_that_more_offers() -> None:
    (said,) = [row[1] for row in table("button on a card") if row[0] == "**More ...**"]
    assert said.partition(", each")[0].split(", ") == [verb.name for verb in IN_MORE]


def test_the_table_of_reactions_has_every_reaction() -> None:
    named = {row[0].strip(":") for row in table("reaction")}
    assert named == set(REACTIONS)


def test_a_verb_with_roles_of_its_own_exists() -> None:
    assert RULES.keys() - set(KNOWN) == {
        "escalate-by-reaction",
        "confirm-promise",
        "more",
        "declare-major",
        "is-back",
        "rate",
        "got-it",
        "channels",
        "overview",
        "oncall-of-others",
    }


def test_every_setting_is_named_in_the_readme() -> None:
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", README))
    assert {str(each.alias) for each in Settings.model_fields.values()} - named == set()
