"""Where tickets are spoken of: the desk's thread under the card, and the customer's own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.prepared import Prepared
from storage.tables.conversations import ConversationRow
from storage.tables.tickets import IS_OPEN, TicketRow
from triage.keys import platform_of
from triage.values import value

_tickets, _places = table(TicketRow), table(ConversationRow)
PLACE = (_places.c.id, _places.c.platform, _places.c.channel, _places.c.side, _places.c.root_id, _places.c.card_id)
"""The columns of a `Conversation`, in the order of its fields."""
_PLACES = Prepared(sa.select(*PLACE).where(_places.c.ticket_id == sa.bindparam("ticket_id")).order_by(_places.c.id))


@value(frozen=True, slots=True)
class Conversation:
    """Where a ticket is spoken of."""

    #: Of its row.
    id: int
    #: Where it is: `slack`.
    platform: str
    #: The channel's key: `slack:C0123`.
    channel: str
    #: Who reads there: `desk`, `customer`, or `escalation`, where a climb is said.
    side: str
    #: The message that carries the thread; None: nothing was sent yet.
    root_id: str | None
    #: The ticket's card there; None: not sent, or it has none.
    card_id: str | None


def load_conversations(session: Session, ticket_id: int) -> tuple[Conversation, ...]:
    """Where a ticket is spoken of."""
    return tuple(Conversation(*row) for row in _PLACES.rows(session, {"ticket_id": ticket_id}))


def add_missing(session: Session, organisation_id: int, desk_id: int, *, side: str, channel: str, now: datetime) -> int:
    """Have every open ticket of the desk spoken of in `channel` too, unless it is on that side of that platform
    already: at the desk with a card, which is posted when there is time. How many were added."""
    platform, added = platform_of(channel), _places.alias()
    there = sa.exists().where(added.c.ticket_id == _tickets.c.id, added.c.side == side, added.c.platform == platform)
    open_ones = sa.select(
        _tickets.c.organisation_id, _tickets.c.id, sa.literal(platform), sa.literal(channel), sa.literal(side),
        sa.literal(now if side == "desk" else None, _places.c.stale_since.type),
    ).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, IS_OPEN, ~there
    )  # fmt: skip
    columns = ["organisation_id", "ticket_id", "platform", "channel", "side", "stale_since"]
    return int(session.execute(sa.insert(_places).from_select(columns, open_ones)).rowcount)  # type: ignore[attr-defined]


def desk_channels_used(session: Session, organisation_id: int, desk_id: int) -> list[str]:
    """The desk's channels in which its tickets are spoken of, whatever the policy says, the latest first."""
    query = (
        sa.select(_places.c.channel)
        .join(_tickets, _places.c.ticket_id == _tickets.c.id)
        .where(_tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, _places.c.side == "desk")
        .order_by(_places.c.id.desc())
        .limit(1)
    )
    return list(session.execute(query).scalars())


def leave_others(session: Session, organisation_id: int, desk_id: int, side: str, channels: Collection[str]) -> None:
    """Have the open tickets of the desk spoken of on that side in no channel but these any more. What was said in
    another stays there, and can be answered."""
    open_ones = sa.select(_tickets.c.id).where(
        _tickets.c.organisation_id == organisation_id, _tickets.c.desk_id == desk_id, IS_OPEN
    )
    left = sa.literal(f"{side}, left: ").concat(sa.cast(_places.c.id, sa.String))
    where = (
        _places.c.ticket_id.in_(open_ones), _places.c.side == side, _places.c.channel.not_in(list(channels))
    )  # fmt: skip
    session.execute(sa.update(_places).where(*where).values(side=left))


def cards_of(
    session: Session, organisation_id: int, numbers: Collection[int], platform: str
) -> dict[int, tuple[str, str]]:
    """Where the cards of tickets are, by number: channel and id; those on that platform before others. One that is
    nowhere yet is missing."""
    if not numbers:
        return {}
    query = (
        sa.select(_tickets.c.number, _places.c.channel, _places.c.card_id)
        .join_from(_tickets, _places, _places.c.ticket_id == _tickets.c.id)
        .where(
            _tickets.c.organisation_id == organisation_id, _tickets.c.number.in_(list(numbers)),
            _places.c.side == "desk", _places.c.card_id.is_not(None),
        )
        .order_by(_places.c.platform == platform, _places.c.id.desc())  # of several the last counts
    )  # fmt: skip
    return {number: (channel, card_id) for number, channel, card_id in session.execute(query)}
