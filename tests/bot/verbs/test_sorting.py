"""Category and severity: read from text, asked for in forms, said in the policy's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.commands.dispatch import pressed, submitted
from bot.desk.directory import Directory
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Reply
from bot.wording.card import Field
from bot.wording.sentences import plain
from storage.tickets import get_ticket
from tests.bot.asking import call, told, typed
from tests.bot.samples import POLICY
from tests.factories import NOW, REQUESTER
from triage.people import Actor, Role
from triage.terms import ClockKind
from triage.ticket import Ticket

MINUTE = timedelta(minutes=1)
LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))


def look(desk: DeskRuntime) -> Ticket:
    return desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, 1)).ticket


def seconds(at: datetime) -> str:
    return str(int(at.timestamp()))


async def fields(desk: DeskRuntime, words: str, minutes: int = 60) -> dict[str, Field]:
    answer = await typed(desk, words, now=NOW + minutes * MINUTE)
    assert answer.form is not None
    return {field.id: field for field in answer.form.fields}


async def test_what_becomes_an_incident_is_asked_when_it_was_reported(desk: DeskRuntime) -> None:
    await typed(desk, "new inquiry How fast is the line", actor=REQUESTER)
    await typed(desk, "category 1 inquiry")
    await typed(desk, "update 1 now it is down", actor=REQUESTER, now=NOW + 30 * MINUTE)
    asked = await fields(desk, "category 1")
    assert list(asked) == ["category", "severity", "reported_at", "text"]
    assert asked["reported_at"].initial == seconds(NOW + 30 * MINUTE), "the customer's last message"


async def test_the_form_of_a_category_shows_the_severity_in_force_and_minds_it_only_for_an_incident(
    desk: DeskRuntime,
) -> None:
    await typed(desk, "new sev2 Link down")
    assert (await fields(desk, "category 1"))["severity"].initial == "2"
    answers = {"category": "provisioning", "severity": "2", "reported_at": seconds(NOW)}
    answer = await submitted(replace(call(desk, ""), number=1, answers=answers, reply=Reply.AS_POSTED), "category")
    assert answer.errors == {}
    assert look(desk).severity is None
    answers = {"category": "inquiry", "severity": "2", "reported_at": seconds(NOW)}
    answer = await submitted(replace(call(desk, ""), number=1, answers=answers, reply=Reply.AS_POSTED), "category")
    assert answer.errors.keys() == {"severity"}, "that was chosen"


async def test_what_is_only_confirmed_keeps_its_report(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down", actor=REQUESTER)
    asked = await fields(desk, "category 1")
    assert asked["reported_at"].initial == seconds(NOW)
    answers = {"category": "incident", "severity": "1", "reported_at": seconds(NOW)}
    await submitted(
        replace(call(desk, "", now=NOW + 60 * MINUTE), number=1, answers=answers, reply=Reply.AS_POSTED), "category"
    )
    assert look(desk).report.at == NOW
    assert look(desk).report.limit == NOW


@pytest.mark.parametrize(
    ("words", "reported", "said"),
    [
        ("incident sev1", "11:00", "#1 is sorted as incident now, reported Mon 2 Mar 11:00 GMT; correct that with"),
        ("incident sev1 since 10:20", "10:20", "#1 is sorted as incident now, reported Mon 2 Mar 10:20 GMT"),
        ("incident sev1 reported 10:20 they called", "10:20", "#1 is sorted as incident now"),
        ("incident sev1 10:20", "10:20", "#1 is sorted as incident now"),
        ("incident sev1 since 25:00", None, '"since 25:00" is not a time'),
        ("incident sev1 since 13:00", "13:00 yesterday", "#1 is sorted as incident now, reported Sun 1 Mar 13:00 GMT"),
        ("incident", None, "An incident needs a severity"),
    ],
)
async def test_the_report_may_stand_behind_the_severity(
    desk: DeskRuntime, words: str, reported: str | None, said: str
) -> None:
    await typed(desk, "new inquiry How fast is the line")
    assert (await told(desk, f"category 1 {words}", now=NOW + 60 * MINUTE)).startswith(said)
    clocks = look(desk).clocks
    if reported is None:
        assert ClockKind.RESTORE not in clocks
        return
    hour, _, rest = reported.partition(":")
    at = NOW.replace(hour=int(hour), minute=int(rest[:2])) - timedelta(days="yesterday" in reported)
    assert clocks[ClockKind.RESTORE].due == at + timedelta(hours=6)


async def test_a_reason_is_kept_with_the_change(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    await typed(desk, "category 1 inquiry it was only a question")
    event = desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, 1)).events[-1]
    assert event.body_id is not None


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"category": "incident"}, "severity"),
        ({"category": "provisioning", "severity": "1"}, "severity"),
        ({"category": "incident", "severity": "1", "reported_at": seconds(NOW + 300 * MINUTE)}, "reported_at"),
    ],
)
async def test_a_refusal_stands_under_the_field_it_is_about(
    desk: DeskRuntime, answers: dict[str, str], field: str
) -> None:
    await typed(desk, "new inquiry How fast is the line")
    asked = replace(call(desk, "", now=NOW + 60 * MINUTE), number=1, answers=answers, reply=Reply.AS_POSTED)
    assert list((await submitted(asked, "category")).errors) == [field]


async def test_whoever_waits_is_asked_for_the_next_update_and_it_is_promised(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    assert list(await fields(desk, "wait 1")) == ["what", "question", "text", "next_update", "until"]
    answers = {"what": "customer", "text": "logs", "next_update": seconds(NOW + 90 * MINUTE)}
    await submitted(
        replace(call(desk, "", now=NOW + 60 * MINUTE), number=1, answers=answers, reply=Reply.AS_POSTED), "wait"
    )
    assert look(desk).promise == NOW + 90 * MINUTE
    late = {**answers, "what": "vendor", "next_update": seconds(NOW)}
    refused = await submitted(replace(call(desk, "", now=NOW + 70 * MINUTE), number=1, answers=late), "wait")
    assert list(refused.errors) == ["next_update"]


@pytest.mark.parametrize(
    ("words", "what"),
    [("for vendor RMA", "vendor"), ("vendor: RMA", "vendor"), ("pour fournisseur RMA", "vendor"),
     ("for the vendor to answer", "customer"), ("for customer logs", "customer")],
)  # fmt: skip
async def test_what_is_waited_for_may_follow_for(desk: DeskRuntime, words: str, what: str) -> None:
    await typed(desk, "new sev1 Link down")
    await typed(desk, f"wait 1 {words}")
    waiting = look(desk).waiting
    assert waiting is not None
    assert waiting.what == what


async def test_what_is_said_of_a_relapse_is_kept(desk: DeskRuntime) -> None:
    for words in ("new sev1 Link down", "restored 1", "relapsed 1 the link flaps"):
        await typed(desk, words)
    event = desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, 1)).events[-1]
    assert event.body_id is not None


async def test_severities_are_offered_in_the_policys_own_words(desk: DeskRuntime) -> None:
    desk.policy = replace(POLICY, meanings={2: "half of it"})
    desk.directory = Directory(desk.policy, desk.directory.accounts, desk.directory.members)
    await typed(desk, "new sev1 Link down")
    for words in ("new", "severity 1", "category 1"):
        options = (await fields(desk, words))["severity"].options
        assert options == (
            ("1", "1 - service loss, no workaround"), ("2", "2 - half of it"), ("3", "3 - minor, no impact on service"),
        )  # fmt: skip


@pytest.mark.parametrize(
    "words", ["approve all but 1", "approve U1X", "approve", "reject 1000000000001", "approve everything of #1"]
)
async def test_what_is_to_be_learned_is_not_guessed_at(desk: DeskRuntime, words: str) -> None:
    await typed(desk, "new Our VPN is down, nobody can work")
    await typed(desk, "category 1 inquiry")
    assert (await told(desk, "learn", actor=LEAD)).startswith("1 ticket was sorted")
    assert "by their numbers" in await told(desk, f"learn {words}", actor=LEAD)
    assert "is approved" in await told(desk, "learn approve #1, and 99", actor=LEAD)


@pytest.mark.parametrize("value", ["approve.²", "approve.9999999999", "reject.", "approve.1.x", "²"])
async def test_a_button_that_names_no_ticket_decides_nothing(desk: DeskRuntime, value: str) -> None:
    answer = await pressed(replace(call(desk, "", actor=LEAD), answers={"value": value}), "learn")
    assert answer.card is not None
    assert "Nothing" in plain(answer.card.brief)
