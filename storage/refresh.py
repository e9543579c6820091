"""Refreshes of what is shown: a ticket's card, a message, a person's page.

Each is one row in the outbox whose content is made when it is sent. Refreshes of the same thing are coalesced: until
the row is claimed, later changes are shown by it as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.announcing import handed_key
from storage.core import table
from storage.lenient import content_of
from storage.outbox_rows import Row, planned, put
from storage.prepared import Prepared, among
from storage.tables.conversations import ConversationRow
from storage.tables.outbox import SETTLING, OutboxRow
from storage.tickets import StoredTicket
from storage.turns import in_turn
from triage.contents import speaks_of_update
from triage.notice import SUMMARISED, Audience, Content, Urgency
from triage.settling import is_settled, may_settle
from triage.stale import Stale

_outbox, _places = table(OutboxRow), table(ConversationRow)
_UNSENT: list[sa.ColumnElement[str]] = [sa.literal_column("'pending'"), sa.literal_column("'claimed'")]
CARD_FIRST = timedelta(seconds=2)  # what leads to a new ticket's card is shown anew after it
_MAY_BE_THERE = ("pending", "claimed", "sent")
_MARK = {
    engine: Prepared(
        sa.update(_places)
        .where(among(_places.c.id, "places", engine))
        .values(stale_since=sa.bindparam("since", type_=_places.c.stale_since.type))
    )
    for engine in ("sqlite", "postgresql")
}
_MAY_SETTLE = Prepared(
    sa.select(*_outbox.c)
    .where(
        _outbox.c.ticket_id == sa.bindparam("of"), sa.literal_column(SETTLING),
        sa.literal_column("state IN ('pending', 'claimed', 'sent')"),
    )
    .order_by(_outbox.c.id)
)  # fmt: skip


RowOf = sa.RowMapping | dict[str, Any]


class Target(StrEnum):
    """What is refreshed. It is stored as the row's `kind` and `audience`."""

    CARD = "card"
    MESSAGE = "message"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Refresh:
    """Something to be shown again, as it is when the row is sent."""

    #: Whether a card, a message or a page.
    target: Target
    #: Whose it is.
    organisation_id: int
    #: The platform whose sender shows it.
    platform: str
    #: The key of the channel that it stands in; empty for a page.
    channel: str
    #: Of a card, the conversation that it stands in; of a message, the outbox row that it was sent for; of a page, the
    #: person who alone sees it.
    of: int | str
    #: The row id of the ticket; None for a page.
    ticket_id: int | None = None
    #: The row id of the conversation in whose order it is sent; None: in no order.
    conversation_id: int | None = None
    #: How soon it is sent among what waits for the same channel; later than usual where nobody waits for it.
    urgency: Urgency = Urgency.USUAL
    #: Of a card: whether it stands there already, so that it is edited.
    stands: bool = False

    def row(self, now: datetime, not_before: datetime | None = None) -> Row:
        """Its row for the outbox. Its key is given up when the row is claimed: a later change then gets a new row."""
        data = {} if self.target is Target.CARD else {_OF[self.target]: self.of}
        return planned(
            organisation_id=self.organisation_id, ticket_id=self.ticket_id, conversation_id=self.conversation_id,
            platform=self.platform, channel=self.channel, kind=self.target.value, audience=self.target.value,
            data=data, key=f"refresh.{self.target}.{self.organisation_id}.{self.of}", now=now, not_before=not_before,
            urgency=self.urgency, is_edit=self.stands,
        )  # fmt: skip


_CARD = Prepared(
    sa.select(_outbox.c.id)
    .where(
        _outbox.c.conversation_id == sa.bindparam("of"), _outbox.c.kind == Target.CARD.value,
        _outbox.c.state.in_(_UNSENT),
    )
    .limit(1)
)  # fmt: skip


_OF = {Target.MESSAGE: "outbox", Target.PAGE: "person"}  # the key in the row's data under which `of` stands


def refresh_messages(session: Session, stored: StoredTicket, stale: Sequence[Stale], now: datetime) -> None:
    """Plan to edit stale messages of a ticket. A message that is not sent yet will be right when it is; but it may be
    on its way at this moment, so each is edited all the same, after its sending."""
    put(session, [message_again(row, now) for each in stale for row in _messages(session, stored, each)])


def mark_messages_stale(session: Session, stored: StoredTicket, stale: Stale, now: datetime) -> None:
    """Note that these messages of a ticket are out of date and may be edited when there is time."""
    mark_rows_stale(session, [row["id"] for row in _messages(session, stored, stale)], now)


def mark_rows_stale(session: Session, ids: Sequence[int], now: datetime) -> None:
    """The same of the messages that these rows of the outbox were sent as."""
    if ids:
        session.execute(sa.update(_outbox).where(_outbox.c.id.in_(ids)).values(stale_since=now))


def _messages(session: Session, stored: StoredTicket, stale: Stale) -> list[sa.RowMapping]:
    """The rows of the messages that are to be edited, in order."""
    kinds = set(stale.kinds)
    if stored.events[0].body_id in stale.bodies:
        kinds |= SUMMARISED
    which: sa.ColumnElement[bool]
    if stale.every:
        which = _outbox.c.seq.is_not(None)
    elif stale.update is not None:
        which = _outbox.c.seq == stale.update
    else:
        which = sa.and_(
            _outbox.c.seq.is_not(None), sa.or_(_outbox.c.kind.in_(sorted(kinds)), _outbox.c.body_id.in_(stale.bodies))
        )
    query = sa.select(_outbox).where(
        _outbox.c.ticket_id == stored.id,
        which,
        _outbox.c.audience != Audience.PERSON.value,
        _outbox.c.state.in_(_MAY_BE_THERE),
    )
    found = session.execute(query.order_by(_outbox.c.id)).mappings().all()
    if stale.update is None:
        return list(found)
    return [row for row in found if (said := _content(row)) is not None and speaks_of_update(said)]


def refresh_announced(
    session: Session, organisation_id: int, key: str, now: datetime,
    *, urgency: Urgency = Urgency.USUAL, not_before: datetime | None = None,
) -> None:  # fmt: skip
    """Plan to show an announcement anew, in its place, by the idempotency key that it was planned with."""
    query = sa.select(_outbox.c.id, _outbox.c.platform, _outbox.c.channel).where(
        _outbox.c.dedupe_key == f"announced.{organisation_id}.{key}", _outbox.c.state.in_(_MAY_BE_THERE)
    )
    row = session.execute(query).first()
    if row is not None:
        shown = Refresh(Target.MESSAGE, organisation_id, row.platform, row.channel, row.id, urgency=urgency)
        put(session, [shown.row(now, not_before)])


def refresh_opened(session: Session, organisation_id: int, key: str, now: datetime) -> None:
    """The same for what a ticket was opened from: a moment later, so that it can lead to the card."""
    refresh_announced(session, organisation_id, key, now, not_before=now + CARD_FIRST)


def refresh_settled(session: Session, before: StoredTicket, after: StoredTicket, now: datetime) -> None:
    """Plan to edit the messages that a change has settled, and those that it has opened again."""
    asked = before.ticket.ownership.handover
    if asked is not None and asked != after.ticket.ownership.handover:  # whoever was asked is asked no more
        key = handed_key(after.desk_id, asked.by, asked.to, asked.at)
        refresh_announced(session, after.organisation_id, key, now)
    if not may_settle(before.ticket, after.ticket):
        return
    found = (dict(zip(_outbox.c.keys(), row, strict=True)) for row in _MAY_SETTLE.rows(session, {"of": after.id}))
    rows = [
        message_again(row, now)
        for row in found
        if (row["seq"] or 0) <= before.ticket.version  # what is only planned now is right when it is sent
        and (content := _content(row)) is not None
        and is_settled(before.ticket, content, row["seq"]) is not is_settled(after.ticket, content, row["seq"])
    ]
    put(session, rows)


def _content(row: RowOf) -> Content | None:
    return content_of(row["kind"], row["data"], row["data_version"])


def message_again(row: RowOf, now: datetime, urgency: Urgency = Urgency.USUAL) -> Row:
    """The refresh of the message that a row of the outbox was sent as."""
    return Refresh(
        Target.MESSAGE, row["organisation_id"], row["platform"], row["channel"], row["id"], row["ticket_id"],
        row["conversation_id"], urgency,
    ).row(now)  # fmt: skip


def is_card_on_its_way(session: Session, conversation: int) -> bool:
    """Whether the card of that conversation waits in the outbox or is being sent."""
    return bool(_CARD.rows(session, {"of": conversation}))


def mark_stale(session: Session, conversation_ids: Sequence[int], now: datetime) -> None:
    """Note that the cards of these conversations are out of date and may be refreshed when there is time."""
    _mark(session, conversation_ids, now)


def _mark(session: Session, conversation_ids: Sequence[int], since: datetime | None) -> None:
    if conversation_ids:
        _MARK[session.info["engine"]].run(session, {"places": list(conversation_ids), "since": since})


def refresh_stale(session: Session, now: datetime, most: int) -> int:
    """Plan to refresh stale cards, and then stale messages, longest stale first, until `most` such refreshes wait in
    the outbox. How many were added. So after a change of thousands of them the outbox stays short."""
    waiting = sa.select(sa.func.count()).where(_outbox.c.urgency == Urgency.PATIENT.value, in_turn(_outbox))
    room = most - int(session.execute(waiting).scalar_one())
    if room <= 0:
        return 0
    query = (
        sa.select(
            _places.c.id, _places.c.organisation_id, _places.c.ticket_id, _places.c.platform, _places.c.channel,
            _places.c.card_id,
        )
        .where(_places.c.stale_since.is_not(None))
        .order_by(_places.c.stale_since, _places.c.id)
        .limit(room)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    found = session.execute(query).all()
    rows = [
        Refresh(
            Target.CARD,
            row.organisation_id,
            row.platform,
            row.channel,
            row.id,
            row.ticket_id,
            row.id,
            Urgency.PATIENT,
            stands=row.card_id is not None,
        ).row(now)
        for row in found
    ]
    put(session, rows, hastening=False)
    _mark(session, [row.id for row in found], None)
    return len(rows) + _refresh_stale_messages(session, now, room - len(rows))


def _refresh_stale_messages(session: Session, now: datetime, room: int) -> int:
    if room <= 0:
        return 0
    query = sa.select(_outbox).where(_outbox.c.stale_since.is_not(None))
    oldest = query.order_by(_outbox.c.stale_since, _outbox.c.id).limit(room).with_for_update(skip_locked=True)
    found = session.execute(oldest).mappings().all()
    if found:
        put(session, [message_again(row, now, Urgency.PATIENT) for row in found], hastening=False)
        fresh = sa.update(_outbox).where(_outbox.c.id.in_([row["id"] for row in found]))
        session.execute(fresh.values(stale_since=None))
    return len(found)


def count_stale(session: Session) -> int:
    """How many cards and messages are still to be shown anew when there is time."""
    places = sa.select(sa.func.count()).where(_places.c.stale_since.is_not(None))
    messages = sa.select(sa.func.count()).where(_outbox.c.stale_since.is_not(None))
    return sum(int(session.execute(each).scalar_one()) for each in (places, messages))
