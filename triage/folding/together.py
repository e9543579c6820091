"""What tickets that look alike and major incidents make of a ticket."""

from __future__ import annotations

from triage.event import Event
from triage.facts.together import (
    AskedBack,
    Distinguished,
    FoundAlike,
    MajorDeclared,
    MajorEnded,
    MajorProposed,
    PartAdded,
    PartNoMore,
    PartOf,
    PartRemoved,
)
from triage.folding.handler import Handlers
from triage.folding.running import Fold


def _found_alike(state: Fold, _: Event, fact: FoundAlike) -> None:
    state.together.alike = fact.numbers


def _distinguished(state: Fold, _: Event, fact: Distinguished) -> None:
    state.together.different |= {fact.number}


def _proposed(state: Fold, _: Event, fact: MajorProposed) -> None:
    state.together.proposed = fact.numbers


def _declared(state: Fold, _: Event, _fact: MajorDeclared) -> None:
    state.together.is_major = True


def _ended(state: Fold, _: Event, _fact: MajorEnded) -> None:
    state.together.is_major = False
    state.together.parts = ()


def _added(state: Fold, _: Event, fact: PartAdded) -> None:
    state.together.parts = tuple(dict.fromkeys((*state.together.parts, fact.number)))


def _removed(state: Fold, _: Event, fact: PartRemoved) -> None:
    state.together.parts = tuple(number for number in state.together.parts if number != fact.number)


def _part_of(state: Fold, _: Event, fact: PartOf) -> None:
    state.together.part_of = fact.number


def _part_no_more(state: Fold, _: Event, _fact: PartNoMore) -> None:
    state.together.part_of = None


def _asked_back(state: Fold, event: Event, _: AskedBack) -> None:
    state.together.asked_back = event.seq


HANDLERS: Handlers = {
    FoundAlike: _found_alike,
    Distinguished: _distinguished,
    MajorProposed: _proposed,
    MajorDeclared: _declared,
    MajorEnded: _ended,
    PartAdded: _added,
    PartRemoved: _removed,
    PartOf: _part_of,
    PartNoMore: _part_no_more,
    AskedBack: _asked_back,
}
