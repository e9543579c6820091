"""What the customer was told last, and what was said at the end, are facts of the ticket."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.triage.story import ANA, BEN, Story, at
from triage import resolving, restoring, updating
from triage.correcting import edit, take_back
from triage.escalation import undo_reaction

TELLING: dict[str, Callable[[Story], object]] = {
    "update": lambda story: story.act(updating.update, "09:10", "on it", by=BEN),
    "promise": lambda story: story.act(updating.promise, "09:10", at("09:40"), "soon", by=BEN),
    "restored": lambda story: story.act(restoring.restored, "09:10", None, "moved", by=BEN),
    "resolved": lambda story: story.act(resolving.resolve, "09:10", "done", by=BEN),
}


@pytest.mark.parametrize("what", TELLING)
def test_what_the_customer_was_told_last_is_known_with_its_time_and_author(what: str) -> None:
    story = Story("09:00")
    assert story.ticket.updates.last_told is None
    story.act(updating.update, "09:05", "first", by=ANA)
    TELLING[what](story)
    told = story.ticket.updates.last_told
    assert told is not None
    assert (told.what, told.at, told.by) == (what, at("09:10"), BEN.id)


def test_an_update_given_elsewhere_counts_at_its_own_time() -> None:
    story = Story("09:00")
    story.act(updating.update, "09:20", "written")
    story.act(updating.update, "09:30", "by phone", at=at("09:10"))
    told = story.ticket.updates.last_told
    assert told is not None
    assert told.at == at("09:20")


def test_it_reads_as_it_was_corrected_last_and_is_gone_once_taken_back() -> None:
    story = Story("09:00")
    story.act(updating.update, "09:05", "the rooter")
    story.act(edit, "09:06", "the router")
    corrected = story.events[-1]
    told = story.ticket.updates.last_told
    assert told is not None
    assert (told.seq, told.body_id) == (2, story.ticket.updates.edited[2])
    assert corrected.text == "the router"
    story.act(take_back, "09:07")
    assert story.ticket.updates.last_told is None


def test_a_resolution_is_known_while_the_ticket_is_resolved() -> None:
    story = Story("09:00")
    story.act(resolving.resolve, "09:10", "replaced the port", by=BEN, by_reaction=True)
    said = story.ticket.resolution
    assert said is not None
    assert (said.by, said.at) == (BEN.id, at("09:10"))
    story.act(undo_reaction, "09:11", "resolve", by=BEN)
    assert story.ticket.resolution is None
    story.act(resolving.resolve, "09:20", "again")
    story.act(resolving.reopen, "09:30", counts=False)
    assert story.ticket.resolution is None
    story.act(resolving.resolve, "09:40", "for good")
    said = story.ticket.resolution
    assert said is not None
    assert said.at == at("09:40")
