"""What a composer suggests is what can be typed, in the language of whoever types."""

from __future__ import annotations

import pytest

from bot.desk.languages import LANGUAGES
from bot.verbs.registry import NAMES, TYPED, VERBS
from bot.verbs.suggestions import suggestions
from tests.bot.samples import READERS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_is_suggested_as_it_is_typed_the_daily_ones_first(language: str) -> None:
    found = [VERBS[NAMES[each.verb]] for each in suggestions(READERS[language])]
    assert {verb.name for verb in found} == {verb.name for verb in TYPED}
    assert [verb.daily for verb in found] == sorted((verb.daily for verb in TYPED), reverse=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suggestion_says_what_the_verb_does_and_no_more(language: str) -> None:
    for each in suggestions(READERS[language]):
        assert each.what
        assert ";" not in each.what
        assert not each.what.startswith((" ", "-"))
