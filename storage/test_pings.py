"""Tests of the escalation: who was sent a message to see whether it would reach them, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.announcements.announcement import AnnouncementKind
from storage.announcements.to_person import Ping, PingReport
from storage.announcing import tell
from storage.core import add_all, table
from storage.deferred import WorkKind
from storage.outbox import Outgoing
from storage.outbox_rows import put_once
from storage.pages import PAGER, page_row
from storage.refresh import refresh_announced
from storage.tables.on_call import TestPingRow
from storage.tables.outbox import OutboxRow
from triage.notice import Urgency
from triage.paging import PageEvent

_pings, _rows = table(TestPingRow), table(OutboxRow)


@dataclass(frozen=True, slots=True)
class PingResult:
    """What became of one message of a test."""

    #: A person's key, what the policy calls them where that is nobody, or `page:` and the name of a target.
    who: str
    #: Of which levels they are a contact.
    levels: tuple[int, ...]
    #: `waits`, `sent`, `failed`, or `nobody` where there is nobody to send it to.
    state: str
    #: When they answered; None: they have not.
    answered_at: datetime | None


def begin_test(  # noqa: PLR0917  which test, of whom, when: nothing here has a default
    session: Session,
    organisation_id: int,
    test: str,
    people: Mapping[str, Sequence[int]],
    nobody: Mapping[str, Sequence[int]],
    targets: Sequence[str],
    by: str,
    now: datetime,
) -> bool:
    """Send everyone a message, tell every target of pages, and whoever asked what becomes of it. False where that test
    has begun already."""
    if not tell(session, organisation_id, PingReport(test), by, key=_report(test), now=now):
        return False
    told = {**people, **nobody, **{f"{PAGER}:{target}": () for target in targets}}
    rows = [
        {"organisation_id": organisation_id, "test": test, "who": who, "levels": list(levels), "answered_at": None}
        for who, levels in told.items()
    ]
    add_all(session, TestPingRow, rows)
    for who, levels in people.items():
        tell(session, organisation_id, Ping(test, list(levels)), who, key=_ping(test, who), now=now)
    for target in targets:
        data = {"event": PageEvent.TEST.value, "subject": test, "level": 0, "test": test}
        put_once(session, page_row(organisation_id, target, data, _page(organisation_id, test, target), now))
    return True


def _report(test: str) -> str:
    return f"ping-report.{test}"


def _ping(test: str, who: str) -> str:
    return f"ping.{test}.{who}"


def _page(organisation_id: int, test: str, target: str) -> str:
    return f"page.test.{organisation_id}.{test}.{target}"


def answer_test(session: Session, organisation_id: int, test: str, person: str, now: datetime) -> bool:
    """Record that somebody got the message. False where they were sent none, or have answered already."""
    changed = session.execute(
        sa.update(_pings)
        .where(
            _pings.c.organisation_id == organisation_id, _pings.c.test == test, _pings.c.who == person,
            _pings.c.answered_at.is_(None),
        )
        .values(answered_at=now)
    )  # fmt: skip
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    refresh_report(session, organisation_id, test, now)
    return True


def results_of(session: Session, organisation_id: int, test: str) -> list[PingResult]:
    """What has become of a test until now, by level."""
    query = sa.select(_pings.c.who, _pings.c.levels, _pings.c.answered_at).where(
        _pings.c.organisation_id == organisation_id, _pings.c.test == test
    )
    rows = session.execute(query).all()
    keys = {row.who: _key_of(organisation_id, test, row.who) for row in rows}
    query = sa.select(_rows.c.dedupe_key, _rows.c.state).where(_rows.c.dedupe_key.in_(list(keys.values())))
    states = {key: _STATES.get(state, "failed") for key, state in session.execute(query)}
    found = [
        PingResult(row.who, tuple(row.levels), states.get(keys[row.who], "nobody"), row.answered_at) for row in rows
    ]
    return sorted(found, key=lambda result: (result.who.startswith(f"{PAGER}:"), result.levels, result.who))


_STATES = {"pending": "waits", "claimed": "waits", "sent": "sent"}


def _key_of(organisation_id: int, test: str, who: str) -> str:
    if who.startswith(f"{PAGER}:"):
        return _page(organisation_id, test, who.removeprefix(f"{PAGER}:"))
    return f"announced.{organisation_id}.{_ping(test, who)}"


def note_outcome(session: Session, item: Outgoing, now: datetime) -> None:
    """A message of a test was sent, or will never be: whoever asked for it is shown so."""
    if item.kind in (AnnouncementKind.PING, WorkKind.PAGE) and "test" in item.data:
        refresh_report(session, item.organisation_id, item.data["test"], now)


def refresh_report(session: Session, organisation_id: int, test: str, now: datetime) -> None:
    """Plan to show the report of a test anew, in its place."""
    refresh_announced(session, organisation_id, _report(test), now, urgency=Urgency.LAST)
