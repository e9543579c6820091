"""Channels and who is in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from storage.tables.table import KEY_ONLY, Table

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
