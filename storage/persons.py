"""Which accounts belong to one person. A person's key is that of the account that was known first; it stands in events
and never changes. An account that joins later leads to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add_all, table
from storage.errors import SamePlatformError
from storage.loads import join_assigned
from storage.prepared import Prepared
from storage.quiet_hours import join_quiet_hours
from storage.tables.accounts import JOINED, AccountJoinRow, AccountRow
from storage.tables.availability import AbsenceRow
from storage.tables.tickets import TicketRow
from triage.keys import platform_of

Persons = Mapping[str, str]
"""Whose an account is, by its key; only of those that go by another person's key."""

_rows, _absences, _tickets = table(AccountRow), table(AbsenceRow), table(TicketRow)
_JOINED = sa.select(_rows.c.key, _rows.c.person).where(
    _rows.c.organisation_id == sa.bindparam("organisation_id"), sa.text(JOINED)
)
_LOAD = Prepared(_JOINED)
_ACTED = Prepared(
    sa.update(_rows)
    .where(_rows.c.organisation_id == sa.bindparam("of"), _rows.c.key == sa.bindparam("account"))
    .values(acted_at=sa.bindparam("now", type_=_rows.c.acted_at.type))
)
_LATEST = Prepared(
    sa.select(_rows.c.key)
    .where(
        _rows.c.organisation_id == sa.bindparam("of"), _rows.c.person == sa.bindparam("whose"),
        _rows.c.acted_at.is_not(None),
    )
    .order_by(_rows.c.acted_at.desc(), _rows.c.id)
    .limit(1)
)  # fmt: skip


def load_persons(session: Session, organisation_id: int) -> Persons:
    """By account key the person's key, for accounts whose person goes by another key. For all others the two are the
    same."""
    return dict(_LOAD.rows(session, {"organisation_id": organisation_id}))


def any_joined() -> sa.ColumnElement[bool]:
    """A condition for queries: whether the organisation (parameter `organisation_id`) has any joined account."""
    return sa.exists(_JOINED)


def accounts_of(organisation_id: int, person: str) -> sa.Select[tuple[str]]:
    """A query of the keys of all of a person's accounts: events name people by the key known when they happened."""
    return sa.select(_rows.c.key).where(_rows.c.organisation_id == organisation_id, _rows.c.person == person)


def of_today(data: Any, persons: Persons) -> Any:
    """The data of an event, with each person in it by their key of today."""
    match data:
        case str():
            return persons.get(data, data)
        case dict():
            return {key: of_today(value, persons) for key, value in data.items()}
        case list():
            return [of_today(value, persons) for value in data]
    return data


def note_active(session: Session, organisation_id: int, person: str, platform: str, now: datetime) -> None:
    """Note on which platform somebody acts, where they have accounts on several."""
    key = account_on(load_persons(session, organisation_id), person, platform)
    if key is not None:
        _ACTED.run(session, {"of": organisation_id, "account": key, "now": now})


def platform_of_person(session: Session, organisation_id: int, person: str) -> str:
    """The platform on which to tell somebody something that belongs to none: where they were last active; where they
    are known first, if they never were."""
    found = _LATEST.rows(session, {"of": organisation_id, "whose": person})
    return platform_of(found[0][0] if found else person)


def account_on(persons: Persons, person: str, platform: str) -> str | None:
    """The account on that platform of somebody who has several; None for whoever has not."""
    others = [key for key, whose in persons.items() if whose == person]
    return next((key for key in (person, *others) if others and platform_of(key) == platform), None)


def join_accounts(
    session: Session, organisation_id: int, one: str, other: str, *, by: str, reason: str, now: datetime
) -> str:
    """Record that both accounts, with all that were joined to either, are one person's. Answers that person's key: the
    one known first.

    No event is rewritten; what the other account did is read as this person's. Raises LookupError where an account is
    not known, SamePlatformError where both have an account on the same platform.
    """
    found = locked_accounts(session, organisation_id, [one, other])
    if not {one, other} <= {row.key for row in found}:
        raise LookupError("one of those accounts is not known")
    stays: str = next(row.person for row in found if row.key == row.person)
    going = [row for row in found if row.person != stays]
    platforms = [platform_of(row.key) for row in found]
    if going and len(set(platforms)) < len(platforms):
        raise SamePlatformError
    for person in {row.person for row in going}:
        _hand_over(session, organisation_id, person, stays)
    add_all(
        session, AccountJoinRow,
        [
            {
                "organisation_id": organisation_id, "account": row.key, "before": row.person, "person": stays,
                "joined_by": by, "reason": reason, "joined_at": now,
            }
            for row in going
        ],
    )  # fmt: skip
    return stays


def locked_accounts(
    session: Session, organisation_id: int, keys: Collection[str]
) -> list[sa.Row[tuple[int, str, str]]]:
    """The accounts with these keys and all others of the same people, the one known first first: the id of each, its
    key and its person's. They are locked in the order of their keys, in which they are saved too."""
    query = sa.select(_rows.c.id, _rows.c.key, _rows.c.person).where(_rows.c.organisation_id == organisation_id)
    persons = sa.select(_rows.c.person).where(_rows.c.organisation_id == organisation_id, _rows.c.key.in_(list(keys)))
    in_order = _rows.c.key if session.info["engine"] == "sqlite" else sa.collate(_rows.c.key, "C")  # as Python has it
    found = session.execute(query.where(_rows.c.person.in_(persons)).order_by(in_order).with_for_update()).all()
    return sorted(found, key=lambda row: row.id)


def _hand_over(session: Session, organisation_id: int, before: str, after: str) -> None:
    """Rewrite the columns by which a person is looked up."""
    for column in (_rows.c.person, _tickets.c.assignee, _tickets.c.requester):
        mine = (column.table.c.organisation_id == organisation_id, column == before)
        session.execute(sa.update(column.table).where(*mine).values({column.name: after}))
    join_assigned(session, organisation_id, before, after)
    join_quiet_hours(session, organisation_id, before, after)
    whose, of = _absences.c.person, _absences.c.organisation_id == organisation_id
    query = sa.select(whose).where(of, whose.in_([before, after])).order_by(_absences.c.set_at.desc())
    latest, *earlier = session.execute(query).scalars().all() or [after]
    session.execute(sa.delete(_absences).where(of, whose.in_(earlier)))  # what they said last holds
    if latest == before:
        session.execute(sa.update(_absences).where(of, whose == before).values(person=after))
