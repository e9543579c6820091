"""What the workspace has answered for outlives it: a clean stop, a kill, twenty thousand messages."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import textwrap
import time
from pathlib import Path

import pytest

from bot.slack_emulator import messages, posting
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import DESK_ID
from bot.slack_emulator.workspace_people import ANA, MARCUS
from bot.stand_in.record import open_record
from tests.bot.slack_emulator.fake_bot import Json, Place, modal, section


async def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    async with Place(tmp_path / "local.db") as before:
        await before.join()
        await before.control("advance", minutes=90)
        card = await before.posted(DESK_ID, "card")
        await before.control("reaction", channel=DESK_ID, ts=card, user=MARCUS.id, name="eyes")
        trigger = before.workspace.triggers.make(ANA.id)
        await before.api("views.open", trigger_id=trigger, view=modal(section("x")))
        await before.control("open-home", user=ANA.id)
        old, seen = await before.state(), await before.messages(DESK_ID)
    async with Place(tmp_path / "local.db") as after:
        new = await after.state()
        assert await after.messages(DESK_ID) == seen
        for same in ("channels", "views", "users", "offset", "slack"):
            assert new[same] == old[same]
        joined = await after.join()
        assert joined["offset"] == pytest.approx(5400, abs=5)
        assert (await after.control("message", channel=DESK_ID, user=ANA.id, text="later"))["ts"] > card


def test_message_ids_grow_across_restarts_even_where_time_stands_still(tmp_path: Path) -> None:
    ids = []
    for _ in range(3):
        workspace = Workspace(tmp_path / "local.db", real=lambda: 1_800_000_000.0)
        channel = workspace.channels.get(DESK_ID)
        assert channel is not None
        ids += [posting.say(workspace, channel, ANA.id, "x")[0]["ts"] for _ in range(2)]
        workspace.record.close()
    assert ids == [f"1800000000.00000{n}" for n in range(6)]


PROGRAM = """
    import asyncio, sys
    from tests.bot.slack_emulator.fake_bot import Place

    async def main() -> None:
        async with Place(sys.argv[1]) as place:
            await place.join()
            number = 0
            while True:
                answer = await place.control("message", channel="C0SUPPORTD1", user="U0ANAREYES1", text=f"m{number}")
                print(answer["ts"], flush=True)
                number += 1

    asyncio.run(main())
"""


async def test_a_kill_loses_no_message_that_was_answered_for(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(PROGRAM), str(path), stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    told = [(await process.stdout.readline()).decode().strip() for _ in range(30)]
    process.send_signal(signal.SIGKILL)
    rest = (await process.stdout.read()).decode().splitlines()
    await process.wait()
    record = open_record(path)
    kept = [row[0] for row in record.db.execute("select ts from message order by ts")]
    record.close()
    told += [line for line in rest if len(line) == len(told[0])]
    assert told == kept[: len(told)]
    assert len(kept) <= len(told) + 1


@pytest.mark.usefixtures("measured")
def test_twenty_thousand_messages_are_neither_slow_to_write_nor_to_read(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "local.db", own_events=False)
    channel = workspace.channels.get(DESK_ID)
    assert channel is not None
    root = posting.say(workspace, channel, ANA.id, "root")[0]["ts"]
    with workspace.record.atomic():
        for number in range(20_000):
            message: Json = {
                "type": "message", "ts": workspace.now.next_ts(), "user": ANA.id, "text": f"m{number}", "blocks": None,
                "thread_ts": root if number % 2 else None, "reactions": [], "ephemeral_for": None, "mentions": [],
                "pings": [],
            }  # fmt: skip
            messages.put(workspace.record, DESK_ID, message)
    began = time.perf_counter()
    posting.say(workspace, channel, ANA.id, "one more")
    messages.top_page(workspace.record, DESK_ID, "0", "9", inclusive=False, limit=100)
    messages.listed(workspace.record, DESK_ID, ANA.id, limit=50)
    took = time.perf_counter() - began
    assert messages.listed(workspace.record, DESK_ID, ANA.id).count('"type":"message"') == 20_002
    workspace.record.close()
    assert took < 1


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    record = open_record(tmp_path / "local.db")

    def fail() -> None:
        with record.atomic():
            record.set("a", 1)
            with record.atomic():
                record.set("b", 2)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (record.get("a"), record.get("b")) == (None, None)
    record.close()


def test_a_file_that_cannot_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        open_record(tmp_path / "nowhere" / "local.db")
