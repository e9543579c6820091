"""Messages for which somebody opened the form of a new ticket, as the platform described them then. What the submitted
form says of them is not trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.tables.intake import PickedRow

KEPT = timedelta(days=1)  # nobody fills in a form for longer

_rows = table(PickedRow)


@dataclass(frozen=True, slots=True)
class Picked:
    """A message as its platform described it."""

    #: The channel's key.
    channel: str
    #: The platform's own id, as is the next.
    message_id: str
    #: The message that carries its thread, itself where it is in none.
    root_id: str
    #: Who wrote it, by key; None where no person did.
    author: str | None
    #: When it was written.
    at: datetime


def keep_picked(session: Session, organisation_id: int, picked: Picked, now: datetime) -> None:
    """Remember the message while its form is filled in."""
    session.execute(sa.delete(_rows).where(_rows.c.organisation_id == organisation_id, _rows.c.picked_at <= now - KEPT))
    row = {
        "organisation_id": organisation_id, "channel": picked.channel, "message_id": picked.message_id,
        "root_id": picked.root_id, "author": picked.author, "written_at": picked.at,
        "picked_at": now,
    }  # fmt: skip
    upsert(session, PickedRow, [row], key=("organisation_id", "channel", "message_id"))


def find_picked(session: Session, organisation_id: int, channel: str, message_id: str) -> Picked | None:
    """The message as it was described when somebody picked it; None where nobody did."""
    told = (_rows.c.channel, _rows.c.message_id, _rows.c.root_id, _rows.c.author, _rows.c.written_at)
    query = sa.select(*told).where(
        _rows.c.organisation_id == organisation_id, _rows.c.channel == channel, _rows.c.message_id == message_id
    )
    found = session.execute(query).first()
    return None if found is None else Picked(*found)
