"""What comes back in a button or a form is not believed: what none of ours offers is refused, and is no defect."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.verbs.registry import FORMS, VERBS
from storage.tables.outbox import OutboxRow
from tests.bot.asking import call, typed

ODD = ("²", "1²", "٣", "x", "-", "--1", "1.5", "1e5", "nan", "9" * 5000, "9" * 12, "-" + "9" * 12, "\0", "a\0b", "None")
FIELDS = (
    "category", "severity", "reported_at", "requested_date", "until", "at", "restored_at", "next_update", "counts",
    "which", "what", "who", "other", "reason",
)  # fmt: skip
VALUES = (*ODD, *(f"{prefix}{odd}" for prefix in ("draft.", "sure.", "sure.1.", "is:") for odd in ODD))


@pytest.mark.parametrize("verb", dict.fromkeys((*FORMS, *VERBS)))
async def test_what_no_form_of_ours_offers_is_refused(desk: DeskRuntime, verb: str) -> None:
    await typed(desk, "new sev1 Link down")
    with capture_logs() as logged:
        for field in FIELDS:
            for odd in ODD:
                answers = {"text": "words", "summary": "words", "other": "1", field: odd}
                await dispatch.submitted(replace(call(desk, ""), number=1, answers=answers), verb)
    assert logged == []


@pytest.mark.parametrize("verb", VERBS)
async def test_what_no_button_of_ours_says_is_refused(desk: DeskRuntime, verb: str) -> None:
    await typed(desk, "new sev1 Link down")
    with capture_logs() as logged:
        for value in VALUES:
            await dispatch.pressed(replace(call(desk, ""), number=1, answers={"value": value}), verb)
    assert logged == []


@pytest.mark.parametrize(
    ("channel", "is_read"), [("slack:CACME", True), ("slack:CSECRET", False), ("slack:CDESK", False)]
)
async def test_a_ticket_is_opened_from_what_a_customer_wrote_and_from_no_other_channel(
    desk: DeskRuntime, channel: str, is_read: bool
) -> None:
    asked = replace(call(desk, ""), answers={"value": f"{channel}:1.0"})
    answer = await dispatch.pressed(asked, "open-from")
    assert (answer.card is None) is is_read
    planned = await desk.database.read(lambda session: session.exec(select(OutboxRow.kind)).all())
    assert ("open_from" in planned) is is_read
