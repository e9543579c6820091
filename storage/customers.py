"""Customers as the desk knows them: found by name, saved by import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, select

from storage.core import upsert
from storage.tables import CustomerRow


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer: `plan` names one of the policy's, `channels` are `slack:C0123`, `domains` those of their emails."""

    name: str
    plan: str | None = None
    region: str | None = None
    language: str | None = None
    is_vip: bool = False
    channels: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


def save_customers(session: Session, organisation_id: int, customers: Iterable[Customer]) -> None:
    """Keep these customers; one with the same name, whatever its case, is replaced."""
    rows = [
        {
            "organisation_id": organisation_id, "key": customer_key(c.name), "name": c.name, "plan": c.plan,
            "region": c.region, "language": c.language, "is_vip": c.is_vip, "channels": list(c.channels),
            "domains": list(c.domains),
        }
        for c in customers
    ]  # fmt: skip
    upsert(session, CustomerRow, rows, key=("organisation_id", "key"))


def load_customers(session: Session, organisation_id: int) -> list[Customer]:
    """Everyone, by name."""
    rows = session.exec(
        select(CustomerRow).where(CustomerRow.organisation_id == organisation_id).order_by(CustomerRow.key)
    )
    return [Customer(r.name, r.plan, r.region, r.language, r.is_vip, tuple(r.channels), tuple(r.domains)) for r in rows]


def find_customer(session: Session, organisation_id: int, name: str | None) -> Customer | None:
    """The customer of that name, whatever its case, or None."""
    if name is None:
        return None
    query = select(CustomerRow).where(
        CustomerRow.organisation_id == organisation_id, CustomerRow.key == customer_key(name)
    )
    row = session.exec(query).first()
    return None if row is None else _customer(row)


def plan_of(session: Session, organisation_id: int, name: str | None) -> str | None:
    """The plan of the customer of that name; None where there is no such customer, or they have none."""
    found = find_customer(session, organisation_id, name)
    return None if found is None else found.plan


def load_plans(session: Session, organisation_id: int) -> Plans:
    """The plan of every customer who has one."""
    return Plans({customer_key(c.name): c.plan for c in load_customers(session, organisation_id) if c.plan})


@dataclass(frozen=True, slots=True)
class Plans:
    """Plans by customer, for many tickets at once."""

    by_key: dict[str, str]

    def of(self, name: str | None) -> str | None:
        """The plan of the customer of that name, if there is one and they have one."""
        return None if name is None else self.by_key.get(customer_key(name))


def _customer(r: CustomerRow) -> Customer:
    return Customer(r.name, r.plan, r.region, r.language, r.is_vip, tuple(r.channels), tuple(r.domains))


def customer_key(name: str) -> str:
    """A customer's name, whatever its case and spaces."""
    return " ".join(name.split()).casefold()
