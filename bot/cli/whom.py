"""Whom a command means: a person by their key, id, email or name, or a customer by its name, on record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from bot.desk.policy_file.people import person_key
from bot.server.settings import ConfigError
from storage.accounts import Account, load_accounts, load_members
from storage.core import table
from storage.customers import Customer, customer_key, find_customer
from storage.forgetting.sought import Known, Sought, numbered
from storage.organisations import list_desks
from storage.persons import load_persons
from storage.policies import latest_policy
from storage.tables.tickets import TicketRow
from triage.keys import EMAIL, id_of, is_forgotten, platform_of
from triage.mail_domains import domain_of, is_public

_MENTION = re.compile(r"<@([^|>]+)(?:\|[^>]*)?>")
_KEY = re.compile(r"[a-z]{2,20}:\S+")
_tickets = table(TicketRow)


@dataclass(frozen=True, slots=True)
class Whom:
    """A person with all of their accounts, or a customer with its people."""

    #: The accounts.
    accounts: Sequence[Known]
    #: The customer's name; None: a person is meant.
    customer: str | None = None
    #: What else is the customer's: its channels, and the domains of its people's emails.
    of_customer: dict[str, Any] = field(default_factory=dict)

    def sought(self) -> Sought:
        """The same, to look for and not to be kept."""
        return numbered(self.accounts, 1, self.customer, **self.of_customer)


def find_whom(session: Session, organisation_id: int, text: str, kind: str | None) -> Whom:
    """Whom that means. Raises ConfigError where it is nobody, or several; `kind`: `person` or `customer`, where it has
    to be one of them."""
    text = text.strip()
    if not text:
        raise ConfigError("say who: their key, id, email or whole name")
    people = [] if kind == "customer" else find_people(session, organisation_id, text)
    customer = None if kind == "person" else _customer(session, organisation_id, text)
    if people and customer is not None:
        raise ConfigError(f"{text} is a person and a customer: add --person or --customer")
    if len(people) > 1:
        named = " or ".join(f"{each[0].key} ({each[0].name})" for each in people[:5])
        raise ConfigError(f"several people are called {text}: write {named}")
    if people:
        return Whom(people[0])
    if customer is not None:
        accounts = _people_of(session, organisation_id, customer)
        return Whom(accounts, customer.name, {"channels": customer.channels, "domains": _own(customer.domains)})
    raise ConfigError(f"nobody on record is called {text}: write their key, id, email or whole name")


def find_people(session: Session, organisation_id: int, text: str) -> list[list[Known]]:
    """The people who may be meant, each with their accounts, the one that they are known by first."""
    if (mention := _MENTION.fullmatch(text)) is not None:
        text = mention[1]
    accounts = load_accounts(session, organisation_id)
    persons = load_persons(session, organisation_id)
    wanted = text.removeprefix("@").casefold()
    exact = [each for each in accounts.values() if text in {each.key, id_of(each.key), each.alias}]
    found = exact or [each for each in accounts.values() if wanted in each.emails or _called(each) == wanted]
    whole = dict.fromkeys(persons.get(each.key, each.key) for each in found if not is_forgotten(each.key))
    key = text if _KEY.fullmatch(text) else person_key(text)
    if not whole and key is not None and _KEY.fullmatch(key) and not is_forgotten(key):
        return [[Known(key, "")]]  # the platform never described them
    return [
        [
            Known(each.key, each.name, each.email, each.alias)
            for each in sorted(accounts.values(), key=lambda each: each.key != person)
            if persons.get(each.key, each.key) == person
        ]
        for person in whole
    ]


def _called(account: Account) -> str:
    return " ".join(account.name.split()).casefold()


def _customer(session: Session, organisation_id: int, name: str) -> Customer | None:
    """The customer of that name: as the desk knows it, or as its policy or tickets alone have it. Its channels are
    those on record, and those that the policy in force gives it."""
    known = find_customer(session, organisation_id, name)
    given = _given(session, organisation_id, name)
    query = sa.select(_tickets.c.customer).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.customer_key == customer_key(name)
    )
    found = known.name if known is not None else session.execute(query.limit(1)).scalar() or next(iter(given), None)
    if found is None or is_forgotten(found):
        return None
    channels = [*(known.channels if known is not None else ()), *(each for some in given.values() for each in some)]
    return replace(known or Customer(found), channels=tuple(dict.fromkeys(channels)))


def _given(session: Session, organisation_id: int, name: str) -> dict[str, list[str]]:
    """The channels that a policy in force gives to the customer of that name, as it writes it."""
    found: dict[str, list[str]] = {}
    for desk in list_desks(session):
        latest = (
            latest_policy(session, organisation_id, desk.desk_id) if desk.organisation_id == organisation_id else None
        )
        for each in latest[1].get("desks", ()) if latest is not None else ():
            for channel, customer in each.get("customer_channels", {}).items():
                if customer_key(customer) == customer_key(name):
                    found.setdefault(customer, []).append(channel)
    return found


def _people_of(session: Session, organisation_id: int, customer: Customer) -> list[Known]:
    """People outside who are the customer's: by their email, by its channels, or by its tickets."""
    accounts = load_accounts(session, organisation_id)
    members = load_members(session, organisation_id)
    query = sa.select(_tickets.c.requester).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.customer_key == customer.key
    )
    asked = set(session.execute(query.distinct()).scalars())
    there = frozenset().union(*(members.get(channel, ()) for channel in customer.channels))
    domains = set(_own(customer.domains))
    return [
        Known(each.key, each.name, each.email, each.alias)
        for each in accounts.values()
        if each.is_external and not each.is_bot and not is_forgotten(each.key)
        and (each.key in asked | there or any(domain_of(email) in domains for email in _addresses(each)))
    ]  # fmt: skip


def _addresses(account: Account) -> list[str]:
    """Their emails, and the address from which they write, which proves nothing but is theirs."""
    return [*account.emails, *([id_of(account.key)] if platform_of(account.key) == EMAIL else [])]


def _own(domains: Iterable[str]) -> tuple[str, ...]:
    return tuple(domain.lower() for domain in domains if not is_public(domain.lower()))
