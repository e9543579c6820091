"""When the people of a desk are there and may be disturbed, and whose turn is next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from storage.tables.table import KEY_ONLY, Table


class AbsenceRow(Table, table=True):
    """Somebody of the desk is away, or was. `until` None: until they say otherwise."""

    __tablename__ = "absence"
    __table_args__ = KEY_ONLY
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


class WorkingHoursRow(Table, table=True):
    """Somebody's working hours: a copy of what the policy says, for whoever reads the database alone."""

    __tablename__ = "working_hours"
    __table_args__ = KEY_ONLY
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    person: str = Field(primary_key=True)  # a person's key
    hours: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # triage.hours.hours_from_data


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
