"""Tenants and their desks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from storage.core import add_new
from storage.tables.channels import MemberRow
from storage.tables.conversations import MessageRow
from storage.tables.desks import DeskRow
from storage.tables.organisations import OrganisationRow


@dataclass(frozen=True, slots=True)
class DeskOnRecord:
    """A desk and whose it is."""

    #: The row id of the organisation.
    organisation_id: int
    #: What the organisation is called.
    organisation: str
    #: The row id of the desk.
    desk_id: int
    #: The desk's name, as the policy file has it.
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


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation, for whoever runs the program."""

    #: Its row id.
    id: int
    #: What it was made for: `slack:T0123`.
    key: str
    #: What its platform calls it; empty: nobody knows.
    name: str

    @property
    def called(self) -> str:
        """What to call it."""
        return self.name or self.key


def list_organisations(session: Session) -> list[Organisation]:
    """Every organisation, in the order in which they came."""
    query = select(OrganisationRow).order_by(col(OrganisationRow.id))
    return [Organisation(each.id or 0, each.key, each.name) for each in session.exec(query)]


def organisations_in(session: Session, channel: str, candidates: Sequence[int]) -> list[int]:
    """Those of the organisations whose desk reads that channel, or has spoken in it."""
    found: set[int] = set()
    for row in (MemberRow, MessageRow):
        organisation = col(row.organisation_id)
        query = select(row.organisation_id).where(organisation.in_(candidates), col(row.channel) == channel).distinct()
        found.update(session.exec(query))
    return sorted(found)


def ensure_desk(session: Session, organisation_id: int, name: str) -> int:
    """The id of that desk, made when it is new."""
    query = select(DeskRow.id).where(DeskRow.organisation_id == organisation_id, DeskRow.name == name)
    found = session.exec(query).first()
    if found is None:
        add_new(session, DeskRow, {"organisation_id": organisation_id, "name": name}, key=("organisation_id", "name"))
        found = session.exec(query).one()
    return int(found or 0)
