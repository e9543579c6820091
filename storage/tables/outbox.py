"""What is to be said: the outbox, and of what somebody was told with something else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, false, text
from sqlmodel import Field

from storage.lenient import LENIENT
from storage.tables.table import ID, IDS_ONCE, KEY_ONLY, Table

WAITING = "state IN ('pending', 'claimed')"
SAID_IN = "said_in IS NOT NULL"
STALE = "stale_since IS NOT NULL"
_IN_TURN = "state = 'pending' AND {} AND audience {} 'work'"
_TURNS = ("urgency", "lane", "not_before", "id")
TRIED = f"{WAITING} AND attempts > 0"
FAILED = "state = 'failed'"
SENT = "state = 'sent'"
CLAIMED = "state = 'claimed'"
BEHIND = "state = 'pending' AND behind"
TYPED = "typed_id IS NOT NULL"
SETTLING = (
    "kind IN ('warning', 'breach', 'catch_up', 'falls_to', 'proposal', 'chase', 'offered', 'nobody', 'group_silent', "
    "'escalated', 'unacknowledged', 'escalation_asked', 'agreement')"
)


class OutboxRow(Table, table=True):
    """A notice: planned, claimed under a lease, sent with its message id; or retried, dropped, dead-lettered."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Claiming: lane by lane, what presses first (`storage.turns`). What is sent, what is claimed, and what is known
        # to wait for others is not in it.
        Index(
            "ix_outbox_notices",
            *_TURNS,
            sqlite_where=text(_IN_TURN.format("behind = 0", "<>")),
            postgresql_where=text(_IN_TURN.format("NOT behind", "<>")),
        ),
        Index(
            "ix_outbox_works",
            *_TURNS,
            sqlite_where=text(_IN_TURN.format("behind = 0", "=")),
            postgresql_where=text(_IN_TURN.format("NOT behind", "=")),
        ),
        # Claims, to see which have run out: few.
        Index("ix_outbox_claimed", "lease_until", sqlite_where=text(CLAIMED), postgresql_where=text(CLAIMED)),
        # What is known to wait for others of its conversation.
        Index("ix_outbox_behind", "conversation_id", "id", sqlite_where=text(BEHIND), postgresql_where=text(BEHIND)),
        # What was tried in vain, to see which platform is away.
        Index(
            "ix_outbox_tried", "organisation_id", "platform", "planned_at",
            sqlite_where=text(TRIED), postgresql_where=text(TRIED),
        ),
        # When something was last said on a platform, however long ago.
        Index(
            "ix_outbox_sent", "organisation_id", "platform", "sent_at",
            sqlite_where=text(SENT), postgresql_where=text(SENT),
        ),
        # Dead letters, to count them: few or none.
        Index("ix_outbox_failed", "id", sqlite_where=text(FAILED), postgresql_where=text(FAILED)),
        # What was said and may be settled by a change of its ticket.
        Index("ix_outbox_settling", "ticket_id", sqlite_where=text(SETTLING), postgresql_where=text(SETTLING)),
        # The messages of an update, and those that show a text.
        Index("ix_outbox_ticket_id_seq", "ticket_id", "seq"),
        # What is kept of what somebody typed: few or none.
        Index("ix_outbox_typed_id", "typed_id", sqlite_where=text(TYPED), postgresql_where=text(TYPED)),
        Index("ix_outbox_order", "conversation_id", "id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
        # What a digest stands for.
        Index("ix_outbox_said_in", "said_in", sqlite_where=text(SAID_IN), postgresql_where=text(SAID_IN)),
        # Messages to edit when there is time: few or none, but after somebody was forgotten.
        Index("ix_outbox_stale", "stale_since", sqlite_where=text(STALE), postgresql_where=text(STALE)),
        IDS_ONCE,
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", sa_type=ID)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id", sa_type=ID)
    platform: str  # whose sender delivers it
    channel: str = ""  # where it goes, of what belongs to no conversation
    kind: str  # triage.notice.NoticeKind, what is said of no ticket, what is refreshed, or what is to be done
    audience: str  # triage.notice.Audience, storage.refresh.Target, or storage.deferred.WORK
    data_version: int = 1  # of the shape of `data`
    # what is to be said, by kind; words are found when it is sent
    data: dict[str, Any] = Field(sa_column=Column(LENIENT, nullable=False))
    body_id: int | None = Field(default=None, foreign_key="body.id", sa_type=ID)  # the text that it tells
    # The typed parts of `data` (storage.typed), kept apart: deleted once the row is delivered.
    typed_id: int | None = Field(default=None, foreign_key="body.id", sa_type=ID)
    broadcast: bool = False  # a reply that is shown in the channel too
    dedupe_key: str = Field(unique=True)  # the idempotency key: what is planned twice is one row
    seq: int | None = None  # the last event of the change that it speaks of
    state: str = "pending"  # pending, claimed, sent, dropped, failed (a dead letter)
    planned_at: datetime
    not_before: datetime  # it is not tried earlier
    attempts: int = 0  # how often it was tried
    unsure: bool = False  # an attempt may have arrived although its answer was lost
    lease_until: datetime | None = None  # the end of the lease of whoever claimed it
    sent_at: datetime | None = None
    message_id: str | None = None  # the platform's, once it was sent
    # Why it was not sent: a storage.cause.Cause, and the same in the platform's own words.
    cause: str | None = None
    reason: str | None = None
    urgency: int = Field(default=1, sa_column_kwargs={"server_default": "1"})  # triage.notice.Urgency
    # of what was dropped: the row that says it with others, a digest or a catch-up
    said_in: int | None = Field(default=None, sa_type=ID)
    lane: str = Field(default="", sa_column_kwargs={"server_default": ""})  # what shares its rate limit: storage.lanes
    # It was seen to wait for an older one of its conversation; False: it may be its turn (`storage.behind`).
    behind: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    permalink: str | None = None  # the address of its message, where the platform has one
    trace: str | None = None  # in which trace it was planned, as a `traceparent`; None: nobody traced
    stale_since: datetime | None = None  # its message shows what was true before then, and is edited when there is time


class ToldWithRow(Table, table=True):
    """A warning that somebody was notified of by that of another ticket: its own notifies them no more."""

    __tablename__ = "told_with"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    clock: str = Field(primary_key=True)  # whose deadline is near
    cycle: int = Field(primary_key=True)  # the seq of the event that set it
    outbox_id: int = Field(sa_type=ID)  # the notice that they were told by
    person: str  # who was, by key
    at: datetime
