"""The levels of escalation: reached, asked for, explained, undone (policy: Escalation)."""

from __future__ import annotations

from dataclasses import replace

from triage.event import Event
from triage.facts.escalating import (
    Endorsed,
    Escalated,
    EscalationAsked,
    EscalationUndone,
    ReactionRemoved,
    ReasonGiven,
)
from triage.folding.handler import Handlers, undoes
from triage.folding.running import Fold
from triage.ticket_parts import Climb


def _escalated(state: Fold, event: Event, fact: Escalated) -> None:
    by_reaction, escalation = fact.by_reaction, state.escalation
    state.say_aloud(event)
    state.act(event)
    if by_reaction:
        escalation.standing[event.actor] = escalation.standing.get(event.actor, 0) + 1
    escalation.asked = False
    escalation.climbs.append(
        Climb(
            fact.level, event.actor, event.at, event.seq,
            explained=not by_reaction, reason_id=event.body_id, by_reaction=by_reaction, stands=by_reaction,
        )
    )  # fmt: skip


def _escalation_asked(state: Fold, _event: Event, _fact: EscalationAsked) -> None:
    state.escalation.asked = True


def _endorsed(state: Fold, event: Event, _: Endorsed) -> None:
    actor, standing, climbs = event.actor, state.escalation.standing, state.escalation.climbs
    standing[actor] = standing.get(actor, 0) + 1
    if climbs and actor not in (climbs[-1].actor, *climbs[-1].endorsed_by):
        climbs[-1] = replace(climbs[-1], endorsed_by=(*climbs[-1].endorsed_by, actor))


def _reaction_removed(state: Fold, event: Event, _: ReactionRemoved) -> None:
    actor, escalation = event.actor, state.escalation
    left = escalation.standing.get(actor, 0) - 1
    escalation.standing[actor] = max(0, left)
    if left <= 0:
        escalation.climbs = [
            replace(
                climb,
                stands=climb.stands and climb.actor != actor,
                endorsed_by=tuple(other for other in climb.endorsed_by if other != actor),
            )
            for climb in escalation.climbs
        ]


def _reason_given(state: Fold, event: Event, fact: ReasonGiven) -> None:
    state.escalation.climbs = [
        replace(climb, explained=True, reason_id=event.body_id) if climb.level == fact.level else climb
        for climb in state.escalation.climbs
    ]


HANDLERS: Handlers = {
    Escalated: _escalated,
    EscalationAsked: _escalation_asked,
    ReasonGiven: _reason_given,
    Endorsed: _endorsed,
    ReactionRemoved: _reaction_removed,
    EscalationUndone: undoes,
}
