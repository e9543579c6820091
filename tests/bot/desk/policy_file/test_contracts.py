"""The contracts to start from promise what their first lines say: reckoned by hand, on a wall calendar."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.cli import main
from bot.desk.policy_file import check_policy, load_policy
from bot.desk.policy_file.example import CONTRACTS, example_policy
from triage.clocks import Clocks
from triage.terms import Category, ClockKind

TODAY = date(2026, 11, 30)
AS_MEANT = {
    "office-hours": ["severity 1 counts in opening hours"],
    "public-tender": ["severity 1 counts in opening hours"],
    "three-regions": ["it has no holidays"],
}
"""What is asked of each whether it is meant: it is."""


class Mark(NamedTuple):
    """What the engine is told beside what happened."""

    seq: int
    recorded_at: datetime


class Asked(NamedTuple):
    """A trouble that is reported, and when its first answer and its end are due."""

    contract: str
    severity: int
    reported: str
    response: str
    restore: str
    plan: str | None = None
    region: str | None = None


ASKED = [
    Asked("carrier", 1, "2026-12-01T02:00Z", "2026-12-01T02:15Z", "2026-12-01T06:00Z"),
    Asked("carrier", 1, "2026-12-01T02:00Z", "2026-12-01T02:10Z", "2026-12-01T04:00Z", plan="protected"),
    # Friday 16:00 in Paris: two hours, Monday to Wednesday thirty, eight on Thursday.
    Asked("carrier", 3, "2026-12-04T15:00Z", "2026-12-04T15:30Z", "2026-12-10T15:00Z"),
    Asked("office-hours", 1, "2026-11-30T09:00Z", "2026-11-30T10:00Z", "2026-11-30T16:00Z"),
    # Friday evening in Berlin: half an hour after Monday's opening, and by Monday's closing.
    Asked("office-hours", 1, "2026-12-04T19:00Z", "2026-12-07T08:30Z", "2026-12-07T16:00Z"),
    # By 16:00 of a Friday, which closes at 15:00.
    Asked("office-hours", 2, "2026-12-03T08:30Z", "2026-12-03T12:30Z", "2026-12-04T14:00Z"),
    # 24 and 31 December are half days, 25 and 26 none.
    Asked("office-hours", 3, "2026-12-23T09:00Z", "2026-12-24T11:00Z", "2026-12-31T11:00Z"),
    # 11:00 in Sydney; six days of eight hours.
    Asked("three-regions", 3, "2026-11-30T00:00Z", "2026-11-30T04:00Z", "2026-12-08T00:00Z", region="apac"),
    # The same instant is Sunday afternoon in Los Angeles, where a day has nine hours.
    Asked("three-regions", 3, "2026-11-30T00:00Z", "2026-11-30T20:00Z", "2026-12-07T19:00Z", region="americas"),
    # Ten minutes before the last region closes for the weekend.
    Asked("three-regions", 2, "2026-11-28T01:50Z", "2026-11-29T21:20Z", "2026-11-30T20:50Z", region="apac"),
    Asked("managed-service", 1, "2026-12-01T02:00Z", "2026-12-01T02:10Z", "2026-12-01T04:00Z", plan="gold"),
    # Friday afternoon in London: an hour is left of it. Monday is the first of five working days.
    Asked("managed-service", 3, "2026-12-04T17:00Z", "2026-12-07T11:00Z", "2026-12-11T18:00Z"),
    # Half an hour before lunch and half an hour after it.
    Asked("public-tender", 1, "2026-11-30T10:30Z", "2026-11-30T13:00Z", "2026-12-01T16:30Z"),
    # 22, 23, 24 December, then 4 to 8, 11 and 12 January.
    Asked("public-tender", 3, "2026-12-21T09:00Z", "2026-12-22T16:30Z", "2027-01-12T16:30Z"),
    # Ascension Day and the Friday after it.
    Asked("public-tender", 2, "2027-05-05T07:00Z", "2027-05-05T12:30Z", "2027-05-12T15:30Z"),
]


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_holds_and_what_is_asked_of_it_is_meant(contract: str) -> None:
    text = example_policy(contract)
    _, doubts = check_policy(text, today=TODAY)
    assert len(doubts) == len(AS_MEANT.get(contract, []))
    for doubt, meant in zip(doubts, AS_MEANT.get(contract, []), strict=True):
        assert meant in str(doubt)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_contract_is_tried(contract: str) -> None:
    assert {each.severity for each in ASKED if each.contract == contract}


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: f"{each.contract}-{each.severity}-{each.reported[:10]}")
def test_a_contract_promises_what_its_words_say(asked: Asked) -> None:
    policy, _ = load_policy(example_policy(asked.contract), today=TODAY)
    terms = policy.terms(Category.INCIDENT, asked.severity, plan=asked.plan, region=asked.region)
    reported = at(asked.reported)
    clocks = Clocks(reported, reported, terms, Mark(1, reported))
    due = {kind: clock.due for kind in ClockKind if (clock := clocks.clock(kind)) is not None}
    assert due[ClockKind.RESPONSE] == at(asked.response)
    assert due[ClockKind.RESTORE] == at(asked.restore)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_is_printed_and_shown_as_a_customers_table(
    contract: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", "example", contract]) == 0
    text = capsys.readouterr().out
    assert text == example_policy(contract)
    file = tmp_path / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    assert main(["policy", "show", "--lang", language, str(file)]) == 0
    shown = capsys.readouterr().out
    assert ("Targets" if language == "en" else "Engagements") in shown
