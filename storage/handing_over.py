"""Handing over all that somebody has, in one transaction (policy: Handing over)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.announcements.to_desk import Returned
from storage.announcements.to_person import HandedOver, LeftOpen
from storage.announcing import announce, handed_key, tell
from storage.assigning import MOST_LOOKED_AT, AtDesk, find_owner, look_at_queue
from storage.changes import record
from storage.core import table
from storage.listing import Listed, listed, with_cards
from storage.loads import loads
from storage.tables.tickets import IS_OPEN, TicketRow
from storage.tickets import get_ticket_by_id, get_tickets_by_id, lock_all
from storage.work_queue import unowned
from triage import handing_over
from triage.assigning import Choosing, Chosen
from triage.people import Actor
from triage.roster import Roster

MOST_SHOWN = 12  # tickets in one message

_tickets = table(TicketRow)


@dataclass(frozen=True, slots=True)
class InHand:
    """An open ticket of somebody's, as it is handed over."""

    #: As lists show it.
    listed: Listed
    #: By when the customer was promised to hear again; None: nothing is promised.
    promise: datetime | None
    #: Whether it has to be accepted.
    is_pressing: bool
    #: Who is asked to take it over; None: nobody.
    asked: str | None
    #: The skills that it needs.
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of the tickets that somebody handed over, by number."""

    #: They have changed hands.
    moved: tuple[int, ...] = ()
    #: They stay where they are until they are accepted.
    asked: tuple[int, ...] = ()


def _open_of(organisation_id: int, desk_id: int, person: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, IS_OPEN,
        _tickets.c.assignee == person,
    )  # fmt: skip


def in_hand(
    session: Session,
    organisation_id: int,
    desk_id: int,
    *,
    person: str | None = None,
    numbers: Collection[int] = (),
    platform: str = "",
) -> list[InHand]:
    """Open tickets, most pressing first: all that `person` has, or those `numbers`. `platform`: where the links to
    their cards should lead."""
    mine: Any = _open_of(organisation_id, desk_id, person) if person is not None else sa.and_(
        _tickets.c.organisation_id == organisation_id, _tickets.c.number.in_(list(numbers)),
    )  # fmt: skip
    ids = list(session.execute(sa.select(_tickets.c.id).where(mine)).scalars())
    folded = {each.number: each.ticket for each in get_tickets_by_id(session, organisation_id, desk_id, ids)}
    query = listed().where(mine).order_by(_tickets.c.next_due_at.is_(None), _tickets.c.next_due_at, _tickets.c.number)
    found = []
    for each in with_cards(session, organisation_id, query, platform):
        ticket = folded[each.number]
        asked = ticket.ownership.handover
        found.append(
            InHand(
                each, ticket.promise, ticket.is_pressing,
                None if asked is None or asked.declined_at is not None else asked.to, ticket.skills,
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: not each.is_pressing)


def next_in_line(  # noqa: PLR0917  for whose tickets, and when
    session: Session, desk: AtDesk, organisation_id: int, person: str, tickets: Iterable[InHand], at: datetime
) -> Chosen | None:
    """Who comes after somebody at that time for these tickets of theirs: the same choice as for a new one, by all the
    skills that they need together."""
    tickets = list(tickets)
    skills = list(dict.fromkeys(skill for each in tickets for skill in each.skills))
    choosing = Choosing(desk.roster, desk.policy.assignment, partial(loads, session, organisation_id))
    waits = not any(each.is_pressing for each in tickets)
    return handing_over.next_in_line(choosing, skills, person, at, can_wait=waits)


def pass_on(
    session: Session,
    organisation_id: int,
    desk_id: int,
    *,
    actor: Actor,
    to: Actor,
    now: datetime,
    only: Collection[int] = (),
) -> Passed:
    """Hand over all that the actor has open, or `only` some of it, to `to`, who is told in one message."""
    moved: list[int] = []
    asked: list[int] = []
    wanted = sa.select(_tickets.c.id).where(_open_of(organisation_id, desk_id, actor.id)).order_by(_tickets.c.id)
    for ticket_id in list(session.execute(wanted).scalars()):  # in one order, so that two who do this cannot deadlock
        stored = get_ticket_by_id(session, organisation_id, ticket_id, lock=True)
        if only and stored.number not in only:
            continue
        change = handing_over.pass_on(stored.ticket, actor, now, to)
        if change:
            after = record(session, stored, change, now)
            (moved if after.ticket.ownership.assignee == to.id else asked).append(stored.number)
    if moved or asked:
        said = HandedOver(actor.id, to.id, moved, asked)
        key = handed_key(desk_id, actor.id, to.id, now)
        tell(session, organisation_id, said, to.id, key=key, now=now)
    return Passed(tuple(moved), tuple(asked))


def ask_about_left(  # noqa: PLR0917  whose tickets, and who is asked
    session: Session, organisation_id: int, desk_id: int, roster: Roster, person: str, since: datetime, now: datetime,
    *, is_away: bool = False,
) -> bool:  # fmt: skip
    """Ask the lead, once, what becomes of the severity 1 and 2 of somebody who is not there since that time. Whether
    there is anything to ask."""
    wanted = sa.select(_tickets.c.id).where(_open_of(organisation_id, desk_id, person))
    theirs = get_tickets_by_id(session, organisation_id, desk_id, list(session.execute(wanted).scalars()))
    left = [each.number for each in theirs if handing_over.is_left(each.ticket, each.events, person, since)]
    lead = handing_over.asked_about(roster, person, now) if left else None
    if lead is None:
        return False
    key = f"left-open.{desk_id}.{person}.{since.isoformat()}"
    tell(session, organisation_id, LeftOpen(person, sorted(left), is_away=is_away), lead, key=key, now=now)
    return True


def return_all(
    session: Session,
    organisation_id: int,
    desk_id: int,
    person: str,
    now: datetime,
    *,
    platform: str,
    channel: str,
    lead: str | None,
    desk: AtDesk | None = None,
) -> list[int]:
    """Put all that somebody had who is gone back into the queue, and look who of the `desk` can have it. The `lead`, a
    person, is told in one message; without one the desk is, in its `channel`. Answers the numbers; none where it was
    done before."""
    numbers = []
    wanted = sa.select(_tickets.c.id).where(_open_of(organisation_id, desk_id, person)).order_by(_tickets.c.id)
    theirs = list(session.execute(wanted).scalars())
    if theirs and desk is not None:  # with those that are looked at in the end
        lock_all(session, organisation_id, {*theirs, *unowned(session, organisation_id, desk_id, MOST_LOOKED_AT)})
    for ticket_id in theirs:
        stored = get_ticket_by_id(session, organisation_id, ticket_id, lock=True)
        if stored.ticket.ownership.assignee == person:
            change = handing_over.return_to_queue(stored.ticket, now)
            after = record(session, stored, change, now)
            numbers.append(stored.number)
            if desk is not None and after.ticket.is_pressing:
                find_owner(session, desk, after, now, before=stored.ticket, said=change.notices)
    if numbers and desk is not None:
        look_at_queue(session, desk, organisation_id, desk_id, now)
    if numbers:
        tell_returned(
            session, organisation_id, desk_id, person, numbers, now, platform=platform, channel=channel, lead=lead
        )
    return numbers


def tell_returned(  # noqa: PLR0917  what is back, and since when
    session: Session,
    organisation_id: int,
    desk_id: int,
    person: str,
    numbers: list[int],
    now: datetime,
    *,
    platform: str,
    channel: str,
    lead: str | None,
) -> None:
    """Tell the `lead`, or without one the desk in its `channel`, that these tickets of somebody who is gone are back in
    the queue."""
    said, key = Returned(person, numbers), f"returned.{desk_id}.{person}.{numbers[0]}.{now.isoformat()}"
    if lead is not None:
        tell(session, organisation_id, said, lead, key=key, now=now)
    else:
        announce(session, organisation_id, said, platform=platform, channel=channel, key=key, now=now)
