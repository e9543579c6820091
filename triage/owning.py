"""Who owns a ticket, and which group has the work in hand: taken, assigned, handed over (policy: Intake and people)."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage import rights
from triage.agreements import GROUP
from triage.change import Change
from triage.checks import changed, event, must_be_open
from triage.contents.changes import ChangedContent, LostContent, What
from triage.contents.to_customer import TakenContent
from triage.contents.to_desk import AssignedContent
from triage.errors import Refusal
from triage.event import Event
from triage.facts.owning import Acknowledged, Assigned
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice
from triage.people import Actor
from triage.terms import ClockKind
from triage.text import checked
from triage.ticket import Ticket


def take(ticket: Ticket, actor: Actor, now: datetime, *, by_reaction: bool = False) -> Change:
    """The actor owns the ticket from now on, and the customer is told who that is: it meets response. Whoever was given
    it accepts it by this. `by_reaction`: it can be taken off again, see `triage.escalation.undo_reaction`."""
    rights.require(actor, "take")
    must_be_open(ticket)
    owned = ticket.ownership
    if owned.assignee == actor.id and owned.is_accepted:
        return Change()
    before = None if owned.assignee == actor.id else owned.assignee
    # The customer of a ticket that was given to them may have been told already.
    knows = owned.assignee == actor.id and owned.acknowledged
    told = () if knows else (Notice(TakenContent(actor.id, actor.id, before), Audience.CUSTOMER),)
    lost = () if before is None else (changed(LostContent(actor.id, What.TAKEN_OVER, before)),)
    fact = Assigned(actor.id, owned.assignee, acknowledged=True, taken=True, by_reaction=by_reaction)
    return Change((event(actor, now, fact),), (*told, *lost, CARD))


def assign(
    ticket: Ticket, actor: Actor, now: datetime, to: Actor | None, text: str | None = None, *, in_group: bool = False
) -> Change:
    """`to` owns the ticket from now on (None: nobody) and is told so, with `text`; a group that had the work has it no
    longer. The customer is told who it is only where that is the answer they still wait for (policy: Response).
    `in_group`: the actor is of that group, which has answered by this (policy: Assignment)."""
    rights.require(actor, "assign")
    must_be_open(ticket)
    if to is not None and not to.is_staff:
        raise Refusal("cannot_own")
    person, owner = None if to is None else to.id, ticket.ownership.assignee
    if ticket.ownership.group is None and person in (actor.id, owner):
        return take(ticket, actor, now) if person == actor.id else Change()
    response = ticket.clocks.get(ClockKind.RESPONSE)
    answers = person is not None and response is not None and response.ended_at is None
    fact = Assigned(person, owner, acknowledged=answers)
    before = None if owner in (actor.id, person) else owner  # who loses it, and is named
    if person is None:
        gone = ChangedContent(actor.id, What.UNASSIGNED)
        notices = [changed(gone if before is None else LostContent(actor.id, What.TAKEN_AWAY, before)), CARD]
    else:
        notices = [_assigned(actor, person, text, before=before), CARD]
    if answers and person is not None:
        notices.insert(0, Notice(TakenContent(actor.id, person, owner), Audience.CUSTOMER))
    return Change((*_answer_of_group(ticket, actor, now, in_group=in_group), event(actor, now, fact)), tuple(notices))


def hand_to_group(  # noqa: PLR0917  what is handed to whom, by whom and when
    ticket: Ticket, actor: Actor, now: datetime, group: str, text: str | None = None, within: int | None = None,
    *, in_group: bool = False,
) -> Change:  # fmt: skip
    """A technical group has the work in hand, and owes an acknowledgement in `within` seconds (None: it owes none); the
    owner stays, the clocks run on (policy: Intake and people; Assignment). `in_group`: the actor is of the group that
    had it until now, which has answered by this."""
    rights.require(actor, "assign")
    must_be_open(ticket)
    if ticket.ownership.group == group:
        return Change()
    by = None if within is None else whole_second(now) + timedelta(seconds=within)
    fact = Assigned(ticket.ownership.assignee, ticket.ownership.assignee, group, answer_by=by)
    said = AssignedContent(actor.id, group, group=True, answer_by=by)
    events = (*_answer_of_group(ticket, actor, now, in_group=in_group), event(actor, now, fact))
    return Change(events, (Notice(said, Audience.DESK, body=checked(text) or None), CARD))


def acknowledge_by(ticket: Ticket, group: str, asked: datetime | None) -> datetime | None:
    """By when that group is to say that it has the work in hand: as `asked` when it got it, or sooner where its own
    agreement's response is due sooner (policy: Assignment). None: it owes nothing."""
    own = (each.name for each in ticket.terms.agreements if each.begins == GROUP and each.of == group)
    clocks = (ticket.agreements.get(name, {}).get(ClockKind.RESPONSE) for name in own)
    due = (clock.due for clock in clocks if clock is not None)
    return min((each for each in (asked, *due) if each is not None), default=None)


def _answer_of_group(ticket: Ticket, actor: Actor, now: datetime, *, in_group: bool) -> tuple[Event, ...]:
    """Whoever of a group gives its work away has seen it: that it goes on elsewhere is no silence of theirs."""
    owes = in_group and ticket.ownership.handed is not None
    return (event(actor, now, Acknowledged(for_group=True)),) if owes else ()


def _assigned(actor: Actor, to: str, text: str | None, *, before: str | None = None) -> Notice:
    return Notice(AssignedContent(actor.id, to, before=before), Audience.DESK, body=checked(text) or None)
