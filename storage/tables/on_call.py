"""The rota, who stands in for whom, and whether an escalation would reach them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from storage.tables.table import IDS_ONCE, KEY_ONLY, Table


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
