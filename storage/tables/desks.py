"""A desk, the versions of its policy, and what fell due for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from storage.tables.table import KEY_ONLY, Table


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
