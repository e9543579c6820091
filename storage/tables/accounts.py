"""Who people are on each platform, and in which of its groups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.tables.table import KEY_ONLY, Table

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
