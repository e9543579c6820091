"""JSON is written as Python's own module writes it, and read as it reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.as_json import from_json, to_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)  # fmt: skip


class Word(StrEnum):
    """A key, or a value."""

    A = "a"


class Pair(NamedTuple):
    """Two things."""

    one: int
    other: str


@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert from_json(to_json(value)) == json.loads(to_json(value)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Pair(1, "x"), '[1,"x"]'),
        ({Word.A: Word.A}, '{"a":"a"}'),
        ({1: (2,)}, '{"1":[2]}'),
        ({"a": "é\u2028"}, '{"a":"é\u2028"}'),
    ],
)
def test_what_only_one_of_them_knows_is_written_all_the_same(value: Any, written: str) -> None:
    assert to_json(value) == written


def test_an_instant_is_written_only_where_it_is_said_how() -> None:
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert to_json([at], datetime.isoformat) == '["2026-03-02T10:00:00+00:00"]'
    with pytest.raises(TypeError):
        to_json([at])
