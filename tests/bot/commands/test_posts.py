"""What apps and workflows post in a customer's channel: taken in where the desk lists them, told once where not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.commands.intake import Post, listen_to_post
from bot.commands.messages import Message
from bot.desk.runtime import DeskRuntime
from storage.intake import AUTO, MANUAL, set_intake
from storage.tables.outbox import OutboxRow
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_ticket
from tests.factories import AGENT, NOW

CHANNEL, OTHER = "slack:CACME", "slack:CELSEWHERE"


def post(text: str = "CRITICAL fra-01", number: int = 1, root: str = "", channel: str = CHANNEL) -> Post:
    ts = f"1772445905.{number:06}"
    key = f"message:{channel}:{ts}"
    message = Message(key, "slack:B1ALERTS", channel, ts, root or ts, text, NOW + timedelta(minutes=5 * number))
    return Post(message, "Alerts", ("B1ALERTS", "A1ALERTS"))


@pytest.fixture
def auto(desk: DeskRuntime) -> DeskRuntime:
    desk.database.write_now(lambda session: set_intake(session, desk.organisation_id, CHANNEL, AUTO, AGENT.id, NOW))
    return desk


def listed(desk: DeskRuntime, *bots: str) -> DeskRuntime:
    desk.policy = replace(desk.policy, bots=bots)
    return desk


def told(desk: DeskRuntime) -> list[OutboxRow]:
    query = select(OutboxRow).where(OutboxRow.kind == "bot_left_out")
    return desk.database.read_now(lambda session: list(session.exec(query).all()))


def ticket(desk: DeskRuntime, number: int = 1) -> StoredTicket:
    return desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, number))


@pytest.mark.parametrize("bot", ["slack:B1ALERTS", "slack:A1ALERTS"])
async def test_a_listed_bots_post_becomes_a_ticket_in_its_name(auto: DeskRuntime, bot: str) -> None:
    await listen_to_post(listed(auto, bot), post(), NOW)
    assert ticket(auto).ticket.requester == "slack:B1ALERTS"
    assert auto.directory.name("slack:B1ALERTS") == "Alerts"
    assert auto.roster.is_outside("slack:B1ALERTS")
    await listen_to_post(auto, post("worse", number=2, root="1772445905.000001"), NOW)
    bodies = [event.body_id for event in ticket(auto).events if event.body_id is not None]
    texts = auto.database.read_now(lambda session: load_texts(session, auto.organisation_id, bodies))
    assert "worse" in texts.values()
    assert told(auto) == []


async def test_of_any_other_the_desk_is_told_once_for_each_bot_and_channel(auto: DeskRuntime) -> None:
    for number in (1, 2, 3):
        await listen_to_post(listed(auto, "slack:B2OTHER"), post(number=number), NOW)
    [row] = told(auto)
    assert (row.channel, row.data["name"], row.data["ids"]) == ("slack:CDESK", "Alerts", ["B1ALERTS", "A1ALERTS"])


async def test_nobody_is_told_where_nothing_is_taken_in_by_itself(desk: DeskRuntime) -> None:
    desk.database.write_now(lambda session: set_intake(session, desk.organisation_id, CHANNEL, MANUAL, AGENT.id, NOW))
    await listen_to_post(desk, post(), NOW)
    await listen_to_post(desk, post(channel=OTHER), NOW)
    assert told(desk) == []
