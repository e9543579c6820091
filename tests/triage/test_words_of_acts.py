"""What people write with what they do: how much of it there has to be, may be, and where it is kept."""

from __future__ import annotations

import pytest

from tests.triage.story import CLEO, POLICY, Story, at
from triage import answering, awaiting, noting, reporting, resolving, restoring, sorting, updating
from triage.customers import correct_customer
from triage.errors import Refusal
from triage.text import LONGEST_TEXT


@pytest.mark.parametrize(
    ("verb", "code"),
    [(updating.update, "update_needs_text"), (noting.note, "note_needs_text"), (awaiting.wait, "wait_needs_text")],
)
@pytest.mark.parametrize("text", ["", "  \n", "\u200b"])
def test_nothing_is_said_without_words(verb: object, code: str, text: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00").act(verb, "09:10", text)  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", [updating.update, noting.note, awaiting.wait, resolving.resolve])
def test_text_that_is_too_long_is_refused(verb: object) -> None:
    with pytest.raises(Refusal, match="text_too_long"):
        Story("09:00").act(verb, "09:10", "x" * 10_000)  # type: ignore[arg-type]


@pytest.mark.parametrize(("verb", "more"), [(updating.update, {"seen": True}), (noting.note, {"sent": True})])
def test_a_long_message_that_stands_in_a_thread_is_kept_as_far_as_it_goes(verb: object, more: dict[str, bool]) -> None:
    (event,) = Story("09:00").act(verb, "09:10", "x" * 10_000, **more).events  # type: ignore[arg-type]
    assert event.text is not None
    assert len(event.text) == LONGEST_TEXT


def test_free_text_never_stands_in_an_events_data() -> None:
    story, secret = Story("09:00"), "hunter2"
    story.act(updating.update, "09:10", secret)
    story.act(updating.promise, "09:11", at("09:50"), secret)
    story.act(awaiting.wait, "09:12", secret)
    story.act(noting.note, "09:13", secret)
    story.act(restoring.restored, "09:14", None, secret)
    story.act(sorting.change_severity, "09:15", POLICY, 3, secret)
    story.act(reporting.correct_report, "09:16", at("08:00"), secret)
    story.act(answering.customer_wrote, "09:17", secret, at=at("09:17"), by=CLEO)
    story.act(resolving.resolve, "09:18", secret)
    story.act(correct_customer, "09:19", POLICY, "Zebulon Freight", None)
    assert sum(event.text == secret for event in story.events) >= 9
    assert secret not in "".join(str(event.fact.to_data()) for event in story.events)
    assert secret not in "".join(str(notice.content.to_data()) for notice in story.notices)
    assert "Zebulon" not in "".join(str(notice.content.to_data()) for notice in story.notices)
