"""Tickets that were brought from another help desk: each once, however often its file is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.announcements.to_desk import BroughtHere
from storage.announcing import announce
from storage.changes import Place, record_opening
from storage.core import add_all, table
from storage.tables.intake import BroughtRow
from storage.tables.organisations import OrganisationRow
from storage.tables.tickets import IS_OPEN, TicketRow
from triage.change import Change
from triage.keys import platform_of
from triage.terms import PRESSING
from triage.text import clean

NAMED = 10  # tickets that the desk is told by their numbers

_rows, _tickets, _organisations = table(BroughtRow), table(TicketRow), table(OrganisationRow)


@dataclass(frozen=True, slots=True)
class Bringing:
    """What is brought, and to whom."""

    #: Whose tickets they are from now on ...
    organisation_id: int
    #: ... and at which desk.
    desk_id: int
    #: A digest of the file.
    source: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One ticket that is to be put on record."""

    #: Its number there.
    ref: str
    #: What puts it on record.
    opening: Change
    #: Where it will be spoken of.
    places: list[Place]


def ref_key(ref: str) -> str:
    """What a number of another help desk is compared by."""
    return " ".join(clean(ref).split()).casefold()


def known_refs(session: Session, organisation_id: int, desk_id: int) -> set[str]:
    """The numbers, as they are compared, of all that was brought to that desk."""
    query = sa.select(_rows.c.ref).where(_rows.c.organisation_id == organisation_id, _rows.c.desk_id == desk_id)
    return set(session.execute(query).scalars())


def bring_in(session: Session, of: Bringing, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Put those on record that are not yet; how many that were. Nothing is said of them."""
    mine = _organisations.c.id == of.organisation_id
    session.execute(sa.select(_organisations.c.id).where(mine).with_for_update())  # who brings the same waits here
    keys = [ref_key(each.ref) for each in arrivals]
    there = sa.select(_rows.c.ref).where(
        _rows.c.organisation_id == of.organisation_id, _rows.c.desk_id == of.desk_id, _rows.c.ref.in_(keys)
    )
    known = set(session.execute(there).scalars())
    made = []
    for key, each in zip(keys, arrivals, strict=True):
        if key in known:
            continue
        known.add(key)
        new = record_opening(session, of.organisation_id, of.desk_id, each.opening, each.places, now, quietly=True)
        made.append(
            {
                "organisation_id": of.organisation_id, "desk_id": of.desk_id, "ref": key, "ticket_id": new.id,
                "source": of.source, "brought_at": now,
            }
        )  # fmt: skip
    add_all(session, BroughtRow, made)
    return len(made)


def tell_desk(session: Session, of: Bringing, channels: Iterable[str], now: datetime) -> bool:
    """Plan one message in each of the desk's channels about all that this file has brought; once, however often that is
    asked for. Nothing is said where nothing of it is open. Whether any was new."""
    query = (
        sa.select(_tickets.c.number, _tickets.c.severity, _tickets.c.next_due_at, IS_OPEN.label("is_open"))
        .join_from(_rows, _tickets, _rows.c.ticket_id == _tickets.c.id)
        .where(_rows.c.organisation_id == of.organisation_id, _rows.c.desk_id == of.desk_id,
               _rows.c.source == of.source)
    )  # fmt: skip
    found = session.execute(query).all()
    still = [each for each in found if each.is_open]
    if not still:
        return False
    late = [each for each in still if each.next_due_at is not None and each.next_due_at < now]
    late.sort(key=lambda each: (each.severity or 1, each.next_due_at, each.number))
    said = BroughtHere(
        open=len(still), closed=len(found) - len(still), pressing=sum(each.severity in PRESSING for each in still),
        late=len(late), first=[each.number for each in late[:NAMED]],
    )  # fmt: skip
    new = False
    for channel in channels:
        key, platform = f"brought.{of.desk_id}.{of.source}.{channel}", platform_of(channel)
        new |= announce(session, of.organisation_id, said, platform=platform, key=key, now=now, channel=channel)
    return new
