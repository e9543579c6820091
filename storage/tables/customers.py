"""Customers, and the links by which they read their tickets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from storage.tables.table import IDS_ONCE, Table


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
