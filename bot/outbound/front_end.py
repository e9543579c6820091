"""A front end: one chat platform, or another way in, seen from the program that runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
from aiohttp import web

from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.outbound.desk_start import DeskStart
from bot.server.refused_requests import Refusals
from bot.server.settings import Settings
from scheduler.deferred import Performer
from scheduler.pacing import Rate
from scheduler.runner import Runner
from scheduler.sender import Sender
from storage.database import Database

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)  # seconds, of a request to a platform


class CannotStartError(Exception):
    """A front end cannot be started; the message is one line that says what to do."""


@dataclass(frozen=True)
class Host:
    """What the program gives every front end."""

    #: The program's settings.
    settings: Settings
    #: The one database of the process.
    database: Database
    #: For requests to platforms; closed by the program, after every front end has stopped.
    session: aiohttp.ClientSession
    #: The project's time.
    now: Now
    #: Starts desks, and lets one that is at work join a further platform.
    desks: DeskStart
    #: Counts what was refused at the door.
    refusals: Refusals
    #: Where this program is reached, without a slash at its end; known once it serves.
    address: Callable[[], str]
    #: Who holds the clocks; None in a process that does not, or not yet.
    runner: Callable[[], Runner | None] = field(default=lambda: None)


class FrontEnd(Protocol):
    """One way in and out. The program calls, in this order: `add_routes`, `start`, `listen` where it serves people
    (`--role web` or `all`), `refresh` every few seconds; and at the end `drain`, then `stop`."""

    @property
    def platform(self) -> str:
        """Its name, as it stands in keys and in rows: `slack`."""
        ...

    @property
    def page(self) -> str | None:
        """The path of a page of its own that people open in a browser; None where there is none."""
        ...

    @property
    def is_embedded(self) -> bool:
        """Whether the platform runs in this process, so that its requests come to our own address: the program then
        keeps accepting requests until everything is drained."""
        ...

    @property
    def rate(self) -> Rate:
        """How fast the platform lets one channel be posted to."""
        ...

    @property
    def sender(self) -> Sender:
        """Delivers what is for this platform. Asked for once, after `start`."""
        ...

    @property
    def performer(self) -> Performer:
        """Does the deferred work of this platform. Asked for once, after `start`."""
        ...

    @property
    def desks(self) -> Sequence[DeskRuntime]:
        """The desks that it serves at this moment."""
        ...

    def add_routes(self, app: web.Application) -> None:
        """Add what it serves over HTTP, before the program serves. Until it listens, its routes answer 503."""
        ...

    async def start(self) -> None:
        """Start its desks. Requests that arrive before `listen` are left unanswered. Raises CannotStartError,
        ConfigError or PolicyError; `stop` is called all the same."""
        ...

    async def listen(self) -> None:
        """Handle requests from now on, and keep what is known of people fresh."""
        ...

    async def refresh(self) -> None:
        """Take over what other processes have recorded: policies, people, installations."""
        ...

    async def drain(self) -> None:
        """Accept no new requests and finish those accepted. Called only after `listen`."""
        ...

    async def stop(self) -> None:
        """Close connections. Nothing is sent any more."""
        ...
