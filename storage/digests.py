"""Digests: where more waits for a channel than it takes in five minutes, one message says what has fallen due there.

A digest is a row of the outbox like any other. What it says instead of others is decided by whoever has claimed it, in
the transaction that ends those rows (`said_in`): whoever dies before or after repeats nothing and loses nothing. What
it says of their tickets is read when it is sent, as they are then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.announcements.announcement import AnnouncementKind
from storage.announcements.to_desk import Digest
from storage.behind import next_of_each
from storage.core import table
from storage.crowds import IS_BEHIND, IS_FOLDED, Crowd
from storage.lenient import content_of
from storage.listing import Listed, listed, with_cards
from storage.outbox import Outgoing, hold
from storage.outbox_rows import planned, put_once
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import IS_OPEN, TicketRow
from storage.tickets import get_each
from storage.turns import in_turn
from triage.agreements import parted
from triage.clocks import Clock
from triage.contents.deadlines import BREACH_TO, AgreementContent, CatchUpContent, WarningContent
from triage.notice import Audience, NoticeKind, Urgency
from triage.terms import PRESSING

SPAN = timedelta(minutes=5)  # a backlog that takes longer is too long; and so far apart are two digests of a channel
# It waits for so long, since as a rule more is being planned at this moment.
GATHERS = timedelta(seconds=20)
AT_ONCE = 2000  # rows that one transaction ends
# So many last calls are said by themselves, as long as they come in time.
CALLS = 60
SHOWN, LINKED = 10, 30  # tickets with a row of their own, and with a link

_rows, _tickets = table(OutboxRow), table(TicketRow)


@dataclass(frozen=True, slots=True)
class Digested:
    """What a digest says: the open tickets of all that it stands for, as they are now."""

    #: How many there are.
    tickets: int = 0
    #: How many of them are overdue.
    late: int = 0
    #: How many are of severity 1 or 2.
    pressing: int = 0
    #: The first of these.
    first: Sequence[Listed] = ()
    #: The first of all others, the earliest deadline first.
    others: Sequence[Listed] = ()
    #: How many tickets each has of which somebody is to be notified, by a person's key (None: nobody has them) and
    #: whether the ticket presses.
    whose: Mapping[tuple[str | None, bool], int] = field(default_factory=dict)
    #: How many breaches are said again because nobody has answered, by whom they are said to: `lead` or `level`.
    unanswered: Mapping[str, int] = field(default_factory=dict)
    #: The numbers of the tickets for which a level is proposed.
    proposed: Sequence[int] = ()
    #: Of agreements beside the customer's what has fallen due, the first of it: the ticket, and which clock as the
    #: agenda calls it.
    agreed: Sequence[tuple[int, str, Clock]] = ()
    #: How many of these each group has to be told of, by its key.
    groups: Mapping[str, int] = field(default_factory=dict)
    #: The platforms that cannot be reached.
    unreached: frozenset[str] = frozenset()


NOTHING_DIGESTED = Digested()


def plan_digest(session: Session, crowd: Crowd, now: datetime) -> bool:
    """Plan a digest in that channel, unless one waits there or was sent within `SPAN`. Whether it was planned."""
    prefix = f"digest.{crowd.organisation_id}.{crowd.channel}."
    last = sa.select(_rows.c.id).where(
        _rows.c.dedupe_key >= prefix, _rows.c.dedupe_key < f"{prefix}~",
        sa.or_(_rows.c.state.in_(["pending", "claimed"]), _rows.c.sent_at > now - SPAN),
    )  # fmt: skip
    if session.execute(last.limit(1)).first() is not None:
        return False
    turn = int(now.timestamp() // SPAN.total_seconds())
    row = planned(
        organisation_id=crowd.organisation_id, platform=crowd.platform, channel=crowd.channel,
        kind=AnnouncementKind.DIGEST.value, audience=Audience.DESK.value, version=Digest.VERSION,
        data=Digest().to_data(), key=f"{prefix}{turn}", now=now, not_before=now + GATHERS, urgency=Urgency.FIRST,
    )  # fmt: skip
    return put_once(session, row)


def take_in(session: Session, digest: Outgoing, now: datetime) -> int | None:
    """The digest, which this process has claimed, says from now on what else waits for its channel and can be said
    there; how much of it: at most `AT_ONCE`. What may have arrived already is looked for by itself. None, where the
    claim is somebody else's by now, who may have read already what it says."""
    if not hold(session, digest):
        return None
    found = _sayable(session, digest, now)
    calls = [row.id for row in found if _comes_in_time(row, now)][:CALLS]
    ended = [row for row in found if row.id not in set(calls)][:AT_ONCE]
    ids = [row.id for row in ended]
    if ids:
        over = sa.update(_rows).where(_rows.c.id.in_(ids), _rows.c.state == "pending")
        session.execute(over.values(state="dropped", said_in=digest.id, reason=f"said in one with {digest.id}"))
        next_of_each(session, [row.conversation_id for row in ended])
    return len(ids)


def _sayable(session: Session, digest: Outgoing, now: datetime) -> list[sa.Row[Any]]:
    """What waits in its lane and can be said in it, what presses first. It is read in the order in which it would go,
    urgency by urgency, so that a long lane is not sorted; then what is known to wait for others."""
    most = AT_ONCE + CALLS
    query = (
        sa.select(
            _rows.c.id, _rows.c.kind, _rows.c.data, _rows.c.data_version, _rows.c.conversation_id, _rows.c.urgency,
            _rows.c.not_before,
        )
        .where(_rows.c.lane == digest.lane, _rows.c.not_before <= now, ~_rows.c.unsure, IS_FOLDED)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    found: list[sa.Row[Any]] = []
    for urgency in Urgency:
        due = query.where(in_turn(_rows), _rows.c.urgency == urgency.value).order_by(_rows.c.not_before, _rows.c.id)
        found += session.execute(due.limit(most - len(found)))
    found += session.execute(query.where(IS_BEHIND).limit(most))
    return sorted(found, key=lambda row: (row.urgency, row.not_before, row.id))[:most]


def _comes_in_time(row: sa.Row[Any], now: datetime) -> bool:
    said = content_of(row.kind, row.data, row.data_version) if row.kind == NoticeKind.WARNING else None
    return isinstance(said, WarningContent) and said.last_call and said.due > now


def load_digest(session: Session, digest: Outgoing, now: datetime) -> Digested:
    """What a digest says at `now`. Of tickets that are closed by then it says nothing."""
    said = sa.select(_rows.c.ticket_id, _rows.c.kind, _rows.c.data, _rows.c.data_version).where(
        _rows.c.said_in == digest.id
    )
    rows = session.execute(said).all()
    of = sa.select(_rows.c.ticket_id).where(_rows.c.said_in == digest.id)
    query = (
        sa.select(
            _tickets.c.id, _tickets.c.number, _tickets.c.severity, _tickets.c.assignee, _tickets.c.next_due_at
        )
        .where(_tickets.c.organisation_id == digest.organisation_id, _tickets.c.id.in_(of), IS_OPEN)
        .order_by(_tickets.c.next_due_at.is_(None), _tickets.c.next_due_at, _tickets.c.number)
    )  # fmt: skip
    tickets = session.execute(query).all()
    open_ids = {ticket.id: ticket.number for ticket in tickets}
    heard = {row.ticket_id for row in rows if not (row.data.get("quiet") or _is_a_groups(row))}
    whose: dict[tuple[str | None, bool], int] = {}
    for ticket in tickets:
        if ticket.id in heard:
            key = ticket.assignee, ticket.severity in PRESSING
            whose[key] = whose.get(key, 0) + 1
    unanswered: dict[str, int] = {}
    for row in rows:
        if row.ticket_id in open_ids and row.data.get("to") in BREACH_TO[1:] and not row.data.get("quiet"):
            unanswered[row.data["to"]] = unanswered.get(row.data["to"], 0) + 1
    pressing = sorted((each for each in tickets if each.severity in PRESSING), key=lambda each: each.severity or 0)
    first = _shown(session, digest, [each.number for each in pressing[:SHOWN]])
    others = _shown(session, digest, [each.number for each in tickets if each.severity not in PRESSING][:LINKED])
    proposals = [row.ticket_id for row in rows if row.kind == NoticeKind.PROPOSAL and row.ticket_id in open_ids]
    proposed = [open_ids[of] for of in dict.fromkeys(proposals)]
    late = sum(each.next_due_at is not None and each.next_due_at < now for each in tickets)
    agreed, groups = _agreed(session, digest, [row for row in rows if row.ticket_id in open_ids])
    return Digested(
        len(tickets), late, len(pressing), first, others, whose, unanswered, proposed, agreed=agreed, groups=groups
    )


def _is_a_groups(row: sa.Row[Any]) -> bool:
    """Whether it is said to the group that has the work in hand, and to nobody else."""
    return bool(row.kind == NoticeKind.AGREEMENT and row.data.get("group"))


def _agreed(
    session: Session, digest: Outgoing, rows: Sequence[sa.Row[Any]]
) -> tuple[list[tuple[int, str, Clock]], dict[str, int]]:
    """What those rows say of agreements and still stands, and how many of these each group has to be told of."""
    said: dict[tuple[int, str, int | None], bool] = {}
    for row in rows:
        content = content_of(row.kind, row.data, row.data_version)
        if isinstance(content, AgreementContent):
            said[row.ticket_id, content.called, content.cycle] = content.quiet
        elif isinstance(content, CatchUpContent):
            said |= {(row.ticket_id, each.clock, each.cycle): content.quiet for each in content.missed}
    mine = [each for each in said if parted(each[1]) is not None][:LINKED]
    tickets = get_each(session, {(digest.organisation_id, ticket_id) for ticket_id, *_ in mine})
    found: list[tuple[int, str, Clock]] = []
    groups: dict[str, int] = {}
    for ticket_id, called, cycle in mine:
        stored = tickets[ticket_id]
        clock, of = stored.ticket.clock(called), parted(called)
        if clock is None or of is None or clock.due is None or clock.cycle != cycle:
            continue
        found.append((stored.number, called, clock))
        agreement, group = stored.ticket.terms.agreement(of[1]), stored.ticket.ownership.group
        if group is not None and agreement is not None and agreement.of == group and not said[ticket_id, called, cycle]:
            groups[group] = groups.get(group, 0) + 1
    return sorted(found, key=lambda each: (each[2].due or each[2].set_at, each[0]))[:SHOWN], groups


def _shown(session: Session, digest: Outgoing, numbers: list[int]) -> list[Listed]:
    """Those tickets as lists show them, in that order."""
    query = listed().where(_tickets.c.organisation_id == digest.organisation_id, _tickets.c.number.in_(numbers))
    found = {each.number: each for each in with_cards(session, digest.organisation_id, query, digest.platform)}
    return [found[number] for number in numbers if number in found]


def first_said_in(session: Session, digest_id: int) -> int | None:
    """The row id of a ticket that a digest speaks of; None: of none yet."""
    query = sa.select(_rows.c.ticket_id).where(_rows.c.said_in == digest_id).order_by(_rows.c.id).limit(1)
    return session.execute(query).scalar()
