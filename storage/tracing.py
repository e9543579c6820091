"""In which trace a transaction is made, where somebody traces (`bot.watching.traces`): kept with the rows of the outbox
that it plans, so that what is sent later, by another process perhaps, belongs to the same trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

Answer = TypeVar("Answer")
Present = Callable[[], str | None]
_TRACE, _OF_TICKETS = "trace", "traces of tickets"  # in a session's info
_present: Present | None = None


def trace_by(present: Present | None) -> None:
    """From now on `present` says in which trace something is done, as a `traceparent`; None: nobody traces."""
    global _present  # noqa: PLW0603  as the log, it is the process's
    _present = present


def traced(transaction: Callable[[Session], Answer]) -> Callable[[Session], Answer]:
    """The transaction, so that what it plans knows the trace of whoever asks for it here."""
    trace = None if _present is None else _present()
    if trace is None:
        return transaction

    def of_trace(session: Session) -> Answer:
        session.info[_TRACE] = trace
        return transaction(session)

    return of_trace


def trace_ticket(session: Session, ticket_id: int) -> None:
    """What this transaction plans of that ticket belongs to the trace that is under way here."""
    if _present is not None and (trace := _present()) is not None:
        session.info.setdefault(_OF_TICKETS, {})[ticket_id] = trace


def trace_of(session: Session, ticket_id: int | None) -> str | None:
    """The trace that what this transaction plans of that ticket, or of none, belongs to; None: to none."""
    of_tickets: dict[int | None, str] = session.info.get(_OF_TICKETS, {})
    trace: str | None = of_tickets.get(ticket_id) or session.info.get(_TRACE)
    return trace
