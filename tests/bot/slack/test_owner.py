"""Each button, menu and form says whose it is, and stays within what Slack takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.slack.forms import render_form
from bot.slack.owner import KEY, is_anothers, marked
from bot.slack.render import render_message
from bot.wording.card import Form
from bot.wording.ticket_card import ticket_card
from tests.bot.samples import READERS, opened
from tests.bot.slack.limits import against_form, against_message

HUGE = 10**9


def values(node: Any) -> list[str]:
    """The values of every button and every choice of a menu."""
    if isinstance(node, list):
        return [value for each in node for value in values(each)]
    if not isinstance(node, dict):
        return []
    own = [node["value"]] if isinstance(node.get("value"), str) else []
    return own + [value for child in node.values() for value in values(child)]


def test_every_button_and_menu_of_a_card_says_whose_it_is() -> None:
    message = render_message(ticket_card(opened().view(READERS["en"])))
    found = marked(message, HUGE)
    assert against_message(found) == []
    assert values(found["blocks"])
    assert all(json.loads(value)[KEY] == HUGE for value in values(found["blocks"]))
    assert not any(KEY in value for value in values(message["blocks"])), "what was rendered stays as it was"
    assert all(is_anothers(json.loads(value), 1) for value in values(found["blocks"]))
    assert not any(is_anothers(json.loads(value), HUGE) for value in values(found["blocks"]))


def test_a_form_says_so_in_its_context_and_its_choices_stay_as_they_are() -> None:
    view = render_form(Form("wait", "Wait", "Wait", "Cancel", (), ("What for?",), {"number": "42"}))
    found = marked({"trigger_id": "1.1", "view": view}, 7)["view"]
    assert against_form(found) == []
    assert json.loads(found["private_metadata"]) == {"number": "42", KEY: 7}


@pytest.mark.parametrize("value", ["1", "incident", "", "[1]", "null", "{", '"x"'])
def test_what_is_no_object_stays_as_it_is(value: str) -> None:
    block = {"type": "actions", "elements": [{"type": "button", "action_id": "a", "value": value}]}
    assert marked({"blocks": [block]}, 7) == {"blocks": [block]}


@pytest.mark.parametrize(
    ("value", "anothers"), [({}, False), ({KEY: 7}, False), ({KEY: 8}, True), ({KEY: "7"}, True), ({KEY: None}, True)]
)
def test_what_says_nothing_is_old_and_what_says_another_is_anothers(value: dict[str, Any], anothers: bool) -> None:
    assert is_anothers(value, 7) is anothers
