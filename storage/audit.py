"""What the auditor reads: whose turn it is, which tickets to look at next, what is wrong with them and with the
outbox.

When somebody was last given a ticket is not looked at: it only decides between equals, and the next one writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.cause import Cause
from storage.core import add_new, table
from storage.deferred import WORK, alike_key
from storage.findings import Finding, note
from storage.tables.operation import STANDS, AuditRow, FindingRow
from storage.tables.organisations import OrganisationRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import IS_OPEN, DeadlineRow, TicketRow
from storage.tables.words import WordsRow
from storage.ticket_row import columns_of
from storage.tickets import StoredTicket, get_ticket_by_id, get_tickets_by_id
from triage.agenda import Due
from triage.auditing import GRACE, LONG, OF_TICKETS, Wrong, is_late, wrong_with
from triage.notice import Audience, NoticeKind, Urgency, urgency
from triage.ticket import Status

EVERY = timedelta(seconds=50)  # no pass begins sooner after another
AHEAD = timedelta(minutes=15)  # tickets that are due within it are looked at in each pass
KEPT = timedelta(days=30)  # what is right again is forgotten then
MOST = 100  # of each kind, in one pass
OPEN, REST = 400, 100  # tickets that are looked at in turn
WINDOW = 5000  # tickets among which they are sought
RECENT = 5000  # rows of the outbox, the newest ones, among which is sought what was given up
GIVEN_UP_WITHIN = timedelta(hours=1)
THE_ONE = "audit"

Ref = tuple[int, int]
"""The ids of an organisation and of a ticket."""

_audit, _findings, _rows = table(AuditRow), table(FindingRow), table(OutboxRow)
_tickets, _deadlines, _organisations = table(TicketRow), table(DeadlineRow), table(OrganisationRow)
_words = table(WordsRow)
_PENDING: sa.ColumnElement[str] = sa.literal_column("'pending'")
_CLAIMED: sa.ColumnElement[str] = sa.literal_column("'claimed'")
_STANDS: sa.ColumnElement[bool] = sa.literal_column(STANDS)
_PRESSING = sorted(kind.value for kind in NoticeKind if urgency(kind) <= Urgency.LATE)


@dataclass(frozen=True, slots=True)
class Turn:
    """One pass, by whoever has the turn."""

    #: When the pass before it began; None: there was none that this one could go by.
    before: datetime | None
    #: The id of the open ticket that was looked at last.
    open_cursor: int
    #: The same of those that are not open.
    rest_cursor: int


def take_turn(session: Session, now: datetime, swept_at: datetime | None) -> Turn | None:
    """The turn for a pass at `now`; None where somebody else had it a moment ago. `swept_at`: when whoever asks swept
    last."""
    add_new(session, AuditRow, {"name": THE_ONE, "open_cursor": 0, "rest_cursor": 0, "beat_failures": 0}, key=("name",))
    row = session.execute(sa.select(_audit).with_for_update()).mappings().one()
    before: datetime | None = row["ran_at"]
    if before is not None and now - EVERY < before <= now:
        return None
    _keep(session, ran_at=now, swept_at=swept_at)
    return Turn(before if before is not None and before <= now else None, row["open_cursor"], row["rest_cursor"])


def end_turn(session: Session, now: datetime, turn: Turn, *, was_late: bool) -> bool:
    """Keep how far the pass came, and forget what is long over. Whether nothing is wrong."""
    over = sa.delete(_findings).where(_findings.c.ended_at < now - KEPT)
    session.execute(over)
    stands = session.execute(sa.select(_findings.c.of).where(_STANDS).limit(1)).first() is not None
    is_well = not (stands or was_late)
    done: dict[str, Any] = {"open_cursor": turn.open_cursor, "rest_cursor": turn.rest_cursor}
    if turn.open_cursor == 0:
        done["round_at"] = now
    if is_well:
        done["well_at"] = now
    _keep(session, **done)
    return is_well


def keep_beat(session: Session, now: datetime, error: str | None) -> None:
    """Keep that the monitor took a heartbeat, or why it did not."""
    if error is None:
        _keep(session, beat_at=now, beat_failures=0, beat_error=None)
    else:
        _keep(session, beat_failures=_audit.c.beat_failures + 1, beat_error=error)


def _keep(session: Session, **values: Any) -> None:
    session.execute(sa.update(_audit).where(_audit.c.name == THE_ONE).values(values))


# Tickets.


def next_tickets(session: Session, now: datetime, turn: Turn) -> tuple[list[Ref], Turn]:
    """Which tickets to look at: what is found wrong already, what is due soon or was due just now, and some more in
    turn. And the turn as it is after them."""
    wrong = sa.select(_findings.c.organisation_id, _findings.c.of).where(
        _STANDS, _findings.c.kind.in_(sorted(OF_TICKETS))
    )
    near = (
        sa.select(_tickets.c.organisation_id, _tickets.c.id)
        .join_from(_organisations, _tickets, _tickets.c.organisation_id == _organisations.c.id)
        .where(
            IS_OPEN, _tickets.c.next_due_at > (turn.before or now) - 2 * GRACE, _tickets.c.next_due_at <= now + AHEAD
        )
        .order_by(_tickets.c.next_due_at)
    )
    found = [(org, of) for query in (wrong, near) for org, of in session.execute(query.limit(MOST))]
    in_turn, open_cursor = _in_turn(session, IS_OPEN, turn.open_cursor, OPEN)
    others, rest_cursor = _in_turn(session, sa.not_(IS_OPEN), turn.rest_cursor, REST)
    return list(dict.fromkeys([*found, *in_turn, *others])), Turn(turn.before, open_cursor, rest_cursor)


def _in_turn(session: Session, which: sa.ColumnElement[bool], cursor: int, most: int) -> tuple[list[Ref], int]:
    """The next tickets by id, and the cursor after them: 0 at the end. No more than `WINDOW` tickets are passed at
    once, so that it stays quick however few of them are meant; ids that no ticket has cost nothing."""
    seen = sa.select(_tickets.c.id, _tickets.c.organisation_id, _tickets.c.status).where(_tickets.c.id > cursor)
    window = seen.order_by(_tickets.c.id).limit(WINDOW).subquery("seen")
    query = sa.select(window.c.organisation_id, window.c.id).where(which).order_by(window.c.id).limit(most)
    found = [(org, of) for org, of in session.execute(query)]
    if len(found) == most:
        last = found[-1][1]
    else:
        last = session.execute(sa.select(sa.func.max(window.c.id))).scalar_one() or cursor
    more = session.execute(sa.select(_tickets.c.id).where(_tickets.c.id > last).limit(1)).first()
    return found, 0 if more is None else last


def look(session: Session, refs: Sequence[Ref], now: datetime) -> list[Finding]:
    """What is wrong with these tickets. Nothing is locked: whoever repairs looks again."""
    ids = [of for _, of in refs]
    rows = session.execute(sa.select(_tickets).where(_tickets.c.id.in_(ids))).mappings().all()
    deadlines: dict[int, dict[str, Due]] = {}
    query = sa.select(_deadlines).where(_deadlines.c.ticket_id.in_(ids))
    for each in session.execute(query).mappings():
        due = Due(each["due_at"], each["clock"], each["step"], each["cycle"])
        deadlines.setdefault(each["ticket_id"], {})[each["clock"]] = due
    stored = _fold_all(session, rows)
    with_words = set(session.execute(sa.select(_words.c.ticket_id).where(_words.c.ticket_id.in_(ids))).scalars())
    lacking = (row["id"] for row in rows if row["id"] not in with_words and row["status"] != Status.DISMISSED.value)
    with_words |= _to_be_kept(session, lacking)
    found: list[Finding] = []
    for row in rows:
        org, of = row["organisation_id"], row["id"]
        ticket = stored.get(of)
        if ticket is None:
            found.append(Finding(org, Wrong.UNREADABLE, of, was_late=True))
            continue
        late = is_late(ticket.ticket, now)
        found += [
            Finding(org, kind, of, was_late=late)
            for kind in wrong_with(
                ticket.ticket,
                deadlines.get(of, {}),
                dict(row),
                columns_of(ticket.ticket),
                has_words=of in with_words,
            )
        ]
    return found


def _to_be_kept(session: Session, ids: Iterable[int]) -> set[int]:
    """Those of these tickets whose words are still to be kept, by what was planned when they were opened."""
    keys = {alike_key(of): of for of in ids}
    query = sa.select(_rows.c.dedupe_key).where(_rows.c.dedupe_key.in_(keys), _rows.c.state.in_(("pending", _CLAIMED)))
    return {keys[key] for key in session.execute(query).scalars()} if keys else set()


def look_again(session: Session, ref: Ref, now: datetime) -> tuple[StoredTicket | None, list[Finding]]:
    """As `look`, of one ticket that nobody changes meanwhile: it is locked. And the ticket; None where it cannot be
    read."""
    session.execute(sa.select(_tickets.c.id).where(_tickets.c.id == ref[1]).with_for_update(key_share=True))
    found = look(session, [ref], now)
    if any(each.kind is Wrong.UNREADABLE for each in found):
        return None, found
    return get_ticket_by_id(session, *ref, lock=True), found


def _fold_all(session: Session, rows: Sequence[sa.RowMapping]) -> dict[int, StoredTicket]:
    """The tickets of those rows by id, without those that cannot be read."""
    found: dict[int, StoredTicket] = {}
    ordered = sorted(rows, key=_desk_of)
    for (org, desk), several in groupby(ordered, key=_desk_of):
        ids = [row["id"] for row in several]
        try:
            found |= {each.id: each for each in get_tickets_by_id(session, org, desk, ids)}
        except Exception:  # noqa: BLE001  whichever it is, the others are looked at one by one
            found |= dict(_one_by_one(session, org, ids))
    return found


def _one_by_one(session: Session, organisation_id: int, ids: Iterable[int]) -> Iterator[tuple[int, StoredTicket]]:
    for of in ids:
        try:
            yield of, get_ticket_by_id(session, organisation_id, of)
        except Exception:  # noqa: BLE001, S112  said by whoever asks: it is found unreadable
            continue


def _desk_of(row: sa.RowMapping) -> tuple[int, int]:
    return row["organisation_id"], row["desk_id"]


def overdue_tickets(session: Session, before: datetime) -> list[Ref]:
    """Tickets of which something was overdue in the pass before, and still is, longest first."""
    query = (
        sa.select(_deadlines.c.organisation_id, _deadlines.c.ticket_id)
        .where(_deadlines.c.due_at <= before - GRACE)
        .group_by(_deadlines.c.organisation_id, _deadlines.c.ticket_id)
        .order_by(sa.func.min(_deadlines.c.due_at))
        .limit(MOST)
    )
    return [(org, of) for org, of in session.execute(query)]


def drop_orphans(session: Session, now: datetime) -> list[Finding]:
    """Delete deadlines of no ticket that are due: nobody could ever say them, and each would be tried for ever."""
    query = (
        sa.select(_deadlines.c.organisation_id, _deadlines.c.ticket_id)
        .join_from(_deadlines, _tickets, _tickets.c.id == _deadlines.c.ticket_id, isouter=True)
        .where(_deadlines.c.due_at <= now, _tickets.c.id.is_(None))
        .limit(MOST)
    )
    gone = dict.fromkeys((org, of) for org, of in session.execute(query))
    session.execute(sa.delete(_deadlines).where(_deadlines.c.ticket_id.in_([of for _, of in gone])))
    found = [Finding(org, Wrong.ORPHAN, of, repaired=True, was_late=True) for org, of in gone]
    note(session, found, now)
    return found


# The outbox.


def release_claims(session: Session, before: datetime) -> list[Finding]:
    """Release what was claimed and whose lease had run out by the pass before: nobody has claimed it anew. It may have
    arrived, and is looked for first."""
    query = (
        sa.select(_rows.c.id, _rows.c.organisation_id)
        .where(_rows.c.state == _CLAIMED, sa.or_(_rows.c.lease_until.is_(None), _rows.c.lease_until <= before - GRACE))
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    found = session.execute(query).all()
    free = sa.update(_rows).where(_rows.c.id.in_([of for of, _ in found]), _rows.c.state == _CLAIMED)
    session.execute(free.values(state="pending", lease_until=None, unsure=True))
    return [Finding(org, Wrong.CLAIMED, of, repaired=True, was_late=True) for of, org in found]


def stuck(session: Session, before: datetime, now: datetime) -> list[Finding]:
    """What could have been sent for long and was not, and what presses and was given up a short while ago. What goes
    last anyway may wait."""
    long_ago = before - LONG
    unsent = (
        sa.select(_rows.c.organisation_id, _rows.c.id)
        .where(
            _rows.c.state.in_([_PENDING, _CLAIMED]), _rows.c.urgency < Urgency.AFTER.value,
            _rows.c.audience.not_in([WORK, Audience.ADMIN.value]),  # which waits until somebody is known as an admin
            _rows.c.planned_at <= long_ago,
            sa.or_(_rows.c.not_before <= long_ago, _rows.c.attempts > 0, _rows.c.reason.is_not(None)),
        )
        .order_by(_rows.c.urgency, _rows.c.not_before)
        .limit(MOST)
    )  # fmt: skip
    newest = sa.select(sa.func.max(_rows.c.id)).scalar_subquery()
    given_up = (
        sa.select(_rows.c.organisation_id, _rows.c.id)
        .where(
            _rows.c.id > newest - RECENT, _rows.c.state == "failed", _rows.c.planned_at > now - GIVEN_UP_WITHIN,
            sa.or_(_rows.c.kind.in_(_PRESSING), _rows.c.cause == Cause.DEFECT.value),
        )
        .limit(MOST)
    )  # fmt: skip
    return [
        Finding(org, kind, of, was_late=True)
        for kind, query in ((Wrong.UNSENT, unsent), (Wrong.GIVEN_UP, given_up))
        for org, of in session.execute(query)
    ]
