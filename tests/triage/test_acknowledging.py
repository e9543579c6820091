"""Answering for a breach or a level."""

from __future__ import annotations

import pytest

from tests.triage.story import Story
from triage import acknowledging
from triage.errors import Refusal


def test_there_is_nothing_to_acknowledge_unless_something_is_open() -> None:
    story = Story("09:00")
    with pytest.raises(Refusal, match="nothing_to_acknowledge"):
        story.act(acknowledging.acknowledge, "09:10")
    story.live_until("09:16")
    assert story.ticket.breaches
    story.act(acknowledging.acknowledge, "09:17")
    assert not story.ticket.breaches
