"""Two warnings for one person within a minute are one message: the first names them and says both, the second stands in
its own ticket's thread and notifies nobody.

Each ticket keeps its own line, with its own buttons, that is closed when it is settled. Somebody who was woken up is
woken up once, and reads on the locked phone how many there are. Last calls stay out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.wording.notices.saying import Also
from storage.outbox import Outgoing
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_ticket_by_id
from storage.told_with import HOLDS, Near, near_warnings, note_told, told_by, told_with
from storage.writing import is_written
from triage.contents.deadlines import WarningContent
from triage.terms import ClockKind
from triage.warnings import is_last_call


@dataclass(frozen=True, slots=True)
class ToldWith:
    """How a warning is said beside others."""

    #: Whoever it is for was told of it by another one.
    told: bool = False
    #: What it says besides, of other tickets.
    also: tuple[Also, ...] = ()


ALONE = ToldWith()
MOST = 20  # others that are read for one


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found beside a warning."""

    #: Whom it is for; None: nobody, or several.
    person: str | None = None
    #: They were told of it a moment ago.
    told: bool = False
    #: What else they are about to be warned of: where it stands, how it is said.
    near: tuple[tuple[Near, Also], ...] = ()


NOTHING_BESIDE = Beside()


def look_beside(
    session: Session, desk: DeskRuntime, item: Outgoing, stored: StoredTicket, warning: WarningContent, *, now: datetime
) -> Beside:
    """Whether whoever that warning is for was told of it a moment ago; and what else they are about to be warned of."""
    people = desk.roster.for_ticket(stored.ticket, now).on_duty(stored.ticket, now)
    if len(people) != 1:
        return NOTHING_BESIDE
    (person,) = people
    known = told_with(session, stored.id, warning)
    if known is not None and known[0] != item.id and known[1] == person and now - known[2] <= HOLDS:
        return Beside(person, told=True)
    near = [
        each
        for each in near_warnings(session, desk.organisation_id, stored.id, now, person=person, lane=item.lane)
        if _may_be_for(desk, each, person, now)
    ][:MOST]
    seen = {(each.ticket_id, each.clock, each.cycle) for each in near}
    again = [each for each in told_by(session, item.id, now) if (each.ticket_id, each.clock, each.cycle) not in seen]
    found = [(each, also) for each in (*near, *again) if (also := _also(session, desk, each, person, now)) is not None]
    return Beside(person, near=tuple(found))


async def tell_with(
    desk: DeskRuntime, item: Outgoing, warning: WarningContent, beside: Beside, now: datetime
) -> ToldWith:
    """How that warning is said beside those of other tickets that are for the same person."""
    if beside.person is None or beside.told or not beside.near:
        return ToldWith(beside.told)
    first = next((each for each, _ in beside.near if each.outbox_id is not None and each.outbox_id < item.id), None)
    note = partial(note_told, organisation_id=desk.organisation_id, person=beside.person, now=now)
    if first is not None and first.outbox_id is not None and item.ticket_id is not None:
        # It goes ahead, and will say this one too.
        mine = Near(item.ticket_id, warning.clock, warning.cycle, warning.step, item.id)
        await desk.database.write(partial(note, near=[mine], outbox_id=first.outbox_id))
        return ToldWith(told=True)
    await desk.database.write(partial(note, near=[each for each, _ in beside.near], outbox_id=item.id))
    return ToldWith(also=tuple(also for _, also in beside.near))


def _also(session: Session, desk: DeskRuntime, near: Near, person: str, now: datetime) -> Also | None:
    """That warning, where it will be said, and is for the same person."""
    other = get_ticket_by_id(session, desk.organisation_id, near.ticket_id)
    ticket, kind = other.ticket, ClockKind(near.clock)
    clock = ticket.clocks.get(kind)
    if other.desk_id != desk.desk_id or clock is None or clock.cycle != near.cycle or clock.due is None:
        return None
    if clock.due < now or is_last_call(ticket, kind, near.step):
        return None
    if desk.roster.for_ticket(ticket, now).on_duty(ticket, now) != [person]:
        return None
    if not near.broadcast and is_written(session, other.id, now):
        return None
    opened = other.events[0].body_id
    text = load_texts(session, desk.organisation_id, [opened]).get(opened, "") if opened is not None else ""
    return Also(other.number, text.split("\n", 1)[0], near.clock, clock.due)


def _may_be_for(desk: DeskRuntime, near: Near, person: str, now: datetime) -> bool:
    """Whether it can be for that person: whoever has the ticket and is there is told, however little it presses."""
    if near.assignee is None or near.assignee == person:
        return True
    return not (desk.roster.is_staff(near.assignee) and desk.roster.without_quiet(now).is_on_duty(near.assignee, now))
