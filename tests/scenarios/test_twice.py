"""Whatever comes in a second time acts once; what fails leaves nothing behind, not even that it was handled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import Session, col, select
from structlog.testing import capture_logs

from bot.app import Vigie
from bot.server.settings import Settings
from storage.tables.intake import InboxRow
from storage.tables.tickets import EventRow, TicketRow
from tests.fakes.other_slack import APP_TOKEN, SECRET, USUAL, Json, OtherSlack, Team, button, other_slack
from tests.waiting import LONGEST_SECONDS

TEAM, DESK = "T0ACME", "CDESK0001"
Send = Callable[[], Awaitable[tuple[int, Json]]]


class Stage:
    """A bot with one ticket, and what is on record."""

    def __init__(self, slack: OtherSlack, vigie: Vigie) -> None:
        self.slack, self.vigie = slack, vigie

    async def on_record(self) -> tuple[int, list[str], int]:
        """Tickets, kinds of events, handled ids."""

        def look(session: Session) -> tuple[int, list[str], int]:
            tickets = len(session.exec(select(TicketRow.id)).all())
            kinds = session.exec(select(EventRow.kind).order_by(col(EventRow.ticket_id), col(EventRow.seq))).all()
            return tickets, list(kinds), len(session.exec(select(InboxRow.event_id)).all())

        assert self.vigie.desk is not None
        return await self.vigie.desk.database.read(look)


@pytest.fixture(params=["http", pytest.param("sockets", marks=pytest.mark.slow)])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Over HTTP on SQLite, by sockets on PostgreSQL."""
    async with other_slack(USUAL) as slack:
        slack.add(Team(TEAM, "xoxb-1"))
        sockets = request.param == "sockets"
        url = request.getfixturevalue("shared_postgres" if sockets else "sqlite_database")
        vigie = Vigie(
            Settings(
                VIGIE_DATABASE_URL=url, VIGIE_PORT=0, VIGIE_CHANNEL=DESK, SLACK_API_URL=f"{slack.url}api/",
                SLACK_BOT_TOKEN=SecretStr("xoxb-1"), SLACK_SIGNING_SECRET=None if sockets else SecretStr(SECRET),
                SLACK_APP_TOKEN=SecretStr(APP_TOKEN) if sockets else None,
            )
        )  # fmt: skip
        await vigie.start()
        slack.events_url = f"{vigie.address}/slack/events"
        await slack.command(TEAM, "UANA", "new sev1 Link down", DESK)
        assert vigie.runner is not None
        await vigie.runner.settle()
        with capture_logs():  # a failure that is asked for is no news
            yield Stage(slack, vigie)
        await vigie.stop()


def view(verb: str, view_id: str, number: str = "1", **values: Json) -> Json:
    return {
        "id": view_id, "type": "modal", "callback_id": f"ticket.{verb}", "team_id": TEAM,
        "private_metadata": json.dumps({"number": number, "channel": DESK}),
        "blocks": [{"type": "input", "block_id": "text"}], "state": {"values": values},
    }  # fmt: skip


def typed(text: str) -> Json:
    return {"value": {"type": "plain_text_input", "value": text}}


def chosen(value: str) -> Json:
    return {"value": {"type": "static_select", "selected_option": {"value": value}}}


def an_event(slack: OtherSlack, **event: Any) -> Send:
    return lambda: slack.event(TEAM, {"event_ts": "1.1", **event}, "EvSAME")


def of(slack: OtherSlack) -> dict[str, tuple[Send, str]]:
    """Every kind of request that changes something: how it is sent, and an event that it leaves on record."""
    card = slack.card(TEAM, 1)
    item = {"type": "message", "channel": DESK, "ts": card["ts"]}
    update = view("update", "VSAME", text=typed("We are on it"))
    new = view("new", "VNEW", "", category=chosen("incident"), severity=chosen("2"), summary=typed("Another"))
    return {
        "command": (lambda: slack.command(TEAM, "UANA", "update 1 On it", DESK, trigger_id="1.same"), "updated"),
        "new": (lambda: slack.command(TEAM, "UANA", "new sev2 Again", DESK, trigger_id="2.same"), "opened"),
        "button": (lambda: slack.press(TEAM, "UANA", DESK, button(card, "take"), card["ts"]), "assigned"),
        "form": (lambda: slack.payload("view_submission", TEAM, "UANA", view=update), "updated"),
        "form of new": (lambda: slack.payload("view_submission", TEAM, "UANA", view=new), "opened"),
        "reaction": (an_event(slack, type="reaction_added", user="UANA", reaction="eyes", item=item), "assigned"),
        "reaction taken off": (
            an_event(slack, type="reaction_removed", user="UANA", reaction="eyes", item=item), "",
        ),
        "message": (
            an_event(slack, type="message", user="UBEN", text="It is the router", channel=DESK, ts="99.1",
                     thread_ts=card["ts"]), "noted",
        ),
    }  # fmt: skip


ACTS = ["command", "new", "button", "form", "form of new", "reaction", "reaction taken off", "message"]


@pytest.mark.parametrize("act", ACTS)
async def test_the_same_act_at_once_and_again_later_acts_once(stage: Stage, act: str) -> None:
    if act == "reaction taken off":
        item = {"type": "message", "channel": DESK, "ts": stage.slack.card(TEAM, 1)["ts"]}
        put_on = {"type": "reaction_added", "user": "UANA", "reaction": "eyes", "item": item, "event_ts": "1.1"}
        await stage.slack.event(TEAM, put_on)
    send, kind = of(stage.slack)[act]
    _, before, _ = await stage.on_record()
    answers = await asyncio.gather(*(send() for _ in range(4)))
    once = await stage.on_record()
    answers.append(await send())
    assert await stage.on_record() == once
    assert {status for status, _ in answers} == {200}
    assert len(once[1]) > len(before)
    if kind:
        assert once[1].count(kind) == before.count(kind) + 1


def break_once(monkeypatch: pytest.MonkeyPatch, *where: str) -> None:
    """The next recording fails after everything was written and before it is committed."""
    broken = {"left": 1}
    for name in where:
        module, _, function = name.rpartition(".")
        real = getattr(__import__(module, fromlist=[function]), function)

        def failing(*args: Any, _real: Any = real, **how: Any) -> Any:
            done = _real(*args, **how)
            if broken["left"]:
                broken["left"] -= 1
                raise ZeroDivisionError
            return done

        monkeypatch.setattr(name, failing)


RECORDING = (
    "bot.commands.messages.record", "bot.commands.reactions.record", "bot.verbs.engine.carry_out.record",
    "bot.verbs.shared.open_ticket.record_opening",
)  # fmt: skip
READING = ("bot.slack.inbound.command_call", "bot.slack.inbound.button_call", "bot.slack.inbound.form_call")


@pytest.mark.parametrize("act", ["reaction", "message"])
async def test_an_event_that_fails_is_asked_for_again_and_then_acts(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    send, kind = of(stage.slack)[act]
    before = await stage.on_record()
    break_once(monkeypatch, *RECORDING)
    stage.slack.patience = 3.0
    assert (await send())[0] in (500, 504)  # over a socket: not acknowledged
    stage.slack.patience = LONGEST_SECONDS
    assert await stage.on_record() == before
    assert (await send())[0] == 200
    assert (await stage.on_record())[1].count(kind) == before[1].count(kind) + 1


@pytest.mark.parametrize("act", ["command", "new", "button", "form", "form of new"])
async def test_a_person_whose_act_fails_is_told_privately_once_and_may_try_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    send, kind = of(stage.slack)[act]
    before = await stage.on_record()
    break_once(monkeypatch, *RECORDING)
    status, answer = await send()
    assert status == 200
    if act == "button":
        await stage.slack.until(lambda: bool(stage.slack.asked("response_url")))
        (answer,) = stage.slack.asked("response_url")
        assert answer["response_type"] == "ephemeral"
    assert json.dumps(answer).count("nothing was changed") >= 1
    assert await stage.on_record() == before
    assert (await send())[0] == 200
    assert (await stage.on_record())[1].count(kind) == before[1].count(kind) + 1


async def test_a_removal_that_is_told_twice_is_one(stage: Stage) -> None:
    gone = an_event(stage.slack, type="app_uninstalled")
    assert [(await gone())[0], (await gone())[0]] == [200, 200]


# -- requests that no release of ours sends ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("command", {"user_id": None}),
        ("block_actions", {"actions": [{"action_id": "ticket.take", "block_id": "b", "type": "button"}], "user": {}}),
        ("view_submission", {"view": {**view("update", "V1"), "state": 1}}),
    ],
)
async def test_a_request_that_cannot_even_be_read_is_answered_privately(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: str, body: Json
) -> None:
    before = await stage.on_record()
    break_once(monkeypatch, *READING)
    if kind == "command":
        status, answer = await stage.slack.command(TEAM, "UANA", "list", DESK, **body)
    else:
        more = {"response_url": f"{stage.slack.url}respond", "channel": {"id": DESK}, **body}
        status, answer = await stage.slack.payload(kind, TEAM, "UANA", **more)
    if kind == "block_actions":
        await stage.slack.until(lambda: bool(stage.slack.asked("response_url")))
        (answer,) = stage.slack.asked("response_url")
    assert (status, "nothing was changed" in json.dumps(answer)) == (200, True)
    assert await stage.on_record() == before


@pytest.mark.parametrize(
    "kind", [{"type": "emoji_changed"}, {"type": "team_join", "user": {"id": "U1"}}, {"type": "of_next_year"}]
)
async def test_an_event_that_nobody_listens_for_is_not_asked_for_again(stage: Stage, kind: Json) -> None:
    assert (await stage.slack.event(TEAM, kind))[0] == 200


@pytest.mark.parametrize("kind", ["shortcut", "message_action", "view_submission", "view_closed"])
async def test_what_an_older_or_newer_release_has_shown_is_let_go(stage: Stage, kind: str) -> None:
    shown = {"id": "V1", "type": "modal", "callback_id": "of.another.release", "state": {"values": {}}}
    sent = await stage.slack.payload(kind, TEAM, "UANA", callback_id="of.another.release", view=shown)
    assert sent == (200, {})


@pytest.mark.parametrize("stage", ["http"], indirect=True)
@pytest.mark.parametrize("body", ["{", "[]", '{"team": 1, "channel": 1}', "payload={", "payload=[]", "{}"])
async def test_a_body_that_is_no_request_is_no_defect(stage: Stage, body: str) -> None:
    status, _ = await stage.slack._send("events_api", {}, body, "application/json")  # noqa: SLF001
    assert status in (400, 404)
