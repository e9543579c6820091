"""Vigie itself: what its auditor found, where it runs, which releases can, and who was forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field

from storage.tables.table import ID, KEY_ONLY, Table

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
