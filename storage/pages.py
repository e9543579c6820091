"""Pages to other systems, as rows of the outbox. They are deferred work, done by a pass of its own, so that a slow
pager holds up nothing that people are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.deferred import WORK, WorkKind
from storage.outbox_rows import Row, planned, put
from storage.prepared import Prepared
from storage.tables.desks import PolicyRow
from storage.tables.outbox import OutboxRow
from storage.tickets import StoredTicket
from triage.notice import Urgency
from triage.paging import Page, PageEvent, pages_between
from triage.ticket import Ticket

PAGER = "page"
"""The platform of such rows: no chat."""

_rows, _policies = table(OutboxRow), table(PolicyRow)
_PAGES = Prepared(
    sa.select(_rows.c.id, _rows.c.state, _rows.c.data).where(
        _rows.c.ticket_id == sa.bindparam("of"), _rows.c.kind == sa.bindparam("kind")
    )
)
_OF_POLICY = {
    part: Prepared(
        sa.select(_policies.c.data[part])
        .where(_policies.c.organisation_id == sa.bindparam("of"), _policies.c.desk_id == sa.bindparam("desk"))
        .order_by(_policies.c.version.desc())
        .limit(1)
    )
    for part in ("levels", "page")
}


def plan_pages(session: Session, before: Ticket | None, stored: StoredTicket, now: datetime) -> None:
    """Plan what pagers are to be told because a ticket is no longer as it was `before`: a row for each of those that
    the policy names at this moment. Planned twice, each is one row."""
    rows = []
    for page in pages_between(before, stored.ticket):
        triggers = page.event is PageEvent.TRIGGER
        for target in _named(session, stored, page.level) if triggers else _told(session, stored, page):
            key = f"page.{stored.id}.{stored.ticket.version}.{page.subject}.{page.event}.{target}"
            data = {"event": page.event.value, "subject": page.subject, "level": page.level}
            rows.append(page_row(stored.organisation_id, target, data, key, now, ticket_id=stored.id))
    if rows:
        put(session, rows)


def page_row(
    organisation_id: int, target: str, data: Mapping[str, Any], key: str, now: datetime, *, ticket_id: int | None = None
) -> Row:
    """A row that tells one target. Those for one target wait for no other's."""
    return planned(
        organisation_id=organisation_id, ticket_id=ticket_id, platform=PAGER, channel=f"{PAGER}:{target}",
        kind=WorkKind.PAGE.value, audience=WORK, data={"person": f"{PAGER}:{target}", "target": target, **data},
        key=key, now=now, urgency=Urgency.AHEAD,
    )  # fmt: skip


def _named(session: Session, stored: StoredTicket, level: int) -> list[str]:
    """The targets that the policy in force names for that level; of level 0, for severity 1."""
    rows = _OF_POLICY["levels" if level else "page"].rows(
        session, {"of": stored.organisation_id, "desk": stored.desk_id}
    )
    found = rows[0][0] if rows else None
    if not level:
        return list((found or {}).get("severity_1", ()))
    levels = found or []
    return list(levels[level - 1].get("page", ())) if level <= len(levels) else []


def _told(session: Session, stored: StoredTicket, page: Page) -> list[str]:
    """Who was told, or is about to be, that somebody is needed: they hear how it goes on, whatever the policy says by
    now."""
    found = _of_subject(session, stored.id, page.subject)
    return list(dict.fromkeys(data["target"] for _, _, data in found if data["event"] == PageEvent.TRIGGER))


def _of_subject(session: Session, ticket_id: int, subject: str) -> list[tuple[int, str, dict[str, Any]]]:
    """The row id, the state and the data of each page of that subject."""
    found = _PAGES.rows(session, {"of": ticket_id, "kind": WorkKind.PAGE.value})
    return [(row_id, state, data) for row_id, state, data in found if data.get("subject") == subject]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What became of the earlier pages of one subject to one target."""

    #: Whether one of them still waits or is being sent.
    waits: bool
    #: Whether the target was told that somebody is needed.
    triggered: bool


def earlier_pages(session: Session, ticket_id: int, row_id: int, data: dict[str, Any]) -> Earlier:
    """What became of the pages of that subject to that target before this one."""
    found = _of_subject(session, ticket_id, data["subject"])
    mine = [(state, each) for earlier, state, each in found if earlier < row_id and each["target"] == data["target"]]
    return Earlier(
        waits=any(state in ("pending", "claimed") for state, _ in mine),
        triggered=any(state == "sent" and each["event"] == PageEvent.TRIGGER for state, each in mine),
    )
