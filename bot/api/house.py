"""Where this front end stands, and what the program gives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.server.strangers import Networks
from storage.database import Database

PREFIX = "/api/v1"
LARGEST = 1_000_000  # bytes of a request


@dataclass(frozen=True)
class House:
    """What the program gives this front end."""

    #: The one database of the process.
    database: Database
    #: The desk that is served here, by organisation and desk; None: none is.
    find: Callable[[int, int], DeskRuntime | None]
    #: Counts what was refused at the door.
    refusals: Refusals
    #: Proxies that are believed when they say for whom they ask.
    proxies: Networks = ()
