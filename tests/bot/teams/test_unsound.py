"""Whatever is missing or of another kind in what Teams sends, nothing fails: it is answered, or it is none of ours."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from bot.teams.payload import activity_of
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow, TicketRow
from tests.bot.teams.desks import Front, front_of
from tests.bot.teams.shapes import (
    APP,
    BENOIT,
    CHAT,
    CUSTOMERS,
    DANA,
    GROUP,
    activity,
    at,
    invoke,
    message,
    said_to_us,
    slash,
)
from tests.bot.teams.test_inbound import data_of_dialog, edited, on_message, press, quoting, reacted, sent
from tests.bot.teams.test_words import CARD, FILE, FORWARDED
from tests.bot.unsound import unsound

Json = dict[str, Any]
SHAPES: dict[str, Json] = {
    "slash command": slash("new sev1 down"),
    "mention": said_to_us(f"assign 1 {at(BENOIT)}", BENOIT, root="1772442300000"),
    "mention in a chat": quoting("take"),
    "alone": message("list", where=CHAT),
    "customer": message("It is down", by=DANA, where=CUSTOMERS, attachments=[FILE, FORWARDED, CARD]),
    "another bot": message("Disk full", by="28:alarm", where=CUSTOMERS, attachments=[CARD]),
    "press": press(),
    "press to ask": invoke("task/fetch", {"data": {"action": "ticket.new", "value": '{"number": 0, "version": 0}'}}),
    "press in a message": message("", value={"action": "ticket.take", "value": '{"number": 1}'}),
    "form": sent(data_of_dialog(summary="Fibre down", description="x")),
    "extension": on_message(),
    "extension sent": invoke("composeExtension/submitAction", {"data": data_of_dialog(summary="Fibre down")}),
    "reaction": reacted("1f440_eyes"),
    "reaction off": reacted("like", "reactionsRemoved"),
    "edit": edited("It is up"),
    "deletion": activity("messageDelete", channelData={"eventType": "softDeleteMessage"}),
    "members": activity("conversationUpdate", membersAdded=[{"id": APP}], membersRemoved=[{"id": BENOIT}]),
    "channel": activity("conversationUpdate", channelData={"eventType": "channelRenamed"}),
    "installed": activity("installationUpdate", action="add", where=CHAT),
}  # fmt: skip
NOT_MEANT: dict[str, Json] = {
    "small talk": message("It is raining", attachments=[FILE]),
    "small talk in a chat": message("take 1", where=GROUP),
    "another's mention": message(f"take 1 {at(BENOIT)}", BENOIT),
    "event": activity("event", name="application/vnd.microsoft.meetingStart", value={"Title": "x"}),
    "typing": activity("typing"),
}


@pytest.fixture
def front(sqlite_database: str) -> Iterator[Front]:
    """One desk for all of a kind: whatever came before, the next is answered too."""
    found = front_of(sqlite_database)
    found.patience = 0.02
    yield found
    found.desk.database.close_now()


@pytest.mark.parametrize("kind", SHAPES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_whatever_arrives_is_answered(kind: str, front: Front, data: st.DataObject) -> None:
    body = unsound(data, SHAPES[kind])
    reply = asyncio.run(front.receive(body))
    assert reply.status == 200
    json.dumps(reply.body)
    waits = activity_of(body).kind == "invoke"
    assert reply.body is not None or not waits or activity_of(body).name.startswith(("task/", "composeExtension/"))


@pytest.mark.parametrize("kind", NOT_MEANT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_what_is_not_meant_for_us_leaves_nothing(kind: str, front: Front, data: st.DataObject) -> None:
    before, said = kept(front), len(front.parts.said)
    reply = asyncio.run(front.receive(unsound(data, copy.deepcopy(NOT_MEANT[kind]))))
    assert (reply.status, reply.body) == (200, None)
    assert (kept(front), len(front.parts.said)) == (before, said)


def kept(front: Front) -> list[int]:
    """How much is on record."""
    return front.desk.database.read_now(
        lambda session: [
            session.exec(select(func.count()).select_from(table)).one() for table in (TicketRow, OutboxRow, BodyRow)
        ]
    )
