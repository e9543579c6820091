"""A sentence that is kept until it can be said is the same sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.wording.sentences import Link, Mention, Named, Strong, Typed, When, from_data, to_data

PARTS = st.one_of(
    st.text(),
    st.builds(Typed, st.text()),
    st.builds(Strong, st.text()),
    st.builds(Link, st.text(), st.text()),
    st.builds(Named, st.text(), st.text()),
    st.builds(Mention, st.text(), st.text()),
    st.builds(When, st.datetimes(timezones=st.just(UTC)), st.text(), st.sampled_from(["moment", "time"])),
)


@given(st.lists(PARTS).map(tuple))
def test_a_sentence_comes_back_from_storage_as_it_was(sentence: tuple[str | Typed, ...]) -> None:
    assert from_data(json.loads(json.dumps(to_data(sentence)))) == sentence


def test_an_instant_keeps_its_zone() -> None:
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert from_data(to_data((When(at, "10:00"),))) == (When(at, "10:00"),)
