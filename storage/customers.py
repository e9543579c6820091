"""Customers as the desk knows them: found by name, saved by import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from storage.core import table, upsert
from storage.prepared import Prepared
from storage.tables.customers import CustomerRow
from triage.mail_domains import domain_of, is_public
from triage.text import clean

_rows = table(CustomerRow)
_ALL_OF = (
    sa.select(
        _rows.c.name, _rows.c["plan"], _rows.c.region, _rows.c.language, _rows.c.is_vip, _rows.c.channels,
        _rows.c.domains,
    )
    .where(_rows.c.organisation_id == sa.bindparam("of"))
    .order_by(_rows.c["key"])
)  # fmt: skip
_ALL, _BY_KEY = Prepared(_ALL_OF), Prepared(_ALL_OF.where(_rows.c["key"] == sa.bindparam("wanted")))
_HAVING = {
    name: Prepared(_ALL_OF.where(sa.cast(_rows.c[name], sa.String).like(sa.bindparam("pattern"), escape="/")))
    for name in ("channels", "domains")
}


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the desk knows them."""

    #: As the desk writes it.
    name: str
    #: The policy's plan they are on; None: the usual targets.
    plan: str | None = None
    #: The policy's region they are in, whose calendar, language and leads are theirs; None: the desk's.
    region: str | None = None
    #: In which language they are told where nobody in particular is: `en` or `fr`; None: the region's, else the desk's.
    language: str | None = None
    #: Whether they come first among tickets of one severity (policy: Intake and people).
    is_vip: bool = False
    #: Their channels' keys: `slack:C0123`.
    channels: tuple[str, ...] = ()
    #: Of their email addresses.
    domains: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the name is compared by."""
        return customer_key(self.name)


def save_customers(session: Session, organisation_id: int, customers: Iterable[Customer]) -> None:
    """Keep these customers; one with the same name, whatever its case, is replaced. A channel is one customer's:
    whoever had it before has it no longer."""
    customers = list(customers)
    _take_channels(session, organisation_id, {channel for customer in customers for channel in customer.channels})
    rows = [
        {
            "organisation_id": organisation_id, "key": customer_key(c.name), "name": c.name, "plan": c.plan,
            "region": c.region, "language": c.language, "is_vip": c.is_vip, "channels": list(c.channels),
            "domains": list(c.domains),
        }
        for c in customers
    ]  # fmt: skip
    upsert(session, CustomerRow, rows, key=("organisation_id", "key"))


def _take_channels(session: Session, organisation_id: int, channels: set[str]) -> None:
    for customer in load_customers(session, organisation_id) if channels else ():
        if channels & set(customer.channels):
            kept = [channel for channel in customer.channels if channel not in channels]
            of = (_rows.c.organisation_id == organisation_id, _rows.c.key == customer_key(customer.name))
            session.execute(sa.update(_rows).where(*of).values(channels=kept))


def load_customers(session: Session, organisation_id: int) -> list[Customer]:
    """Everyone, by name."""
    return [_customer(row) for row in _ALL.rows(session, {"of": organisation_id})]


def find_customer(session: Session, organisation_id: int, name: str | None) -> Customer | None:
    """The customer of that name, whatever its case, or None."""
    if name is None:
        return None
    found = _BY_KEY.rows(session, {"of": organisation_id, "wanted": customer_key(name)})
    return _customer(found[0]) if found else None


def customer_of_channel(session: Session, organisation_id: int, channel: str) -> Customer | None:
    """The customer who has that channel (`slack:C0123`), or None."""
    return next(iter(_having(session, organisation_id, "channels", channel)), None)


def customer_of_email(session: Session, organisation_id: int, email: str) -> Customer | None:
    """The customer whose people have such addresses, or None: also where several have them, or everybody may."""
    domain = domain_of(email)
    found = [] if is_public(domain) else _having(session, organisation_id, "domains", domain)
    return found[0] if len(found) == 1 else None


def _having(session: Session, organisation_id: int, column: str, wanted: str) -> list[Customer]:
    """The customers who have `wanted` in a column that is a JSON list. The query finds rows that contain the text at
    all; which of them has it as an entry is checked here, since the engines query JSON differently."""
    if not wanted:
        return []
    pattern = wanted.replace("/", "//").replace("%", "/%").replace("_", "/_")
    rows = _HAVING[column].rows(session, {"of": organisation_id, "pattern": f"%{pattern}%"})
    return [each for each in map(_customer, rows) if wanted in getattr(each, column)]


def channels_of_customers(session: Session, organisation_id: int) -> dict[str, str]:
    """The channel (`slack:C0123`) of every customer who has one, to the customer's name."""
    query = select(CustomerRow.name, CustomerRow.channels).where(CustomerRow.organisation_id == organisation_id)
    return {channel: name for name, channels in session.exec(query) for channel in channels}


def load_plans(session: Session, organisation_id: int) -> Plans:
    """What the tickets of every customer are held to."""
    return Plans({c.key: (c.plan, c.region) for c in load_customers(session, organisation_id)})


@dataclass(frozen=True, slots=True)
class Plans:
    """What tickets are held to, by customer, for many at once."""

    #: The plan's and the region's name, by the customer's, without case.
    by_key: dict[str, tuple[str | None, str | None]]

    def held(self, name: str | None) -> tuple[str | None, str | None]:
        """The plan and the region of the customer of that name, as far as there is one and they have any."""
        return (None, None) if name is None else self.by_key.get(customer_key(name), (None, None))


def _customer(row: Sequence[Any]) -> Customer:
    name, plan, region, language, is_vip, channels, domains = row
    return Customer(name, plan, region, language, is_vip, tuple(channels), tuple(domains))


def customer_key(name: str) -> str:
    """A customer's name, whatever its case and spaces, and without what no database takes."""
    return " ".join(clean(name).split()).casefold()
