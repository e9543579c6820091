"""What an agent writes to the customer of a major incident is read by that one customer: they are told so once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.commands.messages import Message, hear
from bot.desk.runtime import DeskRuntime
from bot.verbs.engine.carry_out import carry_out
from bot.verbs.major import MAJOR
from storage.changes import Place
from storage.tables.outbox import OutboxRow
from tests.bot.asking import call, typed
from tests.bot.samples import CUSTOMER
from tests.factories import AGENT, MANAGER, NOW, Home, open_stored
from triage.people import Actor, Role

LEADER = Actor("slack:ULEAD", frozenset({Role.AGENT, Role.LEAD}))
ROOT = "1772445600.000100"


@pytest.fixture
async def major(desk: DeskRuntime) -> DeskRuntime:
    """A major incident with a customer's thread, and two parts."""
    home = Home(desk.organisation_id, desk.desk_id)
    places = Place("slack:CDESK", "desk", "1.0"), Place("slack:CACME", "customer", ROOT)
    desk.database.write_now(lambda session: open_stored(session, home, NOW, *places))
    for text in ("Mail is late", "Phones are silent"):
        await typed(desk, f"new sev2 {text}")
    asked = call(desk, "", actor=LEADER)
    desk.database.write_now(lambda session: carry_out(session, asked, MAJOR, 1, {"others": "2 3"}))
    return desk


async def write(desk: DeskRuntime, number: int, person: str, root: str = ROOT) -> None:
    at = NOW + timedelta(minutes=number)
    channel = "slack:CACME" if root == ROOT else "slack:CDESK"
    await hear(desk, Message(f"m{number}", person, channel, f"{number}.5", root, "We replace the router", at), at)


def told(desk: DeskRuntime) -> list[tuple[str, str]]:
    """Who was answered privately, and in which words."""

    def read(session: Session) -> list[tuple[str, str]]:
        rows = session.exec(select(OutboxRow).where(OutboxRow.kind == "answer")).all()
        said = ((row.data["person"], row.data["sentence"]) for row in rows)
        return [
            (person, "".join(part if isinstance(part, str) else "COMMAND" for part in parts)) for person, parts in said
        ]

    return desk.database.read_now(read)


async def test_whoever_writes_there_is_told_once_that_the_others_do_not_read_it(major: DeskRuntime) -> None:
    await write(major, 1, CUSTOMER.id)
    await write(major, 2, AGENT.id, "1.0")
    assert told(major) == [], "a note is nobody's update"
    await write(major, 3, AGENT.id)
    await write(major, 4, AGENT.id)
    said = "Only the customer of #1 reads that: the 2 other tickets of the major incident were not told. "
    assert told(major) == [(AGENT.id, said + "COMMAND update 1 tells all of them.")]


async def test_where_nobody_else_waits_there_is_nothing_to_say(major: DeskRuntime) -> None:
    for number in (2, 3):
        await typed(major, f"resolve {number} Done", actor=replace(LEADER, id=MANAGER.id))
    await write(major, 1, AGENT.id)
    assert told(major) == []
