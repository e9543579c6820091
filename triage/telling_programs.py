"""What other programs are told (webhooks): of which type each event is, and what else comes true with it: a promise
that was kept, or broken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triage.agenda import BREACH_STEPS
from triage.clock import ClockState
from triage.event import Event, Kind
from triage.facts.ahead import Breached, Warned
from triage.facts.telling import Updated
from triage.fold import fold
from triage.terms import ClockKind
from triage.ticket import Ticket

WARNING, BREACH, BREACH_AGAIN = "deadline.warning", "deadline.breach", "deadline.breach_again"
KEPT, BROKEN = "promise.kept", "promise.broken"
TEST = "vigie.test"
GROUPS = ("ticket", "deadline", "promise", "escalation")
"""What comes before the dot of a type: whoever asks for one of these is told of every type of it."""
_CLIMBING = {
    Kind.ESCALATED, Kind.ESCALATION_ASKED, Kind.ESCALATION_UNDONE, Kind.DEESCALATED, Kind.CALLED,
    Kind.UNACKNOWLEDGED, Kind.LEVEL_ANSWERED, Kind.PROPOSED,
}  # fmt: skip
_OF_KIND: dict[Kind, str] = {
    kind: f"{'escalation' if kind in _CLIMBING else 'ticket'}.{kind}"
    for kind in Kind
    if kind not in (Kind.WARNED, Kind.BREACHED)
}
TYPES = (*_OF_KIND.values(), WARNING, BREACH, BREACH_AGAIN, KEPT, BROKEN)
"""Every type there is."""


def is_wanted(name: str, wanted: Sequence[str]) -> bool:
    """Whether somebody who asked for those types and groups is told of that type; who asked for none, of all."""
    return not wanted or name in wanted or name.partition(".")[0] in wanted


def types_of(known: Sequence[Event], added: Sequence[Event], before: Ticket | None) -> list[tuple[int, str]]:
    """The seq and the type of all that other programs are told of `added`, in order. `known`: the ticket's events with
    these; `before`: the ticket without them, None where it is new."""
    found: list[tuple[int, str]] = []
    for each in added:
        after = fold(event for event in known if event.seq <= each.seq)
        found += [(each.seq, name) for name in _types(each, before, after)]
        before = after
    return found


def _types(event: Event, before: Ticket | None, after: Ticket) -> Iterable[str]:
    fact = event.fact
    if isinstance(fact, Warned):
        yield WARNING
    elif isinstance(fact, Breached):
        yield BREACH if fact.step == BREACH_STEPS[0] else BREACH_AGAIN
    else:
        yield _OF_KIND[event.kind]
    if before is not None and (ended := _promise(event, before, after)) is not None:
        yield ended


def _promise(event: Event, before: Ticket, after: Ticket) -> str | None:
    """What became of the promise that stood before, with this event; None: nothing yet, or it was told before."""
    fact, clock = event.fact, before.clocks.get(ClockKind.UPDATE)
    if clock is None or clock.promised is None or clock.ended_at is not None:
        return None
    if isinstance(fact, Breached):
        mine = fact.clock == ClockKind.UPDATE and fact.step == BREACH_STEPS[0]
        return BROKEN if mine else None
    now = after.clocks.get(ClockKind.UPDATE)
    goes_on = now is not None and now.cycle == clock.cycle
    met = goes_on and now is not None and now.state is ClockState.MET
    told = not goes_on and isinstance(fact, Updated) and fact.moved is None
    return KEPT if (met or told) and event.at <= clock.promised else None
