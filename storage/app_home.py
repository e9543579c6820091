"""People's own pages of the app (Home): who has opened one, and planning to refresh it when something on it may have
changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.outbox_rows import put
from storage.prepared import Prepared
from storage.refresh import Refresh, Target
from storage.tables.pages import HomeRow
from triage.keys import platform_of
from triage.notice import Urgency

WATCHED = timedelta(hours=12)  # since it was opened: a shift; whoever comes back later opens it again
TOGETHER = timedelta(seconds=1)  # changes within it are shown once

_homes = table(HomeRow)
# In one order, so that two who plan to refresh them never wait for each other.
_EVERYONE = sa.select(_homes.c.person).where(_homes.c.organisation_id == sa.bindparam("of")).order_by(_homes.c.person)
_WATCHERS = Prepared(_EVERYONE.where(_homes.c.opened_at > sa.bindparam("since", type_=_homes.c.opened_at.type)))


@dataclass(frozen=True, slots=True)
class AppHome:
    """A person's page: which page of each list they look at, and what was last shown."""

    #: Which page of their own tickets they look at, from 0.
    mine_page: int = 0
    #: Which page of the desk's order of work, from 0.
    queue_page: int = 0
    #: What the platform called the page as it was last shown, so that an older one does not replace a newer.
    view_hash: str = ""
    #: Of what was last shown, so that the same is not sent again.
    digest: str = ""


def open_home(session: Session, organisation_id: int, person: str, now: datetime, view_hash: str | None) -> None:
    """A person opened their page: every list on it begins at its first page. `view_hash` identifies what the platform
    shows them now; None where it shows nothing yet."""
    known = load_home(session, organisation_id, person)
    digest = known.digest if known is not None and known.view_hash == view_hash else ""
    row = {
        "organisation_id": organisation_id, "person": person, "opened_at": now, "mine_page": 0, "queue_page": 0,
        "view_hash": view_hash or "", "digest": digest,
    }  # fmt: skip
    upsert(session, HomeRow, [row], key=("organisation_id", "person"))


def load_home(session: Session, organisation_id: int, person: str) -> AppHome | None:
    """The person's page; None for somebody who never opened it."""
    query = sa.select(_homes.c.mine_page, _homes.c.queue_page, _homes.c.view_hash, _homes.c.digest).where(
        _homes.c.organisation_id == organisation_id, _homes.c.person == person
    )
    row = session.execute(query).first()
    return None if row is None else AppHome(*row)


def change_home(session: Session, organisation_id: int, person: str, values: Mapping[str, int | str]) -> None:
    """Store columns of a person's page: which page of a list they turned to, what was last shown."""
    session.execute(
        sa.update(_homes)
        .where(_homes.c.organisation_id == organisation_id, _homes.c.person == person)
        .values(dict(values))
    )


def refresh_home(session: Session, organisation_id: int, now: datetime, person: str | None = None) -> None:
    """Plan to refresh the page of `person`, or of everyone who is looking at theirs. Refreshes are coalesced: one that
    is planned already will show this change as well."""
    if person is None:
        people = [row[0] for row in _WATCHERS.rows(session, {"of": organisation_id, "since": now - WATCHED})]
    else:
        people = [person]
    _plan(session, organisation_id, people, now)


def refresh_every_home(session: Session, organisation_id: int, now: datetime) -> None:
    """Plan to refresh every page that was ever shown, since the platform keeps what it last got: something on it may
    have been erased."""
    people = session.execute(_EVERYONE, {"of": organisation_id}).scalars().all()
    _plan(session, organisation_id, people, now)


def _plan(session: Session, organisation_id: int, people: Sequence[str], now: datetime) -> None:
    pages = [
        Refresh(
            Target.PAGE, organisation_id, platform_of(person), f"home.{organisation_id}", person,
            urgency=Urgency.AFTER,
        )
        for person in people
    ]  # fmt: skip
    put(session, [page.row(now, now + TOGETHER) for page in pages])
