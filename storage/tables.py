"""Every table on one page. Rows belong to an organisation, by `organisation_id`; `id` is ours alone; instants are UTC.
Free text is kept in `body`, beside the events, whose `body_id`s point there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    UniqueConstraint,
    event,
    false,
    literal_column,
    text,
)
from sqlmodel import Field, SQLModel

from storage.lenient import LENIENT

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
# An id of what is written again and again, and whatever refers to one: 64 bits. SQLite's INTEGER has them anyway, and
# is the only type that it counts ids in.
ID: Any = BigInteger().with_variant(Integer(), "sqlite")


class Table(SQLModel):
    """What all tables share: the naming of their constraints."""

    metadata = MetaData(naming_convention=NAMING)


class OrganisationRow(Table, table=True):
    """A tenant. It owns the counter of ticket numbers, moved in the transaction that opens a ticket."""

    __tablename__ = "organisation"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  # what it was made for: the workspace or tenant that came first, `slack:T0123`
    name: str = ""  # what the platform calls it
    last_number: int = 0  # the number of its newest ticket
    created_at: datetime


class InstallationRow(Table, table=True):
    """A workspace or tenant that Vigie is installed in. Tokens are kept, sealed, where it was installed by itself; of a
    single workspace the environment holds them."""

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("platform", "workspace"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    platform: str  # `slack`
    workspace: str  # the platform's id of the workspace or tenant
    app: str = ""  # the platform's id of the app, as it is installed there
    bot_user: str = ""  # the id by which people mention the bot
    bot_id: str = ""  # the id that the bot's own messages carry
    installed_at: datetime
    removed_at: datetime | None = None  # since when Vigie is not there any more
    installer: str | None = None  # who brought it there: an admin where nobody else is
    bot_token: str | None = None  # sealed
    refresh_token: str | None = None  # sealed; None: the token does not expire
    token_expires_at: datetime | None = None  # of the bot token
    refreshing_until: datetime | None = None  # until then one replica alone may use the refresh token
    # how often its tokens were replaced, so that other replicas see it
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    heard_at: datetime | None = None  # when anything was last heard from there, to the minute
    # permissions that were refused there
    scopes_lacking: list[str] = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))


class OAuthStateRow(Table, table=True):
    """An installation that somebody has begun: what they must come back with."""

    __tablename__ = "oauth_state"
    __table_args__ = KEY_ONLY
    state: str = Field(primary_key=True)  # what the platform must bring back
    expires_at: datetime  # later than that it is refused


class DeskRow(Table, table=True):
    """A support group of an organisation. What it is like is its policy's business."""

    __tablename__ = "desk"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    name: str  # as the policy file names it


class PolicyRow(Table, table=True):
    """One version of a desk's policy, as it was when it came into force. Never changed: terms point at it."""

    __tablename__ = "policy"
    __table_args__ = (UniqueConstraint("organisation_id", "desk_id", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    version: int  # counted from 1, a desk each
    digest: str  # of `data`: what is saved unchanged makes no version
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # the policy in full, nothing left to defaults
    saved_at: datetime
    # What was chosen in chat, in a policy file's shape: by whom, and what they changed. None where a file or Vigie did.
    chosen: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    saved_by: str | None = None  # a person's key; None: a file, or Vigie
    # the settings that differ from the version before, by name
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
    person: str  # the key of the person whose it is
    name: str  # what the platform calls them
    timezone: str | None = None  # by its IANA name
    locale: str | None = None  # as the platform says it: `fr-FR`
    email: str | None = None  # as the platform vouches for it
    is_external: bool = False  # a guest, or of another company
    is_admin: bool = False  # of the workspace or tenant
    is_bot: bool = False
    is_active: bool = True  # False: they have left
    refreshed_at: datetime  # when the platform was last asked
    alias: str | None = None  # another key by which the platform knows them, and a policy may name them
    acted_at: datetime | None = None  # when a ticket was last changed by it; kept of joined accounts alone


class AccountJoinRow(Table, table=True):
    """An account that was joined to another person: the audit log of joins."""

    __tablename__ = "account_join"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    account: str  # its key
    before: str  # the person whose it was
    person: str  # the person whose it is since
    joined_by: str  # a person's key, or "vigie"
    reason: str  # in the words of whoever joined them
    joined_at: datetime


class JoinCodeRow(Table, table=True):
    """A code that somebody was given on one account, to be typed on another of theirs: that joins the two. And how many
    codes were asked for and tried on that account, so that nobody guesses."""

    __tablename__ = "join_code"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    account: str = Field(primary_key=True)  # the key of the account that it was given to; a new one replaces it
    digest: str  # of the code, which is shown once and stored nowhere; empty: it was given none
    expires_at: datetime
    used_at: datetime | None = None
    counted_since: datetime  # since when the next two are counted
    given: int = 0  # codes that it was given
    wrong: int = 0  # wrong codes that were typed on it


TO_ONE = "person IS NOT NULL"


class ChannelRow(Table, table=True):
    """A channel, a group, or a conversation with one person, as its platform last described it, and how it is reached.
    Of platforms that say so with each message, and answer no question about it later."""

    __tablename__ = "channel"
    __table_args__ = (
        # The conversation with somebody alone.
        Index("ix_channel_to_one", "organisation_id", "person", sqlite_where=text(TO_ONE),
              postgresql_where=text(TO_ONE)),
    )  # fmt: skip
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    key: str = Field(primary_key=True)
    kind: str  # storage.channels.ChannelKind
    service_url: str  # the address at which the platform takes what is for it
    workspace: str = ""  # the platform's id of the workspace or tenant that it is in
    name: str = ""  # empty: not known
    team: str = ""  # the platform's id of the group of channels that it is one of; empty: of none
    team_name: str = ""
    person: str | None = None  # of a conversation with one person, the key of their account
    private_works: bool | None = None  # whether one person can be told something there that they alone see
    private_tried_at: datetime | None = None  # when that was found out
    closed_at: datetime | None = None  # since when nothing can be said there; None: it can
    closed_cause: str | None = None  # why, see storage.cause.Cause
    unread_since: datetime | None = None  # since when it cannot be read who is in it; None: it can
    changed_at: datetime  # when any of this last changed


class MemberRow(Table, table=True):
    """Who is in a channel that Vigie works in: without configured roles, the desk's members are its agents."""

    __tablename__ = "member"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)  # `slack:C0123`
    person: str = Field(primary_key=True)  # the key of their account


class UserGroupRow(Table, table=True):
    """A user group of a platform, as the platform last described it: `key` is `slack:S0123`."""

    __tablename__ = "user_group"
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    key: str = Field(primary_key=True)
    handle: str  # what is typed after `@`
    name: str  # what people call it
    is_active: bool = True  # False: it was switched off
    people: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))  # None: never read
    refreshed_at: datetime  # when the platform was last asked


class AbsenceRow(Table, table=True):
    """Somebody of the desk is away, or was. `until` None: until they say otherwise."""

    __tablename__ = "absence"
    __table_args__ = ({"sqlite_with_rowid": False},)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    person: str = Field(primary_key=True)  # a person's key
    until: datetime | None = None
    reason: str = ""  # in their own words
    set_at: datetime


class LastAssignedRow(Table, table=True):
    """When somebody last came to a ticket, of whoever did: among equals, whoever waited longest is given the next."""

    __tablename__ = "last_assigned"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    person: str = Field(primary_key=True)  # a person's key
    at: datetime


class TestPingRow(Table, table=True):
    """Somebody who was sent a private message to see whether an escalation would reach them."""

    __test__ = False  # no test of pytest's
    __tablename__ = "test_ping"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    test: str = Field(primary_key=True)  # of which test: its time, and who asked for it
    who: str = Field(primary_key=True)  # a person's key, what the policy calls them where that is nobody, or a target
    levels: list[int] = Field(sa_column=Column(JSON, nullable=False))  # of which they are a contact
    answered_at: datetime | None = None  # when they pressed the button


class CustomerRow(Table, table=True):
    """A customer as the desk knows them. `plan` names one of the policy's; people, and lists of them, are imported."""

    __tablename__ = "customer"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    key: str  # the name without case, by which they are found
    name: str  # as the desk writes it
    plan: str | None = None  # one of the policy's plans; None: the usual targets
    region: str | None = None  # one of the policy's regions; None: none
    language: str | None = None  # in which they are told; None: the region's, else the desk's
    is_vip: bool = False  # first among tickets of one severity
    channels: list[str] = Field(sa_column=Column(JSON, nullable=False))  # their keys: `slack:C0123`
    domains: list[str] = Field(sa_column=Column(JSON, nullable=False))  # of their email addresses


OPEN = "status NOT IN ('resolved', 'dismissed')"
IS_OPEN: ColumnElement[bool] = literal_column(OPEN)
"""Of a ticket. As text without a type, else SQLite is asked whether it equals 1 and no partial index serves."""
OWNED = f"{OPEN} AND assignee IS NOT NULL"
# Of a ticket: the name by which its place in the policy's order of work is found. What is not sorted yet is answered at
# the strictest target: it stands with severity 1.
QUEUED_AS = (
    "CASE WHEN category IS NULL THEN '1' "
    "WHEN category = 'incident' THEN CASE severity WHEN 2 THEN '2' WHEN 3 THEN '3' ELSE '1' END ELSE category END"
)


class TicketRow(Table, table=True):
    """The columns of a ticket that lists and searches need: a projection of its events that follows every change."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        # `list`: open tickets in its order, so that a page of them is read and no more.
        Index("ix_ticket_open", "organisation_id", text("(next_due_at IS NULL)"), "next_due_at", "number",
              sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        # `queue`: how many open tickets stand in each place of its order, and which; with the status all is in it.
        Index("ix_ticket_queue", "organisation_id", "desk_id", text(f"({QUEUED_AS})"), "status",
              sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        # The week's figures.
        Index("ix_ticket_resolved", "organisation_id", "resolved_at", sqlite_where=text("status = 'resolved'"),
              postgresql_where=text("status = 'resolved'")),
        # How much everybody has: whoever has least is given the next one.
        Index("ix_ticket_load", "organisation_id", "assignee", "severity", "status", sqlite_where=text(OWNED),
              postgresql_where=text(OWNED)),
        IDS_ONCE,
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    number: int  # what people call it by, counted in each organisation
    version: int  # how many events it has
    status: str  # triage.ticket.Status
    category: str | None = None  # triage.terms.Category; None: not known yet
    severity: int | None = None  # 1, 2 or 3, as it is in force
    assignee: str | None = None  # a person's key
    requester: str  # a person's key
    customer: str | None = None  # their name
    customer_key: str | None = None  # the same, whatever its case
    level: int = 0  # of escalation, the highest that was reached; 0: none
    summary_id: int | None = Field(default=None, sa_type=ID)  # the text of its summary, in `body`
    opened_at: datetime
    resolved_at: datetime | None = None
    next_due_at: datetime | None = None  # the earliest of its deadlines
    # Of the terms it runs under. Rows that an earlier release writes while both run stand under the first version.
    policy_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    # How it went, once it was resolved (storage.ticket_figures).
    figures: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))


class BodyRow(Table, table=True):
    """Free text that someone wrote, about a ticket or, until it is delivered, about none. Erasing it leaves every event
    and figure as it was."""

    __tablename__ = "body"
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True, sa_type=ID)  # None: of no ticket
    text: str  # empty once it was erased
    erased_at: datetime | None = None


# The words of a row as PostgreSQL finds them. They are taken as they are: `triage.words` has read them.
OPENING_WORDS = "array_to_tsvector(array_remove(string_to_array(opening, ' '), ''))"
ALL_WORDS = "array_to_tsvector(array_remove(string_to_array((opening || ' '::text) || rest, ' '), ''))"


class WordsRow(Table, table=True):
    """The words by which a ticket is found, each once: a projection of its texts, rewritten with them. SQLite keeps the
    index in a table of its own kind, `words_index`, which follows this one."""

    __tablename__ = "words"
    __table_args__ = (
        Index("ix_words_opening", text(OPENING_WORDS), postgresql_using="gin").ddl_if(dialect="postgresql"),
        Index("ix_words_all", text(ALL_WORDS), postgresql_using="gin").ddl_if(dialect="postgresql"),
    )
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    opening: str  # of its summary, its description, and the name of its customer; between spaces
    rest: str  # of everything else that was written about it


WORDS_INDEX = (
    """CREATE VIRTUAL TABLE words_index USING fts5(
        opening, rest, content='words', content_rowid='ticket_id', tokenize='ascii', detail='column', columnsize=0
    )""",
    """CREATE TRIGGER words_added AFTER INSERT ON words BEGIN
        INSERT INTO words_index (rowid, opening, rest) VALUES (new.ticket_id, new.opening, new.rest);
    END""",
    """CREATE TRIGGER words_changed AFTER UPDATE ON words BEGIN
        INSERT INTO words_index (words_index, rowid, opening, rest)
        VALUES ('delete', old.ticket_id, old.opening, old.rest);
        INSERT INTO words_index (rowid, opening, rest) VALUES (new.ticket_id, new.opening, new.rest);
    END""",
    """CREATE TRIGGER words_removed AFTER DELETE ON words BEGIN
        INSERT INTO words_index (words_index, rowid, opening, rest)
        VALUES ('delete', old.ticket_id, old.opening, old.rest);
    END""",
)
"""The index on SQLite (FTS5): which words stand in which row, and in which of its two columns."""

for _statement in WORDS_INDEX:
    _made: Any = DDL(_statement).execute_if(dialect="sqlite")  # type: ignore[no-untyped-call]
    event.listen(WordsRow.__table__, "after_create", _made)  # type: ignore[attr-defined]


WANTED = "kind IN ('escalation_asked', 'proposed')"


class EventRow(Table, table=True):
    """An event of a ticket: the audit log, append-only. (ticket, clock, step, cycle) is unique: that makes planning
    exactly once."""

    __tablename__ = "event"
    __table_args__ = (
        # Most events are not planned by Vigie and stay out of it.
        Index("ux_event_said", "ticket_id", "clock", "step", "cycle", unique=True,
              sqlite_where=text("clock IS NOT NULL"), postgresql_where=text("clock IS NOT NULL")),
        # Which tickets somebody, or Vigie, wants a manager to look at.
        Index("ix_event_wanted", "ticket_id", sqlite_where=text(WANTED), postgresql_where=text(WANTED)),
    )  # fmt: skip
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    seq: int = Field(primary_key=True)  # counted from 1, a ticket each
    at: datetime  # when it happened
    recorded_at: datetime  # when it was written down, which may be later
    actor: str  # a person's key, or `vigie`
    kind: str  # triage.event.Kind
    data_version: int = 1  # of the shape of `data`
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # what is known of it, by kind (triage.facts)
    body_id: int | None = Field(default=None, foreign_key="body.id", sa_type=ID)  # the text that came with it
    clock: str | None = None  # of what Vigie planned: which clock's
    step: str | None = None  # which of its warnings, a breach, a proposal
    cycle: int | None = None  # the seq of the event that last set that deadline
    platform: str | None = None  # on which the actor acted; None: unknown, or nobody did


class DeadlineRow(Table, table=True):
    """The next due thing of each clock of a ticket: a projection of its agenda, rewritten with every change."""

    __tablename__ = "deadline"
    __table_args__ = KEY_ONLY
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    clock: str = Field(primary_key=True)  # triage.terms.ClockKind, or what else is due
    organisation_id: int = Field(foreign_key="organisation.id")
    step: str  # what is to be said then
    cycle: int  # the seq of the event that set it
    due_at: datetime = Field(index=True)  # the sweep and the wake-up: what is due, what is next


class WorkingHoursRow(Table, table=True):
    """Somebody's working hours: a copy of what the policy says, for whoever reads the database alone."""

    __tablename__ = "working_hours"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    person: str = Field(primary_key=True)  # a person's key
    hours: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # triage.hours.hours_from_data


class StandInRow(Table, table=True):
    """Somebody is on call in another's place for a while, or was asked to be."""

    __tablename__ = "stand_in"
    __table_args__ = (Index(None, "organisation_id", "desk_id", "until"), IDS_ONCE)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    person: str  # who is, by key
    instead_of: str | None = None  # in whose place, by key; None: of whoever comes first, or of nobody
    since: datetime
    until: datetime
    state: str  # storage.stand_ins.State
    asked_by: str  # by key
    asked_at: datetime
    answered_by: str | None = None  # who agreed, declined or undid it, by key
    answered_at: datetime | None = None


class RotaFeedRow(Table, table=True):
    """The address under which a desk's rota can be read as a calendar."""

    __tablename__ = "rota_feed"
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    digest: str = Field(unique=True)  # of the token in the address
    made_by: str  # by key
    made_at: datetime


class ApiKeyRow(Table, table=True):
    """A key by which a program acts at a desk. The key itself is shown once and stored nowhere."""

    __tablename__ = "api_key"
    __table_args__ = (IDS_ONCE,)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    desk_id: int = Field(foreign_key="desk.id")
    name: str  # what people call it: it stands in timelines
    prefix: str = Field(unique=True)  # the beginning of the key, by which it is found; no secret
    digest: str  # of the whole key
    scopes: list[str] = Field(sa_column=Column(JSON, nullable=False))  # triage.scopes.Scope
    made_by: str  # whoever made it, as their machine calls them
    made_at: datetime
    used_at: datetime | None = None  # when it was last used, to the minute
    revoked_at: datetime | None = None  # since when it opens nothing
    revoked_by: str | None = None


class CustomerLinkRow(Table, table=True):
    """A link by which a customer reads their own tickets. The link itself is shown once and stored nowhere."""

    __tablename__ = "customer_link"
    __table_args__ = (IDS_ONCE,)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    desk_id: int = Field(foreign_key="desk.id")
    customer: str  # their name, as the desk wrote it then
    prefix: str = Field(unique=True)  # the beginning of the token, by which it is found; no secret
    digest: str  # of the whole token
    made_by: str  # whoever made it, as their machine calls them
    made_at: datetime
    until: datetime | None = None  # from then on it opens nothing; None: it has no end
    used_at: datetime | None = None  # when it was last used, to the minute
    revoked_at: datetime | None = None  # since when it opens nothing
    revoked_by: str | None = None


class WebSessionRow(Table, table=True):
    """Somebody who is signed in to the desk's pages with one browser. What their browser shows is stored nowhere."""

    __tablename__ = "web_session"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    desk_id: int = Field(foreign_key="desk.id")
    account: str  # the key of the account that they signed in with
    digest: str = Field(unique=True)  # of what their browser shows
    made_at: datetime  # when they signed in
    used_at: datetime  # when they last looked, to the minute


class WebhookRow(Table, table=True):
    """Where another program is told what happens at a desk. Its secret is shown once, and sealed."""

    __tablename__ = "webhook"
    __table_args__ = (IDS_ONCE,)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    desk_id: int = Field(foreign_key="desk.id")
    url: str
    events: list[str] = Field(sa_column=Column(JSON, nullable=False))  # what it is told of (triage.telling_programs)
    with_text: bool = False  # it is also told what people wrote
    secret: str  # sealed: what is sent is signed with it
    former_secret: str | None = None  # sealed: the one before, with which it is signed as well ...
    former_until: datetime | None = None  # ... until then
    made_by: str  # whoever made it, as their machine calls them
    made_at: datetime
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # in a row
    failing_since: datetime | None = None
    failed_because: str | None = None  # the last of them
    ended_at: datetime | None = None  # since when it is told nothing
    ended_by: str | None = None  # who ended it; empty: it said itself that it is gone


class EmailThreadRow(Table, table=True):
    """A conversation by email with a customer's people: the letter that began it, and how the next one continues it."""

    __tablename__ = "email_thread"
    __table_args__ = (UniqueConstraint("organisation_id", "channel", "root_id"), IDS_ONCE)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    mark: str = Field(unique=True)  # random; stands in the ids of our letters, by which an answer is known
    channel: str  # the key of whoever began it: `email:alice@acme.example`
    root_id: str  # the id of the letter that began it
    subject: str  # of that letter
    addresses: list[str] = Field(sa_column=Column(JSON, nullable=False))  # who is written to
    last_id: str  # the id of their latest letter
    begun_at: datetime


class MailboxRow(Table, table=True):
    """How far a mailbox was read."""

    __tablename__ = "mailbox"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    address: str = Field(primary_key=True)  # whose it is, as the settings have it
    uidvalidity: int = Field(sa_type=ID)  # of the numbering that `last_uid` is of
    last_uid: int = Field(sa_type=ID)  # every letter up to this one was dealt with
    read_at: datetime  # when that was last so
    problem: str | None = None  # why it could not be read when that was last tried


class RotaCopyRow(Table, table=True):
    """What was last read of the calendar that a desk's rota is kept in."""

    __tablename__ = "rota_copy"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    source: str  # its address or path, as the policy names it
    spans: list[Any] = Field(sa_column=Column(JSON, nullable=False))  # from, until, whom it names
    read_at: datetime | None = None  # when it could last be read
    tried_at: datetime  # when that was last tried
    problem: str | None = None  # why it could not be read then


class DeskDoneRow(Table, table=True):
    """What fell due for a desk and was done: an item of its agenda (`triage.desk_agenda`)."""

    __tablename__ = "desk_done"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    kind: str = Field(primary_key=True)  # what kind of thing
    key: str = Field(primary_key=True)  # whom or what it is about
    at: datetime = Field(primary_key=True)  # when it fell due
    done_at: datetime


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
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int = Field(foreign_key="ticket.id", sa_type=ID)
    platform: str  # `slack`
    channel: str  # its key: `slack:C0123`
    side: str  # `desk`, `customer` or `escalation`
    root_id: str | None = None  # the message whose thread it is; None: nothing was sent there yet
    card_id: str | None = None  # the ticket's one card there
    stale_since: datetime | None = None  # its card shows what was true before then


class MessageRow(Table, table=True):
    """Which ticket a message belongs to: for reactions on it, and for answers in its thread."""

    __tablename__ = "message"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)  # its key: `slack:C0123`
    message_id: str = Field(primary_key=True)  # the platform's, unique in its channel
    ticket_id: int = Field(foreign_key="ticket.id", index=True, sa_type=ID)
    # what it says, where that is kept: it follows the message's edits and its deletion
    body_id: int | None = Field(default=None, sa_type=ID)
    revision: str | None = None  # which of its edits that is
    root_id: str | None = None  # the message in whose thread alone it is to be seen; NULL: it is seen in the channel


class PickedRow(Table, table=True):
    """A message for which somebody opened the form of a new ticket, as the platform described it then: the submitted
    form comes back from the person's own client and is not trusted."""

    __tablename__ = "picked"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)  # its key: `slack:C0123`
    message_id: str = Field(primary_key=True)  # the platform's
    root_id: str  # the message whose thread it stands in, or itself
    author: str | None = None  # a person's key; None: an app or a bot
    written_at: datetime  # as the platform says
    picked_at: datetime


class RedirectRow(Table, table=True):
    """A question for billing or sales: who asked it was told where it belongs. It is a ticket only where somebody opens
    one."""

    __tablename__ = "redirect"
    __table_args__ = (Index("ix_redirect_organisation_id_at", "organisation_id", "at"), IDS_ONCE)
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    kind: str  # `billing` or `sales`
    person: str  # the key of who asked
    channel: str  # the key of where they did
    message_id: str | None = None  # the platform's id of what they wrote; None: a command, which is no message
    root_id: str | None = None  # the message whose thread it stands in, or itself
    body_id: int = Field(foreign_key="body.id", sa_type=ID)  # what they wrote
    written_at: datetime  # when they did
    at: datetime  # when they were told
    # what was opened from it; None: nothing
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", sa_type=ID)


WAITING = "state = 'waiting'"


class BroughtRow(Table, table=True):
    """Which ticket of another help desk was brought to a desk, and as which: brought again, it is the same."""

    __tablename__ = "brought"
    # What one file has brought.
    __table_args__ = (Index("ix_brought_source", "organisation_id", "source"), KEY_ONLY)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    ref: str = Field(primary_key=True)  # its number there, whatever its case
    ticket_id: int = Field(foreign_key="ticket.id", sa_type=ID)
    source: str  # a digest of the file that it stood in
    brought_at: datetime


class CorrectionRow(Table, table=True):
    """What somebody of the desk said that a ticket is, of which something else or the same was suggested. The text is
    the ticket's own: erased there, it teaches nothing any more."""

    __tablename__ = "correction"
    __table_args__ = (
        # Those that a lead has yet to look at.
        Index("ix_correction_waiting", "organisation_id", "desk_id", sqlite_where=text(WAITING),
              postgresql_where=text(WAITING)),
        KEY_ONLY,
    )  # fmt: skip
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    organisation_id: int = Field(foreign_key="organisation.id")
    desk_id: int = Field(foreign_key="desk.id")
    body_id: int = Field(foreign_key="body.id", sa_type=ID)  # the text that the ticket was opened with
    suggested: str  # in a word: `incident 2`, `inquiry`, `billing`
    chosen: str  # the same
    by: str  # who chose, by key
    at: datetime
    state: str = "waiting"  # storage.corrections.State
    decided_by: str | None = None  # the lead's key
    decided_at: datetime | None = None


class LearnedRow(Table, table=True):
    """What a desk's approved corrections taught: made anew from all of them each time."""

    __tablename__ = "learned"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    desk_id: int = Field(foreign_key="desk.id", primary_key=True)
    digest: str  # of `data`: what is taught unchanged is not read again
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    texts: int  # from how many corrections; -1: a text was erased since, so that it has to be learned anew
    made_at: datetime


class IntakeRow(Table, table=True):
    """What becomes a ticket in a customer's channel: `auto`, `manual` or `off`. No row: `manual`."""

    __tablename__ = "intake"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    channel: str = Field(primary_key=True)  # its key: `slack:C0123`
    mode: str
    set_by: str  # a person's key
    set_at: datetime


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
    "'escalated', 'unacknowledged', 'escalation_asked')"
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


class HomeRow(Table, table=True):
    """A person's own page of the app: how far they have turned its lists, and what was last shown there."""

    __tablename__ = "home"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    person: str = Field(primary_key=True)  # a person's key
    opened_at: datetime  # when they last looked
    mine_page: int = 0  # of the list of their own tickets, from 0
    queue_page: int = 0  # of the desk's order of work, from 0
    view_hash: str = ""  # the platform's, by which it knows that nobody else showed something newer
    digest: str = ""  # of what was last shown, so that the same is not sent again


STANDS = "ended_at IS NULL"


class FindingRow(Table, table=True):
    """Something that the auditor found wrong: what should have happened and did not."""

    __tablename__ = "finding"
    __table_args__ = (
        # What is wrong at this moment: few or none.
        Index("ix_finding_stands", "organisation_id", sqlite_where=text(STANDS), postgresql_where=text(STANDS)),
        KEY_ONLY,
    )
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    kind: str = Field(primary_key=True)  # triage.auditing.Wrong
    # the id of the ticket, or of the row of the outbox, that it was found of
    of: int = Field(primary_key=True, sa_type=ID)
    found_at: datetime  # when it was found, the last time that it began
    seen_at: datetime  # when it was last seen
    times: int  # how often it began
    ended_at: datetime | None = None  # since when it is right again; None: it is wrong
    repaired: bool = False  # the auditor put it right, rather than that it came right by itself
    was_late: bool = False  # something had been due by then


class QuietHoursRow(Table, table=True):
    """When somebody is told of nothing but severity 1 and 2, every day, in their own zone."""

    __tablename__ = "quiet_hours"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    person: str = Field(primary_key=True)  # a person's key
    starts: int  # minutes after midnight
    ends: int  # minutes after midnight; before `starts`: on the next day
    set_at: datetime


class PresenceRow(Table, table=True):
    """What a platform last said of whether somebody can be disturbed."""

    __tablename__ = "presence"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    account: str = Field(primary_key=True)  # an account's key
    quiet_from: datetime | None = None  # since or from when notifications are kept from them
    quiet_until: datetime | None = None  # and until when
    inactive_at: datetime | None = None  # when they were seen not to be active; NULL: they were active
    read_at: datetime


class WritingRow(Table, table=True):
    """Somebody of the desk opened a form by which the customer is told something, a short while ago perhaps."""

    __tablename__ = "writing"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id")
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True, sa_type=ID)
    person: str  # who opened it last
    since: datetime  # when


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


class AuditRow(Table, table=True):
    """How far the auditor is, and what the monitor was told. One row for all processes: whoever changes it has the
    turn."""

    __tablename__ = "audit"
    __table_args__ = KEY_ONLY
    name: str = Field(primary_key=True)  # `audit`
    ran_at: datetime | None = None  # when the last pass began
    swept_at: datetime | None = None  # when whoever made it last swept
    well_at: datetime | None = None  # when a pass last found nothing wrong
    round_at: datetime | None = None  # when every open ticket had been looked at
    open_cursor: int = Field(default=0, sa_type=ID)  # the id of the open ticket that was looked at last
    rest_cursor: int = Field(default=0, sa_type=ID)  # the same of those that are not open
    beat_at: datetime | None = None  # when the monitor last took a heartbeat
    beat_failures: int = 0  # how often it did not, since then
    beat_error: str | None = None  # why, the last time


class MachineTimeRow(Table, table=True):
    """A machine on which Vigie runs, and whose clock is not the database's. One row for all its processes."""

    __tablename__ = "machine_time"
    __table_args__ = KEY_ONLY
    machine: str = Field(primary_key=True)  # as it calls itself
    ahead: float  # seconds by which its clock is ahead; below zero: behind
    seen_at: datetime  # when that was last said


class ServedRow(Table, table=True):
    """Which releases can work with the schema: one row, written with each migration. So a process of the release before
    starts also after the next one has migrated."""

    __tablename__ = "served"
    __table_args__ = KEY_ONLY
    version: str = Field(primary_key=True)  # of the schema
    oldest: str  # the oldest release that can work with it, by the newest schema that it knows


class ForgottenRow(Table, table=True):
    """Somebody was forgotten, or a customer with the people of it: that it happened, and not who it was."""

    __tablename__ = "forgotten"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    what: str  # `person` or `customer`
    first: int  # the number that stands for them since: `forgotten-1`
    last: int  # the last one that was given with it: to each account one
    asked_by: str  # who had it done, as the machine calls them
    begun_at: datetime
    done_at: datetime | None = None  # None: it was broken off, and has to be done again
    # by what they are found (storage.forgetting.sought), until it is done
    sought: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    # how many rows of each table were changed, and how many texts erased
    counts: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))


class InboxRow(Table, table=True):
    """An event or act that was handled, so that its redelivery does nothing. Written with the effect it had."""

    __tablename__ = "inbox"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    event_id: str = Field(primary_key=True)  # the platform's id of it, or the key of an act
    received_at: datetime
    digest: str | None = None  # of what a page or a program asked for with that key; None: it came from a chat
    number: int | None = None  # of the ticket that was then opened or changed
