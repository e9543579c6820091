"""A log that cannot be written stops nothing."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Iterator
from typing import cast

import pytest
import structlog

from bot.server.logs import SAY_NOTHING, set_up_logs
from bot.watching import metrics
from scheduler.worker import Worker
from storage.database import Database
from tests.factories import NOW


class FullDisk(io.StringIO):
    """Standard error on a disk that is full."""

    def write(self, _text: str, /) -> int:
        raise OSError(28, "No space left on device")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.fixture
def logs() -> Iterator[None]:
    """As the program logs; afterwards as the tests do."""
    before = structlog.get_config()
    set_up_logs()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize("stream", [FullDisk, closed], ids=["a full disk", "a reader who is gone"])
async def test_a_pass_that_fails_while_nothing_can_be_logged_is_followed_by_the_next(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO]
) -> None:
    monkeypatch.setattr(sys, "stderr", stream())
    passes = []

    async def work() -> bool:
        passes.append("begun")
        raise ConnectionError

    async def rest() -> None:
        """Nothing to do then."""

    worker = Worker("test", work, rest)
    worker.start()
    for _ in range(2):
        worker.ring()
        await worker.quiet()
    assert (len(passes), worker.alive) == (2, True)
    await worker.stop(1)


@pytest.mark.usefixtures("logs")
def test_a_line_says_when_what_and_of_what(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("made after set-up").warning("answer not shown", ticket=4)
    line = capsys.readouterr().err
    assert "level=warning" in line
    assert 'event="answer not shown" ticket=4' in line


@pytest.mark.usefixtures("logs")
def test_libraries_that_would_write_what_strangers_sent_write_nothing() -> None:
    for name in (*SAY_NOTHING, "microsoft_teams.apps.http.http_server", "microsoft_teams.apps.auth.token_validator"):
        assert not logging.getLogger(name).isEnabledFor(logging.CRITICAL), name


class Hanging:
    """A database that neither answers nor breaks off."""

    async def read(self, _query: object) -> object:
        return await asyncio.Event().wait()


@pytest.mark.usefixtures("logs")
async def test_metrics_of_a_database_that_hangs_are_an_outage_which_is_said_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "PATIENCE", 0.01)
    monkeypatch.setattr(metrics, "GOOD_FOR", 0.0)
    asked = metrics.Metrics(cast("Database", Hanging()), lambda: NOW, lambda: None)
    for _ in range(3):
        text, _ = await asked.render()
        assert b"vigie_database_readable 0.0" in text
    said = capsys.readouterr().err
    assert said.count("the database is away") == 1
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert "File" not in said
