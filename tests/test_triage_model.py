"""The model file is what its texts make, byte for byte."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest

from tools.triage_model.texts import asked_outages, digest, sample_texts, training_texts, unseen_texts
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


def test_nothing_that_it_is_measured_on_is_learned_from() -> None:
    def pairs(text: str) -> set[tuple[str, str]]:
        words = read(text).words
        return set(pairwise(words))

    measured_on = [each.text for each in (*sample_texts(), *unseen_texts(), *asked_outages())]
    kept_apart = [pairs(text) for text in measured_on]
    with_pair: dict[tuple[str, str], list[int]] = {}
    for place, held in enumerate(kept_apart):
        for pair in held:
            with_pair.setdefault(pair, []).append(place)
    near = [
        (each.text, measured_on[place])
        for each in training_texts()
        for own in [pairs(each.text)]
        for place, shared in Counter(place for pair in own for place in with_pair.get(pair, ())).items()
        if shared > 4 and shared > 0.4 * min(len(own), len(kept_apart[place]))
    ]
    assert near == []


@pytest.mark.slow
@pytest.mark.long
def test_the_texts_make_the_model_file_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("scipy", reason="`make model` installs what learns")
    from tools.triage_model.__main__ import FILE, build  # noqa: PLC0415  only where what learns is installed

    random.seed(1)
    assert build() == FILE.read_bytes()
