"""The model file is what its texts make, byte for byte."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest

from tools.triage_model.texts import digest, sample_texts, training_texts
from triage.suggesting.model import KINDS, shipped
from triage.suggesting.reading import read


def test_the_model_file_was_made_from_the_texts_and_the_code_that_stand_here() -> None:
    assert shipped().made_from == digest(), "the texts or what reads them have changed: run `make model`"


def test_the_texts_are_of_every_kind_and_none_stands_twice() -> None:
    texts = training_texts()
    kinds = Counter(each.kind for each in texts)
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) > len(texts) / 20
    assert [text for text, times in Counter(each.text for each in texts).items() if times > 1] == []


def test_nothing_of_the_sample_is_learned_from() -> None:
    def pairs(text: str) -> set[tuple[str, str]]:
        words = read(text).words
        return set(pairwise(words))

    sample = [(each.text, pairs(each.text)) for each in sample_texts()]
    near = [
        (each.text, text)
        for each in training_texts()
        if (own := pairs(each.text))
        for text, others in sample
        if len(own & others) > 4 and len(own & others) > 0.4 * min(len(own), len(others))
    ]
    assert near == []


@pytest.mark.slow
def test_the_texts_make_the_model_file_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy", reason="`make model` installs what learns")
    from tools.triage_model.__main__ import FILE, build  # noqa: PLC0415  only where what learns is installed

    random.seed(1)
    assert build() == FILE.read_bytes()
