"""Facts of who owns a ticket, who has the work in hand, and who answers for it (policy: Intake and people)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from triage.event import Fact, Kind


@dataclass(frozen=True, slots=True)
class Assigned(Fact):
    """Somebody owns the ticket from now on, or nobody does, or a group has the work in hand."""

    KIND: ClassVar[Kind] = Kind.ASSIGNED
    #: Who owns it; None: nobody.
    assignee: str | None
    #: Who owned it.
    before: str | None = None
    #: The group that has the work in hand; None: none has. Where somebody takes the ticket its group stays at work.
    group: str | None = None
    #: The customer was told who owns it: that meets response.
    acknowledged: bool = False
    #: It was taken, not assigned: nothing was decided about a group.
    taken: bool = False

    def to_data(self) -> dict[str, Any]:
        """A decision about the group is told by its key being there at all."""
        data = super(Assigned, self).to_data()
        data.pop("taken", None)
        return data if self.taken else {**data, "group": self.group}

    @classmethod
    def from_data(cls, data: Mapping[str, Any], version: int = 1) -> Self:
        """The inverse of `to_data`."""
        found = super(Assigned, cls).from_data(data, version)
        return found if "group" in data else replace(found, taken=True)


@dataclass(frozen=True, slots=True)
class Unassigned(Fact):
    """A reaction by which somebody took it was taken off within its grace."""

    KIND: ClassVar[Kind] = Kind.UNASSIGNED
    #: Who owns it again.
    assignee: str | None
    #: The `seq` of the event that the fold then leaves out, as if it had never happened.
    undoes: int


class Acknowledged(Fact):
    """Someone answers for an open breach, or for the level that was reached."""

    __slots__ = ()
    KIND = Kind.ACKNOWLEDGED
