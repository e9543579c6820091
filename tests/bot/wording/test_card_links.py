"""A number that is named in private leads to its card, and what people typed leads nowhere."""

from __future__ import annotations

import pytest

from bot.wording.card_links import numbers_in, with_links
from bot.wording.sentences import Link, Sentence, Typed, plain
from bot.wording.speech import speech

CARDS = {1: "https://chat.example/1", 42: "https://chat.example/42"}
ENGLISH = speech("en")


def links(sentence: Sentence) -> dict[str, str]:
    return {part.text: part.url for part in sentence if isinstance(part, Link)}


def test_each_number_that_has_a_card_leads_there() -> None:
    sentence = ENGLISH("done.link", number=1, other=42)
    assert numbers_in(sentence) == {1, 42}
    found = with_links(sentence, CARDS)
    assert links(found) == {"#1": CARDS[1], "#42": CARDS[42]}
    assert plain(found) == plain(sentence)
    assert links(with_links(sentence, {42: CARDS[42]})) == {"#42": CARDS[42]}, "one that is nowhere stays a number"
    assert numbers_in(found) == set(), "and is not looked for again"


TYPED: list[Sentence] = [
    (Typed("#"), "1"), (Typed("see #1"),), ("see #", Typed("1")), ("#1 in one piece",), ("1",), (), ("#",), ("# ", "1"),
    ("#", "1" * 10), ("#", "one"),
]  # fmt: skip


@pytest.mark.parametrize("sentence", TYPED)
def test_what_people_typed_is_left_alone(sentence: Sentence) -> None:
    assert numbers_in(sentence) == set()
    assert with_links(sentence, CARDS) == sentence
