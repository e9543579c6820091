"""The database of a Vigie that does not run at this moment, reached as Vigie itself reaches it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session

from benchmarks.multiply import multiply
from bot.desk.policy_file import policy_from_data
from bot.web.customer import PATH
from storage import outbox, outcomes
from storage.changes import Place, record, record_opening
from storage.core import table
from storage.customer_links import add_link
from storage.database import Database
from storage.installations import find_installation
from storage.listing import list_tickets
from storage.organisations import ensure_desk, list_desks
from storage.policies import load_policy
from storage.tables.tickets import TicketRow
from storage.tickets import StoredTicket, get_ticket
from triage.agenda import upcoming
from triage.change import Change
from triage.desk import Desk
from triage.fold import fold
from triage.keys import key_of
from triage.opening import open_ticket
from triage.owning import take
from triage.people import Actor, Role
from triage.policy import Policy
from triage.resolving import resolve
from triage.terms import Category

PLATFORM = "slack"
ALL = 1_000_000
AT_ONCE = 500  # tickets in one transaction
BY_PROGRAM = 1_000
A_CUSTOMERS = 10  # of so many tickets one is a customer's
SPREAD = 300  # seconds over which they were opened: the first that falls due of them does so a quarter of an hour later
# What a desk has open on an ordinary day.
MIX = (
    (Category.INCIDENT, 3), (Category.INQUIRY, None), (Category.INCIDENT, 2), (Category.PROVISIONING, None),
    (Category.INCIDENT, 1),
)  # fmt: skip


def tickets(url: str, team: str, numbers: Iterable[int]) -> list[StoredTicket]:
    """The tickets of the workspace `team` with these numbers, in order."""

    def read(session: Session) -> list[StoredTicket]:
        of = _organisation(session, team)
        return [get_ticket(session, of, number) for number in numbers]

    with _opened(url) as database:
        return database.read_now(read)


def summaries(url: str, team: str) -> list[str]:
    """The summary of every ticket of the workspace `team`."""

    def read(session: Session) -> list[str]:
        listed = list_tickets(session, _organisation(session, team), include_resolved=True, limit=ALL)
        return [one.summary for one in listed]

    with _opened(url) as database:
        return database.read_now(read)


def versions(url: str) -> dict[int, int]:
    """How many open tickets run under each version of the policy."""
    rows = table(TicketRow)
    query = sa.select(rows.c.policy_version, sa.func.count()).where(rows.c.status != "resolved")
    with _opened(url) as database:
        found = database.read_now(lambda session: session.execute(query.group_by(rows.c.policy_version)).all())
    return {row[0]: row[1] for row in found}


def fill(
    url: str, team: str, channel: str, user: str, number: int, *, closed: int = 0, by_program: int = BY_PROGRAM,
    customer: str | None = None,
) -> None:  # fmt: skip
    """Put `number` tickets on record, owned by `user`, their cards and receipts long since sent. All but the first
    `closed` are open. Where none is closed, those beyond `by_program`, which go into `number` without a rest, are
    copies. `customer`: whose each tenth is, in a thread of theirs."""
    few = number if closed else min(number, by_program)
    with _opened(url) as database:
        for begin in range(0, few, AT_ONCE):
            numbers = range(begin, min(few, begin + AT_ONCE))
            of_some = partial(
                _open, team=team, channel=channel, user=user, numbers=numbers, closed=closed, customer=customer
            )
            database.write_now(of_some)
    with _opened(url) as database:  # anew: nobody may use it meanwhile
        multiply(database, number // few)


def add_resolved(url: str, number: int) -> None:
    """Put as many more on record that were resolved: for lists, which read what they show and no more of a ticket."""
    rows, now = table(TicketRow), datetime.now(UTC)
    changed = {"status": sa.literal("resolved"), "resolved_at": sa.literal(now, rows.c.resolved_at.type),
               "next_due_at": sa.null(), "customer": sa.null(), "customer_key": sa.null()}  # fmt: skip
    names = [each.name for each in rows.c if each.name != "id"]

    def add(session: Session) -> None:
        last = session.execute(sa.select(sa.func.max(rows.c.number))).scalar_one()
        for done in range(0, number, last):
            found = {**changed, "number": rows.c.number + done + last}
            copied = sa.select(*(found.get(name, rows.c[name]) for name in names))
            copied = copied.where(rows.c.number <= min(last, number - done))
            session.execute(sa.insert(rows).from_select(names, copied))

    with _opened(url) as database:
        database.write_now(add)


def fill_due(url: str, team: str, channels: int, first: datetime, seconds: int) -> None:
    """Put an open ticket on record in each of so many channels, each owned by somebody of its own, and all sent that
    was said of it. Of each something falls due next within these seconds from `first` on."""
    with _opened(url) as database:
        for begin in range(0, channels, AT_ONCE):
            numbers = range(begin, min(channels, begin + AT_ONCE))
            database.write_now(partial(_open_due, team=team, numbers=numbers, first=first, seconds=seconds))


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close_now()


def _organisation(session: Session, team: str) -> int:
    found = find_installation(session, PLATFORM, team)
    if found is None:
        raise LookupError(f"Vigie was never started on {team}")
    return found.organisation_id


def link_for(url: str, customer: str) -> str:
    """The path of a page of that customer's own."""
    with _opened(url) as database:

        def add(session: Session) -> str:
            (desk,) = list_desks(session)
            whose = (desk.organisation_id, desk.desk_id)
            return add_link(session, *whose, customer, until=None, by="bench", now=datetime.now(UTC))[1]

        return f"{PATH}{database.write_now(add)}"


def _open(
    session: Session, *, team: str, channel: str, user: str, numbers: range, closed: int, customer: str | None
) -> None:
    of = _organisation(session, team)
    desk = ensure_desk(session, of, Desk().name)
    policy, until = _policy(session, of, desk), datetime.now(UTC)
    agent = Actor(f"{PLATFORM}:{user}", frozenset({Role.AGENT}))
    places = [Place(key_of(PLATFORM, channel), "desk")]
    for number in numbers:
        category, severity = MIX[number % len(MIX)]
        now = until - timedelta(seconds=number % SPREAD)
        theirs = customer if number % A_CUSTOMERS == 0 else None
        change = open_ticket(
            policy, agent, now, summary=f"Line {number} drops packets", category=category, severity=severity,
            description="Seen by the customer's own probes since this morning, on both of their routers.",
            customer=theirs,
        )  # fmt: skip
        thread = [Place(key_of(PLATFORM, "C0CUSTOMER"), "customer")] if theirs else []
        stored = record_opening(session, of, desk, change, [*places, *thread], now)
        taken = record(session, stored, take(stored.ticket, agent, now), now)
        if number < closed:
            record(session, taken, resolve(taken.ticket, agent, now, "The optic was replaced."), now)
    send_all(session, until + timedelta(seconds=1))


def _open_due(session: Session, team: str, numbers: range, first: datetime, seconds: int) -> None:
    of = _organisation(session, team)
    desk = ensure_desk(session, of, Desk().name)
    policy = _policy(session, of, desk)
    _, ahead = _taken(policy, "U0BENCH", 0, first)
    for number in numbers:
        at = first - ahead + timedelta(seconds=number % seconds)
        (opening, agent), _ = _taken(policy, f"U0BENCH{number}", number, at)
        stored = record_opening(session, of, desk, opening, [Place(key_of(PLATFORM, f"C0BENCH{number}"), "desk")], at)
        record(session, stored, take(stored.ticket, agent, at), at)
    send_all(session, first)


def _taken(policy: Policy, user: str, number: int, at: datetime) -> tuple[tuple[Change, Actor], timedelta]:
    """The opening of a ticket by somebody who takes it at once, and how long after that something falls due."""
    agent = Actor(f"{PLATFORM}:{user}", frozenset({Role.AGENT}))
    opening = open_ticket(
        policy, agent, at, summary=f"Line {number} drops packets", category=Category.INCIDENT, severity=1,
        description="Seen by the customer's own probes since this morning, on both of their routers.",
    )  # fmt: skip
    events = [replace(event, seq=seq) for seq, event in enumerate(opening.events, 1)]
    taken = take(fold(events), agent, at)
    events += [replace(event, seq=seq) for seq, event in enumerate(taken.events, len(events) + 1)]
    return (opening, agent), min(due.at for due in upcoming(fold(events)).values()) - at


def _policy(session: Session, of: int, desk: int) -> Policy:
    data = load_policy(session, of, desk, 1)
    if data is None:
        raise LookupError("the desk has no policy")
    return policy_from_data({**data, "version": 1})


def send_all(session: Session, now: datetime) -> None:
    """Record everything that waits in the outbox as sent."""
    while claimed := outbox.claim(session, now, limit=AT_ONCE):
        for item in claimed:
            outcomes.mark_sent(session, item, f"1700000000.{item.id:06d}", item.channel, now)
