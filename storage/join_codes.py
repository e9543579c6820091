"""One-time codes: given on one account, typed on another, they join the two. Asking and guessing are bounded."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add_new, table
from storage.errors import SamePlatformError
from storage.persons import join_accounts, load_persons
from storage.tables.accounts import JoinCodeRow
from triage.keys import platform_of

GOOD_FOR = timedelta(minutes=10)
COUNTED_FOR = timedelta(hours=1)
MOST_GIVEN, MOST_WRONG = 10, 5  # on one account within `COUNTED_FOR`
LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"  # nothing that looks like another, and no vowels, so that it spells nothing
LENGTH = 8
BY_CODE = "a code that they typed"  # the reason on record of such a join
_rows = table(JoinCodeRow)


class Verdict(StrEnum):
    """What became of a code that was typed."""

    JOINED = "joined"
    WRONG = "wrong"  # nobody was given it
    OLD = "old"
    USED = "used"
    SAME_PLATFORM = "same platform"  # it was given on the platform that it was typed on
    TAKEN = "taken"  # the person has another account on one of the platforms
    TOO_MANY = "too many"  # wrong ones; none is taken for now


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What became of a code that was typed."""

    #: How it went.
    verdict: Verdict
    #: The key of the account that it was given to; empty: nobody was given it, or it was not looked at.
    account: str = ""
    #: Until when no code is taken from this account; None: it is.
    until: datetime | None = None


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """The code in what somebody typed, whatever its case, blanks and hyphens; None where it has not the shape of
    one."""
    code = "".join(text.upper().split()).replace("-", "")
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None


def digest_of(organisation_id: int, code: str) -> str:
    """What is stored of a code. It takes a while, so that nobody finds the code behind it before it is old."""
    return hashlib.scrypt(code.encode(), salt=f"vigie:{organisation_id}".encode(), n=2**13, r=8, p=1).hex()


def give_code(session: Session, organisation_id: int, account: str, digest: str, now: datetime) -> datetime | None:
    """Record that this account was given the code of that digest, in place of any other. None where it was; else when
    it can have the next one."""
    row = _counted(session, organisation_id, account, now)
    if row.given >= MOST_GIVEN:
        until: datetime = row.counted_since + COUNTED_FOR
        return until
    values = {"digest": digest, "expires_at": now + GOOD_FOR, "used_at": None, "given": row.given + 1}
    _change(session, organisation_id, account, values)
    return None


def redeem(session: Session, organisation_id: int, account: str, digest: str, now: datetime, *, by: str) -> Redeemed:
    """A code of that digest was typed on this account: join it with the one that was given the code.

    Nothing is raised for a code that is no good: that it was tried is on record then, and has to be committed.
    """
    row = _counted(session, organisation_id, account, now)
    if row.wrong >= MOST_WRONG:
        return Redeemed(Verdict.TOO_MANY, until=row.counted_since + COUNTED_FOR)
    query = sa.select(_rows).where(_rows.c.organisation_id == organisation_id, _rows.c.digest == digest)
    found = session.execute(query.with_for_update()).first()
    if found is None:
        _change(session, organisation_id, account, {"wrong": row.wrong + 1})
        return Redeemed(Verdict.WRONG)
    verdict = _verdict(session, organisation_id, found, account, now)
    if verdict is Verdict.JOINED:
        try:
            join_accounts(session, organisation_id, found.account, account, by=by, reason=BY_CODE, now=now)
        except SamePlatformError:
            return Redeemed(Verdict.TAKEN, found.account)
        _change(session, organisation_id, found.account, {"used_at": now})
    return Redeemed(verdict, found.account)


def _verdict(session: Session, organisation_id: int, found: sa.Row[Any], account: str, now: datetime) -> Verdict:
    """How good a code is that somebody was given."""
    if found.used_at is not None:
        return Verdict.USED
    if platform_of(found.account) == platform_of(account):
        return Verdict.SAME_PLATFORM
    persons = load_persons(session, organisation_id)
    if persons.get(found.account, found.account) == persons.get(account, account):
        return Verdict.USED
    return Verdict.OLD if found.expires_at <= now else Verdict.JOINED


def _counted(session: Session, organisation_id: int, account: str, now: datetime) -> sa.Row[Any]:
    """The locked row of an account, with what counts of what it was given and tried."""
    new = {
        "organisation_id": organisation_id, "account": account, "digest": "", "expires_at": now, "used_at": None,
        "counted_since": now, "given": 0, "wrong": 0,
    }  # fmt: skip
    add_new(session, JoinCodeRow, new, key=("organisation_id", "account"))
    query = sa.select(_rows).where(_rows.c.organisation_id == organisation_id, _rows.c.account == account)
    row = session.execute(query.with_for_update()).one()
    if now - row.counted_since >= COUNTED_FOR:
        _change(session, organisation_id, account, {"counted_since": now, "given": 0, "wrong": 0})
        row = session.execute(query).one()
    return row


def _change(session: Session, organisation_id: int, account: str, values: dict[str, object]) -> None:
    of = (_rows.c.organisation_id == organisation_id, _rows.c.account == account)
    session.execute(sa.update(_rows).where(*of).values(**values))
