"""The links by which customers read their own tickets. A link is random, shown once, and kept as a digest; it can have
an end, and is revoked at once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage.accounts import Account, save_accounts
from storage.core import add, table
from storage.customers import customer_key
from storage.tables.customers import CustomerLinkRow
from triage.keys import PAGE, key_of

PREFIX_BYTES, SECRET_BYTES = 6, 24
PREFIX_LENGTH, LONGEST_TOKEN = 2 * PREFIX_BYTES, 64
USED_EVERY = timedelta(minutes=1)

_rows = table(CustomerLinkRow)
_NOBODYS = hashlib.sha256(b"").hexdigest()  # compared with where there is no such link, so that both take as long


@dataclass(frozen=True, slots=True)
class CustomerLink:
    """A link, without what opens it."""

    #: Its own id.
    id: int
    #: The organisation whose customer it is for ...
    organisation_id: int
    #: ... and the desk.
    desk_id: int
    #: Whose tickets it shows: their name, as the desk wrote it then.
    customer: str
    #: Its beginning, by which people tell it from others.
    prefix: str
    #: Who made it, as their machine calls them.
    made_by: str
    #: When.
    made_at: datetime
    #: From then on it opens nothing; None: it has no end.
    until: datetime | None
    #: When it was last used, to the minute; None: never.
    used_at: datetime | None
    #: Since when it opens nothing; None: it does.
    revoked_at: datetime | None

    @property
    def actor(self) -> str:
        """The key of whoever acts by it."""
        return key_of(PAGE, str(self.id))

    def opens(self, now: datetime) -> bool:
        """Whether it shows anything at `now`."""
        return self.revoked_at is None and (self.until is None or now < self.until)


def add_link(
    session: Session, organisation_id: int, desk_id: int, customer: str, *, until: datetime | None, by: str,
    now: datetime,
) -> tuple[CustomerLink, str]:  # fmt: skip
    """Make a link. The token that opens is answered here and never again."""
    prefix = secrets.token_hex(PREFIX_BYTES)
    token = prefix + secrets.token_urlsafe(SECRET_BYTES)
    row_id = add(
        session, CustomerLinkRow, organisation_id=organisation_id, desk_id=desk_id, customer=customer, prefix=prefix,
        digest=_digest(token), made_by=by, made_at=now, until=until,
    )  # fmt: skip
    made = CustomerLink(row_id, organisation_id, desk_id, customer, prefix, by, now, until, None, None)
    # The customer's name stands in their tickets: here it would have to be found when they are forgotten.
    account = Account(made.actor, f"Customer page {prefix[:4]}", is_external=True)
    save_accounts(session, organisation_id, [account], now)
    return made, token


def find_link(session: Session, token: str, now: datetime) -> CustomerLink | None:
    """The link that has this token. None where there is none, it was revoked, or its end has come."""
    row = session.execute(sa.select(_rows).where(_rows.c.prefix == token[:PREFIX_LENGTH])).first()
    fits = hmac.compare_digest(_digest(token), _NOBODYS if row is None else row.digest)
    if row is None or not fits:
        return None
    found = _link(row)
    return found if found.opens(now) else None


def list_links(session: Session, organisation_id: int, customer: str | None = None) -> list[CustomerLink]:
    """Every link of the organisation, or of one customer, also those that open nothing any more, in the order in which
    they were made."""
    query = sa.select(_rows).where(_rows.c.organisation_id == organisation_id).order_by(_rows.c.id)
    found = [_link(row) for row in session.execute(query)]
    return [each for each in found if customer is None or customer_key(each.customer) == customer_key(customer)]


def revoke_link(session: Session, organisation_id: int, link_id: int, *, by: str, now: datetime) -> bool:
    """That link opens nothing from now on. Whether it did until now."""
    which = (_rows.c.organisation_id == organisation_id, _rows.c.id == link_id, _rows.c.revoked_at.is_(None))
    done = session.execute(sa.update(_rows).where(*which).values(revoked_at=now, revoked_by=by))
    return int(done.rowcount) > 0  # type: ignore[attr-defined]


def note_link_used(session: Session, link_id: int, now: datetime) -> None:
    """It was used just now."""
    session.execute(sa.update(_rows).where(_rows.c.id == link_id).values(used_at=now))


def _digest(token: str) -> str:
    # A token is as random as it is long: there is nothing to guess that a slow hash would make slower to guess.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _link(row: sa.Row[tuple[object, ...]]) -> CustomerLink:
    return CustomerLink(
        row.id, row.organisation_id, row.desk_id, row.customer, row.prefix, row.made_by, row.made_at, row.until,
        row.used_at, row.revoked_at,
    )  # fmt: skip
