"""Two tickets of one trouble and one customer become one: it takes over what counts most of both, and whoever worked on
the other is told where that goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event
from triage.contents.changes import MergedHereContent, OtherTicketContent, What
from triage.contents.to_customer import MergedContent
from triage.errors import Refusal
from triage.event import Event, Kind
from triage.facts.owning import Assigned
from triage.facts.sorting import Linked, Merged, ReportCorrected
from triage.facts.telling import Updated
from triage.linking import Both, Numbered, each_open, shown_anew, two, whose
from triage.notice import CARD, Audience, Notice
from triage.people import VIGIE, Actor
from triage.policy import Policy
from triage.sorting import change_severity
from triage.terms import Category, ClockKind
from triage.ticket import Ticket

MOST_NAMED = 8  # of those who worked on the one that ends
_BY_CUSTOMER = frozenset({Kind.OPENED, Kind.CUSTOMER_WROTE, Kind.ESCALATION_ASKED})


@dataclass(frozen=True, slots=True)
class _Taken:
    """What the ticket that goes on takes from the one that ends."""

    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    what: tuple[str, ...] = ()


def merge(
    duplicate: Numbered, survivor: Numbered, actor: Actor, now: datetime, policy: Policy, *, sure: str = ""
) -> Both:
    """The duplicate ends, its clocks stop, and its customer is told where it goes on (policy: Linked and merged). What
    goes on has the higher severity, the earlier report and the last update of both, and the owner of the other where it
    has none. Where both have another owner or category, that is asked first (`sure`: the number of the one that goes
    on). A merged ticket takes part in nothing more, so that there are no circles."""
    rights.require(actor, "merge")
    two(duplicate, survivor)
    each_open(duplicate, survivor)
    if whose(duplicate) != whose(survivor):
        raise Refusal("different_customers", number=duplicate.number, other=survivor.number)
    if duplicate.ticket.together.is_major:
        raise Refusal("merge_of_major", number=duplicate.number, other=survivor.number)
    if _differs(duplicate.ticket, survivor.ticket) and sure != str(survivor.number):
        sure = str(survivor.number)
        raise Refusal("merge_differs", number=duplicate.number, other=survivor.number, sure=sure)
    told = Notice(MergedContent(actor.id, survivor.number), Audience.CUSTOMER)
    ends = Change(
        (event(actor, now, Merged(survivor.number)),),
        (told, changed(OtherTicketContent(actor.id, What.MERGED, survivor.number)), CARD),
        shown_anew(duplicate.ticket, survivor.number),
    )
    return ends, _goes_on(duplicate, survivor, actor, now, policy)


def _differs(duplicate: Ticket, survivor: Ticket) -> bool:
    """Whether something of the one that ends would be lost without anybody's having said so."""
    owners = {duplicate.ownership.assignee, survivor.ownership.assignee} - {None}
    categories = {ticket.category for ticket in (duplicate, survivor) if ticket.confirmed}
    return len(owners) > 1 or len(categories) > 1


def _goes_on(duplicate: Numbered, survivor: Numbered, actor: Actor, now: datetime, policy: Policy) -> Change:
    ended, ticket = duplicate.ticket, survivor.ticket
    known = () if duplicate.number in ticket.links else (event(actor, now, Linked(duplicate.number)),)
    taken = [
        _report(ended, ticket, actor, now),
        _severity(duplicate, ticket, actor, now, policy),
        _owner(ended, ticket, actor, now),
        _update(ended, ticket, actor, now),
    ]
    lost = ended.ownership.assignee
    tell = () if lost is None or lost in (actor.id, ticket.ownership.assignee) or taken[2].what else (lost,)
    here = MergedHereContent(
        actor.id, What.MERGED_HERE, duplicate.number, takes=tuple(what for each in taken for what in each.what),
        tell=tell,
        people=tuple(each for each in _people(duplicate) if each not in (actor.id, *tell))[:MOST_NAMED],
    )  # fmt: skip
    return Change(
        known + tuple(each for one in taken for each in one.events),
        (changed(here), *(notice for one in taken for notice in one.notices), CARD),
        shown_anew(ticket, duplicate.number),
    )


def _people(duplicate: Numbered) -> tuple[str, ...]:
    """Who of the desk worked on it, once each."""
    found = (each.actor for each in duplicate.events if each.kind not in _BY_CUSTOMER)
    return tuple(dict.fromkeys(each for each in found if each not in (VIGIE, duplicate.ticket.requester)))


def _report(ended: Ticket, ticket: Ticket, actor: Actor, now: datetime) -> _Taken:
    """The earlier report, of what is restored at all: it is one trouble."""
    if ended.report.at >= ticket.report.at or not {*ended.clocks} & {*ticket.clocks} & {ClockKind.RESTORE}:
        return _Taken()
    corrected = ReportCorrected(ended.report.at, ticket.report.at)
    return _Taken((event(actor, now, corrected),), what=("reported",))


def _severity(duplicate: Numbered, ticket: Ticket, actor: Actor, now: datetime, policy: Policy) -> _Taken:
    """The higher severity, where both are incidents and the desk has put it in force."""
    ended = duplicate.ticket
    if not (ended.confirmed and ended.category is Category.INCIDENT and ended.severity is not None):
        return _Taken()
    if ticket.category not in (None, Category.INCIDENT):
        return _Taken()
    if ticket.confirmed and ticket.severity is not None and ticket.severity <= ended.severity:
        return _Taken()
    change = change_severity(ticket, actor, now, policy, ended.severity, f"#{duplicate.number}")
    return _Taken(change.events, tuple(notice for notice in change.notices if notice != CARD), ("severity",))


def _owner(ended: Ticket, ticket: Ticket, actor: Actor, now: datetime) -> _Taken:
    """The owner, where the one that goes on has none."""
    owner = ended.ownership.assignee
    if owner is None or ticket.ownership.assignee is not None:
        return _Taken()
    group = ticket.ownership.group or ended.ownership.group
    fact = Assigned(owner, group=group, accepted=ended.ownership.is_accepted)
    return _Taken((event(actor, now, fact),), what=("owner",))


def _update(ended: Ticket, ticket: Ticket, actor: Actor, now: datetime) -> _Taken:
    """The last update, which the same customer was given."""
    last, known = ended.updates.last_at, ticket.updates.last_at or ticket.opened_at
    if last is None or last <= known or ended.updates.last_told is None:
        return _Taken()
    return _Taken((event(actor, now, Updated(elsewhere=True), at=last),), what=("update",))
