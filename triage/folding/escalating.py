"""The levels of escalation: reached, asked for, explained, undone (policy: Escalation)."""

from __future__ import annotations

from dataclasses import replace

from triage.event import Event
from triage.facts.escalating import (
    Called,
    Deescalated,
    Endorsed,
    Escalated,
    EscalationAsked,
    EscalationUndone,
    LevelAnswered,
    ReactionRemoved,
    ReasonGiven,
)
from triage.folding.handler import Handlers, undoes
from triage.folding.running import Fold
from triage.parts.escalating import Call, Climb


def _escalated(state: Fold, event: Event, fact: Escalated) -> None:
    by_reaction, escalation = fact.by_reaction, state.escalation
    state.say_aloud(event)
    state.act(event)
    if by_reaction:
        escalation.standing[event.actor] = escalation.standing.get(event.actor, 0) + 1
    escalation.asked = False
    if event.said is not None:  # it climbed by itself
        state.said.add(event.said)
    escalation.climbs.append(
        Climb(
            fact.level, event.actor, event.at, event.seq,
            explained=not by_reaction, reason_id=event.body_id, by_reaction=by_reaction, stands=by_reaction,
            acknowledged_by=event.actor if fact.answered else None, answered=fact.answered,
        )
    )  # fmt: skip


def _called(state: Fold, event: Event, fact: Called) -> None:
    if event.said is not None:
        state.said.add(event.said)
    state.escalation.climbs = [
        replace(climb, calls=(*climb.calls, Call(fact.step, fact.who))) if climb.seq == fact.climb else climb
        for climb in state.escalation.climbs
    ]


def _level_answered(state: Fold, event: Event, _: LevelAnswered) -> None:
    state.escalation.acknowledge(event.actor)


def _deescalated(state: Fold, event: Event, fact: Deescalated) -> None:
    state.act(event)
    escalation = state.escalation
    if escalation.level != fact.level:
        return  # the climb was undone meanwhile
    left = escalation.climbs.pop()
    escalation.left, escalation.asked = (left, event), False
    for person in (left.actor, *left.endorsed_by):  # their reactions carried what is left now
        escalation.standing.pop(person, None)
    # Whoever judged it not to need that level answers for the one below; and what has passed until now was judged too.
    escalation.acknowledge(event.actor)
    escalation.since, escalation.mark = event.at, event


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
    Called: _called,
    LevelAnswered: _level_answered,
    Deescalated: _deescalated,
    EscalationAsked: _escalation_asked,
    ReasonGiven: _reason_given,
    Endorsed: _endorsed,
    ReactionRemoved: _reaction_removed,
    EscalationUndone: undoes,
}
