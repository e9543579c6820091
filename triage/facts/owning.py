"""Facts of who owns a ticket, who has the work in hand, and who answers for it (policy: Intake and people)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Self

from triage.data import CODECS, read_stamp, stamp
from triage.event import Fact, Kind
from triage.values import value


class Reason(NamedTuple):
    """Why Vigie chose somebody for a ticket (policy: Assignment)."""

    #: Which of the needed skills they have.
    skills: tuple[str, ...] = ()
    #: Which they have not, and nobody who was there has more of them.
    lacking: tuple[str, ...] = ()
    #: When their shift ends; None: no working hours are on record, or they never end.
    until: datetime | None = None
    #: How many open tickets they had.
    tickets: int = 0
    #: Nobody was on shift: they are on call.
    on_call: bool = False
    #: Nobody was on shift or on call: they are the lead.
    is_lead: bool = False
    #: Until when their platform keeps notifications from them; None: it does not.
    undisturbed_until: datetime | None = None


def _reason_data(reason: Reason) -> list[Any]:
    until, quiet = (None if each is None else stamp(each) for each in (reason.until, reason.undisturbed_until))
    return [list(reason.skills), list(reason.lacking), until, quiet, reason.tickets, reason.on_call, reason.is_lead]


def _read_reason(data: Any) -> Reason:
    skills, lacking, *instants, tickets, on_call, is_lead = data
    until, quiet = (None if each is None else read_stamp(each) for each in instants)
    return Reason(tuple(skills), tuple(lacking), until, tickets, on_call, is_lead, quiet)


CODECS["Reason"] = (_reason_data, _read_reason)


@value(frozen=True, slots=True)
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
    #: A reaction did it, which can be taken off again.
    by_reaction: bool = False
    #: The severity of which it is said whom it falls to, where somebody left; None: nothing is said of that.
    falls_to: int | None = None
    #: Why Vigie chose them; None: a person did.
    why: Reason | None = None
    #: They had accepted the ticket that was merged into this one.
    accepted: bool = False
    #: By when whoever was given it, a person by Vigie or a group by anybody, owes an answer.
    answer_by: datetime | None = None

    def to_data(self) -> dict[str, Any]:
        """A decision about the group is told by its key being there at all."""
        data = super(Assigned, self).to_data()  # noqa: UP008  with slots the class is made anew
        data.pop("taken", None)
        return data if self.taken else {**data, "group": self.group}

    @classmethod
    def from_data(cls, data: Mapping[str, Any], version: int = 1) -> Self:
        """The inverse of `to_data`."""
        given = data if "group" in data else {**data, "taken": True}
        return super(Assigned, cls).from_data(given, version)  # noqa: UP008


@value(frozen=True, slots=True)
class Unassigned(Fact):
    """A reaction by which somebody took it was taken off within its grace."""

    KIND: ClassVar[Kind] = Kind.UNASSIGNED
    #: Who owns it again.
    assignee: str | None
    #: The `seq` of the event that the fold then leaves out, as if it had never happened.
    undoes: int


@value(frozen=True, slots=True)
class Acknowledged(Fact):
    """Someone answers for an open breach, for the level that was reached, or for what their group was handed."""

    KIND: ClassVar[Kind] = Kind.ACKNOWLEDGED
    #: They are of the group that has the work in hand, and answer for that.
    for_group: bool = False
    #: Whether they answer for the level as well: they are a contact of it, or of one above.
    of_level: bool = True


@value(frozen=True, slots=True)
class Offered(Fact):
    """Vigie proposes somebody for a ticket that nobody has; or found nobody for it."""

    KIND: ClassVar[Kind] = Kind.OFFERED
    #: Who is proposed; None: nobody who could have it was there.
    to: str | None = None
    #: Why they are.
    why: Reason | None = None
    #: When it is looked again, because it can wait for opening.
    again_at: datetime | None = None
