"""People's pages of the app, as far as every platform is alike: what is on one, and what of it was shown."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.verbs.reading.figures import figure
from bot.wording.app_home import Shown, read_home
from storage.app_home import change_home, load_home

LAST_PAGE = 10_000
PAGED = {"mine": "mine_page", "queue": "queue_page"}


class AnyHomes:
    """The pages of a desk's people, seen from one platform."""

    def __init__(self, desk: DeskRuntime) -> None:
        self.desk = desk

    async def read(self, account: str) -> Shown | None:
        """What that person may see now; None where they never opened their page."""
        return await self.desk.database.read(partial(self._read, account=account))

    def _read(self, session: Session, account: str) -> Shown | None:
        desk = self.desk
        page = load_home(session, desk.organisation_id, account)
        if page is None:
            return None
        actor = desk.actor(desk.directory.person(account))
        return read_home(session, desk, actor, page, now=desk.now())

    def record_turn(self, session: Session, account: str, to: str) -> None:
        """Record that the person turned a list to a page: `queue:2`. What is no page turns nothing."""
        name, _, page = to.partition(":")
        if name in PAGED and (number := figure(page)) is not None:
            change_home(session, self.desk.organisation_id, account, {PAGED[name]: min(number, LAST_PAGE)})

    async def keep(self, account: str, digest: str, shown_as: str) -> None:
        """Keep what was shown: its digest, and what the platform calls it."""
        values = {"digest": digest, "view_hash": shown_as}
        keep = partial(change_home, organisation_id=self.desk.organisation_id, person=account, values=values)
        await self.desk.database.write(keep)
