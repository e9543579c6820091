"""What to do when something falls due: look again (the ticket may have changed), record it, and say what is worth
saying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from triage.agenda import (
    ACK_STEPS,
    BREACH_STEPS,
    ESCALATION,
    GROUP,
    IDLE,
    OFFER,
    RATING,
    REQUESTED,
    UNANSWERED,
    WAITING,
    Due,
    agenda,
)
from triage.agenda_handover import HANDOVER
from triage.agreements import GROUP as GROUP_AT_WORK
from triage.agreements import parted
from triage.catching_up import OUTAGE, can_still_help, caught_up
from triage.change import Change
from triage.checks import by_vigie
from triage.contents.deadlines import (
    BREACH_TO,
    AgreementContent,
    BreachContent,
    ChaseContent,
    ProposalContent,
    UnacknowledgedContent,
    WarningContent,
)
from triage.contents.rating import RatingContent
from triage.contents.to_desk import EscalatedContent, GroupSilentContent
from triage.event import Event, Fact, Kind
from triage.facts.ahead import Breached, Proposed, Reminded, Unacknowledged, Unanswered, Warned
from triage.facts.escalating import Escalated
from triage.facts.rating import RatingAsked
from triage.fold import fold
from triage.instants import whole_second
from triage.notice import CARD, CARD_IN_TIME, Audience, Notice, Urgency
from triage.parts.ahead import Said
from triage.people import VIGIE
from triage.terms import Climbing, ClockKind
from triage.ticket import Ticket
from triage.warnings import is_last_call, is_quiet, is_shown

# So long after the customer was told something nobody is warned that they will have to be told the next thing.
JUST_TOLD = timedelta(minutes=5)
REMINDERS = (WAITING, REQUESTED, IDLE, HANDOVER)
_TO = dict(zip(BREACH_STEPS, BREACH_TO, strict=True))


def decide_due(
    ticket: Ticket, now: datetime, *, there: bool = True, written: bool = False, coming: Sequence[Due] | None = None
) -> Change:
    """Record everything on the agenda that is due at `now`, each at the instant at which it fell due. `there`: the
    assignee is on duty. `written`: somebody has a form open by which the customer is told something. `coming`: its
    agenda until then, as that is while the assignee is on duty, where the caller knows it.

    Not all of it is said. Of each clock, the latest step only, or the last call while that can still help; of
    proposals, the next level only; of contacts who join, the last one, and none beside a proposal. After an outage the
    ticket gets one catch-up notice instead of several (what must always hold: 2), with a last call beside it.
    """
    now = whole_second(now)
    items = coming if there and coming is not None else agenda(ticket, there=there, until=now)
    due = [item for item in _by_itself(items) if item.at <= now]
    return _decide(ticket, due, now, there=there, written=written)


def _by_itself(items: Iterable[Due]) -> list[Due]:
    """What of an agenda needs no other choice of people (`triage.offering.hand_on`)."""
    return [item for item in items if item.clock != OFFER]


def decide_past(ticket: Ticket, now: datetime) -> Change:
    """Record everything that fell due before the ticket came here, and say nothing of it: nobody could have been
    told. A deadline that had passed is not said again later either, to whoever comes next."""
    now = whole_second(now)
    due = [
        item._replace(at=min(item.at, now))
        for item in _by_itself(agenda(ticket))
        if item.at <= now or (item.step in BREACH_STEPS and (item.clock, BREACH_STEPS[0], item.cycle) in ticket.said)
    ]
    return Change(_decide(ticket, due, now, there=True, by_itself=False).events)


def decide_overtaken(
    known: Sequence[Event], ticket: Ticket, action: Sequence[Event], now: datetime, *, there: bool = True
) -> Change:
    """Record everything that had fallen due before `action`, which is about to be recorded: afterwards the agenda would
    not show it any more.

    Each event of the action counts at its own time: an update that is logged late prevents what would have fallen due
    between its time and its logging. Where the action climbs, the ticket does not climb by itself as well. `known` are
    the events that `ticket` is folded from.
    """
    climbs = any(isinstance(event.fact, Escalated) for event in action)
    action = sorted((event for event in action if event.said is None), key=lambda event: event.at)
    found: dict[Said, Due] = {}
    then = ticket
    for count, event in enumerate(action):
        if count and event.at > action[count - 1].at:
            then = fold([*known, *(replace(each, seq=ticket.version + n) for n, each in enumerate(action[:count], 1))])
        for item in _by_itself(agenda(then, there=there, until=event.at)):
            if item.at <= event.at and item.cycle <= ticket.version:
                found.setdefault(item.key, item)
    return _decide(ticket, sorted(found.values()), whole_second(now), there=there, by_itself=not climbs)


def _decide(
    ticket: Ticket, due: list[Due], now: datetime, *, there: bool, written: bool = False, by_itself: bool = True
) -> Change:
    if not due:
        return Change()
    climbing = by_itself and ticket.terms.climbing is Climbing.AUTOMATIC and ticket.level < ticket.terms.levels
    climb = next(filter(_is_threshold, due), None) if climbing else None
    events = tuple(_record(ticket, item, now, climb, there=there, written=written) for item in due)
    facts = {item.key: event.fact for item, event in zip(due, events, strict=True)}
    said = [
        notice for item in _spoken(ticket, due, now, climb) if (notice := _say(ticket, item, climb, facts[item.key]))
    ]
    if any(now - item.at > OUTAGE for item in due):
        said = caught_up(ticket, due, said, now)
    # A reminder changes nothing that the card shows; that a deadline is near may wait until everything else is said.
    kinds = {event.kind for event in events}
    shown = (CARD,) if kinds & _ON_CARD else (CARD_IN_TIME,) if Kind.WARNED in kinds else ()
    return Change(events, (*said, *shown))


_ON_CARD = {Kind.BREACHED, Kind.ESCALATED}


def _spoken(ticket: Ticket, due: list[Due], now: datetime, climb: Due | None) -> list[Due]:
    """What of all that is due is said: what is late comes before the proposal to escalate it."""
    last: dict[str, Due] = {}
    for item in due:
        line = "acknowledgement" if item.step in ACK_STEPS else item.clock
        if line not in last or not can_still_help(ticket, last[line], now):
            last[line] = item
    if climb is not None:
        last[ESCALATION] = climb
    if ESCALATION in last and (climb is not None or any(item.step == UNANSWERED for item in due)):
        last.pop("acknowledgement", None)
    return sorted(last.values(), key=lambda item: item.clock == ESCALATION)


def _is_threshold(item: Due) -> bool:
    return item.clock == ESCALATION and item.step.startswith("propose-")


def _is_withheld(ticket: Ticket, item: Due, *, written: bool) -> bool:
    """Whether a warning would only disturb: its customer was told something a moment ago, or somebody is writing to
    them (`written`). A last call is never withheld, so that no deadline passes without a word; nor is a warning of the
    time to restore, which no update meets."""
    if (
        item.clock not in (ClockKind.RESPONSE, ClockKind.UPDATE)
        or item.step in _TO
        or is_last_call(ticket, ClockKind(item.clock), item.step)
    ):
        return False
    told = ticket.updates.last_at
    return written or (told is not None and item.at - JUST_TOLD < told <= item.at)


def _record(ticket: Ticket, item: Due, now: datetime, climb: Due | None, *, there: bool, written: bool) -> Event:
    planned = item.clock, item.step, item.cycle
    fact: Fact
    if item is climb:  # it climbs now, whenever it could have: whoever is called has their time from now on
        return by_vigie(now, Escalated(ticket.level + 1), said=item.key)
    if item.step in ACK_STEPS:
        fact = Unacknowledged(*planned, ticket.level)
    elif item.clock == ESCALATION:
        fact = Proposed(*planned, ticket.level + 1)
    elif item.clock == RATING:
        fact = RatingAsked(*planned)
    elif item.clock in REMINDERS:
        fact = Reminded(*planned)
    elif item.clock == GROUP:
        fact = Unanswered(*planned)
    elif parted(item.clock) is not None:
        fact = Breached(*planned, ticket.severity) if item.step in _TO else Warned(*planned)
    elif item.step in _TO:
        fact = Breached(*planned, ticket.severity, shown=_is_heard(ticket, item, there=there))
    elif _is_withheld(ticket, item, written=written):
        fact = Warned(*planned, withheld=True)
    else:
        fact = Warned(*planned, shown=_is_heard(ticket, item, there=there))
    return by_vigie(now, fact, at=item.at, said=item.key)


def _is_heard(ticket: Ticket, item: Due, *, there: bool) -> bool:
    """Whether it is shown in the channel. At night the channel is not told what is late (policy: Targets)."""
    if item.step in _TO:
        return not is_quiet(ticket, item.at)
    return is_last_call(ticket, ClockKind(item.clock), item.step) or is_shown(
        ticket, ClockKind(item.clock), item.at, there=there
    )


def _say(ticket: Ticket, item: Due, climb: Due | None, fact: Fact) -> Notice | None:
    """What is said of something that is recorded as `fact`."""
    if item.clock == ESCALATION:
        return _say_of_level(ticket, item, climb)
    if item.clock == RATING:
        return Notice(RatingContent(item.cycle), Audience.CUSTOMER, urgency=Urgency.AFTER)
    if item.clock in REMINDERS:
        return Notice(ChaseContent(item.step, item.cycle, item.clock), Audience.DESK)
    if item.clock == GROUP:
        return _silent(ticket, item)
    if (of := parted(item.clock)) is not None:
        return _say_of_agreement(ticket, item, *of)
    clock = ticket.clocks[ClockKind(item.clock)]
    quiet = is_quiet(ticket, item.at)
    deadline = item.step, item.cycle, item.clock, clock.due or item.at
    if isinstance(fact, Breached):
        # Whoever has it was not named at night: they are in the morning, with whoever comes next.
        first = next((breach.at for breach in ticket.breaches if breach.key == (item.clock, item.cycle)), item.at)
        owner_too = item.step == BREACH_STEPS[1] and not quiet and is_quiet(ticket, first)
        late = BreachContent(*deadline, _TO[item.step], quiet=quiet, owner_too=owner_too)
        return Notice(late, Audience.DESK, broadcast=fact.shown)
    if not isinstance(fact, Warned) or fact.withheld:
        return None
    near = WarningContent(*deadline, quiet=quiet, last_call=is_last_call(ticket, ClockKind(item.clock), item.step))
    return Notice(near, Audience.DESK, broadcast=fact.shown)


def _say_of_agreement(ticket: Ticket, item: Due, kind: ClockKind, name: str) -> Notice:
    """That a deadline of an agreement is near, or has passed: in the desk's thread alone."""
    agreement, clock = ticket.terms.agreement(name), ticket.agreements[name][kind]
    group = agreement.of if agreement is not None and agreement.begins == GROUP_AT_WORK else None
    late = item.step in _TO
    due, quiet = clock.due or item.at, is_quiet(ticket, item.at)
    return Notice(
        AgreementContent(item.step, item.cycle, kind.value, name, due, late, group, quiet=quiet), Audience.DESK
    )


def _silent(ticket: Ticket, item: Due) -> Notice | None:
    """That a group has not acknowledged what it was handed."""
    group, handed = ticket.ownership.group, ticket.ownership.handed
    if group is None or handed is None:
        return None
    return Notice(GroupSilentContent(group, item.cycle, handed.at), Audience.DESK)


def _say_of_level(ticket: Ticket, item: Due, climb: Due | None) -> Notice | None:
    above = ticket.level + 1
    if item is climb:
        return Notice(EscalatedContent(VIGIE, above), Audience.DESK, broadcast=True)
    if item.step in ACK_STEPS:
        return Notice(UnacknowledgedContent(item.step, item.cycle, ticket.level), Audience.DESK)
    if above > ticket.terms.levels and item.step != UNANSWERED:
        return None
    return Notice(ProposalContent(item.step, item.cycle, above), Audience.DESK)
