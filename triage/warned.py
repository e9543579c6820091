"""A ticket of which nothing is new but that whoever has it was warned: most of what falls due is that. What else is
known of it stays as it was, so that neither the ticket nor its agenda is worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from triage.agenda import Due, next_of_each
from triage.event import Event
from triage.facts.ahead import Warned
from triage.ticket import Ticket


def is_warned_alone(events: Iterable[Event]) -> bool:
    """Whether these events are nothing but warnings that were said, and not in the channel: where that hears of a
    warning, or nobody does, another one may follow that else would not."""
    return all(
        isinstance(event.fact, Warned) and not event.fact.shown and not event.fact.withheld and event.said is not None
        for event in events
    )


def after_warning(ticket: Ticket, warnings: Sequence[Event]) -> Ticket:
    """The ticket after such events, as `fold` answers it."""
    return replace(
        ticket, version=warnings[-1].seq, said=ticket.said.union(event.said for event in warnings if event.said)
    )


def due_after_warning(coming: Iterable[Due], warnings: Iterable[Event]) -> dict[str, Due]:
    """What `upcoming` answers of it then. `coming`: its agenda from before, until the latest of the warnings."""
    said = {event.said for event in warnings}
    return next_of_each([due for due in coming if due.key not in said])
