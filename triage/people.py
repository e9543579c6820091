"""Who may do what. People are platform-neutral keys such as `slack:U0123`; whether they exist is not asked here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from triage.errors import Refusal

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

# The verb-by-role table of the policy. A verb that is not here is for agents and above.
MAY: dict[str, frozenset[Role]] = {
    "new": ANYONE,
    "list": ANYONE,
    "show": ANYONE,
    "help": ANYONE,
    "why": INSIDE,
    "note": OURS,
    "away": OURS,
    "back": OURS,
    "more": OURS,
    "channels": OURS,
    "channel": frozenset({Role.LEAD, Role.MANAGER, Role.ADMIN}),
    "escalate-by-reaction": frozenset({Role.MANAGER}),
    "redact": frozenset({Role.LEAD, Role.ADMIN}),
    "setup": frozenset({Role.ADMIN}),
    "confirm-promise": frozenset({Role.MANAGER, Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, with the roles they hold at this moment."""

    id: str
    roles: frozenset[Role] = frozenset({Role.REQUESTER})

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

    def may(self, verb: str) -> bool:
        """Whether the verb-by-role table allows it."""
        return bool(self.roles & MAY.get(verb, STAFF))

    def require(self, verb: str) -> None:
        """Refuse what the verb-by-role table does not allow, saying who may."""
        if not self.may(verb):
            raise Refusal("not_allowed", verb=verb, who=sorted(MAY.get(verb, STAFF) & OURS))
