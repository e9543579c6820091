"""Forgetting from the beginning to the end: what it would change, and the change, some rows at a time, so that nobody
who writes waits for long. Broken off, it is done again from the beginning, and finds what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from time import monotonic, sleep
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.database import Database
from storage.forgetting import steps
from storage.forgetting.finding import (
    Key,
    events_that_tell,
    judge,
    judge_ticket,
    key_of_row,
    searched_tables,
    tickets_that_tell,
    windows,
)
from storage.forgetting.sought import Finder, Known, Sought, numbered, sought_from_data
from storage.tables.accounts import AccountRow
from storage.tables.conversations import MessageRow
from storage.tables.operation import ForgottenRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import TicketRow
from triage.notice import Audience

SHORT, LONG = 0.01, 0.03  # seconds that one transaction takes
MOST = 100  # rows that one transaction changes
TICKETS, ROWS = 1, 10  # that the first one changes: a ticket has dozens of events
PASSES = 3  # somebody may write while it works
Answer = TypeVar("Answer")
Step = Callable[[int], None]

_forgotten, _tickets, _messages, _outbox = table(ForgottenRow), table(TicketRow), table(MessageRow), table(OutboxRow)
_accounts = table(AccountRow)


@dataclass(slots=True)
class Preview:
    """What would be changed."""

    #: How many rows of each table.
    counts: Counter[str] = field(default_factory=Counter)
    #: The numbers of the tickets that tell of them.
    tickets: list[int] = field(default_factory=list)
    #: How many texts are erased.
    texts: int = 0
    #: How many messages of people are in the chat from which these texts were taken.
    written: int = 0
    #: How many messages of ours about these tickets are in the chat.
    shown: int = 0


def preview(session: Session, organisation_id: int, finder: Finder, step: Step = lambda _: None) -> Preview:
    """Look through everything, and change nothing."""
    found = Preview()
    ids = sorted(_telling(lambda query: query(session), organisation_id, finder, step))
    bodies: set[int] = set()
    for ticket_id in ids:
        change = judge_ticket(session, ticket_id, finder)
        found.counts += Counter({"event": len(change.events), "ticket": bool(change.values)})
        bodies |= change.bodies
    for rows in searched_tables():
        for batch in _windows(lambda query: query(session), rows, organisation_id, step):
            judged = [each for row in batch if (each := judge(rows, row, finder)) is not None]
            if rows.name == "body":  # those have to be read no more
                judged = [each for each in judged if each.key[0] not in bodies]
            found.counts[rows.name] += len(judged)
            bodies |= {body for each in judged for body in each.bodies}
    known = sa.select(sa.func.count()).where(
        _accounts.c.organisation_id == organisation_id, _accounts.c.key.in_(list(finder.sought.keys))
    )
    found.counts["account"] += int(session.execute(known).scalar_one())
    found.texts = len(bodies)
    for some in _parts(sorted(ids)):
        numbers = sa.select(_tickets.c.number).where(_tickets.c.id.in_(some))
        found.tickets += session.execute(numbers).scalars()
        shown = sa.select(sa.func.count()).select_from(_outbox).where(
            _outbox.c.ticket_id.in_(some), _outbox.c.seq.is_not(None), _outbox.c.message_id.is_not(None),
            _outbox.c.state == "sent", _outbox.c.audience != Audience.PERSON.value,
        )  # fmt: skip
        found.shown += int(session.execute(shown).scalar_one())
    for some in _parts(sorted(bodies)):
        written = sa.select(sa.func.count()).select_from(_messages).where(_messages.c.body_id.in_(some))
        found.written += int(session.execute(written).scalar_one())
    found.tickets.sort()
    return found


@dataclass(frozen=True, slots=True)
class Begun:
    """A forgetting that was begun and is not done: at work, or broken off."""

    #: Its row.
    row_id: int
    #: Whom it is to forget.
    sought: Sought
    #: When it was begun.
    at: datetime


def unfinished(session: Session, organisation_id: int) -> list[Begun]:
    """What was begun and not done, in that order."""
    query = sa.select(_forgotten.c.id, _forgotten.c.sought, _forgotten.c.begun_at).where(
        _forgotten.c.organisation_id == organisation_id, _forgotten.c.done_at.is_(None)
    )
    found = session.execute(query.order_by(_forgotten.c.id))
    return [Begun(row_id, sought_from_data(data), at) for row_id, data, at in found]


def begin(  # noqa: PLR0917  whom, and who asked
    session: Session, organisation_id: int, accounts: Sequence[Known], customer: str | None, asked_by: str,
    now: datetime, **of_customer: Any,
) -> tuple[int, Sought]:  # fmt: skip
    """Put on record whom to forget, so that it is done to the end even if it is broken off."""
    what, many = ("person", len(accounts)) if customer is None else ("customer", len(accounts) + 1)
    row_id, first = steps.begin(session, organisation_id, what=what, many=many, asked_by=asked_by, now=now)
    sought = numbered(accounts, first, customer, **of_customer)
    session.execute(sa.update(_forgotten).where(_forgotten.c.id == row_id).values(sought=sought.to_data()))
    return row_id, sought


@dataclass
class Forgetting:
    """One forgetting, at work."""

    #: Where.
    database: Database
    #: Whose.
    organisation_id: int
    #: Its row.
    row_id: int
    #: Whom.
    sought: Sought
    #: The project's time.
    now: Callable[[], datetime]
    #: Called with how many rows more were looked through.
    step: Step = lambda _: None
    #: How long the longest transaction took, in seconds.
    longest: float = 0.0
    _most: dict[int, int] = field(default_factory=lambda: {TICKETS: TICKETS, ROWS: ROWS})

    def __post_init__(self) -> None:
        self._finder = Finder(self.sought)

    def run(self) -> Counter[str]:
        """Do it to the end. How many rows of each table were changed, and texts erased."""
        counts: Counter[str] = Counter()
        for _ in range(PASSES):
            changed = self._pass()
            counts += changed
            if not changed.total():
                break
        self._write(partial(steps.end, row_id=self.row_id, counts=counts))
        return counts

    def _pass(self) -> Counter[str]:
        of, finder = self.organisation_id, self._finder
        counts = self._write(steps.change_accounts)
        ids = sorted(_telling(self.database.read_now, of, finder, self.step))
        while ids:
            most = self._most[TICKETS]
            some, ids = ids[:most], ids[most:]
            counts += self._write(partial(steps.change_tickets, ids=some), TICKETS)
        for rows in searched_tables():
            for batch in _windows(self.database.read_now, rows, of, self.step):
                keys: list[Key] = [key_of_row(rows, row) for row in batch if judge(rows, row, finder) is not None]
                while keys:
                    most = self._most[ROWS]
                    some_keys, keys = keys[:most], keys[most:]
                    change = partial(steps.change_rows, rows=rows, keys=some_keys)
                    counts += self._write(change, ROWS)
        return counts

    def _write(self, change: Callable[..., Answer], of: int = ROWS) -> Answer:
        """In a transaction of its own, and then none for as long, so that whoever writes meanwhile has their turn.
        Where it took long, less `of` that kind is changed at once from then on."""
        began, task = monotonic(), steps.Task(self.organisation_id, self._finder, self.now())
        answer = self.database.write_now(partial(change, task=task))
        took = monotonic() - began
        self.longest = max(self.longest, took)
        if took > LONG:
            self._most[of] = max(1, self._most[of] // 2)
        elif took < SHORT:
            self._most[of] = min(MOST, self._most[of] + of)
        sleep(took)
        return answer


Read = Callable[[Callable[[Session], Any]], Any]


def _telling(read: Read, organisation_id: int, finder: Finder, step: Step) -> set[int]:
    """The ids of the tickets that tell of whoever is sought."""
    found: set[int] = set()
    after: Any = None
    while True:
        more, after = read(partial(events_that_tell, organisation_id=organisation_id, finder=finder, after=after))
        found |= more
        step(1)
        if after is None:
            break
    after = 0
    while after is not None:
        more, after = read(partial(tickets_that_tell, organisation_id=organisation_id, finder=finder, after=after))
        found |= more
    return found


def _windows(read: Read, rows: sa.Table, organisation_id: int, step: Step) -> Iterator[list[Any]]:
    """The rows of a table, some at a time."""
    after: Key | None = None
    while batch := read(partial(windows, rows=rows, organisation_id=organisation_id, after=after)):
        yield batch
        step(1)
        after = key_of_row(rows, batch[-1])


def _parts(ids: list[int], size: int = 500) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
