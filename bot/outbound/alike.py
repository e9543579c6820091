"""A new ticket, once it is open: the words by which it is found are kept, and the desk is shown those that look like it
in its thread, and asked, where they are many, whether they are one major incident."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from scheduler.sender import Sent
from storage.changes import record
from storage.errors import NoSuchTicketError
from storage.outbox import Outgoing
from storage.similar import similar
from storage.tickets import StoredTicket, get_ticket, get_ticket_by_id, survivor
from storage.word_index import has_words, lacks_words, save_first_words
from triage import looking_alike, majors
from triage.alike import Candidate
from triage.linking import Numbered


async def show_alike(desk: DeskRuntime, item: Outgoing, now: datetime) -> Sent:
    """Look for what looks like the ticket that `item` names, and say it. Done again, it says nothing more."""
    ticket_id, of = int(item.data["ticket"]), desk.organisation_id
    if await desk.database.read(partial(_is_unfound, organisation_id=of, ticket_id=ticket_id)):
        await desk.database.write(partial(save_first_words, organisation_id=of, ticket_id=ticket_id))
    found = await desk.database.read(partial(similar, organisation_id=of, ticket_id=ticket_id, now=now))
    if found:
        await desk.write(partial(_say, desk=desk, ticket_id=ticket_id, found=found, now=now))
    return Sent("", item.channel)  # nothing was sent here: what is to be said is planned


def _is_unfound(session: Session, organisation_id: int, ticket_id: int) -> bool:
    """Whether its words are not kept yet, or those of newer ones: such work is paced, so each does what waits."""
    return not has_words(session, ticket_id) or lacks_words(session, organisation_id)


def _say(session: Session, desk: DeskRuntime, ticket_id: int, found: list[Candidate], now: datetime) -> None:
    try:
        stored = get_ticket_by_id(session, desk.organisation_id, ticket_id, lock=True)
    except NoSuchTicketError:  # everything was reset meanwhile
        return
    others = _going_on(session, stored, [candidate.number for candidate in found])
    change = looking_alike.found_alike(stored.ticket, now, [other.number for other in others])
    if change:
        stored = record(session, stored, change, now)
    limits = desk.policy.major
    fresh = {candidate.number for candidate in found if candidate.opened_at >= now - limits.within}
    many = [Numbered(o.number, o.ticket) for o in others if o.number in fresh and o.ticket.is_open]
    if asked := majors.propose(stored.ticket, now, many, limits):
        record(session, stored, asked, now)


def _going_on(session: Session, stored: StoredTicket, numbers: list[int]) -> list[StoredTicket]:
    """The tickets that go on for those: what was merged is found as the one it was merged into, once."""
    found: dict[int, StoredTicket] = {}
    for number in numbers:
        other = survivor(session, get_ticket(session, stored.organisation_id, number))
        if other.number != stored.number:
            found.setdefault(other.number, other)
    return list(found.values())
