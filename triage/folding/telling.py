"""What was told and written: to the customer, by the customer, and for the desk alone."""

from __future__ import annotations

from dataclasses import replace

from triage.event import Event
from triage.facts.telling import (
    CustomerWrote,
    Delivered,
    Edited,
    Noted,
    Redacted,
    TakenBack,
    Undelivered,
    Updated,
)
from triage.folding.handler import Handlers, undoes
from triage.folding.running import Fold


def _updated(state: Fold, event: Event, fact: Updated) -> None:
    updates = state.updates
    if fact.resolved:
        updates.closing = event, fact
    elif not fact.restored:
        updates.given.append(event)
    if event.seq in state.unheard:
        return
    if fact.question and state.waited is not None:
        state.asked = event.seq
    updates.last = event, fact
    state.answer(event)
    if state.clocks.responded_at is None or state.agreements.running:
        state.respond(event)
    for clocks in state.every:
        clocks.reply(event.at, event, fact.promise)


def _noted(state: Fold, event: Event, _: Noted) -> None:
    state.act(event)


def _customer_wrote(state: Fold, event: Event, fact: CustomerWrote) -> None:
    if not fact.thanks:
        state.heard.asked_at = event.at
    state.heard.beyond = state.heard.beyond or fact.beyond
    if fact.named:
        state.heard.named_at = event.recorded_at
    for clocks in state.every:
        clocks.customer_wrote(event.at, event)


def _edited(state: Fold, event: Event, fact: Edited) -> None:
    state.updates.edited[fact.update] = event.body_id


def _taken_back(state: Fold, event: Event, fact: TakenBack) -> None:
    state.updates.taken_back.add(fact.undoes)
    state.undo.taken_back = event
    undoes(state, event, fact)


def _undelivered(state: Fold, event: Event, fact: Undelivered) -> None:
    state.untold.add(fact.of)
    state.updates.undelivered.add(fact.of)
    last = state.updates.last_seq
    # Warnings start again from here, where nothing that did arrive has met the clock or moved it since.
    for clocks in state.every:
        clocks.untold(event, update=last is None or last < fact.of)


def _delivered(state: Fold, event: Event, fact: Delivered) -> None:
    state.updates.undelivered.discard(fact.of)
    told = next((each for each in state.events if each.seq == fact.of), None)
    if told is None or told.seq not in state.unheard:
        return
    state.answers.append(event.seq)
    state.respond(event)
    if not isinstance(told.fact, Updated):
        state.ownership.acknowledged = True
        return
    promise = told.fact.promise
    state.updates.last = replace(told, at=event.at), told.fact
    for clocks in state.every:
        clocks.reply(event.at, event, promise if promise is not None and promise > event.at else None)


HANDLERS: Handlers = {
    Updated: _updated,
    Noted: _noted,
    CustomerWrote: _customer_wrote,
    Edited: _edited,
    TakenBack: _taken_back,
    Undelivered: _undelivered,
    Delivered: _delivered,
    Redacted: None,
}
