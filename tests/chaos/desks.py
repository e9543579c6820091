"""The desks that the long form of the kill loop tries in turn on each engine: in one process and in several, over HTTP
and through sockets, on one platform and on two."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.posts import SLACK, TEAMS
from tests.chaos.stage import WEB_AND_WORKERS, Stage, stage

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SLACK, TEAMS)


@dataclass(frozen=True)
class Desk:
    """How a desk is run."""

    #: On which database.
    engine: str
    #: The role of each of its processes.
    roles: tuple[str, ...] = ("all",)
    #: Whether Slack speaks to it through sockets.
    sockets: bool = False
    #: On which platforms it is.
    platforms: tuple[str, ...] = (SLACK,)

    def stage(self, folder: Path) -> AbstractAsyncContextManager[Stage]:
        """It at work in that folder."""
        return stage(
            folder, postgres=self.engine == POSTGRESQL, sockets=self.sockets, platforms=self.platforms, roles=self.roles
        )

    @property
    def name(self) -> str:
        """It in a few words."""
        over = "sockets" if self.sockets else "http"
        return f"{self.engine} {'+'.join(self.roles)} {','.join(self.platforms)} {over}"


DESKS = {
    SQLITE: (Desk(SQLITE), Desk(SQLITE, platforms=BOTH), Desk(SQLITE, sockets=True)),
    POSTGRESQL: (
        Desk(POSTGRESQL, WEB_AND_WORKERS),
        Desk(POSTGRESQL, WEB_AND_WORKERS, platforms=BOTH),
        Desk(POSTGRESQL, ("all", "all"), sockets=True),
    ),
}


def shares(kills: int, desks: int) -> list[int]:
    """How many kills each of so many desks is to stand."""
    return [kills // desks + (n < kills % desks) for n in range(desks)]
