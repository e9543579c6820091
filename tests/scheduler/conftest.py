"""What scheduler tests share: an organisation, and a chat platform that does what the test says."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
import structlog

from scheduler.delivery import Delivery
from scheduler.sender import Result, Sent
from storage.database import Database
from storage.outbox import Outgoing
from tests.factories import Home, make_home

# The default draws every local of every frame, which takes seconds where an exception is what the test is about.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)],
    cache_logger_on_first_use=False,
)

Answer = Callable[[Outgoing, datetime], Result | Awaitable[Result]]


@dataclass
class FakeSender:
    """Remembers what it was given, in order; `answer` decides what the platform says, accepted unless it is set."""

    seen: list[Outgoing] = field(default_factory=list)
    answer: Answer = lambda item, _: Sent(f"m{item.id}", item.channel)

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """What `scheduler.sender.Sender` promises."""
        self.seen.append(item)
        said = self.answer(item, now)
        return await said if inspect.isawaitable(said) else said

    @property
    def kinds(self) -> list[str]:
        """What was to be said, in order."""
        return [item.kind for item in self.seen]


@pytest.fixture
def home(database: Database) -> Home:
    """The organisation and desk of this test."""
    return database.write_now(make_home)


@pytest.fixture
def sender() -> FakeSender:
    """The chat platform of this test."""
    return FakeSender()


@pytest.fixture
def delivery(database: Database, sender: FakeSender) -> Delivery:
    """Delivers to that platform."""
    return Delivery(database, {"slack": sender})
