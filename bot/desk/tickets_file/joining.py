"""The people and the customer of a ticket from another help desk: who of them is known here, and who is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from bot.desk.channels import DeskChannels
from bot.desk.customers import Customers
from bot.desk.directory import Directory
from bot.desk.tickets_file import Read
from storage.changes import Place
from storage.customers import Customer, customer_key, customer_of_email
from triage.bringing import Brought
from triage.mail_domains import domain_of
from triage.text import LONGEST_TEXT
from triage.text import name as named


@dataclass(frozen=True, slots=True)
class Joined:
    """A ticket whose people are people of this desk, as far as they are known."""

    #: The ticket.
    brought: Brought
    #: The customer's plan, by name; None: they have none.
    plan: str | None
    #: The customer's region, likewise.
    region: str | None
    #: Where it will be spoken of.
    places: list[Place]


@dataclass
class Joining:
    """Finds the people and the customer of one ticket after another, and counts those whom nobody knows."""

    #: Who people are.
    directory: Directory
    #: Who the customers are.
    customers: Customers
    #: Where the desk speaks.
    channels: DeskChannels
    #: The desk's channel where the policy names none; empty: nobody knows one.
    elsewhere: str
    #: What says in a description whose trouble it is, where that is nobody known: `{requester}`.
    asked_by: str
    #: How many tickets are owned there by whom, who is nobody at this desk.
    unknown_owners: Counter[str] = field(default_factory=Counter)
    #: How many are whose who is no customer on record.
    unknown_customers: Counter[str] = field(default_factory=Counter)
    _people: dict[str, str | None] = field(default_factory=dict)
    _named: dict[str, Customer | None] = field(default_factory=dict)
    _by_domain: dict[str, Customer | None] = field(default_factory=dict)
    _spelt: dict[str, str] = field(default_factory=dict)
    _beside: dict[str, str] | None = None

    def join(self, session: Session, read: Read) -> Joined:
        """The ticket, with its people by their keys here."""
        brought = read.brought
        owner = self._owner(read.owner)
        if read.owner and owner is None:
            self.unknown_owners[named(read.owner)] += 1
        requester = self._person(read.requester) if read.requester else None
        description = brought.description
        if read.requester and requester is None:
            asked_by = self.asked_by.format(requester=named(read.requester))
            description = f"{description[: LONGEST_TEXT - len(asked_by) - 2]}\n\n{asked_by}".strip()
        customer = self._customer(session, brought.customer, read.requester)
        name = None if customer is None else customer.name
        return Joined(
            replace(brought, owner=owner, requester=requester, description=description, customer=name),
            None if customer is None else customer.plan, None if customer is None else customer.region,
            self._places(session, customer),
        )  # fmt: skip

    def _owner(self, text: str) -> str | None:
        person = self._person(text) if text else None
        return person if person is not None and self.directory.roster.is_staff(person) else None

    def _person(self, text: str) -> str | None:
        """Who is called so, by an email, a handle or a name; None: nobody, or several."""
        if text not in self._people:
            found = {self.directory.person(each) for each in self.directory.accounts_called(text)}
            self._people[text] = found.pop() if len(found) == 1 else None
        return self._people[text]

    def _customer(self, session: Session, name: str | None, requester: str) -> Customer | None:
        if name is None:
            return self._of_email(session, requester) if "@" in requester else None
        name = named(name)
        key = customer_key(name)
        if key not in self._named:
            self._named[key] = self.customers.called(session, name)
        found = self._named[key]
        if found is None:
            self.unknown_customers[self._spelt.setdefault(key, name)] += 1
        return found or Customer(name)

    def _of_email(self, session: Session, email: str) -> Customer | None:
        domain = domain_of(email).rstrip("> ")
        if domain not in self._by_domain:
            self._by_domain[domain] = customer_of_email(session, self.customers.organisation_id, f"@{domain}")
        return self._by_domain[domain]

    def _places(self, session: Session, customer: Customer | None) -> list[Place]:
        if self._beside is None:
            whose = self.customers.channels(session)
            self._beside = {customer_key(name): channel for channel, name in whose.items()}
        if not self.channels.own and not self.elsewhere:
            return []
        beside = None if customer is None else self._beside.get(customer.key)
        return self.channels.places(self.elsewhere, beside)
