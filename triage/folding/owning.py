"""Who owns a ticket, who has the work in hand, who answers for it (policy: Intake and people)."""

from __future__ import annotations

from dataclasses import replace

from triage.event import Event
from triage.facts.owning import Acknowledged, Assigned, Unassigned
from triage.folding.handler import Handlers, undoes
from triage.folding.running import Fold


def _assigned(state: Fold, event: Event, fact: Assigned) -> None:
    ownership = state.ownership
    if fact.assignee != ownership.assignee:
        state.snoozed_until, ownership.is_accepted = None, False
    ownership.assignee = fact.assignee
    if event.actor == fact.assignee:
        ownership.is_accepted = True
    state.undo.overtake("take")
    if fact.taken:  # its group stays at work
        state.undo.undoable["take"] = event
    else:
        ownership.group = fact.group
    if fact.acknowledged and event.seq not in state.unheard:
        ownership.acknowledged = True
        state.clocks.respond(event.at)
        state.answers.append(event.seq)


def _acknowledged(state: Fold, event: Event, _: Acknowledged) -> None:
    state.answer(event)
    climbs = state.escalation.climbs
    if climbs and climbs[-1].acknowledged_by is None:
        climbs[-1] = replace(climbs[-1], acknowledged_by=event.actor)


HANDLERS: Handlers = {
    Assigned: _assigned,
    Unassigned: undoes,
    Acknowledged: _acknowledged,
}
