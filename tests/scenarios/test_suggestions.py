"""The local workspace suggests what the program that joined it says can be typed."""

from __future__ import annotations

import pytest

from bot.verbs.registry import NAMES, TYPED
from tests.scenarios.chat import Chat


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_composer_suggests_every_verb_that_there_is_and_no_other(chat: Chat) -> None:
    suggested = (await chat.get("suggestions"))["suggestions"]
    for each in suggested.values():
        assert {NAMES[one["verb"]] for one in each} == {verb.name for verb in TYPED}
