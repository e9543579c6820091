"""Pages that people look at: with a browser, and in the app."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from storage.tables.table import KEY_ONLY, Table


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
