"""A sentence that is kept until it can be said is the same sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.sentences import (
    InChannel,
    Link,
    Mention,
    Named,
    Part,
    Sentence,
    Strong,
    Typed,
    When,
    from_data,
    to_data,
)

KEPT: dict[type[Any], st.SearchStrategy[Part]] = {
    str: st.text(),
    Typed: st.builds(Typed, st.text()),
    Strong: st.builds(Strong, st.text()),
    Link: st.builds(Link, st.text(), st.text()),
    Named: st.builds(Named, st.text(), st.text()),
    Mention: st.builds(Mention, st.text(), st.text()),
    When: st.builds(
        When, st.datetimes(timezones=st.just(UTC)), st.text(), st.sampled_from(["moment", "time"]), st.booleans(),
        st.text(),
    ),
    InChannel: st.builds(InChannel, st.text()),
}  # fmt: skip


def kept(sentence: Sentence) -> Sentence:
    """The sentence as it comes back from storage."""
    return from_data(json.loads(json.dumps(to_data(sentence))))


@given(st.lists(st.one_of(*KEPT.values())).map(tuple))
def test_a_sentence_comes_back_from_storage_as_it_was(sentence: Sentence) -> None:
    assert kept(sentence) == sentence


@pytest.mark.parametrize("kind", get_args(Part), ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_part_of_a_sentence_is_kept(data: st.DataObject, kind: type[Any]) -> None:
    part = data.draw(KEPT[kind])
    assert kept((part,)) == (part,)


def test_an_instant_keeps_its_zone() -> None:
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert from_data(to_data((When(at, "10:00"),))) == (When(at, "10:00"),)
