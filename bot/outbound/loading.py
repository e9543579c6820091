"""What is read for a notice of a ticket before it is composed: for several together where several are sent at the same
moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.told_with import NOTHING_BESIDE, Beside, look_beside
from bot.wording.notices.together import named_beside
from bot.wording.view import shown_bodies
from storage.outbox import Outgoing
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_each, get_ticket, get_ticket_by_id
from storage.writing import written_now
from triage.contents import speaks_of_update
from triage.contents.deadlines import WarningContent
from triage.notice import NoticeKind


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is read from the database for a notice."""

    #: The ticket.
    stored: StoredTicket
    #: The texts that are shown of it, and what the tickets beside it were opened with; there may be others among them.
    texts: dict[int, str]
    #: The language of the customer's thread, if it is said there.
    language: str | None
    #: The tickets that are shown beside it, by number.
    others: dict[int, StoredTicket]
    #: Of a warning what else whoever it is for is about to be warned of. None: somebody is writing to the customer
    #: already, so that it is not worth saying.
    beside: Beside | None = NOTHING_BESIDE


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """A notice for which that is to be read."""

    #: The desk that says it.
    desk: DeskRuntime
    #: The notice.
    item: Outgoing
    #: The row id of its ticket.
    ticket_id: int
    #: When it is said.
    now: datetime


def load_each(session: Session, asked: Sequence[Asked]) -> list[Loaded]:
    """What is read for each of them."""
    tickets = get_each(session, {(each.item.organisation_id, each.ticket_id) for each in asked})
    found = [_load(session, each.desk, each.item, tickets[each.ticket_id]) for each in asked]
    _add_texts(session, [(each.item, loaded) for each, loaded in zip(asked, found, strict=True)])
    warned = [each for each in asked if _may_be_told_beside(each.item)]
    written = written_now(session, [each.ticket_id for each in warned], warned[0].now) if warned else set[int]()
    return [
        replace(loaded, beside=_beside(session, each, loaded, written)) if each in warned else loaded
        for each, loaded in zip(asked, found, strict=True)
    ]


def load(session: Session, desk: DeskRuntime, item: Outgoing, ticket_id: int) -> Loaded:
    """What is read for a notice that was said before."""
    loaded = _load(session, desk, item, get_ticket_by_id(session, item.organisation_id, ticket_id))
    _add_texts(session, [(item, loaded)])
    return loaded


def _load(session: Session, desk: DeskRuntime, item: Outgoing, stored: StoredTicket) -> Loaded:
    """All but the texts."""
    others = {number: get_ticket(session, item.organisation_id, number) for number in named_beside(item.content)}
    place = next((each for each in stored.conversations if each.id == item.conversation_id), None)
    language = None
    if place is not None and place.side == "customer":
        language = desk.customers.language_of(session, stored.ticket.customer, place.channel)
    return Loaded(stored, {}, language, others)


def _add_texts(session: Session, loaded: Sequence[tuple[Outgoing, Loaded]]) -> None:
    wanted: dict[int, list[int]] = {}
    for item, found in loaded:
        ids = [*shown_bodies(found.stored), body_of(found.stored, item)]
        ids += [other.events[0].body_id for other in found.others.values()]
        wanted.setdefault(item.organisation_id, []).extend(of for of in ids if of is not None)
    texts = {of: load_texts(session, of, ids) for of, ids in wanted.items()}
    for item, found in loaded:
        found.texts.update(texts[item.organisation_id])


def _may_be_told_beside(item: Outgoing) -> bool:
    content = item.content if item.kind == NoticeKind.WARNING else None
    return isinstance(content, WarningContent) and not (content.last_call or content.quiet)


def _beside(session: Session, asked: Asked, loaded: Loaded, written: Collection[int]) -> Beside | None:
    item, content = asked.item, asked.item.content
    if not isinstance(content, WarningContent) or (asked.ticket_id in written and not item.broadcast):
        return None
    return look_beside(session, asked.desk, item, loaded.stored, content, now=asked.now)


def body_of(stored: StoredTicket, item: Outgoing) -> int | None:
    """The text of a notice; of an update, as it was corrected last."""
    if item.seq in stored.ticket.updates.edited and speaks_of_update(item.content):
        return stored.ticket.updates.edited[item.seq]
    return item.body_id
