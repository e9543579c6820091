"""The customers of a desk: those on record, and those whom the policy alone names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from bot.desk.languages import LANGUAGES
from storage.customers import (
    Customer,
    channels_of_customers,
    customer_key,
    customer_of_channel,
    customer_of_email,
    find_customer,
    load_customers,
)
from triage.desk import Desk
from triage.keys import EMAIL, id_of, platform_of


@dataclass(frozen=True, slots=True)
class Customers:
    """Looks customers up: among those on record first, since the record says more, then among those that only the
    policy names."""

    #: Whose they are.
    organisation_id: int
    #: The desk as the policy has it.
    desk: Desk

    def of_channel(self, session: Session, channel: str) -> Customer | None:
        """The customer whose channel that is; None where it is no customer's."""
        if not channel or channel in self.desk.channels:
            return None
        found = customer_of_channel(session, self.organisation_id, channel)
        if (
            found is None and platform_of(channel) == EMAIL
        ):  # a conversation by email is its address, and so its domain's
            found = customer_of_email(session, self.organisation_id, id_of(channel))
        named = self.desk.customer_channels.get(channel)
        if found is not None or named is None:
            return found
        return find_customer(session, self.organisation_id, named) or Customer(named)

    def called(self, session: Session, name: str) -> Customer | None:
        """The customer of that name, however it is written."""
        found = find_customer(session, self.organisation_id, name)
        if found is not None:
            return found
        named = self.desk.customer_channels.values()
        return next((Customer(each) for each in named if customer_key(each) == customer_key(name)), None)

    def language_of(self, session: Session, name: str | None, channel: str = "") -> str | None:
        """The language in which a customer is told: their own, else that of their region; None: the desk's. It is the
        customer whose `channel` that is, else the one of that name."""
        found = self.of_channel(session, channel) or (None if name is None else self.called(session, name))
        if found is None:
            return None
        region = self.desk.regions.get(self.desk.region_called(found.region) or "")
        spoken = (found.language, None if region is None else region.language)
        return next((each for each in spoken if each in LANGUAGES), None)

    def names(self, session: Session) -> list[str]:
        """The name of every customer."""
        recorded = [each.name for each in load_customers(session, self.organisation_id)]
        return list(dict.fromkeys([*recorded, *self.desk.customer_channels.values()]))

    def channels(self, session: Session) -> dict[str, str]:
        """Every customer's channel, to the customer's name."""
        known = {**self.desk.customer_channels, **channels_of_customers(session, self.organisation_id)}
        return {channel: name for channel, name in known.items() if channel not in self.desk.channels}

    def served(self, session: Session, platform: str) -> list[str]:
        """The channels on that platform of which it matters who is in them: the desk's, and its customers'."""
        return [each for each in (*self.desk.channels, *self.channels(session)) if platform_of(each) == platform]
