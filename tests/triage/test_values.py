"""Values are made cheaply, and are values all the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from triage.event import Event
from triage.facts.ahead import Reminded

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_two_with_the_same_fields_are_the_same_in_every_respect() -> None:
    one, other = (Event(NOW, NOW, "vigie", Reminded("idle", "nudge", 1)) for _ in range(2))
    assert one == other
    assert {one} == {other}


def test_a_value_has_its_fields_and_no_others() -> None:
    event = Event(NOW, NOW, "vigie", Reminded("idle", "nudge", 1))
    with pytest.raises(AttributeError):
        event.when = NOW  # type: ignore[attr-defined]
