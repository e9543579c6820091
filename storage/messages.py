"""Which ticket each message belongs to, and the text that was taken from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.core import add_each_new, table
from storage.tables.conversations import MessageRow
from storage.tables.tickets import TicketRow
from storage.tickets import StoredTicket

_rows = table(MessageRow)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message on record."""

    #: The row id of the ticket that it speaks of.
    ticket_id: int
    #: The message in whose thread alone it is to be seen; None: it is seen in the channel.
    root_id: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """To which ticket a message belongs."""

    #: The organisation that both belong to.
    organisation_id: int
    #: The key of the channel in which the message stands.
    channel: str
    #: The platform's id of the message.
    message_id: str
    #: The row id of the ticket.
    ticket_id: int
    #: The body id of the text that was taken from it; None: none was.
    body_id: int | None = None
    #: The message in whose thread it stands; None: it is seen in the channel.
    root_id: str | None = None


def find_message(session: Session, organisation_id: int, channel: str, message_id: str) -> Spoken | None:
    """What is known of a message; None where it speaks of no ticket."""
    query = select(MessageRow.ticket_id, MessageRow.root_id).where(
        MessageRow.organisation_id == organisation_id,
        MessageRow.channel == channel,
        MessageRow.message_id == message_id,
    )
    found = session.exec(query).first()
    return None if found is None else Spoken(*found)


def find_by_message(session: Session, organisation_id: int, channel: str, message_id: str) -> int | None:
    """The row id of the ticket that a message speaks of, or None."""
    found = find_message(session, organisation_id, channel, message_id)
    return None if found is None else found.ticket_id


def number_of_message(session: Session, organisation_id: int, channel: str, message_ids: Collection[str]) -> int | None:
    """The number of the ticket that one of those messages speaks of, or None."""
    query = (
        select(TicketRow.number)
        .join(MessageRow, col(MessageRow.ticket_id) == col(TicketRow.id))
        .where(
            MessageRow.organisation_id == organisation_id,
            MessageRow.channel == channel,
            col(MessageRow.message_id).in_(list(message_ids)),
        )
    )
    return session.exec(query).first()


def link_message(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session,
    organisation_id: int,
    channel: str,
    message_id: str,
    ticket_id: int,
    body_id: int | None = None,
    *,
    root_id: str | None = None,
) -> bool:
    """Record which ticket a message belongs to. `body_id`: the text that was taken from it. `root_id`: the message in
    whose thread it stands. False where the message belongs to a ticket already, even to this one."""
    link = Link(organisation_id, channel, message_id, ticket_id, body_id, root_id)
    return link_messages(session, [link]) == 1


def link_messages(session: Session, links: Sequence[Link]) -> int:
    """Record which ticket each message belongs to, unless that is known already. How many of them were new."""
    rows = [
        {
            "organisation_id": link.organisation_id, "channel": link.channel, "message_id": link.message_id,
            "ticket_id": link.ticket_id, "body_id": link.body_id,
            "root_id": None if link.root_id == link.message_id else link.root_id,
        }
        for link in links
    ]  # fmt: skip
    return add_each_new(session, MessageRow, rows, key=("organisation_id", "channel", "message_id"))


def unlink_messages(session: Session, stored: StoredTicket) -> None:
    """Delete the links of all messages outside the desk's own channels to this ticket."""
    rows, desks = table(MessageRow), [each.channel for each in stored.conversations if each.side != "customer"]
    session.execute(
        sa.delete(rows).where(
            rows.c.organisation_id == stored.organisation_id, rows.c.ticket_id == stored.id,
            rows.c.channel.not_in(desks),
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a message."""

    #: The row id of the ticket that it belongs to.
    ticket_id: int
    #: Where its text is.
    body_id: int
    #: Which of its edits that text shows.
    revision: str


def find_kept(session: Session, organisation_id: int, channel: str, message_id: str) -> Kept | None:
    """What is kept of that message, if its text is."""
    query = sa.select(_rows.c.ticket_id, _rows.c.body_id, _rows.c.revision).where(
        _is(organisation_id, channel, message_id)
    )
    found = session.execute(query).first()
    return None if found is None or found.body_id is None else Kept(found[0], found[1], found[2] or "")


def keep_revision(  # noqa: PLR0917  who, where, what: nothing here has a default
    session: Session, organisation_id: int, channel: str, message_id: str, body_id: int, revision: str
) -> None:
    """Record which text the message has since an edit, and the edit's own id."""
    values = {"body_id": body_id, "revision": revision}
    session.execute(sa.update(_rows).where(_is(organisation_id, channel, message_id)).values(**values))


def hand_over(session: Session, organisation_id: int, channel: str, message_id: str, ticket_id: int) -> None:
    """Link the message that carries a thread to another ticket, which goes on in that thread."""
    session.execute(
        sa.update(_rows).where(_is(organisation_id, channel, message_id)).values(ticket_id=ticket_id, body_id=None)
    )


def _is(organisation_id: int, channel: str, message_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        _rows.c.organisation_id == organisation_id, _rows.c.channel == channel, _rows.c.message_id == message_id
    )
