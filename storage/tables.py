"""Every table on one page. Rows belong to an organisation; free text lives in `body`, beside the events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Index, MetaData, UniqueConstraint, literal_column, text
from sqlmodel import Field, SQLModel

# Constraint names are written down, so that a later migration can name what it changes on either engine.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# On SQLite such a table is its key's tree alone; otherwise each row would be kept twice.
KEY_ONLY = {"sqlite_with_rowid": False}
# An id is never given twice, not even after its row was deleted: somebody may still be sending what it stood for.
IDS_ONCE = {"sqlite_autoincrement": True}


class Table(SQLModel):
    """What all tables share: the naming of their constraints."""

    metadata = MetaData(naming_convention=NAMING)


class OrganisationRow(Table, table=True):
    """A tenant. It owns the counter of ticket numbers, moved in the transaction that opens a ticket."""

    __tablename__ = "organisation"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str = ""
    last_number: int = 0
    created_at: datetime


class InstallationRow(Table, table=True):
    """A workspace or tenant that Vigie is installed in. Tokens are kept, sealed, where it was installed by itself; of a
    single workspace the environment holds them."""

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("platform", "workspace"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    platform: str
    workspace: str
    app: str = ""
    bot_user: str = ""
    bot_id: str = ""
    installed_at: datetime
    removed_at: datetime | None = None
    installer: str | None = None
    bot_token: str | None = None
    refresh_token: str | None = None
    token_expires_at: datetime | None = None
    refreshing_until: datetime | None = None  # until then one replica alone may use the refresh token
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    scopes_lacking: list[str] = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))


class OAuthStateRow(Table, table=True):
    """An installation that somebody has begun: what they must come back with."""

    __tablename__ = "oauth_state"
    __table_args__ = KEY_ONLY
    state: str = Field(primary_key=True)
    expires_at: datetime


class DeskRow(Table, table=True):
    """A support group of an organisation. What it is like is its policy's business."""

    __tablename__ = "desk"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    name: str


class PolicyRow(Table, table=True):
    """One version of a desk's policy, as it was when it came into force. Never changed: terms point at it."""

    __tablename__ = "policy"
    __table_args__ = (UniqueConstraint("organisation_id", "desk_id", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    version: int
    digest: str
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    saved_at: datetime
    # What was chosen in chat, in a policy file's shape: by whom, and what they changed. None where a file or Vigie did.
    chosen: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    saved_by: str | None = None
    changes: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    move_by: str | None = None  # who wants the open tickets moved to it, until they are


JOINED = "person <> key"


class AccountRow(Table, table=True):
    """Somebody on a platform, as the platform last described them. Accounts of one person share `person`, which is the
    key of the account that was known first: it stands in events, and never changes."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        # Whoever has another account: few, and asked for with every ticket.
        Index("ix_account_joined", "organisation_id", sqlite_where=text(JOINED), postgresql_where=text(JOINED)),
    )
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    key: str  # `slack:U0123`
    person: str
    name: str
    timezone: str | None = None
    locale: str | None = None
    email: str | None = None
    is_external: bool = False
    is_admin: bool = False
    is_bot: bool = False
    is_active: bool = True
    refreshed_at: datetime


class AccountJoinRow(Table, table=True):
    """An account that became another person's: the audit log of who was found to be the same."""

    __tablename__ = "account_join"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    account: str
    before: str  # the person whose it was
    person: str  # the person whose it is since
    joined_by: str  # a person's key, or "vigie"
    reason: str
    joined_at: datetime


class MemberRow(Table, table=True):
    """Who is in a channel that Vigie works in: without configured roles, the desk's members are its agents."""

    __tablename__ = "member"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)
    person: str = Field(primary_key=True)


class UserGroupRow(Table, table=True):
    """A user group of a platform, as the platform last described it: `key` is `slack:S0123`."""

    __tablename__ = "user_group"
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    key: str = Field(primary_key=True)
    handle: str
    name: str
    is_active: bool = True
    people: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))  # None: never read
    refreshed_at: datetime


class AbsenceRow(Table, table=True):
    """Somebody of the desk is away, or was. `until` None: until they say otherwise."""

    __tablename__ = "absence"
    __table_args__ = ({"sqlite_with_rowid": False},)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    person: str = Field(primary_key=True)
    until: datetime | None = None
    reason: str = ""
    set_at: datetime


class CustomerRow(Table, table=True):
    """A customer as the desk knows them. `plan` names one of the policy's; people, and lists of them, are imported."""

    __tablename__ = "customer"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    key: str  # the name without case, by which they are found
    name: str
    plan: str | None = None
    region: str | None = None
    language: str | None = None
    is_vip: bool = False
    channels: list[str] = Field(sa_column=Column(JSON, nullable=False))
    domains: list[str] = Field(sa_column=Column(JSON, nullable=False))


OPEN = "status NOT IN ('resolved', 'dismissed')"
IS_OPEN: ColumnElement[bool] = literal_column(OPEN)
"""Of a ticket. As text without a type, else SQLite is asked whether it equals 1 and no partial index serves."""


class TicketRow(Table, table=True):
    """What lists and searches need of a ticket. The truth is its events; this is rewritten with every change."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        # `list` and `queue`: open tickets, most pressing first. There are few enough of them to filter by person.
        Index("ix_ticket_open", "organisation_id", "next_due_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        # The week's figures.
        Index("ix_ticket_resolved", "organisation_id", "resolved_at", sqlite_where=text("status = 'resolved'"),
              postgresql_where=text("status = 'resolved'")),
        IDS_ONCE,
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    number: int
    version: int
    status: str
    category: str | None = None
    severity: int | None = None
    assignee: str | None = None
    requester: str
    customer: str | None = None
    customer_key: str | None = None  # the same, whatever its case
    level: int = 0
    summary_id: int | None = None
    opened_at: datetime
    resolved_at: datetime | None = None
    next_due_at: datetime | None = None
    # Of the terms it runs under. Rows that an earlier release writes while both run stand under the first version.
    policy_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class BodyRow(Table, table=True):
    """Free text that someone wrote, about a ticket or, until it is delivered, about none. Erasing it leaves every event
    and figure as it was."""

    __tablename__ = "body"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    text: str
    erased_at: datetime | None = None


WANTED = "kind IN ('escalation_asked', 'proposed')"


class EventRow(Table, table=True):
    """A fact about a ticket. (ticket, clock, step, cycle) is unique: that is what makes planning exactly-once."""

    __tablename__ = "event"
    __table_args__ = (
        # Most events are not planned by Vigie and stay out of it.
        Index("ux_event_said", "ticket_id", "clock", "step", "cycle", unique=True,
              sqlite_where=text("clock IS NOT NULL"), postgresql_where=text("clock IS NOT NULL")),
        # Which tickets somebody, or Vigie, wants a manager to look at.
        Index("ix_event_wanted", "ticket_id", sqlite_where=text(WANTED), postgresql_where=text(WANTED)),
    )  # fmt: skip
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime
    recorded_at: datetime
    actor: str
    kind: str
    data_version: int = 1
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    body_id: int | None = Field(default=None, foreign_key="body.id")
    clock: str | None = None
    step: str | None = None
    cycle: int | None = None


class DeadlineRow(Table, table=True):
    """The next due thing of each clock of a ticket: the cache of its agenda, rewritten with every change."""

    __tablename__ = "deadline"
    __table_args__ = KEY_ONLY
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    clock: str = Field(primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    step: str
    cycle: int
    due_at: datetime = Field(index=True)  # the sweep and the wake-up: what is due, what is next


class ConversationRow(Table, table=True):
    """Where a ticket is spoken of: the desk's thread under its card, on each platform of the desk's, and the customer's
    thread if there is one."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("ticket_id", "side", "platform"),
        # Cards to refresh when there is time: few or none, but after many tickets were moved at once.
        Index("ix_conversation_stale", "stale_since", sqlite_where=text("stale_since IS NOT NULL"),
              postgresql_where=text("stale_since IS NOT NULL")),
        IDS_ONCE,
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int = Field(foreign_key="ticket.id")
    platform: str
    channel: str
    side: str
    root_id: str | None = None
    card_id: str | None = None
    stale_since: datetime | None = None  # its card shows what was true before then


class MessageRow(Table, table=True):
    """Which ticket a message speaks of: for reactions on it, and answers in its thread."""

    __tablename__ = "message"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    body_id: int | None = None  # what it says, where that is kept: it follows the message's edits and its deletion
    revision: str | None = None  # which of its edits that is
    root_id: str | None = None  # the message in whose thread alone it is to be seen; NULL: it is seen in the channel


class PickedRow(Table, table=True):
    """A message that somebody picked to open a ticket from, as the platform described it then: the form that asks for
    the rest comes back from the person's own client."""

    __tablename__ = "picked"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    root_id: str
    author: str | None = None
    picked_at: datetime


class IntakeRow(Table, table=True):
    """What becomes a ticket in a customer's channel: `auto`, `manual` or `off`. No row: `manual`."""

    __tablename__ = "intake"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)
    mode: str
    set_by: str
    set_at: datetime


_WAITING = "state IN ('pending', 'claimed')"
SETTLING = "kind IN ('warning', 'breach', 'catch_up', 'falls_to', 'proposal', 'chase')"


class OutboxRow(Table, table=True):
    """A notice: planned, claimed under a lease, sent with its message id; or retried, dropped, dead-lettered."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Claiming: the due heads of the conversations, urgent ones first. Delivered rows are not in it.
        Index(
            "ix_outbox_waiting",
            "urgency",
            "not_before",
            "id",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
        # What was said and may be settled by a change of its ticket.
        Index("ix_outbox_settling", "ticket_id", sqlite_where=text(SETTLING), postgresql_where=text(SETTLING)),
        # The messages of an update, and those that show a text.
        Index("ix_outbox_ticket_id_seq", "ticket_id", "seq"),
        Index("ix_outbox_order", "conversation_id", "id", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),
        IDS_ONCE,
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    platform: str
    channel: str = ""
    kind: str
    audience: str
    data_version: int = 1
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    body_id: int | None = Field(default=None, foreign_key="body.id")
    # What somebody typed and `data` only refer to by place (storage.typed): erased as soon as the row is delivered.
    typed_id: int | None = Field(default=None, foreign_key="body.id")
    broadcast: bool = False
    dedupe_key: str = Field(unique=True)
    seq: int | None = None  # the last event of the change that it speaks of
    state: str = "pending"
    planned_at: datetime
    not_before: datetime
    attempts: int = 0
    unsure: bool = False
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    message_id: str | None = None
    # Of what was not sent: why, as storage.cause.Cause, and in the words of whoever said so.
    cause: str | None = None
    reason: str | None = None
    urgency: int = Field(default=1, sa_column_kwargs={"server_default": "1"})  # triage.notice.Urgency


class HomeRow(Table, table=True):
    """A person's own page of the app: how far they have turned its lists, and what was last shown there."""

    __tablename__ = "home"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    person: str = Field(primary_key=True)
    opened_at: datetime
    mine_page: int = 0
    queue_page: int = 0
    view_hash: str = ""  # the platform's, by which it knows that nobody else showed something newer
    digest: str = ""


class InboxRow(Table, table=True):
    """An event or act that was handled, so that its redelivery does nothing. Written with the effect it had."""

    __tablename__ = "inbox"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    event_id: str = Field(primary_key=True)
    received_at: datetime
