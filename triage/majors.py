"""Major incidents: one ticket stands for a trouble that many have. Each part keeps its own terms, clocks and verdict;
what the customers are told is said once, and when it is over each of them is asked whether service is back for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from triage import rights
from triage.alike import Many
from triage.answering import customer_wrote
from triage.catching_up import without_clock
from triage.change import Change
from triage.checks import by_vigie, changed, event, must_be_open
from triage.clock import ClockState
from triage.contents.changes import ChangedContent, OtherTicketContent, What
from triage.contents.deadlines import BreachContent, CatchUpContent, WarningContent
from triage.contents.to_customer import AskedBackContent, ResolvedContent
from triage.contents.together import MajorProposedContent
from triage.errors import Refusal
from triage.event import Event
from triage.facts.state import Resolved, Restored, Resumed, Waited
from triage.facts.telling import Updated
from triage.facts.together import (
    AskedBack,
    MajorDeclared,
    MajorEnded,
    MajorProposed,
    PartAdded,
    PartNoMore,
    PartOf,
    PartRemoved,
)
from triage.instants import whole_second
from triage.linking import Both, Numbered, each_open
from triage.looking_alike import SHOWN_ANEW
from triage.notice import CARD, Audience, Notice, NoticeKind
from triage.people import Actor
from triage.restoring import it_is_over
from triage.stale import Stale
from triage.terms import ClockKind
from triage.ticket import Ticket

MOST_PARTS = 100  # each is changed in the transaction that changes the major incident
_PROPOSAL = Stale(kinds=frozenset({NoticeKind.MAJOR_PROPOSED}))


def propose(ticket: Ticket, now: datetime, others: Sequence[Numbered], limits: Many) -> Change:
    """Ask the desk, in the ticket's thread, whether it and the others are one major incident. Of any of them it is
    asked once; where one is part of a major incident already, that is offered instead."""
    numbers = tuple(other.number for other in others)
    known = [each.together for each in (ticket, *(other.ticket for other in others))]
    if any(each.proposed or each.is_major or each.part_of is not None for each in known) or not ticket.is_open:
        return Change()
    if len(numbers) + 1 < limits.alike:
        return Change()
    proposed = by_vigie(now, MajorProposed(numbers))
    return Change((proposed,), (Notice(MajorProposedContent(numbers), Audience.DESK),))


def declare(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """It stands for a major incident from now on."""
    rights.require(actor, "declare-major")
    must_be_open(ticket)
    if ticket.together.part_of is not None:
        raise Refusal("part_already", other=ticket.together.part_of)
    if ticket.together.is_major:
        return Change()
    said = changed(ChangedContent(actor.id, What.MAJOR))
    return Change((event(actor, now, MajorDeclared()),), (said, CARD), (_PROPOSAL,))


def end(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """It stands for none any more."""
    rights.require(actor, "declare-major")
    if not ticket.together.is_major:
        raise Refusal("not_major")
    return Change((event(actor, now, MajorEnded()),), (changed(ChangedContent(actor.id, What.MAJOR_ENDED)), CARD))


def add(major: Numbered, part: Numbered, actor: Actor, now: datetime, *, declared: bool = False) -> Both:
    """The second is part of the first from now on, whosever customer's it is. `declared`: the first stands for a major
    incident by what is recorded together with this."""
    rights.require(actor, "major")
    if major.number == part.number:
        raise Refusal("same_ticket", number=major.number)
    if not (declared or major.ticket.together.is_major):
        raise Refusal("not_major", number=major.number)
    each_open(major, part)
    of = part.ticket.together
    if of.is_major:
        raise Refusal("part_is_major", number=part.number, other=major.number)
    if of.part_of == major.number:
        return Change(), Change()
    if of.part_of is not None:
        raise Refusal("part_already", number=part.number, other=of.part_of)
    if len(major.ticket.together.parts) >= MOST_PARTS:
        raise Refusal("too_many_parts", number=major.number, most=MOST_PARTS)
    added = changed(OtherTicketContent(actor.id, What.PART_ADDED, part.number))
    joined = changed(OtherTicketContent(actor.id, What.PART_OF, major.number))
    return (
        Change((event(actor, now, PartAdded(part.number)),), (added, CARD)),
        Change((event(actor, now, PartOf(major.number)),), (joined, CARD), (SHOWN_ANEW, _PROPOSAL)),
    )


def remove(major: Numbered, part: Numbered, actor: Actor, now: datetime) -> Both:
    """It is no part of it any more."""
    rights.require(actor, "major")
    if part.ticket.together.part_of != major.number:
        raise Refusal("no_part", number=part.number, other=major.number)
    removed = changed(OtherTicketContent(actor.id, What.PART_REMOVED, part.number))
    left = changed(OtherTicketContent(actor.id, What.PART_NO_MORE, major.number))
    return (
        Change((event(actor, now, PartRemoved(part.number)),), (removed, CARD)),
        Change((event(actor, now, PartNoMore(major.number)),), (left, CARD)),
    )


def merged(duplicate: Numbered, survivor: Numbered, actor: Actor, now: datetime) -> tuple[Change, Change, Change]:
    """A part was merged: the ticket that goes on is part in its place, unless it is a major incident or part of one
    itself. What that means for the part, for the ticket that goes on and for the major incident."""
    major = duplicate.ticket.together.part_of
    if major is None:
        return Change(), Change(), Change()
    left = Change((event(actor, now, PartNoMore(major)),))
    whole = Change((event(actor, now, PartRemoved(duplicate.number)),), (CARD,))
    of = survivor.ticket.together
    if of.is_major or of.part_of is not None:
        return left, Change(), whole
    joins = Change(
        (event(actor, now, PartOf(major)),),
        (changed(OtherTicketContent(actor.id, What.PART_OF, major)),),
        (SHOWN_ANEW, _PROPOSAL),
    )
    return left, joins, replace(whole, events=(*whole.events, event(actor, now, PartAdded(survivor.number))))


def covers(major: Ticket, part: Ticket) -> bool:
    """Whether the desk is warned of the next update in time without the part: that of the major incident, which counts
    for every part, is due no later."""
    own, theirs = major.clocks.get(ClockKind.UPDATE), part.clocks.get(ClockKind.UPDATE)
    if own is None or theirs is None or own.due is None or theirs.due is None:
        return False
    return major.is_open and major.together.is_major and own.state is ClockState.RUNNING and own.due <= theirs.due


def without_warnings(change: Change) -> Change:
    """What is due of a part, recorded as it is, without saying that its update is due: the major incident's thread says
    it for all."""
    kept = tuple(said for notice in change.notices if (said := _without_update(notice)) is not None)
    return Change(change.events, kept, change.stale)


def _without_update(notice: Notice) -> Notice | None:
    said = notice.content
    if isinstance(said, WarningContent | BreachContent):
        return None if said.clock == ClockKind.UPDATE else notice
    if not isinstance(said, CatchUpContent):
        return notice
    rest = without_clock(said, ClockKind.UPDATE)
    return None if rest is None else replace(notice, content=rest)


def knows_they_are_alone(events: Sequence[Event], actor: Actor) -> bool:
    """Whether the actor has written in the customer's thread of a major incident before, since it has parts: they were
    told then that nobody else reads what they write there."""
    since = next((each.seq for each in events if isinstance(each.fact, PartAdded)), None)
    return since is not None and any(
        each.seq > since and each.actor == actor.id and isinstance(each.fact, Updated) and each.fact.seen
        for each in events
    )


def ask_back(part: Ticket, actor: Actor, now: datetime, major: int) -> Change:
    """It is over: the customer of the part is asked whether service is back for them, and that is waited for."""
    if not part.is_open or part.merged_into is not None or part.together.asked_back is not None:
        return Change()
    resumed = [event(actor, now, Resumed())] if part.waiting is not None else []
    events = (
        *resumed, event(actor, now, Waited("customer", None, None)), event(actor, now, Updated(question=True)),
        event(actor, now, AskedBack(major)),
    )  # fmt: skip
    asked = Notice(AskedBackContent(actor.id), Audience.CUSTOMER)
    return Change(events, (asked, changed(OtherTicketContent(actor.id, What.ASKED_BACK, major)), CARD))


def answer_back(part: Ticket, actor: Actor, now: datetime, words: str, *, is_back: bool, asked_at: datetime) -> Change:
    """What the customer answers, or whoever asked for the ticket; the desk cannot say it for them. Back: the ticket is
    resolved, and service counts as restored since they were asked. Not back: those are their `words`, and the desk
    goes on."""
    if not (actor.is_outside or actor.id == part.requester):
        raise Refusal("back_not_yours")
    if part.together.asked_back is None or not part.is_open:
        raise Refusal("not_asked_back")
    if not is_back:
        return customer_wrote(part, actor, now, words, at=now, sent=False)
    events = [event(actor, now, Resumed())] if part.waiting is not None else []
    if ClockKind.RESTORE in part.clocks and part.outage.restored_at is None:
        events.append(event(actor, now, Restored(), at=max(asked_at, part.down_since)))
    events += [event(actor, now, Updated(resolved=True)), event(actor, now, Resolved())]
    told = Notice(ResolvedContent(actor.id), Audience.CUSTOMER)
    said = changed(ChangedContent(actor.id, What.IS_BACK))
    over = it_is_over(part, actor, whole_second(now), "resolved")
    return Change(tuple(events), (told, said, *over, CARD), (Stale(kinds=frozenset({NoticeKind.ASKED_BACK})),))
