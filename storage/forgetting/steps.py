"""What forgetting changes, in transactions of their own: each leaves every ticket whole, and may be the last one before
a kill. Whatever is done already is not found again, so that the same is simply done once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from storage.app_home import refresh_every_home
from storage.core import leave_traces, table
from storage.forgetting.finding import Found, Key, OfTicket, again, judge, judge_ticket
from storage.forgetting.sought import Finder
from storage.learned import unlearn
from storage.policies import digest_of
from storage.refresh import Target, mark_messages_stale, mark_rows_stale, mark_stale
from storage.tables.accounts import AccountRow
from storage.tables.conversations import MessageRow
from storage.tables.desks import PolicyRow
from storage.tables.operation import ForgottenRow
from storage.tables.organisations import OrganisationRow
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import BodyRow, EventRow, TicketRow
from storage.texts import erase_texts
from storage.tickets import get_ticket_by_id, lock_all
from storage.word_index import save_words
from triage.correcting import showing
from triage.keys import id_of
from triage.notice import Audience
from triage.stale import Stale

_accounts, _events, _outbox, _forgotten = table(AccountRow), table(EventRow), table(OutboxRow), table(ForgottenRow)
_tickets, _bodies, _messages, _policies = table(TicketRow), table(BodyRow), table(MessageRow), table(PolicyRow)
_NOBODY = dict.fromkeys(("timezone", "locale", "email", "alias", "acted_at"))
_ALONE = [Audience.PERSON.value, "work", *(target.value for target in Target)]  # what no other reads


@dataclass(frozen=True, slots=True)
class Task:
    """Whom to forget, where, and when that is."""

    #: Whose rows are changed.
    organisation_id: int
    #: What finds them.
    finder: Finder
    #: The present instant.
    now: datetime


TEXTS = "texts"  # in what is counted, beside the names of tables


def begin(
    session: Session, organisation_id: int, *, what: str, many: int, asked_by: str, now: datetime
) -> tuple[int, int]:
    """Put on record that somebody is being forgotten, with `many` numbers for them: the id of that row and the first
    number."""
    organisations = table(OrganisationRow)
    session.execute(sa.select(organisations.c.id).where(organisations.c.id == organisation_id).with_for_update())
    last = sa.select(sa.func.coalesce(sa.func.max(_forgotten.c.last), 0))
    first = int(session.execute(last.where(_forgotten.c.organisation_id == organisation_id)).scalar_one()) + 1
    values = {
        "organisation_id": organisation_id, "what": what, "first": first, "last": first + many - 1,
        "asked_by": asked_by, "begun_at": now, "counts": {},
    }  # fmt: skip
    made = session.execute(sa.insert(_forgotten).values(values).returning(_forgotten.c.id)).scalar_one()
    return int(made), first


def change_accounts(session: Session, task: Task) -> Counter[str]:
    """Leave of their accounts that there was one. What was heard of them anew goes."""
    organisation_id, finder, now = task.organisation_id, task.finder, task.now
    leave_traces(session)
    counts: Counter[str] = Counter()
    for key, instead in finder.sought.keys.items():
        mine = (_accounts.c.organisation_id == organisation_id, _accounts.c.key == key)
        there = sa.select(_accounts.c.id).where(
            _accounts.c.organisation_id == organisation_id, _accounts.c.key == instead
        )
        if session.execute(there).first() is not None:
            counts["account"] += _count(session, sa.delete(_accounts).where(*mine))
            continue
        person = session.execute(sa.select(_accounts.c.person).where(*mine)).scalar()
        values = {**_NOBODY, "key": instead, "name": id_of(instead), "refreshed_at": now, "is_admin": False}
        values["person"] = finder.instead(person) or instead
        if person is None:  # the platform never spoke of them: outside, as whoever is unknown
            kept = {**values, "organisation_id": organisation_id, "is_external": True, "is_bot": False}
            session.execute(sa.insert(_accounts).values(**kept, is_active=True))
        else:
            counts["account"] += _count(session, sa.update(_accounts).where(*mine).values(**values))
    return counts


def change_tickets(session: Session, task: Task, ids: Collection[int]) -> Counter[str]:
    """Change these tickets with all of their events, and erase the texts in them that are to be erased."""
    organisation_id, finder, now = task.organisation_id, task.finder, task.now
    lock_all(session, organisation_id, ids)
    leave_traces(session, in_index=True)
    counts: Counter[str] = Counter()
    for found in (judge_ticket(session, each, finder) for each in sorted(ids)):
        if not found:
            continue
        counts += _change_ticket(session, organisation_id, found, now)
    return counts


def _change_ticket(session: Session, organisation_id: int, found: OfTicket, now: datetime) -> Counter[str]:
    by_columns: dict[frozenset[str], list[dict[str, Any]]] = {}
    for seq, values in found.events.items():
        by_columns.setdefault(frozenset(values), []).append({"of_seq": seq, **values})
    for changed in by_columns.values():
        mine = (_events.c.ticket_id == found.id, _events.c.seq == sa.bindparam("of_seq"))
        names: dict[str, Any] = {name: sa.bindparam(name) for name in changed[0] if name != "of_seq"}
        session.connection().execute(sa.update(_events).where(*mine).values(names), changed)
    values = {**found.values, "figures": None} if found.events else found.values  # how it went names people by key
    if values:
        session.execute(sa.update(_tickets).where(_tickets.c.id == found.id).values(values))
        if "customer" in found.values:
            save_words(session, organisation_id, found.id)
    erased = _erase(session, organisation_id, found.bodies, now)
    _show_again(session, organisation_id, found.id, Stale(every=True), now)
    return Counter({"event": len(found.events), "ticket": bool(found.values), TEXTS: erased})


def change_rows(session: Session, task: Task, rows: sa.Table, keys: Sequence[Key]) -> Counter[str]:
    """Change or delete these rows of a table, as they are found to be now."""
    organisation_id, finder, now = task.organisation_id, task.finder, task.now
    read = again(session, rows, keys)
    tickets = {row["ticket_id"] for row in read if row.get("ticket_id") is not None}
    if tickets:  # before anything else, as everybody does who changes a ticket
        lock_all(session, organisation_id, tickets)
    leave_traces(session, in_index=rows.name == "body")
    found = [each for row in read if (each := judge(rows, row, finder)) is not None]
    for each in found:
        which = _which(rows, each)
        if each.gone:
            session.execute(sa.delete(rows).where(which))
        elif each.values:
            session.execute(sa.update(rows).where(which).values(_whole(rows, each)))
    bodies = {body for each in found for body in each.bodies}
    erased = _erase(session, organisation_id, bodies, now)
    if rows.name == "body":
        _reworded(session, organisation_id, [each.key[0] for each in found], now)
    if rows.name == "outbox":
        _said_otherwise(session, [each.key[0] for each in found if "data" in each.values], now)
    return Counter({rows.name: len(found), TEXTS: erased})


def end(session: Session, task: Task, row_id: int, counts: Counter[str]) -> None:
    """It is done: the accounts are those of people who have left, and nothing is known any more of who it was."""
    organisation_id, finder, now = task.organisation_id, task.finder, task.now
    leave_traces(session)
    keys = list(finder.sought.keys.values())
    mine = (_accounts.c.organisation_id == organisation_id, _accounts.c.key.in_(keys))
    session.execute(sa.update(_accounts).where(*mine).values(is_active=False, refreshed_at=now))
    done = {"sought": None, "done_at": now, "counts": dict(counts)}
    session.execute(sa.update(_forgotten).where(_forgotten.c.id == row_id).values(done))
    refresh_every_home(session, organisation_id, now)


def _erase(session: Session, organisation_id: int, bodies: Collection[int], now: datetime) -> int:
    """Erase these texts; the messages that they were taken from lead to them no longer, so that none comes back."""
    if not bodies:
        return 0
    session.execute(sa.update(_messages).where(_messages.c.body_id.in_(sorted(bodies))).values(body_id=None))
    erased = erase_texts(session, organisation_id, bodies, now)
    owners = sa.select(_bodies.c.ticket_id).where(_bodies.c.id.in_(sorted(bodies)), _bodies.c.ticket_id.is_not(None))
    for ticket_id in set(session.execute(owners).scalars()):
        unlearn(session, organisation_id, ticket_id)
    return erased


def _reworded(session: Session, organisation_id: int, bodies: list[int], now: datetime) -> None:
    """Texts of others read otherwise: so do the words by which their tickets are found, and what shows them."""
    query = sa.select(_bodies.c.ticket_id, _bodies.c.id).where(
        _bodies.c.id.in_(bodies), _bodies.c.ticket_id.is_not(None)
    )
    of: dict[int, set[int]] = {}
    for ticket_id, body in session.execute(query):
        of.setdefault(ticket_id, set()).add(body)
    for ticket_id, texts in sorted(of.items()):
        save_words(session, organisation_id, ticket_id)
        unlearn(session, organisation_id, ticket_id)
        _show_again(session, organisation_id, ticket_id, showing(texts), now)


def _show_again(session: Session, organisation_id: int, ticket_id: int, stale: Stale, now: datetime) -> None:
    """Plan to show the ticket's cards anew, and those of its messages, when there is time."""
    stored = get_ticket_by_id(session, organisation_id, ticket_id)
    mark_stale(session, [place.id for place in stored.conversations if place.card_id is not None], now)
    mark_messages_stale(session, stored, stale, now)


def _said_otherwise(session: Session, ids: list[int], now: datetime) -> None:
    """What was said of them stands there by name: it is edited when there is time. So is what is being said at this
    moment: whoever says it has read it before."""
    may_be_there = sa.or_(
        sa.and_(_outbox.c.state == "sent", _outbox.c.message_id.is_not(None)), _outbox.c.state == "claimed"
    )
    query = sa.select(_outbox.c.id).where(_outbox.c.id.in_(ids), may_be_there, _outbox.c.audience.not_in(_ALONE))
    mark_rows_stale(session, list(session.execute(query).scalars()), now)


def _which(rows: sa.Table, found: Found) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == value for column, value in zip(rows.primary_key.columns, found.key, strict=True)))


def _whole(rows: sa.Table, found: Found) -> dict[str, object]:
    """What the row reads, with what is made from it: what a policy is told from another by."""
    if rows.name == "policy" and "data" in found.values:
        return {**found.values, "digest": digest_of(found.values["data"])}
    return found.values


def _count(session: Session, statement: sa.Delete | sa.Update) -> int:
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
