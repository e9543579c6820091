"""Whatever arrives, whole or in pieces: no failure but to ask for a retry, no traceback to a person, no ticket lost."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlmodel import Session, func, select
from structlog.testing import capture_logs

from bot.app import Vigie
from bot.server.settings import Settings
from storage.dead_letters import Which, find_entries
from storage.tables.tickets import TicketRow
from tests.bot.unsound import unsound
from tests.examples import examples
from tests.fakes.other_slack import SECRET, USUAL, Json, OtherSlack, Team, other_slack
from tests.scenarios.chat import SQLITE

TEAM, DESK, ANA = "T0ACME", "CDESK0001", "UANA"
MENU = {"type": "overflow", "action_id": "ticket.menu", "block_id": "b"}


class Desk:
    """A bot with three tickets: open, resolved, merged into the first."""

    def __init__(self, slack: OtherSlack, vigie: Vigie) -> None:
        self.slack, self.vigie = slack, vigie

    async def read(self, look: Any) -> Any:
        assert self.vigie.desk is not None
        return await self.vigie.desk.database.read(look)

    async def tickets(self) -> int:
        def count(session: Session) -> int:
            return int(session.exec(select(func.count()).select_from(TicketRow)).one())

        found: int = await self.read(count)
        return found

    @property
    def most(self) -> int:
        """How many examples it is tried with: what PostgreSQL takes differently is found by fewer."""
        assert self.vigie.desk is not None
        return 400 if self.vigie.desk.database.is_sqlite else 100

    async def settle(self) -> None:
        assert self.vigie.runner is not None
        await self.vigie.runner.settle()


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with other_slack(USUAL | {"views.publish", "conversations.history"}) as slack:
        slack.add(Team(TEAM, "xoxb-1"))
        vigie = Vigie(
            Settings(
                VIGIE_DATABASE_URL=database_url, VIGIE_PORT=0, VIGIE_CHANNEL=DESK, SLACK_API_URL=f"{slack.url}api/",
                SLACK_BOT_TOKEN=SecretStr("xoxb-1"), SLACK_SIGNING_SECRET=SecretStr(SECRET),
            )
        )  # fmt: skip
        await vigie.start()
        slack.events_url = f"{vigie.address}/slack/events"
        found = Desk(slack, vigie)
        for words in ("new sev1 Link down", "new sev2 Slow", "new sev3 Same", "resolve 2 Done", "merge 3 into 1"):
            await slack.command(TEAM, ANA, words, DESK)
        await found.settle()
        yield found
        await vigie.stop()


def value(number: int = 1, **more: Any) -> str:
    return json.dumps({"number": number, "version": 1, "value": "", **more})


def pressed(**action: Any) -> Json:
    return {"actions": [{"block_id": "b", "type": "button", "action_id": "ticket.take", "value": value(), **action}]}


def submitted(verb: str, number: str = "1", **typed: str) -> Json:
    values = {name: {"value": {"type": "plain_text_input", "value": text}} for name, text in typed.items()}
    return {"view": {
        "id": f"V{verb}", "type": "modal", "callback_id": f"ticket.{verb}", "team_id": TEAM, "hash": "1.a",
        "private_metadata": json.dumps({"number": number, "channel": DESK}), "state": {"values": values},
        "blocks": [{"type": "input", "block_id": name} for name in typed],
    }}  # fmt: skip


MESSAGE: Json = {
    "type": "message",
    "user": ANA,
    "text": "Both ports <@UBOT>",
    "channel": DESK,
    "ts": "1772445905.000200",
    "thread_ts": "1772445900.000100",
    "files": [{"name": "a.txt", "permalink": "https://f.example/a"}],
}
ITEM: Json = {"type": "message", "channel": DESK, "ts": "1772445900.000100"}
ON_CARD: Json = {"channel": {"id": DESK}, "container": {"message_ts": "1.1"}, "message": {"ts": "1.1"},
                 "response_url": "http://127.0.0.1:9/respond"}  # fmt: skip
AT_HOME: Json = {"view": {"id": "VH", "type": "home", "hash": "1.b"}, "container": {"type": "view", "view_id": "VH"}}
PICKED = {"selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": value(verb="severity")}}
# What is sent where: commands as fields, interactions by type, events by theirs.
INTERACTIONS: dict[str, Json] = {
    "button": {"type": "block_actions", **pressed(), **ON_CARD},
    "button of a resolved ticket": {"type": "block_actions", **pressed(value=value(2)), **ON_CARD},
    "button of a merged ticket": {"type": "block_actions", **pressed(value=value(3)), **ON_CARD},
    "button of no ticket": {"type": "block_actions", **pressed(value=value(99)), **ON_CARD},
    "button of another release": {"type": "block_actions", **pressed(action_id="ticket.fly"), **ON_CARD},
    "button of nobody": {"type": "block_actions", **pressed(action_id="Ab0"), **ON_CARD},
    "menu": {"type": "block_actions", "actions": [{**MENU, **PICKED}], **ON_CARD},
    "button at home": {"type": "block_actions", **pressed(), **AT_HOME},
    "page at home": {"type": "block_actions", **pressed(action_id="ticket.home.queue:1", value=value(value="queue:1")),
                     **AT_HOME},
    "setup at home": {"type": "block_actions", **pressed(action_id="ticket.setup.desk", value=value(0, value="desk")),
                      **AT_HOME},
    "message shortcut": {"type": "message_action", "callback_id": "ticket.create", "channel": {"id": DESK},
                         "message": MESSAGE, "message_ts": MESSAGE["ts"],
                         "response_url": "http://127.0.0.1:9/respond"},
    "global shortcut": {"type": "shortcut", "callback_id": "ticket.new"},
    "shortcut of another release": {"type": "shortcut", "callback_id": "ticket.fly"},
    "form of new": {"type": "view_submission", **submitted("new", "", summary="A new one")},
    "form of update": {"type": "view_submission", **submitted("update", text="On it")},
    "form of a resolved ticket": {"type": "view_submission", **submitted("update", "2", text="On it")},
    "form of more": {"type": "view_submission", **submitted("more", what="note")},
    "form of setup": {"type": "view_submission", **submitted("setup-desk", "", hours="mon-fri 9-17")},
    "form of another release": {"type": "view_submission", **submitted("fly", text="On it")},
    "closed form": {"type": "view_closed", **submitted("update", text="On it"), "is_cleared": False},
}  # fmt: skip
EVENTS: dict[str, Json] = {
    "message": MESSAGE,
    "message outside threads": {**MESSAGE, "thread_ts": None},
    "message of a bot": {**MESSAGE, "bot_id": "B1", "subtype": "bot_message"},
    "message of a workflow": {**MESSAGE, "bot_id": "B2", "workflow_id": "Wf1", "user": "U0WORKFLOW"},
    "edit": {"type": "message", "subtype": "message_changed", "channel": DESK, "event_ts": "1772445999.000100",
             "message": {**MESSAGE, "edited": {"user": ANA, "ts": "1772445999.000000"}},
             "previous_message": {**MESSAGE, "text": "before"}},
    "deletion": {"type": "message", "subtype": "message_deleted", "channel": DESK, "deleted_ts": MESSAGE["ts"],
                 "previous_message": MESSAGE, "event_ts": "1772445999.000100"},
    "mention": {**MESSAGE, "type": "app_mention", "text": "<@UBOT> update On it"},
    "reaction": {"type": "reaction_added", "user": ANA, "reaction": "eyes", "item": ITEM, "item_user": "UBOT"},
    "reaction taken off": {"type": "reaction_removed", "user": ANA, "reaction": "eyes", "item": ITEM},
    "ticket reaction": {"type": "reaction_added", "user": ANA, "reaction": "ticket", "item": ITEM, "item_user": ANA},
    "home": {"type": "app_home_opened", "user": ANA, "channel": "D1", "tab": "home", "view": AT_HOME["view"]},
    "joined": {"type": "member_joined_channel", "user": "UNEW", "channel": DESK, "team": TEAM},
    "left": {"type": "member_left_channel", "user": ANA, "channel": DESK, "team": TEAM},
    "group": {"type": "subteam_updated", "subteam": {"id": "S1", "handle": "noc", "users": [ANA]}},
    "group members": {"type": "subteam_members_changed", "subteam_id": "S1", "added_users": [ANA]},
    "archived": {"type": "channel_archive", "channel": DESK, "user": ANA},
    "of another release": {"type": "something_new", "user": ANA},
}  # fmt: skip
COMMANDS = [
    "new sev1 Ports | <b> & > all",
    "update 1 On it",
    "list",
    "queue",
    "setup",
    "fly",
    "why 1 restore",
    "take 3",
]


async def send(slack: OtherSlack, kind: str, body: Any) -> tuple[int, str]:
    """With a good signature, whatever is in it."""
    assert slack.session is not None
    if kind == "command":
        text = urlencode({name: str(each) for name, each in body.items()} if isinstance(body, dict) else {})
    elif kind == "interaction":
        text = urlencode({"payload": json.dumps(body)})
    else:
        text = json.dumps(body)
    content = "application/json" if kind == "event" else "application/x-www-form-urlencoded"
    async with slack.session.post(
        slack.events_url, data=text.encode(), headers=slack.signed(text, content)
    ) as answer:  # fmt: skip
        return answer.status, await answer.text()


def bodies(slack: OtherSlack) -> dict[str, dict[str, Json]]:
    """Every kind of request as Slack sends it."""
    who = {"team": {"id": TEAM}, "user": {"id": ANA, "team_id": TEAM}, "api_app_id": "A1", "trigger_id": "1.1"}
    about = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_time": 1772445905,
             "authorizations": [{"team_id": TEAM, "user_id": "UBOT", "is_bot": True}]}  # fmt: skip
    typed = {"command": "/ticket", "team_id": TEAM, "channel_id": DESK, "user_id": ANA, "user_name": "ana",
             "trigger_id": "1.1", "response_url": f"{slack.url}respond", "api_app_id": "A1"}  # fmt: skip
    return {
        "command": {words: {**typed, "text": words} for words in COMMANDS},
        "interaction": {name: {**who, **body} for name, body in INTERACTIONS.items()},
        "event": {name: {**about, "event": event} for name, event in EVENTS.items()},
    }


@pytest.mark.hypothesis
@pytest.mark.parametrize("kind", ["command", "interaction", "event"])
async def test_no_request_fails_tells_a_traceback_or_loses_a_ticket(desk: Desk, kind: str) -> None:
    loop, sound, count = asyncio.get_running_loop(), bodies(desk.slack)[kind], iter(range(1_000_000))
    before = await desk.tickets()

    @settings(max_examples=examples(desk.most), suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def every_one_is_answered(data: st.DataObject) -> None:
        body = unsound(data, sound[data.draw(st.sampled_from(sorted(sound)))])
        if kind == "event" and "event_id" not in body:
            body["event_id"] = f"Ev{next(count)}"
        status, said = asyncio.run_coroutine_threadsafe(send(desk.slack, kind, body), loop).result(10)
        assert status < 500, said
        assert not re.search("Traceback|Error", said), said

    with capture_logs():
        await asyncio.to_thread(every_one_is_answered)
        await desk.settle()
    assert await desk.tickets() >= before
    entries = await desk.read(lambda session: find_entries(session, Which(states=("failed", "pending"))))
    assert [entry.reason for entry in entries if "defect" in (entry.reason or "")] == []
    # And it goes on working.
    _, answer = await desk.slack.command(TEAM, ANA, "new sev1 After all that", DESK)
    number = await desk.tickets()
    assert f"#{number}" in json.dumps(answer)
    await desk.slack.command(TEAM, ANA, f"take {number}", DESK)
    _, answer = await desk.slack.command(TEAM, ANA, f"show {number}", DESK)
    assert "After all that" in json.dumps(answer)
    assert ANA in json.dumps(answer)


@pytest.mark.parametrize("kind", ["command", "interaction", "event"])
async def test_every_sound_request_is_answered_with_200(desk: Desk, kind: str) -> None:
    for name, body in bodies(desk.slack)[kind].items():
        status, said = await send(desk.slack, kind, {**body, "event_id": f"Ev{name}"})
        assert status == 200, (name, said)


@SQLITE
@pytest.mark.parametrize("kind", ["command", "interaction", "event"])
async def test_nothing_is_asked_of_slack_before_the_answer_but_to_open_a_form(desk: Desk, kind: str) -> None:
    desk.slack.stands_still = asyncio.Event()
    try:
        for name, body in bodies(desk.slack)[kind].items():
            async with asyncio.timeout(10):
                assert (await send(desk.slack, kind, {**body, "event_id": f"Ev{name}"}))[0] == 200, name
    finally:
        desk.slack.stands_still.set()
    assert {method for method, *_ in desk.slack.calls} - {"auth.test", "views.open"}, (
        "afterwards there is enough to ask"
    )


DEEP = "[" * 50_000
NO_REQUESTS = {
    "no text at all": (b"\xff\xfe{", "application/json"),
    "no text in any charset": (b"\xff\xfe{", "application/json; charset=nonsense"),
    "nested without an end": (b'{"a":' * 50_000, "application/json"),
    "a form nested without an end": (f"payload={DEEP}".encode(), "application/x-www-form-urlencoded"),
    "nested deep": (f'{{"a":{DEEP}{DEEP.replace("[", "]")}}}'.encode(), "application/json"),
    "a list": (b"[1]", "application/json"),
    "an event that is none": (b'{"type": "event_callback", "event": []}', "application/json"),
}


@SQLITE
@pytest.mark.parametrize(("body", "content"), NO_REQUESTS.values(), ids=NO_REQUESTS.keys())
async def test_what_is_no_request_is_a_bad_request_signed_or_not(desk: Desk, body: bytes, content: str) -> None:
    assert desk.slack.session is not None
    signed = {**desk.slack.signed(body, content)}
    async with desk.slack.session.post(desk.slack.events_url, data=body, headers=signed) as answer:
        assert answer.status == 400
    with capture_logs() as logs:
        unsigned = {"Content-Type": content}
        async with desk.slack.session.post(desk.slack.events_url, data=body, headers=unsigned) as answer:
            assert (answer.status, await answer.read()) == (401, b"")
    assert logs == []
