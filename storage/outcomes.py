"""Recording what came of a claimed row: sent, to be retried, dropped, or a dead letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.behind import next_of_conversation
from storage.cause import Cause
from storage.core import leave_traces, note_planned, table
from storage.lanes import EDITS
from storage.messages import Link, link_messages
from storage.outbox import Outgoing
from storage.prepared import Prepared, as_given, given
from storage.tables.conversations import ConversationRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow, EventRow
from storage.turns import PENDING

MISSED = "undelivered_telling"  # key in a dead letter's data: the seq of the event that does not count until it is sent

_rows, _places, _bodies = table(OutboxRow), table(ConversationRow), table(BodyRow)
_events = table(EventRow)
_CLAIMED: sa.ColumnElement[str] = sa.literal_column("'claimed'")


def _at(name: str) -> sa.ColumnElement[datetime]:
    return sa.bindparam(name, type_=_rows.c.not_before.type)


_OWN = sa.and_(
    _rows.c.id == sa.bindparam("of"), _rows.c.state == _CLAIMED, _rows.c.lease_until == _at("held_until")
)  # whoever lost the claim has no say any more
_RETRY = Prepared(
    sa.update(_rows).where(_OWN)
    .values(state="pending", lease_until=None, not_before=_at("again"), attempts=sa.bindparam("tried"),
            reason=sa.bindparam("why"), unsure=sa.bindparam("in_doubt"))
)  # fmt: skip
_END = Prepared(
    sa.update(_rows)
    .where(_OWN)
    .values(state=sa.bindparam("now_is"), lease_until=None, reason=sa.bindparam("why"), cause=sa.bindparam("cause"))
)
_here = _places.alias("here")


def _of_its_place(column: str) -> sa.Label[str | None]:
    """Of the conversation of a row."""
    found = sa.select(_here.c[column]).where(_here.c.id == _rows.c.conversation_id)
    return found.scalar_subquery().label(column)


# When what a row says fell due, where it speaks of something that did.
FELL_DUE = (
    sa.select(_events.c.at)
    .where(_events.c.ticket_id == _rows.c.ticket_id, _events.c.seq == _rows.c.seq, _events.c.clock.is_not(None))
    .scalar_subquery()
    .label("due_at")
)
_SENT = Prepared(
    sa.update(_rows).where(_rows.c.id == sa.bindparam("of"), _rows.c.state != "sent")
    .values(state="sent", lease_until=None, sent_at=_at("now"), message_id=sa.bindparam("message"),
            permalink=sa.bindparam("link"), unsure=False, reason=None, cause=None)
    .returning(FELL_DUE, _rows.c.not_before, _of_its_place("root_id"), _of_its_place("card_id"))
)  # fmt: skip
_said = given({
    "row_id": _rows.c.id.type, "at": _rows.c.sent_at.type, "message": _rows.c.message_id.type,
    "link": _rows.c.permalink.type,
})  # fmt: skip
_EACH_SENT = Prepared(
    sa.update(_rows).where(_rows.c.id == _said.c.row_id, _rows.c.state != "sent")
    .values(state="sent", lease_until=None, sent_at=_said.c.at, message_id=_said.c.message, permalink=_said.c.link,
            unsure=False, reason=None, cause=None)
    .returning(_rows.c.id, FELL_DUE, _rows.c.not_before, _of_its_place("root_id"), _of_its_place("card_id"))
)  # fmt: skip
_FIRST = (
    sa.update(_places).where(_places.c.id == sa.bindparam("of"), _places.c.root_id.is_(None))
    .values(root_id=sa.bindparam("message"))
)  # fmt: skip
_ROOT = Prepared(_FIRST)
# At the desk the card carries the thread, and nothing that was said while it could not be posted.
_ROOT_BESIDE = Prepared(_FIRST.where(_places.c.side != "desk"))
_CARD = Prepared(
    sa.update(_places).where(_places.c.id == sa.bindparam("of"), _places.c.card_id.is_(None))
    .values(card_id=sa.bindparam("message"))
)  # fmt: skip
# Those that wait for a card that stands now are edits.
_EDITED = Prepared(
    sa.update(_rows)
    .where(
        _rows.c.conversation_id == sa.bindparam("of"),
        _rows.c.state == PENDING,
        _rows.c.audience == "card",
        ~_rows.c.lane.endswith(EDITS),
    )
    .values(lane=_rows.c.lane.concat(EDITS))
)
_LET_GO = Prepared(
    sa.update(_rows).where(_rows.c.id == sa.bindparam("of"), _rows.c.typed_id == sa.bindparam("typed"))
    .values(typed_id=None)
)  # fmt: skip
_DELETE = Prepared(sa.delete(_bodies).where(_bodies.c.id == sa.bindparam("of")))
_PLACE = Prepared(sa.select(_places.c.root_id, _places.c.card_id).where(_places.c.id == sa.bindparam("of")))


@dataclass(frozen=True, slots=True)
class Said:
    """A row that was sent."""

    #: The row.
    item: Outgoing
    #: The platform's id of the message.
    message_id: str
    #: The key of the channel in which it stands.
    channel: str
    #: When it was sent.
    at: datetime
    #: The address of the message; None: it has none.
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class WasDue:
    """When something that was sent should have been."""

    #: When it could be sent.
    at: datetime
    #: Whether it speaks of what fell due, at that instant.
    is_deadline: bool


def mark_sent(  # noqa: PLR0917  which, as what, where, when
    session: Session, item: Outgoing, message_id: str, channel: str, now: datetime, permalink: str | None = None
) -> WasDue | None:
    """Sent: the platform has it under `message_id`, and at `permalink` where it has an address. A card, or the first
    message in a customer's conversation, becomes the message that carries the thread. When it was due; None where it
    was on record as sent already.

    Recorded even where the lease was lost meanwhile: what was said was said.
    """
    rows = _SENT.rows(session, {"of": item.id, "now": now, "message": message_id, "link": permalink})
    next_of_conversation(session, item.conversation_id)
    link, was_due = _after(session, Said(item, message_id, channel, now, permalink), rows[0] if rows else None)
    link_messages(session, [link] if link is not None else [])
    return was_due


def mark_each_sent(session: Session, said: Sequence[Said]) -> dict[int, WasDue]:
    """`mark_sent` for several, no two of one conversation, in statements that they share: for PostgreSQL
    (`storage.core.is_given`). When each was due, by row id."""
    given_rows = [
        {"row_id": each.item.id, "at": each.at, "message": each.message_id, "link": each.permalink} for each in said
    ]
    found = {row[0]: row[1:] for row in _EACH_SENT.rows(session, as_given(given_rows))}
    next_of_conversation(session, *(each.item.conversation_id for each in said))
    links: list[Link] = []
    were_due: dict[int, WasDue] = {}
    for each in said:
        link, was_due = _after(session, each, found.get(each.item.id))
        if link is not None:
            links.append(link)
        if was_due is not None:
            were_due[each.item.id] = was_due
    link_messages(session, links)
    return were_due


def _after(session: Session, said: Said, row: Sequence[Any] | None) -> tuple[Link | None, WasDue | None]:
    """What else follows once a row is on record as sent: which ticket its message belongs to, and when it was due.
    `row`: what was answered when it was marked; None: it was on record as sent already."""
    item = said.item
    _forget(session, item)
    if row is None:
        known = _PLACE.rows(session, {"of": item.conversation_id}) if item.conversation_id is not None else []
        root_id, card_id = known[0] if known else (None, None)
        return _show(session, said, root_id=root_id, card_id=card_id), None
    due_at, not_before, root_id, card_id = row
    link = _show(session, said, root_id=root_id, card_id=card_id)
    if due_at is not None:
        return link, WasDue(due_at, is_deadline=True)
    # What was tried in vain before was put off from when it was due.
    due = item.planned_at if item.attempts else max(item.planned_at, not_before)
    return link, WasDue(due, is_deadline=False)


def _show(session: Session, said: Said, *, root_id: str | None, card_id: str | None) -> Link | None:
    """Where the message of a row that was sent stands, and what it carries from now on. `root_id` and `card_id`: what
    carries its conversation until now. Which ticket it belongs to; None: it is about none."""
    item, message_id, channel = said.item, said.message_id, said.channel
    if item.ticket_id is None:
        if not item.channel:  # where somebody is written to alone is known only now
            session.execute(sa.update(_rows).where(_rows.c.id == item.id).values(channel=channel))
        return None
    below: str | None = None
    if item.conversation_id is not None:
        here, is_card = {"of": item.conversation_id, "message": message_id}, item.audience == "card"
        if root_id is None:
            (_ROOT if is_card else _ROOT_BESIDE).run(session, here)
        if is_card and card_id is None and _CARD.run(session, here):
            _EDITED.run(session, {"of": item.conversation_id})
        elif not item.broadcast and root_id != message_id:
            below = root_id
    return Link(item.organisation_id, channel, message_id, item.ticket_id, root_id=below)


def mark_retry(
    session: Session, item: Outgoing, not_before: datetime, reason: str, *, unsure: bool = False, counts: bool = True
) -> None:
    """Not sent; try again at `not_before`, or once no try of the dead can arrive. Once a row is unsure, it stays so
    until it is sent. `counts`: whether this was a try, rather than a request of the platform to come back later."""
    if item.settles_at is not None:
        not_before = max(not_before, item.settles_at)
    tried = item.attempts if counts else item.attempts - 1
    values = {"again": not_before, "why": reason, "in_doubt": unsure or item.unsure, "tried": tried}
    _RETRY.run(session, {**_own(item), **values})


def give_back(session: Session, items: list[Outgoing], now: datetime) -> None:
    """Release rows that were claimed but not begun: due at `now`, with as many tries as before and no more doubt."""
    note_planned(session)
    for item in items:
        mark_retry(session, item, now, "claimed, and not begun", counts=False)


def mark_dropped(session: Session, item: Outgoing, reason: str) -> None:
    """Dropped: not true, or not worth saying, any more."""
    _END.run(session, {**_own(item), "now_is": "dropped", "why": reason, "cause": None})
    next_of_conversation(session, item.conversation_id)
    _forget(session, item)


def _forget(session: Session, item: Outgoing) -> None:
    """Erase what people typed and was kept until this row was answered. Where another transaction has done so, nothing
    happens: the id may be another text's by then."""
    if item.typed_id is not None and _LET_GO.run(session, {"of": item.id, "typed": item.typed_id}) == 1:
        leave_traces(session)
        _DELETE.run(session, {"of": item.typed_id})


def mark_failed(
    session: Session, item: Outgoing, cause: Cause, detail: str, *, missed: int | None = None,
    in_doubt_until: datetime | None = None,
) -> None:  # fmt: skip
    """A dead letter: kept and shown until somebody retries or drops it. `detail`: the platform's own words. `missed`:
    the seq of the event that does not count (a customer was not told) until this row is sent after all.
    `in_doubt_until`: the last try may still arrive until then; whoever has it tried again has it looked for first."""
    _END.run(session, {**_own(item), "now_is": "failed", "why": detail, "cause": cause.value})
    if in_doubt_until is not None:
        in_doubt = {"unsure": True, "not_before": in_doubt_until}
        session.execute(sa.update(_rows).where(_rows.c.id == item.id, _rows.c.state == "failed").values(in_doubt))
    next_of_conversation(session, item.conversation_id)
    if missed is not None:
        data = session.execute(sa.select(_rows.c.data).where(_rows.c.id == item.id)).scalar_one()
        session.execute(sa.update(_rows).where(_rows.c.id == item.id).values(data={**data, MISSED: missed}))


def _own(item: Outgoing) -> dict[str, Any]:
    return {"of": item.id, "held_until": item.lease_until}
