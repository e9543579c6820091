"""The bot is killed and started again while the chat stays: nothing acknowledged is missing, nothing due is skipped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import aiohttp
import pytest

from storage import outbox
from tests.scenarios.chat import ENGINEER, MANAGER, Chat
from tests.scenarios.platforms import SLACK, TEAMS
from tests.scenarios.seen import everything
from tests.scenarios.teams_chat import chat_on
from tests.waiting import LONGEST_SECONDS

#: Minutes by which everything is said that a process held when it died, had it posted it or not: it is posted once
#: nothing of it can be under way any more.
AT_MOST = outbox.LEASE.total_seconds() / 60


class Program:
    """`vigie COMMAND` as a process of its own."""

    program: ClassVar[tuple[str, ...]] = ("-m", "bot")

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIE_", "SLACK_", "TEAMS_"))}
        self.environment = {**kept, "VIGIE_LOCAL": "slack", **environment}
        self.folder, self.arguments = folder, arguments
        self.process: asyncio.subprocess.Process | None = None
        self.said = ""

    async def start(self) -> str:
        """Start it; answers its first line, once it is ready."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, *self.program, *self.arguments, cwd=self.folder, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = (await asyncio.wait_for(self.process.stdout.readline(), 30)).decode()
        if not line:
            assert self.process.stderr is not None
            line = (await self.process.stderr.read()).decode()
        return line

    async def exit_code(self) -> int:
        """Wait for the end of one that ends by itself: a signal to it could race with its own exit."""
        assert self.process is not None
        await asyncio.wait_for(self.process.communicate(), 15)
        return self.process.returncode or 0

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; answers the exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        await asyncio.wait_for(self.process.communicate(), 15)
        return self.process.returncode or 0


class DiesOfItsFirstPost(Program):
    """`vigie`, but that it is killed between the first answer of the platform and putting that on record."""

    program = (
        "-c",
        (
            "import os, signal; from bot.__main__ import main; from scheduler.delivery import Delivery;"
            "Delivery._on_record = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL); main()"
        ),
    )


class PatientWorkspace(Program):
    """`vigie local`, but that it waits for a busy machine longer than Slack does."""

    program = (
        "-c", f"import asyncio; from bot.cli.local import serve; asyncio.run(serve(answer_within={LONGEST_SECONDS}))"
    )  # fmt: skip


@pytest.fixture
async def workspace(tmp_path: Path, platform: str) -> AsyncIterator[str]:
    """A local workspace that outlives the bot; its address."""
    program = PatientWorkspace(tmp_path, VIGIE_PORT="0", VIGIE_LOCAL=platform)
    line = await program.start()
    assert "open http" in line, line
    yield line.split("open ")[1].split("/local/")[0]
    await program.end()


@pytest.fixture
async def bot(tmp_path: Path, workspace: str, database_url: str, platform: str) -> AsyncIterator[Program]:
    """A bot that has joined it."""
    program = Program(
        tmp_path, "run", VIGIE_PORT="0", SLACK_API_URL=f"{workspace}/local/api/", VIGIE_DATABASE_URL=database_url,
        VIGIE_LOCAL=platform,
    )  # fmt: skip
    line = await program.start()
    assert "ready" in line, line
    yield program
    await program.end(signal.SIGKILL)


@pytest.fixture
async def joined(workspace: str, http: aiohttp.ClientSession, bot: Program, platform: str) -> Chat:
    """The chat, with the bot in it."""
    chat = chat_on(platform, http, workspace)
    await chat.look_around()
    return chat


@pytest.mark.slow
@pytest.mark.apart
async def test_killed_at_any_of_these_points_it_goes_on_where_it_was(joined: Chat, bot: Program) -> None:
    chat = joined
    assert "#1" in await chat.command(ENGINEER, "new sev1 Link down in Sydney")
    if not chat.finds_again:
        await chat.settled()  # a card that may have arrived would be posted again there
    await bot.end(signal.SIGKILL)  # acknowledged, perhaps not yet posted
    await bot.start()
    await chat.advance(AT_MOST)
    card = await chat.card()
    await chat.advance(9)
    await bot.end(signal.SIGKILL)  # before the warning is due
    await chat.post("advance", minutes=2)  # the warning falls due while nobody is there
    await bot.start()
    assert sum("Response" in line and "left" in line for line in await chat.thread(card)) == 1
    # Less than a start takes: the workspace's time moves on at once, and what is under way does not.
    await chat.post("fault", method=chat.methods["post"], delay=1, count=1)
    asking = asyncio.create_task(chat.command(ENGINEER, "update 1 We are on it"))
    await asking
    await bot.end(signal.SIGKILL)  # while the update is being sent
    await bot.start()
    await chat.advance(AT_MOST)
    assert sum("We are on it" in line for line in await chat.thread(card)) in ({1} if chat.finds_again else {1, 2})
    await chat.react(MANAGER, card, "rotating_light")
    await bot.end(signal.SIGKILL)
    await bot.start()
    text = everything(await chat.card())
    assert "Level 1" in text
    await chat.advance(AT_MOST)
    assert sum("was escalated" in line for line in await chat.thread(card)) in ({1} if chat.finds_again else {1, 2})


@pytest.mark.slow
@pytest.mark.parametrize("platform", [SLACK], indirect=True)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_dead_before_it_could_record_what_it_posted_it_goes_on_from_there_at_once(
    tmp_path: Path, workspace: str, database_url: str, http: aiohttp.ClientSession
) -> None:
    """On SQLite, where nobody else can have taken over."""
    environment = {
        "VIGIE_PORT": "0", "SLACK_API_URL": f"{workspace}/local/api/", "VIGIE_DATABASE_URL": database_url,
        "VIGIE_LOCAL": SLACK,
    }  # fmt: skip
    bot = DiesOfItsFirstPost(tmp_path, "run", **environment)
    assert "ready" in await bot.start()
    chat = Chat(http, workspace)
    await chat.look_around()
    await chat.post("command", channel=chat.desk, user=ENGINEER, command="/ticket", text="new sev1 Link down in Sydney")
    assert await bot.exit_code() == -signal.SIGKILL
    following = Program(tmp_path, "run", **environment)
    await following.start()
    said = await chat.thread(await chat.card())
    assert sum("is waiting" in line for line in said) == 1, "whom it falls to is named, which waits for the card"
    await following.end(signal.SIGKILL)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_stop_is_quick_and_a_restart_changes_nothing(joined: Chat, bot: Program) -> None:
    chat = joined
    await chat.command(ENGINEER, "new sev2 Port flapping")
    await chat.command(ENGINEER, "promise 1 in 2h")
    before = await chat.card()
    assert await bot.end(signal.SIGTERM) == 0
    await bot.start()
    await chat.settled()
    assert everything(await chat.card()) == everything(before)


@pytest.mark.slow
@pytest.mark.parametrize("platform", [TEAMS], indirect=True)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_told_to_stop_while_commands_arrive_it_loses_none_and_does_none_twice(joined: Chat, bot: Program) -> None:
    """Teams sends again what was not answered. Slack does not: there `test_draining.py` tells what becomes of it."""
    assert "#1" in await joined.command(ENGINEER, "new sev3 Link 0 down")
    asking = [
        asyncio.create_task(joined.post("command", channel=joined.desk, user=ENGINEER, text=f"new sev3 Link {n} down"))
        for n in range(1, 20)
    ]
    await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    assert await bot.end(signal.SIGTERM) == 0
    await asyncio.gather(*asking)
    await bot.start()
    await joined.advance(3)
    cards = [m.title for m in await joined.messages(ENGINEER) if m.title and not m.below and not m.only_for]
    opened = [next(n for n in range(20) if f"Link {n} down" in title) for title in cards]
    assert sorted(opened) == list(range(20))


async def test_the_workspace_by_itself_says_where_it_is_and_ends_when_told_to(tmp_path: Path) -> None:
    program = Program(tmp_path, "local", VIGIE_PORT="0")
    assert "open http://127.0.0.1:" in await program.start()
    assert await program.end(signal.SIGTERM) == 0


# Before anything is started, and after; what else there may be: `tests/bot/cli/test_command_line.py`.
UNUSABLE = [
    ({"VIGIE_HOST": "0.0.0.0"}, "VIGIE_HOST"),  # noqa: S104  refused is what is wanted
    ({"SLACK_API_URL": "http://127.0.0.1:9/local/api/"}, "vigie local"),
]


@pytest.mark.parametrize(("environment", "named"), UNUSABLE)
async def test_what_keeps_it_from_starting_is_one_clear_line_and_exit_code_2(
    tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    program = Program(tmp_path, "run", **{"VIGIE_PORT": "0", **environment})
    line = await program.start()
    assert await program.exit_code() == 2
    assert named in line
    assert line.count("\n") == 1
    assert "Traceback" not in line


async def test_a_taken_port_and_a_read_only_database_are_said_in_one_line(tmp_path: Path, workspace: str) -> None:
    port = workspace.rsplit(":", 1)[1]
    program = Program(tmp_path, "run", VIGIE_PORT=port)
    line = await program.start()
    assert await program.exit_code() == 2
    assert "VIGIE_PORT" in line
    if os.geteuid() != 0:  # nothing is read-only to root
        (tmp_path / "kept.db").touch(mode=0o444)
        program = Program(tmp_path, "run", VIGIE_PORT="0", VIGIE_DATABASE_URL="sqlite:///kept.db")
        line = await program.start()
        assert await program.exit_code() == 2
        assert "VIGIE_DATABASE_URL" in line
