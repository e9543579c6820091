"""No kind of message that Slack documents is left to chance: each is heard, or it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.slack.subtypes import SUBTYPES, Heard, heard

LISTED = Path(__file__).parents[2] / "data" / "slack_message_subtypes.txt"
DOCUMENTED = [line for line in LISTED.read_text().splitlines() if line and not line.startswith("#")]


def test_no_kind_that_slack_documents_is_missing() -> None:
    assert len(DOCUMENTED) > 30
    assert [name for name in DOCUMENTED if name not in SUBTYPES] == []


def test_each_has_its_reason() -> None:
    assert all(why and not why[0].isspace() for _, why in SUBTYPES.values())


def test_a_kind_that_nobody_knows_yet_is_heard_unless_slack_hides_it() -> None:
    assert heard({"subtype": "of_next_year"}) is Heard.SAID
    assert heard({"subtype": "of_next_year", "hidden": True}) is Heard.NOTHING


@pytest.mark.parametrize("subtype", [None, "", 3, [], {}])
def test_the_plain_kind_has_none(subtype: object) -> None:
    assert heard({"subtype": subtype}) is Heard.SAID
