"""Tickets handed over at the end of a shift, before an absence, and by whoever left (policy: Handing over)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from triage import rights
from triage.assigning import Choosing, Chosen
from triage.change import Change
from triage.checks import by_vigie, changed, event, must_be_open
from triage.contents.changes import HandedContent, What
from triage.contents.to_desk import ClosingContent
from triage.errors import Refusal
from triage.event import Event
from triage.facts.handing import HandoverAsked, HandoverDeclined
from triage.facts.owning import Assigned
from triage.facts.state import Reopened, Unresolved
from triage.notice import CARD
from triage.people import VIGIE, Actor, Role
from triage.pressing import falls_to
from triage.roster import Roster
from triage.ticket import Ticket


def pass_on(ticket: Ticket, actor: Actor, now: datetime, to: Actor) -> Change:
    """A ticket of the actor's goes to `to`. Severity 1 and 2 stay theirs until that is accepted; everything else
    changes hands at once. Its thread says so, and notifies nobody: `to` is told of all of them in one message."""
    rights.require(actor, "handover")
    must_be_open(ticket)
    if not to.is_staff:
        raise Refusal("cannot_own")
    if ticket.ownership.assignee != actor.id or to.id == actor.id:
        return Change()
    if not ticket.is_pressing:
        fact = Assigned(to.id, actor.id, ticket.ownership.group)
        return Change((event(actor, now, fact),), (changed(HandedContent(actor.id, What.HANDED_ON, to.id)), CARD))
    asked = ticket.ownership.handover
    if asked is not None and asked.to == to.id and asked.declined_at is None:
        return Change()
    told = changed(HandedContent(actor.id, What.HANDOVER_ASKED, to.id))
    return Change((event(actor, now, HandoverAsked(to.id)),), (told,))


def decline(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """Whoever is asked to take a ticket over cannot: the lead is asked at once."""
    rights.require(actor, "decline")
    must_be_open(ticket)
    asked = ticket.ownership.handover
    if asked is None or asked.to != actor.id:
        raise Refusal("nothing_to_decline")
    if asked.declined_at is not None:
        return Change()
    return Change((event(actor, now, HandoverDeclined()),), ())


def return_to_queue(ticket: Ticket, now: datetime) -> Change:
    """Whoever owned the ticket is gone: nobody owns it any more. Of severity 1 and 2 it is said at once whom it falls
    to."""
    owner = ticket.ownership.assignee
    if owner is None or not ticket.is_open:
        return Change()
    named = falls_to(Actor(VIGIE), ticket.severity_said)
    fact = Assigned(None, owner, ticket.ownership.group, falls_to=ticket.severity_said if named else None)
    told = changed(HandedContent(VIGIE, What.OWNER_LEFT, owner))
    return Change((by_vigie(now, fact),), (told, *named, CARD))


def return_reopened(ticket: Ticket, change: Change, actor: Actor, now: datetime) -> Change:
    """The `change`, by which the `actor` opens a ticket again whose owner is gone: nobody owns it any more. Where the
    channel hears of severity 1 or 2, it hears whom that falls to, in the same message."""
    owner = ticket.ownership.assignee
    if owner is None or not any(isinstance(each.fact, Reopened | Unresolved) for each in change.events):
        return change
    aloud = any(notice.broadcast and not isinstance(notice.content, ClosingContent) for notice in change.notices)
    named = () if aloud else falls_to(actor, ticket.severity)
    fact = Assigned(None, owner, ticket.ownership.group, falls_to=ticket.severity if named else None)
    said = (each for each in change.notices if not (named and isinstance(each.content, ClosingContent)))
    told = changed(HandedContent(VIGIE, What.OWNER_LEFT, owner))
    return replace(change, events=(*change.events, by_vigie(now, fact)), notices=(*said, told, *named))


def is_left(ticket: Ticket, events: Iterable[Event], person: str, since: datetime) -> bool:
    """Whether a ticket of severity 1 or 2 is still that person's, who is not there since that time: nobody was asked to
    take it over, for then the lead is asked about that, and they have done nothing about it since."""
    is_theirs = ticket.is_open and ticket.is_pressing and ticket.ownership.assignee == person
    asks_already = ticket.ownership.handover is not None
    return is_theirs and not asks_already and not any(each.actor == person and each.at > since for each in events)


def looks_after(roster: Roster, person: str, now: datetime) -> bool:
    """Whether somebody sees to what is theirs: they work at `now`, or are the first on call. Whoever comes after the
    first is called where that one cannot be reached; what they have is nobody's work meanwhile."""
    return roster.is_available(person, now) or person in roster.on_call(now)[:1]


def asked_about(roster: Roster, person: str, now: datetime) -> str | None:
    """Who is asked what becomes of the tickets of somebody who is not there: the lead on duty, else whoever is on call;
    else the lead, else an admin; never themselves. None where there is nobody."""
    others = replace(roster, away={**roster.away, person: None})
    leads = others.lead_people(now)
    there = (each for each in (*leads, *others.on_call(now)) if others.is_on_duty(each, now))
    found = (*there, *leads, *others.with_role(Role.ADMIN))
    return next((each for each in found if each != person), None)


def next_in_line(
    choosing: Choosing, skills: Collection[str], person: str, at: datetime, *, can_wait: bool = False
) -> Chosen | None:
    """Who comes after somebody at that time, for tickets that need these skills: whoever a new ticket would go to then,
    else whoever is on call, else the lead. `can_wait`: all of them can, so that nobody is chosen who has quiet hours,
    while there is somebody else."""
    before = (person,)
    if can_wait:
        choosing = replace(choosing, roster=choosing.roster.without_quiet(at))
    return (
        choosing.choose(skills, at, tried=before)
        or choosing.on_call(skills, at, tried=before)
        or choosing.lead(skills, at, tried=before)
    )
