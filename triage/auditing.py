"""What should have happened and did not: the rules by which the auditor looks.

Each is a question about values that were read from the database. Where the answer is yes, what is stored is wrong, and
is made anew from the events.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from triage.agenda import Due, agenda, upcoming
from triage.ticket import Status, Ticket

GRACE = timedelta(minutes=1)  # what is due by no more than that is being worked on
LONG = timedelta(minutes=10)  # what could have been sent for that long is stuck


class Wrong(StrEnum):
    """What can be found wrong. The value is what is stored."""

    #: Something is overdue and nothing was said of it.
    OVERDUE = "overdue"
    #: The table of deadlines is not what the ticket's events make of it.
    DEADLINES = "deadlines"
    #: The ticket's row is not what its events make of it.
    COLUMNS = "columns"
    #: The ticket is not found by its words, or, though it is no ticket, by some.
    WORDS = "words"
    #: The ticket's events cannot be read.
    UNREADABLE = "unreadable"
    #: A deadline of no ticket.
    ORPHAN = "orphan"
    #: A notice is still claimed although its lease has run out.
    CLAIMED = "claimed"
    #: A notice could have been sent for `LONG`.
    UNSENT = "unsent"
    #: A notice that presses was given up.
    GIVEN_UP = "given_up"


#: Those that are found of a ticket; the others are found of a row of the outbox.
OF_TICKETS = frozenset({Wrong.OVERDUE, Wrong.DEADLINES, Wrong.COLUMNS, Wrong.WORDS, Wrong.UNREADABLE, Wrong.ORPHAN})


def wrong_with(
    ticket: Ticket,
    deadlines: Mapping[str, Due],
    row: Mapping[str, Any],
    columns: Mapping[str, Any],
    *,
    has_words: bool,
) -> list[Wrong]:
    """What of a ticket is stored otherwise than its events say. `deadlines`: its rows, by clock. `row`: its columns as
    they are stored; `columns`: as they should be. `has_words`: it is found by some; by which is not looked at, since
    each change of a text writes them anew."""
    found = []
    if dict(deadlines) != upcoming(ticket):
        found.append(Wrong.DEADLINES)
    if any(row[name] != value for name, value in columns.items()):
        found.append(Wrong.COLUMNS)
    if has_words is (ticket.status is Status.DISMISSED):
        found.append(Wrong.WORDS)
    return found


def is_late(ticket: Ticket, now: datetime) -> bool:
    """Whether anything on the ticket's agenda had fallen due by `now`, with grace."""
    return any(due.at <= now - GRACE for due in agenda(ticket)[:1])
