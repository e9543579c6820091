"""Signed requests: a wrong signature stores nothing, and the same act twice has one effect."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from tests.scenarios.chat import ENGINEER, FRENCH, MANAGER, Chat
from tests.scenarios.seen import everything

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Slack:
    """Speaks to the bot as Slack does, with the workspace's own secret."""

    def __init__(self, chat: Chat, http: aiohttp.ClientSession, state: dict[str, Any]) -> None:
        self.http, self.slack, self.chat = http, state["slack"], chat

    async def send(self, body: str, kind: str, *, age: int = 0, secret: str | None = None) -> tuple[int, str]:
        timestamp = str(int(time.time()) - age)
        signed = SignatureVerifier(secret or self.slack["signing_secret"])
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signed.generate_signature(timestamp=timestamp, body=body) or "",
        }
        async with self.http.post(self.slack["events_url"], data=body.encode(), headers=headers) as answer:
            return answer.status, await answer.text()

    async def command(self, text: str, **how: Any) -> tuple[int, str]:
        form = {
            "command": "/ticket", "text": text, "team_id": self.slack["team_id"], "team_domain": "vigie",
            "channel_id": self.chat.desk, "channel_name": "support-desk", "user_id": ENGINEER, "user_name": "ana",
            "api_app_id": self.slack["app_id"], "is_enterprise_install": "false", "trigger_id": "1.2.same",
            "response_url": "http://127.0.0.1:9/none",
        }  # fmt: skip
        return await self.send(urlencode(form), "application/x-www-form-urlencoded", **how)

    async def payload(self, payload: dict[str, Any]) -> tuple[int, str]:
        return await self.send(urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded")

    async def event(self, event: dict[str, Any], event_id: str) -> tuple[int, str]:
        body = {
            "type": "event_callback", "team_id": self.slack["team_id"], "api_app_id": self.slack["app_id"],
            "event": event, "event_id": event_id, "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": self.slack["team_id"],
                                "user_id": self.slack["bot_user_id"], "is_bot": True, "is_enterprise_install": False}],
        }  # fmt: skip
        return await self.send(json.dumps(body), "application/json")


@pytest.fixture
async def slack(chat: Chat, http: aiohttp.ClientSession) -> Slack:
    return Slack(chat, http, await chat.look_around())


async def test_a_wrong_or_stale_signature_is_401_and_stores_nothing(chat: Chat, slack: Slack) -> None:
    assert (await slack.command("new sev1 Forged", secret="0" * 32))[0] == 401
    assert (await slack.command("new sev1 Stale", age=600))[0] == 401
    assert "no open tickets" in await chat.command(ENGINEER, "list open")


async def test_the_same_signed_command_twice_opens_one_ticket(chat: Chat, slack: Slack) -> None:
    assert (await slack.command("new sev1 Link down"))[0] == 200
    assert (await slack.command("new sev1 Link down"))[0] == 200
    assert (await slack.command("new sev1 Another link down"))[0] == 200
    await chat.card(1)
    listed = await chat.command(ENGINEER, "list open")
    assert "#2" in listed
    assert "#3" not in listed


async def test_the_same_event_twice_climbs_once(chat: Chat, slack: Slack) -> None:
    await chat.command(ENGINEER, "new sev1 Link down")
    card = await chat.card()
    event = {
        "type": "reaction_added", "user": MANAGER, "reaction": "rotating_light",
        "item_user": slack.slack["bot_user_id"],
        "item": {"type": "message", "channel": chat.desk, "ts": card["ts"]}, "event_ts": card["ts"],
    }  # fmt: skip
    for _ in range(2):
        assert (await slack.event(event, "Ev0SAME"))[0] == 200
    assert sum("was escalated" in line for line in await chat.thread(card)) == 1


async def test_a_button_pressed_twice_and_a_form_submitted_twice_have_one_effect(chat: Chat, slack: Slack) -> None:
    await chat.command(FRENCH, "new sev1 Link down")  # nobody is told of what they did themselves
    card = await chat.card()
    await chat.press(ENGINEER, card, "take")
    await chat.press(ENGINEER, card, "take")
    assert sum("has your ticket" in line or "is working on it" in line for line in await chat.thread(card)) == 1
    card = await chat.card()
    await chat.press(ENGINEER, card, "update")
    view = await chat.view(ENGINEER)
    assert (await chat.submit(ENGINEER, text="We see it"))["ok"]
    view["state"] = {"values": {"text": {"value": {"type": "plain_text_input", "value": "We see it"}}}}
    again = {"type": "view_submission", "team": {"id": slack.slack["team_id"]}, "user": {"id": ENGINEER},
             "api_app_id": slack.slack["app_id"], "view": view, "response_urls": []}  # fmt: skip
    assert (await slack.payload(again))[0] == 200
    assert sum("We see it" in line for line in await chat.thread(card)) == 1
    assert "We see it" in "".join(everything(m) for m in await chat.messages(MANAGER))


async def test_a_button_that_nobody_knows_is_answered_and_does_nothing(slack: Slack, chat: Chat) -> None:
    await chat.command(ENGINEER, "new sev2 Port flapping")
    card = await chat.card()
    before = everything(card)
    for action in (
        {"type": "button", "action_id": "ticket.frobnicate", "value": json.dumps({"number": 1, "version": 1})},
        {"type": "button", "action_id": "other.app", "value": "x"},
        {"type": "overflow", "action_id": "ticket.menu", "selected_option": {"value": "{"}},
        {"type": "overflow", "action_id": "ticket.menu"},
        {"type": "button", "action_id": "ticket.take", "value": json.dumps({"number": 999, "version": 1})},
        {"type": "button", "action_id": "ticket.take"},
    ):
        payload = {
            "type": "block_actions", "team": {"id": slack.slack["team_id"]}, "user": {"id": ENGINEER},
            "api_app_id": slack.slack["app_id"], "trigger_id": "1.2.x", "channel": {"id": chat.desk},
            "message": {"ts": card["ts"]}, "response_url": "http://127.0.0.1:9/none",
            "actions": [{**action, "block_id": "b", "action_ts": "1.0"}],
        }  # fmt: skip
        status, _ = await slack.payload(payload)
        assert status == 200, action
    assert everything(await chat.card()) == before
