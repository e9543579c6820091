"""Where Vigie is installed: tokens (sealed before they come here), who installed it, what it is not allowed to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.announcements.to_admins import PermissionMissing
from storage.announcing import announce
from storage.core import add_new, table
from storage.tables.organisations import InstallationRow, OrganisationRow
from storage.tables.outbox import OutboxRow
from triage import text
from triage.keys import key_of

REMOVED = "Vigie was removed from this workspace"
_rows, _outbox = table(InstallationRow), table(OutboxRow)


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace or tenant that Vigie is installed in."""

    #: The organisation that it joined.
    organisation_id: int
    #: `slack`.
    platform: str
    #: The platform's id of the workspace or tenant, or of an enterprise for all its workspaces.
    workspace: str
    #: The platform's id of the app there.
    app: str
    #: The id by which people mention the bot.
    bot_user: str
    #: The id that the bot's own messages carry.
    bot_id: str
    #: The account key of whoever brought it there; None: unknown.
    installer: str | None = None
    #: How often its tokens were replaced.
    revision: int = 0
    #: The optional permissions that were refused there.
    lacking: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What opens a workspace, sealed: neither is readable without the program's own key."""

    #: The bot's token, sealed.
    bot: str
    #: What a new one is had with, sealed; None: tokens do not rotate.
    refresh: str | None = None
    #: When the bot's token ends; None: never.
    expires_at: datetime | None = None


def ensure_installation(
    session: Session,
    *,
    platform: str,
    workspace: str,
    name: str,
    app: str,
    bot_user: str,
    bot_id: str,
    now: datetime,
    joins: int | None = None,
) -> Installation:
    """The installation of that workspace. Seen for the first time, it joins the organisation of the id `joins`, else an
    organisation is made for it; afterwards it stays where it is."""
    row = _find(session, platform, workspace)
    if row is None:
        organisation_id = _new_organisation(session, key_of(platform, workspace), name, now) if joins is None else joins
        values = {
            "organisation_id": organisation_id, "platform": platform, "workspace": workspace,
            "app": app, "bot_user": bot_user, "bot_id": bot_id, "installed_at": now,
            "scopes_lacking": [], "revision": 0,
        }  # fmt: skip
        add_new(session, InstallationRow, values, key=("platform", "workspace"))
        row = _find(session, platform, workspace)
        if row is None:
            raise LookupError(workspace)
    found = _read(row)
    known = replace(found, app=app, bot_user=bot_user, bot_id=bot_id)
    if known != found or row.removed_at is not None:
        _change(session, known, app=app, bot_user=bot_user, bot_id=bot_id, removed_at=None)
    return known


def _new_organisation(session: Session, key: str, name: str, now: datetime) -> int:
    add_new(
        session, OrganisationRow, {"key": key, "name": text.name(name), "last_number": 0, "created_at": now},
        key=("key",),
    )  # fmt: skip
    return int(session.exec(select(OrganisationRow.id).where(OrganisationRow.key == key)).one() or 0)


def organisation_to_join(session: Session, platform: str) -> int | None:
    """The organisation that a new installation joins: where the database has exactly one, and it is not on that
    platform yet. Else None."""
    organisations = session.exec(select(OrganisationRow.id).limit(2)).all()
    if len(organisations) != 1:
        return None
    of = (InstallationRow.organisation_id == organisations[0], InstallationRow.platform == platform)
    return None if session.exec(select(InstallationRow.id).where(*of)).first() is not None else organisations[0]


def find_installation(session: Session, platform: str, workspace: str) -> Installation | None:
    """The installation of a workspace, or None."""
    row = _find(session, platform, workspace)
    return None if row is None else _read(row)


def organisation_of(session: Session, platform: str, workspace: str) -> int | None:
    """The organisation of a workspace or tenant that Vigie is installed in; None where it never was, or was removed."""
    row = _find(session, platform, workspace)
    return None if row is None or row.removed_at is not None else row.organisation_id


def install(
    session: Session, installation: Installation, tokens: Tokens, *, installer: str | None, now: datetime
) -> Installation:
    """Store new tokens of an installation. Every permission is taken to be granted until the platform refuses one. The
    first installer stays on record: installing again changes tokens, never people."""
    installer = installation.installer or installer
    installed = replace(installation, installer=installer, revision=installation.revision + 1, lacking=frozenset())
    _change(
        session, installed, installer=installer, revision=installed.revision, scopes_lacking=[], installed_at=now,
        removed_at=None, bot_token=tokens.bot, refresh_token=tokens.refresh, token_expires_at=tokens.expires_at,
        refreshing_until=None,
    )  # fmt: skip
    return installed


def note_installer(session: Session, platform: str, organisation_id: int, installer: str) -> str | None:
    """Record who brought us there, where nobody is on record yet. Who is on record now; None: it is not installed."""
    mine = sa.and_(_rows.c.platform == platform, _rows.c.organisation_id == organisation_id)
    session.execute(sa.update(_rows).where(mine, _rows.c.installer.is_(None)).values(installer=installer))
    return session.execute(sa.select(_rows.c.installer).where(mine).order_by(_rows.c.id)).scalars().first()


def find_tokens(session: Session, platform: str, workspace: str) -> Tokens | None:
    """The tokens of a workspace; None where it is not installed (any more), or not by itself."""
    row = _find(session, platform, workspace)
    if row is None or row.bot_token is None:
        return None
    return Tokens(row.bot_token, row.refresh_token, row.token_expires_at)


def installed_workspaces(session: Session, platform: str) -> dict[str, Installation]:
    """Every workspace whose tokens are on record, by its id: for whoever runs the program."""
    query = select(InstallationRow).where(
        InstallationRow.platform == platform, col(InstallationRow.bot_token).is_not(None)
    ).order_by(col(InstallationRow.id))  # fmt: skip
    return {row.workspace: _read(row) for row in session.exec(query)}


def workspace_of(session: Session, platform: str, organisation_id: int) -> str | None:
    """The workspace of an organisation that can be spoken to: one whose tokens are on record."""
    query = select(InstallationRow.workspace).where(
        InstallationRow.platform == platform, InstallationRow.organisation_id == organisation_id,
        col(InstallationRow.bot_token).is_not(None),
    )  # fmt: skip
    return session.exec(query).first()


def reseal(session: Session, installation: Installation, before: Tokens, after: Tokens) -> None:
    """Replace the tokens by the same ones, sealed with the newest key, unless they were changed meanwhile (compare and
    swap)."""
    where = _mine(installation), _rows.c.bot_token == before.bot
    session.execute(sa.update(_rows).where(*where).values(bot_token=after.bot, refresh_token=after.refresh))


def remove(session: Session, installation: Installation, now: datetime, *, asked_at: datetime) -> bool:
    """Erase the tokens and drop every notice that still waits there. Tickets and their history stay. Answers False and
    does nothing where Vigie was installed again after `asked_at`, when the platform told of the removal."""
    row = _find(session, installation.platform, installation.workspace, lock=True)
    if row is None or row.installed_at.replace(microsecond=0) > asked_at:
        return False
    _change(
        session, installation, removed_at=now, bot_token=None, refresh_token=None, token_expires_at=None,
        refreshing_until=None,
    )  # fmt: skip
    session.execute(
        sa.update(_outbox)
        .where(
            _outbox.c.organisation_id == installation.organisation_id, _outbox.c.platform == installation.platform,
            _outbox.c.state.in_(["pending", "claimed"]),
        )
        .values(state="dropped", lease_until=None, reason=REMOVED)
    )  # fmt: skip
    return True


def is_removed(session: Session, platform: str, organisation_id: int) -> bool:
    """Whether Vigie was removed from every workspace of that organisation."""
    query = select(InstallationRow.removed_at).where(
        InstallationRow.platform == platform, InstallationRow.organisation_id == organisation_id
    )
    found = session.exec(query).all()
    return bool(found) and all(at is not None for at in found)


def claim_expiring(session: Session, platform: str, *, before: datetime, now: datetime, lease: timedelta) -> list[str]:
    """Claim the workspaces whose token expires before `before`, under a lease until `now + lease`. A refresh token can
    be used once, so two replicas must never refresh the same one."""
    query = (
        sa.select(_rows.c.id, _rows.c.workspace)
        .where(
            _rows.c.platform == platform, _rows.c.refresh_token.is_not(None), _rows.c.token_expires_at <= before,
            sa.or_(_rows.c.refreshing_until.is_(None), _rows.c.refreshing_until <= now),
        )
        .order_by(_rows.c.id)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    found = session.execute(query).all()
    for row_id, _ in found:
        session.execute(sa.update(_rows).where(_rows.c.id == row_id).values(refreshing_until=now + lease))
    return [workspace for _, workspace in found]


def save_refreshed(session: Session, installation: Installation, before: Tokens, after: Tokens) -> bool:
    """Store refreshed tokens. False where they were replaced by an installation, or removed, since they were read."""
    done = session.execute(
        sa.update(_rows).where(_mine(installation), _rows.c.refresh_token == before.refresh)
        .values(bot_token=after.bot, refresh_token=after.refresh, token_expires_at=after.expires_at,
                refreshing_until=None, revision=_rows.c.revision + 1)
    )  # fmt: skip
    return bool(done.rowcount)  # type: ignore[attr-defined]


def note_lacking(session: Session, platform: str, organisation_id: int, scope: str, now: datetime) -> bool:
    """Record that the platform refuses something for want of the permission `scope`. The first time, an admin is told
    by a notice in the same transaction. False where it was known."""
    where = _rows.c.platform == platform, _rows.c.organisation_id == organisation_id
    query = (
        sa.select(_rows.c.id, _rows.c.scopes_lacking, _rows.c.installed_at)
        .where(*where)
        .order_by(_rows.c.id)
        .with_for_update()
    )
    row = session.execute(query).first()
    if row is None or scope in row.scopes_lacking:
        return False
    session.execute(sa.update(_rows).where(_rows.c.id == row.id).values(scopes_lacking=[*row.scopes_lacking, scope]))
    key = f"permission.{scope}.{int(row.installed_at.timestamp())}"
    announce(
        session, organisation_id, PermissionMissing(scope), platform=platform,
        key=key, now=now,
    )  # fmt: skip
    return True


def _find(session: Session, platform: str, workspace: str, *, lock: bool = False) -> InstallationRow | None:
    query = select(InstallationRow).where(InstallationRow.platform == platform, InstallationRow.workspace == workspace)
    return session.exec(query.with_for_update() if lock else query).first()


def _read(row: InstallationRow) -> Installation:
    return Installation(
        row.organisation_id, row.platform, row.workspace, row.app, row.bot_user, row.bot_id, row.installer,
        row.revision, frozenset(row.scopes_lacking),
    )  # fmt: skip


def _mine(installation: Installation) -> sa.ColumnElement[bool]:
    return sa.and_(_rows.c.platform == installation.platform, _rows.c.workspace == installation.workspace)


def _change(session: Session, installation: Installation, **values: Any) -> None:
    session.execute(sa.update(_rows).where(_mine(installation)).values(**values))
