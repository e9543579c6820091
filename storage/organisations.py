"""Tenants and their desks."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from storage.core import add_new
from storage.tables import DeskRow, OrganisationRow


@dataclass(frozen=True, slots=True)
class DeskOnRecord:
    """A desk and whose it is."""

    organisation_id: int
    organisation: str
    desk_id: int
    name: str


def list_desks(session: Session) -> list[DeskOnRecord]:
    """Every desk of every organisation: for whoever runs the program, never for people in a chat."""
    query = (
        select(OrganisationRow, DeskRow)
        .join(DeskRow, col(DeskRow.organisation_id) == col(OrganisationRow.id))
        .order_by(col(OrganisationRow.id), col(DeskRow.id))
    )
    return [
        DeskOnRecord(organisation.id or 0, organisation.name or organisation.key, desk.id or 0, desk.name)
        for organisation, desk in session.exec(query)
    ]


def ensure_desk(session: Session, organisation_id: int, name: str) -> int:
    """The id of that desk, made when it is new."""
    query = select(DeskRow.id).where(DeskRow.organisation_id == organisation_id, DeskRow.name == name)
    found = session.exec(query).first()
    if found is None:
        add_new(session, DeskRow, {"organisation_id": organisation_id, "name": name}, key=("organisation_id", "name"))
        found = session.exec(query).one()
    return int(found or 0)
