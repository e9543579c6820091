"""Whatever Teams sends is answered as it ought to be: never with an error, never with nothing where somebody waits, and
what is sent again acts once."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, func, select

from bot.desk.binding import Binding
from bot.teams.payload import activity_of
from storage.database import Database
from storage.installations import find_installation
from storage.intake import AUTO, set_intake
from storage.tables.accounts import AccountRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow, EventRow, TicketRow
from storage.texts import text_of
from storage.tickets import StoredTicket, get_ticket
from tests.bot.teams.desks import AT, KEY, Front, front_of
from tests.bot.teams.shapes import (
    ANA,
    APP,
    BENOIT,
    CHANNEL,
    CHAT,
    CUSTOMERS,
    DANA,
    GROUP,
    NAMES,
    TENANT,
    activity,
    at,
    invoke,
    message,
    said_to_us,
    slash,
)
from tests.bot.teams.test_inbound import ODD, on_message, press, reacted
from triage.people import VIGIE, Role

Json = dict[str, Any]
EXECUTED = "application/vnd.microsoft.activity.message"


@pytest.fixture
def front(sqlite_database: str) -> Iterator[Front]:
    found = front_of(sqlite_database)
    yield found
    found.desk.database.close_now()


def count(front: Front, table: type[Any]) -> int:
    return front.desk.database.read_now(lambda session: session.exec(select(func.count()).select_from(table)).one())


def ticket(front: Front, number: int = 1) -> StoredTicket:
    return front.desk.database.read_now(lambda session: get_ticket(session, front.desk.organisation_id, number))


def line(reply: Any) -> str:
    """The sentence that an invoke was answered with."""
    body = reply.body or {}
    return str(body["task"]["value"] if "task" in body else body["value"])


async def opened(front: Front, where: str = CHANNEL) -> int:
    """Open a ticket by mention; its version."""
    await front.receive(said_to_us("new sev1 Fibre down", where=where, id="1772442300000"))
    return ticket(front).ticket.version


def pressed(verb: str, version: int, **rest: Any) -> Json:
    return press(verb, {"number": 1, "version": version, "value": ""}, **rest)


# -- commands --------------------------------------------------------------------------------------------------------

WAYS = [
    slash("new sev1 Fibre down"),
    slash("/ticket new sev1 Fibre down", where=GROUP),
    said_to_us("new sev1 Fibre down"),
    said_to_us("new sev1 Fibre down", where=GROUP),
    message(f"new sev1 Fibre down {at(APP)}", APP),
    message("new sev1 Fibre down", where=CHAT),
    message("ticket new sev1 Fibre down", where=CHAT),
]


@pytest.mark.parametrize("raw", WAYS)
async def test_a_ticket_is_opened_once_however_it_is_asked_for_and_however_often_that_arrives(
    front: Front, raw: Json
) -> None:
    for _ in range(3):
        assert (await front.receive(copy.deepcopy(raw))).status == 200
    assert count(front, TicketRow) == 1
    assert ticket(front).ticket.severity == 1
    told = [row for row in rows(front) if row.audience == "person"]
    assert [row.data["person"] for row in told] == [KEY[ANA]]


def rows(front: Front) -> list[OutboxRow]:
    return front.desk.database.read_now(lambda session: list(session.exec(select(OutboxRow))))


async def test_the_same_command_twice_at_once_acts_once(front: Front) -> None:
    raw = said_to_us("new sev1 Fibre down")
    await asyncio.gather(*(front.receive(copy.deepcopy(raw)) for _ in range(5)))
    assert count(front, TicketRow) == 1


@pytest.mark.parametrize("words", ["take", "take 1"])
async def test_in_the_tickets_thread_the_number_may_be_left_out(front: Front, words: str) -> None:
    await opened(front)
    for raw in (said_to_us(words, root="1772442300000"), slash(words, root="1772442300000", id="1772442305000")):
        await front.receive(raw)
    assert ticket(front).ticket.ownership.assignee == KEY[ANA]


async def test_new_alone_offers_the_form_by_a_button(front: Front) -> None:
    await front.receive(slash("new"))
    (row,) = rows(front)
    assert (row.data["person"], row.data["channel"], row.data["offer"][0]) == (KEY[ANA], f"teams:{CHANNEL}", "new")
    reply = await front.receive(invoke("task/fetch", {"data": {"action": "ticket.new", "value": '{"number": 0}'}}))
    assert reply.body is not None
    inputs = json.dumps(reply.body["task"]["value"]["card"])
    assert reply.body["task"]["type"] == "continue"
    assert all(f'"{name}"' in inputs for name in ("summary", "category", "severity", "description"))


async def test_what_is_not_known_as_a_verb_is_answered_in_private(front: Front) -> None:
    for raw in (slash("nonsense"), message("nonsense", where=CHAT), said_to_us("nonsense")):
        await front.receive({**raw, "id": raw["id"] + str(len(rows(front)))})
    assert [row.data["person"] for row in rows(front)] == [KEY[ANA]] * 3


@pytest.mark.parametrize("text", ["hello", "Home", "bonjour !", ""])
async def test_whoever_greets_us_alone_is_shown_their_home(front: Front, text: str) -> None:
    await front.receive(message(text, where=CHAT))
    (row,) = rows(front)
    assert (row.kind, row.data["person"]) == ("page", KEY[ANA])


# -- messages that are not meant for us ------------------------------------------------------------------------------

NOT_MEANT = [
    message("It is raining"),
    message("take 1"),
    message("take 1", where=GROUP),
    message(f"thanks {at(APP)}, great", APP),
    message(f"ask {at(BENOIT)}", BENOIT),
    message("new sev1 down", by=APP),
    message("new sev1 down", by="28:another", where=CHAT),
    slash("new sev1 down", by=APP),
    activity("typing"),
    activity("event", name="application/vnd.microsoft.readReceipt", value={"lastReadMessageId": "1"}),
    activity("event", name="application/vnd.microsoft.unheardOf"),
    activity("endOfConversation"),
    activity("trace"),
    activity("unheardOf", text="new sev1 down"),
    activity("command", name="x", value={}),
    activity("messageReaction", replyToId="17", reactionsAdded=[{"type": "like"}]),
    {"type": "message", "text": "new sev1 down"},
    {"type": "message", "text": "new sev1 down", "from": {"id": ANA}},
    {},
]


@pytest.mark.parametrize("raw", NOT_MEANT)
async def test_what_is_not_meant_for_us_is_not_answered_and_not_kept(front: Front, raw: Json) -> None:
    reply = await front.receive(raw)
    assert (reply.status, reply.body) == (200, None)
    assert not any(count(front, table) for table in (TicketRow, OutboxRow, BodyRow, EventRow))
    assert not front.parts.said


# -- customers -------------------------------------------------------------------------------------------------------


async def test_in_the_customers_thread_what_they_write_is_theirs_and_what_an_agent_writes_is_an_update(
    front: Front,
) -> None:
    await front.receive(said_to_us("new The line is down", by=DANA, where=CUSTOMERS, id="1772442300000"))
    root = "1772442300000"
    for by, text, number in ((DANA, "Still down", 1), (ANA, "We are on it", 2), (APP, "Our own", 3)):
        raw = message(text, by=by, where=CUSTOMERS, root=root, id=f"177244230100{number}")
        for _ in range(2):
            await front.receive(copy.deepcopy(raw))
    told = [(event.kind.value, event.actor) for event in ticket(front).events[1:] if event.actor != VIGIE]
    assert told == [("customer_wrote", KEY[DANA]), ("updated", KEY[ANA])]


async def test_a_channel_on_auto_makes_a_ticket_of_what_is_written_and_follows_its_edit(front: Front) -> None:
    organisation, now = front.desk.organisation_id, front.desk.now()
    front.desk.database.write_now(
        lambda session: set_intake(session, organisation, f"teams:{CUSTOMERS}", AUTO, KEY[ANA], now)
    )
    html = "<p>The line is <b>down</b></p><p>since 08:15</p>"
    attachments = [{"contentType": "text/html", "content": html}]
    raw = message("The line is down since 08:15", by=DANA, where=CUSTOMERS, attachments=attachments)
    await front.receive(raw)
    assert words(front) == "The line is down\nsince 08:15"
    changed = message("The line to Oslo is down", by=DANA, where=CUSTOMERS, type="messageUpdate")
    changed["channelData"]["eventType"] = "editMessage"
    await front.receive(changed)
    assert words(front) == "The line to Oslo is down"
    gone = activity("messageDelete", by=DANA, where=CUSTOMERS, id=changed["id"])
    await front.receive(gone)
    assert "Oslo" not in words(front)
    changed["channelData"]["eventType"], changed["timestamp"] = "undeleteMessage", "2026-03-02T09:05:40Z"
    await front.receive(changed)
    assert words(front) == "The line to Oslo is down"


def words(front: Front) -> str:
    """What the ticket was opened with."""
    stored = ticket(front)
    return front.desk.database.read_now(lambda session: text_of(session, stored, stored.events[0].body_id or 0))


# -- invokes ---------------------------------------------------------------------------------------------------------


async def test_a_button_acts_once_on_the_version_it_was_shown_with_and_says_so_in_a_line(front: Front) -> None:
    version = await opened(front)
    replies = [await front.receive(pressed("take", version, id=f"f:{n}")) for n in range(3)]
    assert ticket(front).ticket.ownership.assignee == KEY[ANA]
    assert all(reply.body and reply.body["type"] == EXECUTED and line(reply) for reply in replies)
    taken = [event for event in ticket(front).events if event.actor == KEY[ANA] and event.kind.value == "assigned"]
    assert len(taken) == 1


NEVER_NOTHING = [
    ("adaptiveCard/action", {"action": {"type": "Action.Execute"}}),
    ("adaptiveCard/action", {"action": {"type": "Action.Execute", "data": None}, "trigger": "automatic"}),
    ("adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "ticket.unheard-of", "data": {}}}),
    ("adaptiveCard/action", {"action": {"type": "Action.Execute", "data": {"action": "ticket.unheard-of"}}}),
    ("adaptiveCard/action", {"action": {"type": "Action.Execute", "data": {"action": "ticket.take"}}}),
    ("adaptiveCard/action", {"action": {"type": "Action.Execute", "data": {"action": "another.app"}}}),
    ("adaptiveCard/action", {"action": {"type": "Action.Execute", "data": {"action": "form.new", "form": "{"}}}),
    ("adaptiveCard/action", {}),
    ("task/fetch", {}),
    ("task/fetch", {"data": {"action": "ticket.unheard-of"}}),
    ("task/fetch", {"data": {"action": "ticket.update", "value": '{"number": 999, "version": 1}'}}),
    ("task/submit", {"data": {"action": "form.unheard-of", "context": "{}"}}),
    ("task/submit", {"data": {"action": "form.update", "context": '{"number": "999"}', "text": "x"}}),
    ("task/submit", {"data": "x"}),
    ("task/submit", {}),
    ("composeExtension/submitAction", {}),
    ("composeExtension/query", {"commandId": "x"}),
    ("composeExtension/unheardOf", {}),
    ("fileConsent/invoke", {}),
    ("signin/verifyState", {"state": "1"}),
    ("message/submitAction", {"actionName": "feedback"}),
    ("unheard/of", {}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), NEVER_NOTHING)
async def test_whoever_waits_gets_a_sentence_and_nothing_is_done(front: Front, name: str, value: Json) -> None:
    reply = await front.receive(invoke(name, value))
    assert reply.status == 200
    assert reply.body is not None
    assert json.dumps(reply.body)
    task = reply.body.get("task")
    assert line(reply) if task is None or task["type"] == "message" else task["value"]["card"]
    assert count(front, TicketRow) == 0


async def test_the_card_of_another_organisation_and_its_form_do_nothing(front: Front) -> None:
    version = await opened(front)
    value = {"number": 1, "version": version, "value": "", "organisation": 999}
    for raw in (
        press("take", value),
        invoke("task/submit", {"data": {"action": "form.update", "text": "x", "context": json.dumps(
            {"number": "1", "organisation": "999"})}}),
    ):  # fmt: skip
        assert "another organisation" in line(await front.receive(raw))
    assert ticket(front).ticket.version == version


async def test_a_forged_number_is_refused_as_if_there_were_none(front: Front) -> None:
    await opened(front)
    reply = await front.receive(press("take", {"number": 2, "version": 1, "value": ""}))
    assert "#2" in line(reply)


async def test_what_somebody_outside_forges_is_refused(front: Front) -> None:
    version = await opened(front)
    for verb in ("take", "resolve", "escalate", "setup", "merge"):
        await front.receive(pressed(verb, version, by=DANA, where=CUSTOMERS))
    assert ticket(front).ticket.version == version


async def test_a_form_opens_a_ticket_once_though_the_client_sends_it_three_times(front: Front) -> None:
    reply = await front.receive(on_message())
    assert reply.body is not None
    data = reply.body["task"]["value"]["card"]["content"]["actions"][0]["data"]
    answers = {"summary": "Fibre down", "category": "incident", "severity": "2"}
    for number in range(3):
        again = invoke(
            "composeExtension/submitAction", {"data": {**data, **answers}}, id=f"f:{number}", where=CUSTOMERS
        )
        assert (await front.receive(again)).status == 200
    assert count(front, TicketRow) == 1
    assert ticket(front).ticket.report.at.isoformat() == "2026-03-02T09:00:00+00:00"  # the message's own time


async def test_a_customer_answers_by_the_button_and_is_told_that_it_reached_the_desk(front: Front) -> None:
    await front.receive(said_to_us("new The line is down", by=DANA, where=CUSTOMERS))
    value = {"data": {"action": "ticket.update", "value": '{"number": 1, "version": 1}'}}
    reply = await front.receive(invoke("task/fetch", value, by=DANA, where=CUSTOMERS))
    assert reply.body is not None
    content = reply.body["task"]["value"]["card"]["content"]
    assert "What the desk should know" in json.dumps(content)
    data = {**content["actions"][0]["data"], "text": "Still down"}
    replies = [
        await front.receive(invoke("task/submit", {"data": data}, by=DANA, where=CUSTOMERS, id=f"f:{n}"))
        for n in range(2)
    ]
    assert line(replies[0]) == "Your message was added to #1."
    wrote = [event for event in ticket(front).events if event.kind.value == "customer_wrote"]
    assert len(wrote) == 1


async def test_a_form_with_something_wrong_comes_back_as_it_was_filled_in(front: Front) -> None:
    reply = await front.receive(on_message())
    assert reply.body is not None
    data = reply.body["task"]["value"]["card"]["content"]["actions"][0]["data"]
    answers = {"summary": "Fibre " * 60, "category": "incident", "severity": ""}
    again = await front.receive(invoke("task/submit", {"data": {**data, **answers}}, where=CUSTOMERS))
    assert again.body is not None
    assert again.body["task"]["type"] == "continue"
    shown = json.dumps(again.body["task"]["value"])
    assert "Fibre Fibre" in shown
    assert "⚠" in json.dumps(again.body, ensure_ascii=False)
    assert count(front, TicketRow) == 0


@pytest.mark.parametrize("what", ODD)
async def test_the_extension_opens_its_form_on_any_message(front: Front, what: str) -> None:
    reply = await front.receive(on_message(**ODD[what][0]))
    assert reply.body is not None
    assert reply.body["task"]["type"] == "continue"


async def test_the_author_of_a_message_whom_nobody_knows_is_asked_about_and_called_as_the_message_says(
    front: Front,
) -> None:
    changes: Json = {"from": {"user": {"id": "0000-eve", "displayName": "Eve\x00 <b>"}}}
    await front.receive(on_message(**changes))
    assert front.parts.met == ["0000-eve"]
    assert front.desk.directory.name("teams:0000-eve") == "Eve <b>"
    assert front.desk.roster.is_outside("teams:0000-eve")


@pytest.mark.parametrize(("by", "named"), [(DANA, "0000-eve"), (ANA, "29:eve")])
async def test_nobody_is_put_on_record_by_what_a_client_may_have_made_up(front: Front, by: str, named: str) -> None:
    before = count(front, AccountRow)
    changes: Json = {"from": {"user": {"id": named, "displayName": "Eve"}}}
    reply = await front.receive({**on_message(**changes), "from": {"id": by, "name": NAMES[by]}})
    assert reply.body is not None
    assert reply.body["task"]["type"] == "continue"
    assert count(front, AccountRow) == before


async def test_a_button_that_comes_back_as_a_message_acts_and_is_answered_beside(front: Front) -> None:
    version = await opened(front)
    raw = message("", value={"action": "ticket.take", "value": json.dumps({"number": 1, "version": version})})
    for _ in range(2):
        await front.receive(copy.deepcopy(raw))
    assert ticket(front).ticket.ownership.assignee == KEY[ANA]
    assert all(where.person == KEY[ANA] for _, where in front.parts.said)
    assert front.parts.said


async def test_a_button_that_asks_and_a_form_with_something_wrong_are_answered_beside_where_they_come_as_messages(
    front: Front,
) -> None:
    await opened(front)
    before = len(rows(front))
    await front.receive(message("", value={"action": "ticket.update", "value": '{"number": 1, "version": 1}'}))
    assert [row.data["offer"][0] for row in rows(front)[before:]] == ["update"]
    reply = await front.receive(on_message())
    assert reply.body is not None
    data = reply.body["task"]["value"]["card"]["content"]["actions"][0]["data"]
    await front.receive(message("", value={**data, "summary": ""}))
    await front.receive(message("", value={"action": "ticket.show", "value": '{"number": 1, "version": 1}'}))
    assert len(front.parts.said) == 2
    assert count(front, TicketRow) == 1


@pytest.mark.parametrize("value", [{"action": "ticket.unheard-of"}, {"x": 1}, {"action": "form.new"}])
async def test_an_unknown_button_in_a_message_is_answered_in_a_sentence(front: Front, value: Json) -> None:
    await front.receive(message("", value=value))
    assert len(front.parts.said) == 1


PARTS = ["recipient", "conversation", "from", "id", "timestamp", "channelData", "entities", "value", "text", "locale"]


@pytest.mark.parametrize("part", PARTS)
async def test_whatever_part_is_missing_nothing_fails(front: Front, part: str) -> None:
    for raw in (press(), on_message(), said_to_us("list"), slash("list"), reacted("like"), message("x", where=CHAT)):
        reply = await front.receive({name: value for name, value in raw.items() if name != part})
        assert reply.status == 200
        assert reply.body or raw["type"] != "invoke"


# -- reactions -------------------------------------------------------------------------------------------------------


async def test_reactions_on_our_messages_act_once_and_undo(front: Front) -> None:
    await opened(front)
    posted(front, "1772442301000")
    eyes = reacted("1f440_eyes", replyToId="1772442301000")
    for _ in range(2):
        await front.receive(copy.deepcopy(eyes))
    assert ticket(front).ticket.ownership.assignee == KEY[ANA]
    gone = reacted("1f440_eyes", "reactionsRemoved", replyToId="1772442301000", id="1772442306000")
    await front.receive(gone)
    assert ticket(front).ticket.ownership.assignee is None


async def test_a_manager_escalates_by_a_reaction_and_nobody_else(front: Front) -> None:
    await opened(front)
    posted(front, "1772442301000")
    for by, level in ((DANA, 0), (BENOIT, 1)):
        await front.receive(
            reacted("1f6a8_policecarlight", by=by, replyToId="1772442301000", id=f"17724423060{level}0")
        )
        assert ticket(front).ticket.escalation.level == level


def posted(front: Front, message_id: str) -> None:
    """The ticket's card stands in the desk's channel."""
    from storage.messages import link_message  # noqa: PLC0415

    stored = ticket(front)

    def link(session: Session) -> None:
        link_message(session, stored.organisation_id, f"teams:{CHANNEL}", message_id, stored.id)

    front.desk.database.write_now(link)


# -- conversations ---------------------------------------------------------------------------------------------------

US, ANOTHER = [{"id": APP}], [{"id": BENOIT}]


@pytest.mark.parametrize(
    ("raw", "closes"),
    [
        (activity("conversationUpdate", membersRemoved=US), True),
        (activity("installationUpdate", action="remove"), True),
        (activity("installationUpdate", action="remove-upgrade"), False),
        (activity("installationUpdate", action="add-upgrade"), False),
        (activity("conversationUpdate", membersRemoved=ANOTHER), False),
        (activity("conversationUpdate", channelData={"eventType": "channelDeleted"}), True),
        (activity("conversationUpdate", channelData={"eventType": "teamArchived"}), True),
        (activity("conversationUpdate", channelData={"eventType": "channelRenamed"}), False),
        (activity("conversationUpdate", channelData={"eventType": "unheardOf"}), False),
    ],
)
async def test_only_what_closes_a_conversation_closes_it(front: Front, raw: Json, closes: bool) -> None:
    assert (await front.receive(raw)).status == 200
    assert bool(front.parts.shut) is closes


async def test_whoever_comes_or_goes_is_asked_about(front: Front) -> None:
    await front.receive(activity("conversationUpdate", membersAdded=[{"id": BENOIT}, {"id": DANA}, 3]))
    assert front.parts.moves == [(BENOIT, f"teams:{CHANNEL}"), (DANA, f"teams:{CHANNEL}")]


@pytest.mark.parametrize("action", ["add", "add-upgrade"])
async def test_whoever_installs_us_for_themselves_is_shown_their_home(front: Front, action: str) -> None:
    await front.receive(activity("installationUpdate", action=action, where=CHAT))
    assert [row.kind for row in rows(front)] == ["page"]


async def test_whoever_brings_us_to_a_team_is_told_how_to_set_us_up_once(sqlite_database: str) -> None:
    front = front_of(sqlite_database, is_new=True)
    for _ in range(2):
        await front.receive(activity("conversationUpdate", membersAdded=US))
        await front.receive(activity("installationUpdate", action="add"))
    assert [(row.kind, row.data["person"]) for row in rows(front)] == [("greeting", KEY[ANA])]
    front.desk.database.close_now()


def brought(by: str) -> Json:
    return activity("installationUpdate", action="add", by=by)


async def test_where_nobody_is_an_admin_whoever_inside_brings_us_first_is_and_nobody_after_them(
    sqlite_database: str,
) -> None:
    front = front_of(sqlite_database, is_new=True)
    roster = front.desk.roster
    assert roster.with_role(Role.ADMIN) == []
    for who in (DANA, ANA, BENOIT):
        await front.receive(brought(who))
    assert front.desk.roster.with_role(Role.ADMIN) == [KEY[ANA]]
    assert [row.data["person"] for row in rows(front)] == [KEY[ANA]]
    found = front.desk.database.read_now(lambda session: find_installation(session, "teams", TENANT))
    assert found is not None
    assert found.installer == KEY[ANA]
    front.desk.database.close_now()


async def test_where_somebody_is_an_admin_bringing_us_makes_nobody_one(sqlite_database: str) -> None:
    front = front_of(sqlite_database, is_new=True)
    front.desk.policy = replace(front.desk.policy, roles=replace(front.desk.policy.roles, admins=(KEY[BENOIT],)))
    await front.desk.refresh_people()
    await front.receive(brought(ANA))
    assert front.desk.roster.with_role(Role.ADMIN) == [KEY[BENOIT]]
    assert rows(front) == []
    front.desk.database.close_now()


async def test_a_desk_on_another_platform_too_has_its_admins_there(sqlite_database: str) -> None:
    front = front_of(sqlite_database, is_new=True)
    front.desk.on(Binding("slack"))
    await front.receive(brought(ANA))
    assert front.desk.roster.with_role(Role.ADMIN) == []
    front.desk.database.close_now()


# -- who -------------------------------------------------------------------------------------------------------------


async def test_whoever_is_unknown_is_asked_about_first_and_outside_until_then(front: Front) -> None:
    front.parts.strangers = {"29:stranger"}
    version = await opened(front)
    await front.receive(pressed("take", version, by="29:stranger"))
    assert front.parts.met[0] == "29:stranger"
    assert ticket(front).ticket.version == version


# -- failures --------------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(front: Front, monkeypatch: pytest.MonkeyPatch) -> Front:
    """A desk whose database fails."""

    async def fail(*_: Any, **__: Any) -> Any:
        raise OSError("disk")

    monkeypatch.setattr(Database, "write", fail)
    monkeypatch.setattr(Database, "read", fail)
    return front


async def test_what_fails_is_sent_again_where_teams_does_that_and_told_where_it_does_not(broken: Front) -> None:
    events = [
        said_to_us("take 1"), message("It is down", by=DANA, where=CUSTOMERS, root="1"),
        reacted("1f440_eyes"),
    ]  # fmt: skip
    for raw in events:
        assert (await broken.receive(raw)).status == 500
    for raw in (press(), on_message()):
        reply = await broken.receive(raw)
        assert reply.status == 200
        assert "nothing was changed" in line(reply)
    assert (await broken.receive(slash("take 1"))).status == 200
    assert "nothing was changed" in broken.parts.said[-1][0]


def test_the_time_of_a_message_is_its_own() -> None:
    assert activity_of(slash("x")).at == AT
