"""Whoever types a command waits for no thread that reckons."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import pytest

from bot.app import Vigie
from bot.cli.run import run
from bot.server.settings import ConfigError
from bot.server.threads import take_turns
from storage.database import DatabaseUnusableError

STATEMENTS = 22  # of `new`, BEGIN and COMMIT among them
SHORT = 0.015  # seconds: what nobody who typed it notices


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def test_a_thread_that_reckons_takes_from_all_statements_of_a_command_no_time_that_is_noticed() -> None:
    take_turns()
    assert STATEMENTS * sys.getswitchinterval() <= SHORT


def test_threads_take_turns_so_often_before_anything_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    async def start(_: Vigie) -> None:
        seen.append(sys.getswitchinterval())
        raise DatabaseUnusableError("this is only a test")

    monkeypatch.setattr(Vigie, "start", start)
    monkeypatch.setenv("VIGIE_LOCAL", "slack")
    with pytest.raises(ConfigError, match="only a test"):
        run(argparse.Namespace(role="all", local=False))
    assert [each * STATEMENTS <= SHORT for each in seen] == [True]
