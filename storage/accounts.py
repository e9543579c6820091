"""People as their platform describes them, and who is in which channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from storage.core import add_all, table, upsert
from storage.tables.accounts import AccountJoinRow, AccountRow, UserGroupRow
from storage.tables.availability import AbsenceRow, PresenceRow, QuietHoursRow
from storage.tables.channels import MemberRow
from triage import text


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on a platform, as it last described them."""

    #: `platform:id`, like `slack:U0123`.
    key: str
    #: What they call themselves.
    name: str
    #: An IANA name; None where the platform does not say.
    timezone: str | None = None
    #: Like `fr-FR`.
    locale: str | None = None
    #: As the platform vouches for it; None: none, or not to be seen.
    email: str | None = None
    #: A guest, or of another company.
    is_external: bool = False
    #: An admin or owner of the workspace.
    is_admin: bool = False
    #: Whether a program speaks.
    is_bot: bool = False
    #: They have not left.
    is_active: bool = True
    #: Another key by which the platform knows them, and a policy may name them; None: there is none.
    alias: str | None = None

    @property
    def emails(self) -> tuple[str, ...]:
        """Their emails, in small letters."""
        return (self.email.lower(),) if self.email else ()

    @property
    def is_member(self) -> bool:
        """Whether this is a full, active member of one of the desk's own workspaces: no guest, nobody of another
        company, no bot, nobody who left."""
        return self.is_active and not (self.is_external or self.is_bot)


def save_accounts(session: Session, organisation_id: int, accounts: Iterable[Account], now: datetime) -> None:
    """Keep what the platform just said about these people (upsert). Names are made safe to be shown: control characters
    are removed, and one odd account does not keep the others from being saved. In the order of their keys, in which all
    lock accounts, so that nobody waits in a circle."""
    rows = [
        {
            "organisation_id": organisation_id, "key": a.key, "person": a.key, "name": text.name(a.name),
            "timezone": text.name(a.timezone) or None, "locale": text.name(a.locale) or None,
            "email": text.name(a.email) or None, "is_external": a.is_external, "is_admin": a.is_admin,
            "is_bot": a.is_bot, "is_active": a.is_active, "alias": a.alias, "refreshed_at": now,
        }
        for a in sorted(accounts, key=lambda each: each.key)
    ]  # fmt: skip
    if rows:
        told = tuple(name for name in rows[0] if name not in {"organisation_id", "key", "person"})  # whose it is, stays
        upsert(session, AccountRow, rows, key=("organisation_id", "key"), changing=told)


def load_accounts(session: Session, organisation_id: int) -> dict[str, Account]:
    """Every account known, by its key."""
    rows = session.exec(select(AccountRow).where(AccountRow.organisation_id == organisation_id))
    return {
        r.key: Account(
            r.key, r.name, r.timezone, r.locale, r.email, r.is_external, r.is_admin, r.is_bot, r.is_active, r.alias
        )
        for r in rows
    }  # fmt: skip


def save_members(session: Session, organisation_id: int, channel: str, people: Iterable[str]) -> None:
    """Replace the list of people of one channel."""
    rows = table(MemberRow)
    session.execute(delete(rows).where(rows.c.organisation_id == organisation_id, rows.c.channel == channel))
    new = [{"organisation_id": organisation_id, "channel": channel, "person": person} for person in sorted(set(people))]
    add_all(session, MemberRow, new)


def load_members(session: Session, organisation_id: int) -> dict[str, frozenset[str]]:
    """The people of every channel known."""
    found: dict[str, set[str]] = {}
    query = select(MemberRow).where(MemberRow.organisation_id == organisation_id).order_by(col(MemberRow.channel))
    for row in session.exec(query):
        found.setdefault(row.channel, set()).add(row.person)
    return {channel: frozenset(people) for channel, people in found.items()}


def last_refreshed(session: Session, organisation_id: int) -> tuple[datetime | int | None, ...]:
    """By what it shows that the record of people changed: the last join of accounts, and when accounts, user groups,
    absences, quiet hours and hints of people's presence last changed."""
    people = select(func.max(AccountRow.refreshed_at)).where(AccountRow.organisation_id == organisation_id)
    groups = select(func.max(UserGroupRow.refreshed_at)).where(UserGroupRow.organisation_id == organisation_id)
    absences = select(func.max(AbsenceRow.set_at)).where(AbsenceRow.organisation_id == organisation_id)
    quiet = select(func.max(QuietHoursRow.set_at)).where(QuietHoursRow.organisation_id == organisation_id)
    seen = select(func.max(PresenceRow.read_at)).where(PresenceRow.organisation_id == organisation_id)
    joins = select(func.max(AccountJoinRow.id)).where(AccountJoinRow.organisation_id == organisation_id)
    return session.exec(joins).one(), *(session.exec(each).one() for each in (people, groups, absences, quiet, seen))
