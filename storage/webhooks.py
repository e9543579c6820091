"""Webhooks: other programs that are told what happens at a desk. What each is told is planned with the change, as a row
of the outbox, and done as deferred work (`storage.deferred`): at least once, of each ticket in order.

A row names the event alone. What is sent is put together from the ticket's events each time, so that what was erased
meanwhile is sent to nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add, note_planned, table
from storage.deferred import WORK, WorkKind
from storage.outbox_rows import Row, planned, put
from storage.prepared import Prepared
from storage.tables.outbox import OutboxRow
from storage.tables.programs import WebhookRow
from storage.tickets import StoredTicket
from triage.notice import Urgency
from triage.telling_programs import is_wanted, types_of

WEBHOOK = "webhook"
"""The platform of such rows: no chat."""

_hooks, _rows = table(WebhookRow), table(OutboxRow)
_OF_DESK = Prepared(
    sa.select(_hooks.c.id, _hooks.c.events)
    .where(
        _hooks.c.organisation_id == sa.bindparam("of"), _hooks.c.desk_id == sa.bindparam("desk"),
        _hooks.c.ended_at.is_(None),
    )
    .order_by(_hooks.c.id)
)  # fmt: skip
_EARLIER = (
    sa.select(sa.func.min(_rows.c.not_before))
    .where(
        _rows.c.ticket_id == sa.bindparam("of"), _rows.c.channel == sa.bindparam("channel"),
        _rows.c.id < sa.bindparam("before"), _rows.c.state.in_(("pending", "claimed")),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where another program is told what happens at a desk."""

    #: The row id.
    id: int
    #: The organisation that it is for ...
    organisation_id: int
    #: ... and the desk.
    desk_id: int
    #: Where it is told.
    url: str
    #: The types and groups of which it is told (`triage.telling_programs`); none: of all.
    events: tuple[str, ...]
    #: Whether it is told what people wrote.
    with_text: bool
    #: What is sent is signed with it; sealed.
    secret: str
    #: The one before, sealed; None: there is none.
    former_secret: str | None
    #: Until when it is signed with that one as well.
    former_until: datetime | None
    #: Who made it, as their machine calls them.
    made_by: str
    #: When.
    made_at: datetime
    #: How often it failed in a row.
    failures: int
    #: Since when.
    failing_since: datetime | None
    #: Why, the last time.
    failed_because: str | None
    #: Since when it is told nothing; None: it is told.
    ended_at: datetime | None
    #: Who ended it; None: it said itself that it is gone.
    ended_by: str | None

    @property
    def channel(self) -> str:
        """Its key, as `vigie outbox list` shows it."""
        return channel_of(self.id)

    def secrets_at(self, now: datetime) -> list[str]:
        """What is signed with at that instant; sealed."""
        former = self.former_secret if self.former_until is not None and now < self.former_until else None
        return [self.secret, *([former] if former is not None else [])]


def channel_of(webhook_id: int) -> str:
    """The key of a webhook."""
    return f"{WEBHOOK}:{webhook_id}"


def plan_webhooks(session: Session, before: StoredTicket | None, after: StoredTicket, now: datetime) -> None:
    """Plan what other programs are told of the events that `after` has and `before` had not; None: it is new. Where
    none is told, nothing is asked of the database: that was read with the ticket."""
    if after.is_told is False:
        return
    told = _OF_DESK.rows(session, {"of": after.organisation_id, "desk": after.desk_id})
    if not told:
        return
    added = after.events if before is None else after.events[len(before.events) :]
    types = types_of(after.events, added, None if before is None else before.ticket)
    rows = [
        _row(after, webhook_id, seq, name, now)
        for webhook_id, wanted in told
        for seq, name in types
        if is_wanted(name, wanted)
    ]
    if rows:
        put(session, rows)


def _row(stored: StoredTicket, webhook_id: int, seq: int, name: str, now: datetime) -> Row:
    channel = channel_of(webhook_id)
    return planned(
        organisation_id=stored.organisation_id, ticket_id=stored.id, platform=WEBHOOK, channel=channel,
        kind=WorkKind.WEBHOOK.value, audience=WORK, seq=seq,
        data={"person": channel, "webhook": webhook_id, "type": name},
        key=f"{WEBHOOK}.{webhook_id}.{stored.id}.{seq}.{name}", now=now, urgency=Urgency.AFTER,
    )  # fmt: skip


def message_id(webhook_id: int, ticket_id: int, seq: int, name: str) -> str:
    """The id of what is told: the same however often it is told."""
    whole = f"{WEBHOOK}.{webhook_id}.{ticket_id}.{seq}.{name}"
    return f"msg_{hashlib.sha256(whole.encode()).hexdigest()[:32]}"


def earlier_waits_until(session: Session, ticket_id: int, channel: str, row_id: int) -> datetime | None:
    """When what it is to be told before of that ticket is tried next; None: there is nothing."""
    asked = {"of": ticket_id, "channel": channel, "before": row_id}
    at: datetime | None = session.execute(_EARLIER, asked).scalar_one()
    return at


def add_webhook(
    session: Session, organisation_id: int, desk_id: int, url: str, events: Sequence[str], *, with_text: bool, by: str,
    now: datetime,
) -> int:  # fmt: skip
    """Make a webhook; its row id. It is told of what happens once it has a secret (`set_secret`), in the same
    transaction."""
    return add(
        session, WebhookRow, organisation_id=organisation_id, desk_id=desk_id, url=url, events=list(events),
        with_text=with_text, secret="", made_by=by, made_at=now, failures=0,
    )  # fmt: skip


def set_secret(session: Session, webhook_id: int, sealed: str, *, former_until: datetime | None = None) -> None:
    """Sign with that from now on; until `former_until` with the one before as well."""
    values: dict[str, object] = {"secret": sealed}
    if former_until is not None:
        values |= {"former_secret": _hooks.c.secret, "former_until": former_until}
    session.execute(sa.update(_hooks).where(_hooks.c.id == webhook_id).values(**values))


def list_webhooks(session: Session, organisation_id: int | None = None) -> list[Webhook]:
    """Every webhook of the organisation, also those that have ended, in the order in which they were made. Without
    one: of every organisation, for the operator only."""
    query = sa.select(_hooks).order_by(_hooks.c.id)
    if organisation_id is not None:
        query = query.where(_hooks.c.organisation_id == organisation_id)
    return [_webhook(row) for row in session.execute(query)]


def find_webhook(session: Session, organisation_id: int, webhook_id: int) -> Webhook | None:
    """That webhook of the organisation; None where it has none such."""
    query = sa.select(_hooks).where(_hooks.c.organisation_id == organisation_id, _hooks.c.id == webhook_id)
    row = session.execute(query).first()
    return None if row is None else _webhook(row)


def end_webhook(session: Session, webhook_id: int, *, by: str | None, now: datetime) -> bool:
    """Tell it nothing from now on. What waits for it is dropped when its turn comes. Whether it was told until now."""
    which = (_hooks.c.id == webhook_id, _hooks.c.ended_at.is_(None))
    ended = sa.update(_hooks).where(*which).values(ended_at=now, ended_by=by)
    return bool(session.execute(ended).rowcount)  # type: ignore[attr-defined]


def note_failure(session: Session, webhook_id: int, reason: str, now: datetime) -> None:
    """It did not take what it was told."""
    since = sa.func.coalesce(_hooks.c.failing_since, sa.literal(now, _hooks.c.failing_since.type))
    values = {"failures": _hooks.c.failures + 1, "failing_since": since, "failed_because": reason}
    session.execute(sa.update(_hooks).where(_hooks.c.id == webhook_id).values(**values))


def note_success(session: Session, webhook_id: int) -> None:
    """It takes again what it is told."""
    well = {"failures": 0, "failing_since": None, "failed_because": None}
    session.execute(sa.update(_hooks).where(_hooks.c.id == webhook_id, _hooks.c.failures > 0).values(**well))


def replay(session: Session, webhook_id: int, since: datetime, now: datetime) -> int:
    """Tell it again all that was planned for it since then, in order, each under the id that it had. How much that
    is."""
    which = (
        _rows.c.channel == channel_of(webhook_id), _rows.c.platform == WEBHOOK, _rows.c.planned_at >= since,
        _rows.c.state.in_(("sent", "failed", "dropped")),
    )  # fmt: skip
    values = {
        "state": "pending", "not_before": now, "attempts": 0, "unsure": False, "sent_at": None, "message_id": None,
        "cause": None, "reason": "replayed", "behind": False,
    }  # fmt: skip
    note_planned(session)
    return int(session.execute(sa.update(_rows).where(*which).values(**values)).rowcount)  # type: ignore[attr-defined]


def _webhook(row: sa.Row[tuple[object, ...]]) -> Webhook:
    return Webhook(
        row.id, row.organisation_id, row.desk_id, row.url, tuple(row.events), row.with_text, row.secret,
        row.former_secret, row.former_until, row.made_by, row.made_at, row.failures, row.failing_since,
        row.failed_because, row.ended_at, row.ended_by,
    )  # fmt: skip
