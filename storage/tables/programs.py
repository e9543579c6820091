"""Other programs: the keys by which they act at a desk, and where they are told what happens there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field

from storage.tables.table import IDS_ONCE, Table


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
