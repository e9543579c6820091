"""Where more has been written than 32 bits can count, all goes on as before: PostgreSQL counts ids in 64."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from bot.app import Vigie
from bot.cli import main
from storage.database import Database
from storage.tables.table import ID, Table
from tests.scenarios.chat import ENGINEER, LEAD, Chat
from tests.scenarios.seen import everything

FAR = 2**31 + 7
#: By table: the ids that are counted on with each event, and whatever refers to one.
LONG = {table.name: [c.name for c in table.columns if c.type is ID] for table in Table.metadata.sorted_tables}
COUNTED = [name for name, columns in LONG.items() if "id" in columns]


@pytest.fixture
def far_on(shared_postgres: str) -> str:
    """A database that has counted beyond 32 bits."""
    with psycopg.connect(shared_postgres) as connection:
        for name in COUNTED:
            connection.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", (name, FAR))
    return shared_postgres


@pytest.fixture(params=["postgresql"])
def database_url(far_on: str) -> str:
    """That one is the story's."""
    return far_on


def ids(url: str) -> dict[str, set[int]]:
    """The ids that stand there, by table and column."""
    database, found = Database(url), dict[str, set[int]]()
    with database.engine.connect() as connection:
        for name, columns in LONG.items():
            for column in columns:
                values = connection.execute(sa.select(Table.metadata.tables[name].c[column])).scalars()
                found[f"{name}.{column}"] = {value for value in values if value is not None}
    database.close_now()
    return found


@pytest.mark.slow
async def test_a_ticket_is_opened_warned_of_said_found_and_exported(
    chat: Chat, vigie: Vigie, far_on: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    await chat.advance(16)
    card = await chat.card()
    thread = await chat.thread(card)
    assert any("Response" in line and "left" in line for line in thread), thread
    assert any("Response" in line and "breached" in line for line in thread), thread
    await chat.command(ENGINEER, "take 1")
    await chat.command(ENGINEER, "update 1 We are replacing the module")
    assert any("replacing the module" in line for line in await chat.thread(card))
    for asked in ("queue", "search sydney module", "show 1"):
        assert "Link down in Sydney" in await chat.command(LEAD, asked), asked
    assert "Link down in Sydney" in everything(await chat.card())
    await vigie.stop()
    found = ids(far_on)
    assert {"ticket.id", "body.id", "outbox.id", "event.body_id", "outbox.conversation_id", "message.ticket_id"} <= {
        name for name, values in found.items() if values
    }
    of_rows = {name: values for name, values in found.items() if not name.endswith("_cursor")}  # those begin at 0
    assert {name: values for name, values in of_rows.items() if any(value < FAR for value in values)} == {}
    monkeypatch.setenv("VIGIE_DATABASE_URL", far_on)
    assert main(["export", str(tmp_path / "made"), "--yes"]) == 0
    (exported,) = (tmp_path / "made" / "outbox.jsonl").read_text(encoding="utf-8").splitlines()[:1]
    assert json.loads(exported)["id"] >= FAR
