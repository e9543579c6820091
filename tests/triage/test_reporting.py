"""The time of the report is corrected."""

from __future__ import annotations

import pytest

from tests.contents import says
from tests.triage.story import Story, at, due
from triage import reporting
from triage.errors import Refusal
from triage.notice import NoticeKind
from triage.terms import ClockKind

RESPONSE, UPDATE, RESTORE = ClockKind


def test_correcting_the_report_recomputes_restore_and_shows_the_correction() -> None:
    story = Story("09:00")
    change = story.act(reporting.correct_report, "09:30", at("08:15"), "they called at 8:15")
    assert [(says(n, "what"), n.body) for n in change.notices if n.kind is NoticeKind.CHANGED] == [
        ("reported", "they called at 8:15")
    ]
    ticket = story.ticket
    assert (ticket.report.at, ticket.report.corrections, due(story, RESTORE)) == (at("08:15"), 1, at("14:15"))
    assert not story.act(reporting.correct_report, "09:40", at("08:15"), "same"), "the same time changes nothing"


@pytest.mark.parametrize(
    ("when", "reason", "code"),
    [
        ("08:00", "", "reported_needs_text"),
        ("09:01", "typo", "reported_after_opening"),
        ("12:00", "typo", "in_future"),
        ("-400 08:00", "typo", "too_long_ago"),
    ],
)
def test_a_correction_needs_a_reason_and_a_time_before_opening(when: str, reason: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Story("09:00").act(reporting.correct_report, "10:00", at(when), reason)
