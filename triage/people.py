"""Who acts, and what they are to the desk. People are platform-neutral keys; whether they exist is not asked here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

VIGIE = "vigie"  # the actor of what Vigie does by itself


class Role(StrEnum):
    """What a person is to a desk (policy: Intake and people)."""

    REQUESTER = "requester"  # anyone inside
    CUSTOMER = "customer"  # outside
    HELPER = "helper"  # may note, never write to customers
    AGENT = "agent"  # support specialist
    LEAD = "lead"  # of a shift
    MANAGER = "manager"  # contact of a level
    ADMIN = "admin"


STAFF = frozenset({Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN})
OURS = STAFF | {Role.HELPER}  # whoever has a role at the desk
INSIDE = OURS | {Role.REQUESTER}
ANYONE = INSIDE | {Role.CUSTOMER}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, with the roles they hold at this moment."""

    #: Their key.
    id: str
    #: Their roles at the desk; `requester` or `customer` alone where they have none.
    roles: frozenset[Role] = frozenset({Role.REQUESTER})
    #: The platform that they act on; empty: nobody said.
    platform: str = ""

    @property
    def is_staff(self) -> bool:
        """Whether this person speaks for the desk."""
        return bool(self.roles & STAFF)

    @property
    def has_role(self) -> bool:
        """Whether this person has a role at the desk."""
        return bool(self.roles & OURS)

    @property
    def is_outside(self) -> bool:
        """Whether this person is of another company, a guest, or nobody whom the platform ever spoke of: what they may
        see, name or cause is decided by this alone."""
        return not self.roles & INSIDE
