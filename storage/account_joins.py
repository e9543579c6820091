"""Who is found to be whom: accounts joined by an email that both platforms vouch for, and parted again by an admin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.accounts import Account
from storage.core import add, overwrite, table
from storage.errors import SamePlatformError
from storage.persons import Persons, join_accounts, locked_accounts
from storage.tables.accounts import AccountJoinRow, AccountRow
from storage.tables.tickets import TicketRow
from storage.tickets import get_ticket_by_id
from triage.keys import platform_of
from triage.people import VIGIE

BY_EMAIL = "the same email"  # the reason on record of a join that nobody asked for
_rows, _joins, _tickets = table(AccountRow), table(AccountJoinRow), table(TicketRow)
Pair = tuple[str, str]
"""Two accounts, by key."""


def pairs_by_email(accounts: Mapping[str, Account], persons: Persons, parted: Collection[Pair] = ()) -> list[Pair]:
    """The accounts that one email shows to be one person's, and that are not joined yet.

    Only full members count, each by the email that their platform vouches for. An email that two accounts of one
    platform have, even if one of them left, shows nothing: it is shared, or was given to somebody else. Nor are two
    joined that an admin has `parted`, or of which a person would have two accounts on one platform.
    """
    having: dict[str, list[Account]] = {}
    theirs: dict[str, set[str]] = {}
    for account in accounts.values():
        theirs.setdefault(persons.get(account.key, account.key), set()).add(platform_of(account.key))
        for email in account.emails:
            having.setdefault(email, []).append(account)
    found: list[Pair] = []
    for several in having.values():
        if len({platform_of(account.key) for account in several}) < len(several):
            continue
        first, *others = [account.key for account in several if account.is_member] or [""]
        for other in others:
            one, two = persons.get(first, first), persons.get(other, other)
            if one != two and not theirs[one] & theirs[two] and not {(first, other), (other, first)} & set(parted):
                found.append((first, other))
                theirs[one] |= theirs[two]
    return found


def join_by_email(session: Session, organisation_id: int, pairs: Iterable[Pair], now: datetime) -> None:
    """Join those accounts. Where somebody joined or parted one of them at the same time, that stands."""
    wanted = list(pairs)
    locked_accounts(session, organisation_id, [key for pair in wanted for key in pair])  # all at once, see there
    parted = parted_accounts(session, organisation_id)
    for one, other in wanted:
        if not {(one, other), (other, one)} & parted:
            with suppress(SamePlatformError, LookupError):  # joined at this moment, or forgotten
                join_accounts(session, organisation_id, one, other, by=VIGIE, reason=BY_EMAIL, now=now)


def part_account(session: Session, organisation_id: int, account: str, *, by: str, reason: str, now: datetime) -> str:
    """Record that an account is not that person's after all: it is a person of its own again. Answers the account that
    was parted: of somebody's first account all the others are parted instead, since the first is what they are known
    by.

    What was recorded while they were one stays with the person. Raises LookupError where the account is joined to none.
    """
    found = locked_accounts(session, organisation_id, [account])
    if len(found) < 2:
        raise LookupError(account)
    person: str = found[0].person
    others = [row for row in found if row.key != person]
    going = others if account == person else [row for row in others if row.key == account]
    after: str = going[0].key
    for row in going:
        overwrite(session, AccountRow, row.id, person=after)
        add(
            session, AccountJoinRow, organisation_id=organisation_id, account=row.key, before=person, person=after,
            joined_by=by, reason=reason, joined_at=now,
        )  # fmt: skip
    _give_back(session, organisation_id, person)
    return after


def _give_back(session: Session, organisation_id: int, person: str) -> None:
    """Rewrite the columns of tickets by which the person is looked up, from the events as they are read now."""
    theirs = sa.or_(_tickets.c.assignee == person, _tickets.c.requester == person)
    query = sa.select(_tickets.c.id).where(_tickets.c.organisation_id == organisation_id, theirs)
    for ticket_id in session.execute(query.order_by(_tickets.c.id)).scalars().all():
        ticket = get_ticket_by_id(session, organisation_id, ticket_id, lock=True).ticket
        overwrite(session, TicketRow, ticket_id, assignee=ticket.ownership.assignee, requester=ticket.requester)


def parted_accounts(session: Session, organisation_id: int) -> set[Pair]:
    """The accounts that were parted, each with the person whose it was: only people join them again."""
    of = (_joins.c.organisation_id == organisation_id, _joins.c.account == _joins.c.person)
    query = sa.select(_joins.c.account, _joins.c.before).where(*of, _joins.c.before != _joins.c.person)
    return {(row.account, row.before) for row in session.execute(query)}
