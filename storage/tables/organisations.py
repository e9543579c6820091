"""Tenants, and where Vigie is installed for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from storage.tables.table import KEY_ONLY, Table


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
