"""Who owns a ticket, who has the work in hand, who answers for it (policy: Intake and people)."""

from __future__ import annotations

from triage.event import Event
from triage.facts.owning import Acknowledged, Assigned, Offered, Unassigned
from triage.folding.handler import Handlers, undoes
from triage.folding.running import Fold
from triage.parts.owning import Handed, Offer
from triage.people import VIGIE


def _assigned(state: Fold, event: Event, fact: Assigned) -> None:
    ownership = state.ownership
    if fact.assignee != ownership.assignee:
        state.snoozed_until, ownership.is_accepted, ownership.handover = None, False, None
    _chosen(state, event, fact)
    ownership.assignee = fact.assignee
    if fact.assignee is not None:
        for clocks in state.every:
            clocks.begin("assigned", event.at, event)
    if event.actor == fact.assignee or fact.accepted:
        ownership.is_accepted = True
    if fact.falls_to is not None:
        state.announced.named_for = fact.falls_to
        state.say_aloud(event)
    state.undo.overtake("take")
    if fact.by_reaction:
        state.undo.undoable["take"] = event
    if event.actor != VIGIE and not fact.taken:  # of whoever takes it, the group stays at work
        if fact.group != ownership.group:
            ownership.handed = None if fact.group is None else Handed(event.seq, event.at, fact.answer_by)
            state.agreements.hand(state.terms, fact.group, event.at, event)
        ownership.group = fact.group
    if fact.acknowledged and event.seq not in state.unheard:
        ownership.acknowledged = True
        state.respond(event)
        state.answers.append(event.seq)


def _chosen(state: Fold, event: Event, fact: Assigned) -> None:
    """Whom Vigie chose, and whom it does not choose again. What a person decides about the owner ends that."""
    ownership = state.ownership
    if event.actor == VIGIE:
        ownership.offer = Offer(fact.assignee, event.seq, event.at, fact.why, fact.answer_by)
        ownership.tried = _with(ownership.tried, fact.before, fact.assignee)
    elif fact.group is not None and fact.assignee == ownership.assignee != event.actor:
        return  # the owner is another matter
    else:
        ownership.offer = None
        # Whoever gave it up, or lost it, is not asked again while nobody has it.
        ownership.tried = _with(ownership.tried, ownership.assignee) if fact.assignee is None else ()


def _with(tried: tuple[str, ...], *people: str | None) -> tuple[str, ...]:
    return (*tried, *(person for person in people if person is not None and person not in tried))


def _offered(state: Fold, event: Event, fact: Offered) -> None:
    state.ownership.offer = Offer(fact.to, event.seq, event.at, fact.why, again_at=fact.again_at)


def _acknowledged(state: Fold, event: Event, fact: Acknowledged) -> None:
    state.answer(event)
    if fact.for_group:
        state.ownership.handed = None
        state.agreements.acknowledge(event.at, event)
        return
    if fact.of_level:
        state.escalation.acknowledge(event.actor)


HANDLERS: Handlers = {
    Assigned: _assigned,
    Unassigned: undoes,
    Offered: _offered,
    Acknowledged: _acknowledged,
}
