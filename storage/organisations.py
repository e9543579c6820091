"""Tenants, what they installed, and their desks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from storage.core import add_new, table
from storage.tables import DeskRow, InstallationRow, OrganisationRow


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace of an organisation as Vigie knows it."""

    organisation_id: int
    platform: str
    workspace: str
    app: str
    bot_user: str
    bot_id: str


def ensure_installation(
    session: Session, *, platform: str, workspace: str, name: str, app: str, bot_user: str, bot_id: str, now: datetime
) -> Installation:
    """The installation of that workspace; its organisation is made when it is seen for the first time."""
    found = find_installation(session, platform, workspace)
    if found is None:
        key = f"{platform}:{workspace}"
        add_new(session, OrganisationRow, {"key": key, "name": name, "last_number": 0, "created_at": now}, key=("key",))
        organisation = session.exec(select(OrganisationRow).where(OrganisationRow.key == key)).one()
        organisation_id = organisation.id or 0
        values = {
            "organisation_id": organisation_id, "platform": platform, "workspace": workspace,
            "app": app, "bot_user": bot_user, "bot_id": bot_id, "installed_at": now,
        }  # fmt: skip
        add_new(session, InstallationRow, values, key=("platform", "workspace"))
        return Installation(organisation_id, platform, workspace, app, bot_user, bot_id)
    known = Installation(found.organisation_id, platform, workspace, app, bot_user, bot_id)
    if known != found:
        rows = table(InstallationRow)
        session.execute(
            update(rows).where(rows.c.platform == platform, rows.c.workspace == workspace)
            .values(app=app, bot_user=bot_user, bot_id=bot_id)
        )  # fmt: skip
    return known


def find_installation(session: Session, platform: str, workspace: str) -> Installation | None:
    """The installation of a workspace, or None."""
    query = select(InstallationRow).where(InstallationRow.platform == platform, InstallationRow.workspace == workspace)
    row = session.exec(query).first()
    if row is None:
        return None
    return Installation(row.organisation_id, platform, workspace, row.app, row.bot_user, row.bot_id)


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
