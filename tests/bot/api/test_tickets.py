"""Programs open tickets, read them and act on them, and people in chat see it as if one of them had."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from bot.desk.policy_file import load_policy
from bot.desk.runtime import DeskRuntime
from storage.changes import record
from storage.tickets import get_ticket
from tests.bot.api.programs import Program, key_for, served
from tests.bot.asking import told, typed
from tests.factories import CARD_PLACE, NOW, Home, agreed, open_stored, opening
from triage.due import decide_due
from triage.scopes import Scope


@pytest.fixture
async def agent(desk: DeskRuntime) -> AsyncIterator[Program]:
    """A program that does what agents do."""
    async with served(desk) as client:
        yield Program(client, key_for(desk, Scope.ACT))


async def test_a_ticket_is_opened_once_for_each_idempotency_key(agent: Program) -> None:
    body, key = {"summary": "Link down", "severity": "1"}, {"Idempotency-Key": "alert-1"}
    first = await agent.post("/tickets", body, 201, **key)
    again = await agent.post("/tickets", body, 200, **key)
    assert (first["result"], again["result"]) == ("opened", "replayed")
    assert first["ticket"]["number"] == again["ticket"]["number"] == 1
    refused = await agent.post("/tickets", {**body, "severity": "2"}, 409, **key)
    assert refused["code"] == "other_request"
    assert len((await agent.get("/tickets"))["tickets"]) == 1


async def test_whoever_opened_it_is_called_by_the_keys_name(desk: DeskRuntime, agent: Program) -> None:
    opened = await agent.post("/tickets", {"summary": "Link down", "severity": "1"}, 201)
    assert opened["ticket"]["requester"]["name"] == "Monitoring (API)"
    assert opened["ticket"]["confirmed"]
    await agent.post("/tickets/1/note", {"text": "seen on the router"})
    events = (await agent.get("/tickets/1/events"))["events"]
    assert [(each["kind"], each["by"]["name"], each["text"]) for each in events if each["by"]["key"] != "vigie"] == [
        ("opened", "Monitoring (API)", "Link down"), ("noted", "Monitoring (API)", "seen on the router"),
    ]  # fmt: skip
    assert "#1" in await told(desk, "show 1")


async def test_what_one_program_opens_for_somebody_is_theirs(agent: Program) -> None:
    body = {"summary": "Link down", "severity": "2", "requester": "slack:UREQUESTER"}
    assert (await agent.post("/tickets", body, 201))["ticket"]["requester"]["name"] == "Rui"


async def test_what_a_program_opens_for_somebody_it_is_told_of_then_and_it_reads_no_other(desk: DeskRuntime) -> None:
    async with served(desk) as client:
        program = Program(client, key_for(desk, Scope.OPEN))
        body, key = {"summary": "Link down", "requester": "slack:UREQUESTER"}, {"Idempotency-Key": "form-1"}
        assert (await program.post("/tickets", body, 201, **key))["ticket"]["requester"]["name"] == "Rui"
        again = await program.post("/tickets", body, 200, **key)
        assert (again["result"], again["ticket"]["number"]) == ("replayed", 1)
        answer = await program.ask("GET", "/tickets/1")
        assert answer.status == 404, "it is the requester's from then on"


async def test_a_verb_that_takes_nothing_says_so(agent: Program) -> None:
    await agent.post("/tickets", {"summary": "Link down", "severity": "1"}, 201)
    refused = await agent.post("/tickets/1/note", {"text": "y", "txt": "x"}, 422)
    assert refused["detail"].startswith("txt is not known here; ")
    refused = await agent.post("/tickets/1/take", {"text": "x"}, 422)
    assert refused["detail"] == "text is not known here: nothing is to be given."


async def test_a_verb_answers_with_the_ticket_the_events_and_a_sentence(agent: Program) -> None:
    await agent.post("/tickets", {"summary": "Link down", "severity": "1"}, 201)
    done = await agent.post("/tickets/1/assign", {"who": "slack:UAGENT"})
    assert (done["result"], done["ticket"]["assignee"]["name"]) == ("done", "Ana")
    assert [each["kind"] for each in done["events"]] == ["assigned"]
    assert "Ana" in done["message"]
    again = await agent.post("/tickets/1/assign", {"who": "slack:UAGENT"})
    assert (again["result"], again["events"]) == ("unchanged", [])


async def test_who_is_not_known_here_is_a_field_that_is_wrong_whatever_the_verb(agent: Program) -> None:
    body = {"summary": "Link down", "severity": "1"}
    await agent.post("/tickets", body, 201)
    nobody = "nobody@elsewhere.example"
    for path, given, field in (
        ("/tickets/1/assign", {"who": nobody}, "who"),
        ("/tickets", {**body, "requester": nobody}, "requester"),
        ("/tickets", {**body, "skills": ["alchemy"]}, "skills"),
    ):
        refused = await agent.post(path, given, 422)
        assert refused["code"] == "fields"
        assert [each["field"] for each in refused["errors"]] == [field], path
        assert {each["code"] for each in refused["errors"]} <= {"person", "none_here"}


async def test_an_update_given_elsewhere_counts_from_when_it_was_given(desk: DeskRuntime, agent: Program) -> None:
    opened = (await agent.post("/tickets", {"summary": "Link down", "severity": "1"}, 201))["ticket"]["opened_at"]
    for minutes, code in ((-60, "too_early"), (60, "in_future")):
        at = datetime.fromisoformat(opened) + timedelta(minutes=minutes)
        refused = await agent.post("/tickets/1/update", {"at": at.isoformat(), "text": "By phone"}, 409)
        assert refused["code"] == code
        assert refused["detail"].endswith((".", "?"))
    done = await agent.post("/tickets/1/update", {"at": opened, "text": "By phone: a digger cut it"})
    (event,) = [each for each in done["events"] if each["kind"] == "updated"]
    assert (event["at"], event["data"]["elsewhere"]) == (opened, True)


async def test_pages_leave_nothing_out_and_tell_nothing_twice(desk: DeskRuntime, agent: Program) -> None:
    for number in range(5):
        await typed(desk, f"new sev{number % 3 + 1} Link {number} down")
    await typed(desk, "resolve 2 done")
    for state, numbers in (("open", [1, 3, 4, 5]), ("all", [1, 2, 3, 4, 5]), ("resolved", [2])):
        found, cursor = [], ""
        while cursor is not None:
            page = await agent.get(f"/tickets?state={state}&limit=2" + (f"&cursor={cursor}" if cursor else ""))
            found += [each["number"] for each in page["tickets"]]
            cursor = page["next_cursor"]
        assert sorted(found) == numbers, state
    due = [each["next_due_at"] for each in (await agent.get("/tickets"))["tickets"]]
    assert due == sorted(due)


async def test_tickets_are_found_by_what_they_are_and_by_words(desk: DeskRuntime, agent: Program) -> None:
    await typed(desk, "new sev1 Link down in Sydney")
    await typed(desk, "new sev2 Packet loss in Lyon")
    for query, numbers in (
        ("severity=2", [2]),
        ("q=sydney", [1]),
        ("q=sydney&severity=2", []),
        ("unassigned=true&severity=1", [1]),
        ("customer=x", []),
    ):
        assert [each["number"] for each in (await agent.get(f"/tickets?{query}"))["tickets"]] == numbers, query


async def test_a_deadline_is_explained_line_by_line_in_the_callers_language(desk: DeskRuntime, agent: Program) -> None:
    await typed(desk, "new sev1 Link down")
    found = await agent.get("/tickets/1/clocks", **{"Accept-Language": "fr, en;q=0.5"})
    assert {each["clock"] for each in found["clocks"]} == {"response", "update", "restore"}
    for each in found["clocks"]:
        assert sum(line["seconds"] for line in each["lines"] if line["because"] == "counted") == each["target_seconds"]
        assert each["explanation"]
    assert "Réponse" in found["clocks"][0]["explanation"][0]


async def test_what_a_verb_takes_is_told_for_the_ticket(desk: DeskRuntime, agent: Program) -> None:
    await typed(desk, "new sev1 Link down")
    await typed(desk, "new sev2 Link down too")
    form = await agent.get("/tickets/1/link")
    assert [(each["name"], [c["value"] for c in each["choices"]]) for each in form["fields"]] == [("other", ["2"])]
    assert (await agent.get("/tickets/1/restored"))["fields"][0]["kind"] == "instant"


async def test_a_question_is_answered_with_what_it_gave(desk: DeskRuntime, agent: Program) -> None:
    await typed(desk, "new sev1 Link down")
    await agent.post("/tickets/1/escalate", {"text": "it burns"})
    asks = await agent.post("/tickets/1/escalate", {"text": "it burns more"}, 409)
    done = await agent.post("/tickets/1/escalate", {"text": "it burns more", "sure": asks["sure"]})
    assert done["ticket"]["level"] == 2


@pytest.mark.parametrize("which", ["x", "99999999999", "-1", "1.5", "#4", "2026-03-02T10:00:00Z", "999"])
async def test_what_names_no_update_takes_none_back(desk: DeskRuntime, agent: Program, which: str) -> None:
    await typed(desk, "new sev1 Link down")
    await agent.post("/tickets/1/update", {"text": "We are on it"})
    await agent.post("/tickets/1/update", {"text": "We found it"})
    assert (await agent.post("/tickets/1/take-back", {"which": which}, 409))["code"] == "not_own_update"
    kinds = [each["kind"] for each in (await agent.get("/tickets/1/events"))["events"]]
    assert "taken_back" not in kinds
    form = await agent.get("/tickets/1/take-back")
    chosen = form["fields"][0]["choices"][1]["value"]
    await agent.post("/tickets/1/take-back", {"which": chosen})
    await agent.post("/tickets/1/take-back", {"which": chosen}, 409)


async def test_the_desk_itself_can_be_read(desk: DeskRuntime, agent: Program) -> None:
    await agent.post("/tickets", {"summary": "Link down", "severity": "1"}, 201)
    assert (await agent.get("/figures"))["opened"] == 1
    assert (await agent.get("/policy"))["version"] == desk.policy.version
    assert "ok" in await agent.get("/health")


async def test_a_report_is_figures_over_days_and_what_is_no_span_is_refused(desk: DeskRuntime, agent: Program) -> None:
    await agent.post("/tickets", {"summary": "Link down", "severity": "1"}, 201)
    today = desk.now().date()
    found = await agent.get(f"/report?days={today}..{today}")
    assert (found["first"], found["last"], found["customer"]) == (str(today), str(today), None)
    assert {"figure": "opened", "of": "", "by": "", "value": 1} in found["figures"]
    for path, words in (("/report?days=someday", "span of days"), ("/report?customer=Nobody", "Nobody")):
        refused = await agent.ask("GET", path)
        assert refused.status == 404
        assert words in (await refused.json())["detail"]


async def test_what_the_desk_has_agreed_with_others_is_told_to_whoever_has_a_role_alone(
    desk: DeskRuntime, agent: Program
) -> None:
    home = Home(desk.organisation_id, desk.desk_id)
    await desk.write(lambda session: open_stored(session, home, NOW, CARD_PLACE, change=agreed(opening(), "network")))
    [beside] = (await agent.get("/tickets/1"))["agreements"]
    assert (beside["name"], [each["target_seconds"] for each in beside["clocks"]]) == ("network", [7200])
    explained = await agent.get("/tickets/1/clocks")
    assert [each["clock"] for each in explained["clocks"]] == ["response", "update", "restore"]
    [beside] = explained["agreements"]
    assert beside["clocks"][0]["explanation"][-1].startswith("Due ")


async def test_what_falls_due_of_it_is_no_event_for_whoever_follows_their_own_tickets_alone(desk: DeskRuntime) -> None:
    policy, _ = load_policy("agreements: {the team: {targets: {1: {response: 1m}}}}", today=NOW.date())
    desk.policy, desk.directory = policy, replace(desk.directory, policy=policy)

    def breach(session: Session) -> None:
        stored, now = get_ticket(session, desk.organisation_id, 1), desk.now() + timedelta(minutes=2)
        record(session, stored, decide_due(stored.ticket, now), now)

    async with served(desk) as client:
        asker, looker = (Program(client, key_for(desk, scope)) for scope in (Scope.OPEN, Scope.READ))
        opened = await asker.post("/tickets", {"summary": "Link down"}, 201)
        await desk.write(breach)
        for path in ("/tickets/1", "/tickets/1/clocks"):
            assert [len((await each.get(path))["agreements"]) for each in (asker, looker)] == [0, 1]
        assert opened["ticket"]["agreements"] == []
        theirs, ours = [await each.get("/tickets/1/events") for each in (asker, looker)]
    assert "response/the team" in str(ours)
    assert "the team" not in str(theirs)
    assert [each["seq"] for each in theirs["events"]] == [
        each["seq"] for each in ours["events"] if "the team" not in str(each)
    ]
