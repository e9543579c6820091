"""What a key of a program may be used for, and the roles that whoever has it acts with. The roles decide as they do for
people (`triage.rights`); the scope bounds them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from triage.people import Role


class Scope(StrEnum):
    """One thing that a key is good for. Each of `act`, `lead` and `admin` contains those before it."""

    READ = "read"  # to look: tickets, events, clocks, policy, figures
    OPEN = "open"  # to open tickets and follow its own, as somebody who asks for help
    ACT = "act"  # what agents may
    LEAD = "lead"  # what leads may
    ADMIN = "admin"  # what admins may


_ROLES = {
    Scope.READ: frozenset({Role.HELPER}),
    Scope.OPEN: frozenset({Role.REQUESTER}),
    Scope.ACT: frozenset({Role.AGENT}),
    Scope.LEAD: frozenset({Role.AGENT, Role.LEAD}),
    Scope.ADMIN: frozenset({Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN}),
}
_CONTAINED = {
    Scope.ACT: {Scope.READ, Scope.OPEN},
    Scope.LEAD: {Scope.READ, Scope.OPEN, Scope.ACT},
    Scope.ADMIN: {Scope.READ, Scope.OPEN, Scope.ACT, Scope.LEAD},
}


def all_of(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """These, with what they contain."""
    found = set(scopes)
    return frozenset(found.union(*(_CONTAINED.get(each, set()) for each in found)))


def roles_of(scopes: Iterable[Scope]) -> frozenset[Role]:
    """The roles that a key of these scopes acts with."""
    return frozenset().union(*(_ROLES[each] for each in scopes))
