"""What events say is stored by their fields and read as it was, in the version in which it was written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.earlier import earlier_events
from triage.data import NewerDataError
from triage.event import Kind
from triage.facts import FACTS, read_fact

YOUNGER_TERMS = ("key", "climbing", "ack_within")  # the key is a hash of all the others


def says_something(data: dict[str, Any]) -> dict[str, Any]:
    """Without what is the same as left out, and without what terms did not say in that release."""
    found = {key: value for key, value in data.items() if value not in (None, False, [])}
    if "terms" in found:
        found["terms"] = {key: value for key, value in found["terms"].items() if key not in YOUNGER_TERMS}
    return found


# The kinds of that release: what came later is not in its rows.
EARLIER = sorted({Kind(kind) for kind, _, _ in earlier_events()})


def test_every_kind_of_the_earlier_release_is_in_its_rows() -> None:
    assert len(EARLIER) == 40


def test_every_kind_has_its_class() -> None:
    assert set(FACTS) == set(Kind)
    assert all(fact.KIND is kind for kind, fact in FACTS.items())


@pytest.mark.parametrize("kind", EARLIER)
def test_the_first_version_of_each_kind_is_read_and_nothing_of_it_is_lost(kind: Kind) -> None:
    rows = [row for row in earlier_events() if row[0] == kind]
    assert rows
    for _, data, version in rows:
        assert version == 1
        fact = read_fact(kind, data, version)
        assert type(fact) is FACTS[kind]
        assert says_something(json.loads(json.dumps(fact.to_data()))) == says_something(data)


@pytest.mark.parametrize("kind", EARLIER)
def test_what_is_written_is_read_as_it_was(kind: Kind) -> None:
    for name, data, version in earlier_events():
        if name == kind:
            fact = read_fact(kind, data, version)
            assert read_fact(kind, json.loads(json.dumps(fact.to_data())), fact.VERSION) == fact


@pytest.mark.parametrize("kind", EARLIER)
def test_what_a_later_release_wrote_is_refused(kind: Kind) -> None:
    data = next(data for name, data, _ in earlier_events() if name == kind)
    with pytest.raises(NewerDataError, match=f"{FACTS[kind].__name__} of version 99"):
        read_fact(kind, data, 99)
