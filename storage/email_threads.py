"""Conversations by email: which letters belong together, whom an answer goes to, and how far a mailbox was read.

A letter of ours carries a random text in its id. Whoever answers it repeats that id, so an answer is known by a text
that nobody can guess; who may add to the conversation is asked all the same (`bot.email.intake`).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add_new, table, upsert
from storage.tables.email import EmailThreadRow, MailboxRow

MARK_BYTES = 12
MARK_LENGTH = 2 * MARK_BYTES

_threads, _mailboxes = table(EmailThreadRow), table(MailboxRow)


@dataclass(frozen=True, slots=True)
class EmailThread:
    """A conversation by email."""

    #: Its row id.
    id: int
    #: What stands in the ids of our letters.
    mark: str
    #: The key of whoever began it: `email:alice@acme.example`.
    channel: str
    #: The id of the letter that began it.
    root_id: str
    #: What that was about.
    subject: str
    #: Who is written to.
    addresses: tuple[str, ...]
    #: The id of the latest letter that arrived.
    last_id: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """How far a mailbox was read."""

    #: Of the numbering that `last_uid` is of.
    uidvalidity: int
    #: Every letter up to this one was dealt with.
    last_uid: int
    #: When that was last so.
    read_at: datetime
    #: Why it could not be read when that was last tried; None: it could.
    problem: str | None


def begin_thread(  # noqa: PLR0917  what began it: nothing here has a default
    session: Session, organisation_id: int, desk_id: int, channel: str, root_id: str, subject: str,
    addresses: Sequence[str], now: datetime,
) -> EmailThread:  # fmt: skip
    """The conversation that this letter begins; the same again where it did so before."""
    values: dict[str, Any] = {
        "organisation_id": organisation_id, "desk_id": desk_id, "mark": secrets.token_hex(MARK_BYTES),
        "channel": channel, "root_id": root_id, "subject": subject, "addresses": list(addresses), "last_id": root_id,
        "begun_at": now,
    }  # fmt: skip
    add_new(session, EmailThreadRow, values, key=("organisation_id", "channel", "root_id"))
    found = find_thread(session, organisation_id, channel, root_id)
    if found is None:
        raise RuntimeError(f"the conversation {root_id} is not there")
    return found


def find_thread(session: Session, organisation_id: int, channel: str, root_id: str) -> EmailThread | None:
    """The conversation that the letter `root_id` of that person began."""
    which = (_threads.c.channel == channel, _threads.c.root_id == root_id)
    row = session.execute(sa.select(_threads).where(_threads.c.organisation_id == organisation_id, *which)).first()
    return None if row is None else _thread(row)


def threads_named(
    session: Session, organisation_id: int, marks: Collection[str], ids: Collection[str]
) -> list[EmailThread]:
    """The conversations of which a letter names one of ours (by their `marks`), or the letter that began them (by its
    id; whoever wrote may have chosen the same id as somebody else)."""
    named = sa.or_(_threads.c.mark.in_(list(marks)), _threads.c.root_id.in_(list(ids)))
    rows = session.execute(sa.select(_threads).where(_threads.c.organisation_id == organisation_id, named))
    return [_thread(row) for row in rows]


def begun_since(session: Session, organisation_id: int, domain: str, since: datetime) -> int:
    """How many conversations people of that domain have begun after then."""
    theirs = (_threads.c.channel.endswith(f"@{domain}", autoescape=True), _threads.c.begun_at > since)
    query = sa.select(sa.func.count()).where(_threads.c.organisation_id == organisation_id, *theirs)
    return int(session.execute(query).scalar_one())


def go_on(session: Session, thread: EmailThread, addresses: Sequence[str], last_id: str) -> None:
    """A further letter arrived in it."""
    values = {"addresses": list(addresses), "last_id": last_id}
    session.execute(sa.update(_threads).where(_threads.c.id == thread.id).values(values))


def how_far(session: Session, organisation_id: int, address: str) -> Mailbox | None:
    """How far that mailbox was read; None: it never was."""
    which = (_mailboxes.c.organisation_id == organisation_id, _mailboxes.c.address == address)
    row = session.execute(sa.select(_mailboxes).where(*which)).first()
    return None if row is None else Mailbox(row.uidvalidity, row.last_uid, row.read_at, row.problem)


def note_read(  # noqa: PLR0917  which mailbox, how far, when: nothing here has a default
    session: Session, organisation_id: int, address: str, uidvalidity: int, last_uid: int, now: datetime
) -> None:
    """Every letter up to that one was dealt with."""
    row = {
        "organisation_id": organisation_id, "address": address, "uidvalidity": uidvalidity, "last_uid": last_uid,
        "read_at": now, "problem": None,
    }  # fmt: skip
    upsert(session, MailboxRow, [row], key=("organisation_id", "address"))


def note_unread(session: Session, organisation_id: int, address: str, problem: str, now: datetime) -> None:
    """It could not be read."""
    row = {
        "organisation_id": organisation_id, "address": address, "uidvalidity": 0, "last_uid": 0, "read_at": now,
        "problem": problem,
    }  # fmt: skip
    upsert(session, MailboxRow, [row], key=("organisation_id", "address"), changing=("problem",))


def _thread(row: sa.Row[tuple[object, ...]]) -> EmailThread:
    return EmailThread(row.id, row.mark, row.channel, row.root_id, row.subject, tuple(row.addresses), row.last_id)
