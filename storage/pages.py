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
from storage.tables import OutboxRow, PolicyRow
from storage.tickets import StoredTicket
from triage.notice import Urgency
from triage.paging import Page, PageEvent, pages_between
from triage.ticket import Ticket

PAGER = "page"
"""The platform of such rows: no chat."""

_rows, _policies = table(OutboxRow), table(PolicyRow)


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
    part = _policies.c.data["levels"] if level else _policies.c.data["page"]
    query = (
        sa.select(part)
        .where(_policies.c.organisation_id == stored.organisation_id, _policies.c.desk_id == stored.desk_id)
        .order_by(_policies.c.version.desc())
        .limit(1)
    )
    found = session.execute(query).scalar()
    if not level:
        return list((found or {}).get("severity_1", ()))
    levels = found or []
    return list(levels[level - 1].get("page", ())) if level <= len(levels) else []


def _of_subject(stored_id: int, subject: str) -> sa.Select[Any]:
    return sa.select(_rows.c.id, _rows.c.state, _rows.c.data).where(
        _rows.c.ticket_id == stored_id, _rows.c.kind == WorkKind.PAGE.value,
        _rows.c.data["subject"].as_string() == subject,
    )  # fmt: skip


def _told(session: Session, stored: StoredTicket, page: Page) -> list[str]:
    """Who was told, or is about to be, that somebody is needed: they hear how it goes on, whatever the policy says by
    now."""
    found = session.execute(_of_subject(stored.id, page.subject)).all()
    return list(dict.fromkeys(row.data["target"] for row in found if row.data["event"] == PageEvent.TRIGGER))


@dataclass(frozen=True, slots=True)
class Earlier:
    """What became of the earlier pages of one subject to one target."""

    #: Whether one of them still waits or is being sent.
    waits: bool
    #: Whether the target was told that somebody is needed.
    triggered: bool


def earlier_pages(session: Session, ticket_id: int, row_id: int, data: dict[str, Any]) -> Earlier:
    """What became of the pages of that subject to that target before this one."""
    found = session.execute(_of_subject(ticket_id, data["subject"]).where(_rows.c.id < row_id)).all()
    mine = [row for row in found if row.data["target"] == data["target"]]
    return Earlier(
        waits=any(row.state in ("pending", "claimed") for row in mine),
        triggered=any(row.state == "sent" and row.data["event"] == PageEvent.TRIGGER for row in mine),
    )
