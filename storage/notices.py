"""Turning the notices of a change into rows of the outbox: where each one goes, and its idempotency key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import add, table
from storage.outbox_rows import Row, planned, put
from storage.persons import platform_of_person
from storage.prepared import Prepared, among
from storage.refresh import Refresh, Target, is_card_on_its_way, mark_stale
from storage.tables.outbox import WAITING, OutboxRow
from storage.tables.tickets import BodyRow
from storage.tickets import StoredTicket
from storage.typed import lift
from triage.contents.privately import PrivateContent
from triage.keys import is_forgotten, is_program, platform_of
from triage.mirror import heard
from triage.notice import Audience, Notice, NoticeKind, Urgency
from triage.values import value

_outbox = table(OutboxRow)
_CLIMBS = frozenset({
    NoticeKind.ESCALATED, NoticeKind.ESCALATION_UNDONE, NoticeKind.UNACKNOWLEDGED, NoticeKind.DEESCALATED,
})  # fmt: skip


def _waiting_there(engine: str) -> list[sa.ColumnElement[bool]]:
    """What waits in some conversations and is less urgent than something that is said there now."""
    return [
        sa.literal_column(WAITING), _outbox.c.state == "pending",
        among(_outbox.c.conversation_id, "places", engine), _outbox.c.urgency > sa.bindparam("than"),
        # It overtakes those that go last anyway, but never the card.
        sa.or_(_outbox.c.urgency < Urgency.LAST.value, _outbox.c.audience == Audience.CARD.value),
    ]  # fmt: skip


_ENGINES = ("sqlite", "postgresql")
_TO_HASTEN = {engine: Prepared(sa.select(_outbox.c.id).where(*_waiting_there(engine)).limit(1)) for engine in _ENGINES}
_HASTEN = {
    engine: Prepared(
        sa.update(_outbox).where(*_waiting_there(engine)).values(urgency=sa.bindparam("than"), behind=False)
    )
    for engine in _ENGINES
}
Where = tuple[str, str, int | None]
"""Platform, channel and conversation."""


@value(frozen=True, slots=True)
class Saying:
    """What is to be said of one ticket after one change."""

    #: The ticket as it is after the change.
    stored: StoredTicket
    #: In order.
    notices: Sequence[Notice]
    #: The last event of the change that they speak of. Idempotency keys are made from it, so that nothing is planned
    #: twice. None where nothing was recorded but something is to be said: that gets a new key each time.
    seq: int | None


def enqueue(
    session: Session,
    said: Sequence[Saying],
    body: Callable[[str | None], int | None],
    *,
    now: datetime,
    is_new: bool = False,
) -> None:
    """Put what is to be said of tickets into the outbox, in order, each statement for all of them at once. `body`
    stores a free text and answers its id. `is_new`: the tickets are new, and nothing of them waits.

    Card refreshes are coalesced: one that waits already will show this change as well. One whose notice is `patient` is
    only marked as stale, and refreshed when there is time.
    """
    if not is_new:
        _hasten(session, said)
    rows = [row for each in said for row in _rows(session, each, body, now, is_new=is_new)]
    stale = [
        place
        for each in said
        for notice in each.notices
        if notice.audience is Audience.CARD and notice.patient
        for _, _, place in _places(session, each.stored, notice)
        if place is not None
    ]
    mark_stale(session, stale, now)
    put(session, rows)


def _rows(
    session: Session, saying: Saying, body: Callable[[str | None], int | None], now: datetime, *, is_new: bool
) -> list[Row]:
    """The rows of what is said of one ticket."""
    rows: list[Row] = []
    lacking = None
    stored, seq = saying.stored, saying.seq
    heard_there = heard(saying.notices, stored.ticket.requester, apart=stored.conversation("customer") is not None)
    for position, notice in enumerate(heard_there):
        if notice.patient:
            continue
        places = _places(session, stored, notice)
        if notice.audience is Audience.CARD:
            rows += _cards(stored, notice, places, now)
        elif places:
            if lacking is None:
                lacking = _lacking_cards(session, stored, is_new=is_new)
            planned_cards = {row["conversation_id"] for row in rows if row["kind"] == Target.CARD.value}
            first = [place for place in places if place[2] in lacking and place[2] not in planned_cards]
            rows += _cards(stored, notice, first, now)  # they are to carry what is said there
            data, typed_id = _kept_apart(session, notice, stored.scope)
            body_id = body(notice.body)
            keys = (uuid4().hex if seq is None else _key(stored, seq, position, n) for n in range(len(places)))
            rows += [
                planned(
                    organisation_id=stored.organisation_id, ticket_id=stored.id, version=notice.content.VERSION,
                    conversation_id=conversation_id, platform=platform, channel=channel, kind=notice.kind.value,
                    audience=notice.audience.value, data=data, body_id=body_id, typed_id=typed_id,
                    broadcast=_is_shown(stored, notice, conversation_id), key=key, seq=seq, now=now,
                    not_before=notice.not_before, urgency=notice.how_urgent,
                )
                for (platform, channel, conversation_id), key in zip(places, keys, strict=True)
            ]  # fmt: skip
    _hasten_planned(rows)
    return rows


def _hasten(session: Session, said: Sequence[Saying]) -> None:
    """What waits in the conversations of something urgent is said before it, and becomes as urgent. Before anything
    else is written: in this order nobody waits in a circle."""
    urgent: dict[Urgency, list[int]] = {}
    for each in said:
        than = min((notice.how_urgent for notice in each.notices), default=Urgency.USUAL)
        if than <= Urgency.LATE:
            urgent.setdefault(than, []).extend(place.id for place in each.stored.conversations)
    engine = session.info["engine"]
    for than, places in urgent.items():
        given = {"places": places, "than": than.value}
        if _TO_HASTEN[engine].rows(session, given):  # mostly none, and to look takes a tenth of an UPDATE of nothing
            _HASTEN[engine].run(session, given)


def _hasten_planned(rows: list[Row]) -> None:
    """The same of what is planned before it at the same time."""
    urgent: dict[int, int] = {}
    for row in reversed(rows):
        place, own = row["conversation_id"], row["urgency"]
        if own <= Urgency.LATE:
            urgent[place] = min(own, urgent.get(place, own))
        elif own < Urgency.LAST or row["audience"] == Audience.CARD:
            row["urgency"] = urgent.get(place, own)


def _cards(stored: StoredTicket, notice: Notice, places: Sequence[Where], now: datetime) -> list[Row]:
    """The refreshes of the ticket's card in these places, as urgent as the notice."""
    if not places:
        return []
    standing = {place.id for place in stored.conversations if place.card_id}
    return [
        Refresh(
            Target.CARD, stored.organisation_id, platform, channel, conversation_id, stored.id, conversation_id,
            notice.how_urgent, stands=conversation_id in standing,
        ).row(now)
        for platform, channel, conversation_id in places
        if conversation_id is not None
    ]  # fmt: skip


def _is_shown(stored: StoredTicket, notice: Notice, conversation_id: int | None) -> bool:
    """Whether a reply there is shown in the channel too. A climb that is said in a channel for climbs is not shown in
    the desk's on that platform as well."""
    if notice.kind is not NoticeKind.ESCALATED:
        return notice.broadcast
    here = next((place for place in stored.conversations if place.id == conversation_id), None)
    apart = {place.platform for place in stored.conversations if place.side == "escalation"}
    return notice.broadcast and (here is None or here.side == "escalation" or here.platform not in apart)


def _lacking_cards(session: Session, stored: StoredTicket, *, is_new: bool) -> set[int]:
    """The conversations of the desk in which no card stands, nor is on its way."""
    lacking = [place.id for place in stored.conversations if place.side == "desk" and place.root_id is None]
    return {each for each in lacking if is_new or not is_card_on_its_way(session, each)}


def enqueue_private(
    session: Session, organisation_id: int, notice: Notice, now: datetime, stored: StoredTicket | None = None
) -> None:
    """Put a notice to one person into the outbox where nothing else is recorded: an answer, a refusal. Its text, if
    any, belongs to the ticket `stored` and is erased with it."""
    content, key, body_id = _private(notice), uuid4().hex, None
    person = content.person
    if stored is not None and notice.body is not None:
        body_id = add(session, BodyRow, **stored.scope, text=notice.body)
        key = _draft(person, body_id)
    scope: dict[str, Any] = {"organisation_id": organisation_id, "ticket_id": None if stored is None else stored.id}
    data, typed_id = _kept_apart(session, notice, scope)
    row = planned(
        **scope, platform=_where_they_act(session, organisation_id, content), channel=content.channel or "",
        version=content.VERSION, kind=notice.kind.value,
        audience=notice.audience.value, data=data, body_id=body_id, typed_id=typed_id, key=key, now=now,
        not_before=notice.not_before, urgency=notice.how_urgent,
    )  # fmt: skip
    put(session, [row])


def _kept_apart(session: Session, notice: Notice, scope: Mapping[str, Any]) -> tuple[dict[str, Any], int | None]:
    """The data of a notice, and the body id under which what people typed in it is stored (None for nothing). Only
    private notices have such parts; whatever others read has a body of its own (`storage.typed`)."""
    data = notice.content.to_data()
    if notice.audience is not Audience.PERSON:
        return data, None
    data, typed = lift(data)
    return data, None if typed is None else add(session, BodyRow, **scope, text=typed)


def _private(notice: Notice) -> PrivateContent:
    """The content of a private notice. Raises TypeError for any other: only one person's can be planned without a
    change."""
    if not isinstance(notice.content, PrivateContent):
        raise TypeError(f"{notice.kind} is for nobody in particular")
    return notice.content


def is_draft_of(session: Session, organisation_id: int, person: str, body_id: int) -> bool:
    """Whether that text was kept as this person's draft."""
    query = sa.select(_outbox.c.id).where(
        _outbox.c.organisation_id == organisation_id, _outbox.c.dedupe_key == _draft(person, body_id)
    )
    return session.execute(query).first() is not None


def _draft(person: str, body_id: int) -> str:
    return f"draft:{body_id}:{person}"


def _key(stored: StoredTicket, seq: int, position: int, place: int) -> str:
    """The idempotency key of one notice of a change, in one of its places."""
    return f"{stored.id}.{seq}.{position}" + (f".{place}" if place else "")


def _where_they_act(session: Session, organisation_id: int, content: PrivateContent) -> str:
    """The platform on which a person is told: where they acted, else where they were last active."""
    here = platform_of(content.channel or "")
    return here or platform_of_person(session, organisation_id, content.person)


def _places(session: Session, stored: StoredTicket, notice: Notice) -> list[Where]:
    """The places where a notice is said: a desk on several platforms has one on each. Empty where there is none."""
    if notice.audience is Audience.PERSON:
        person = _private(notice).person
        if is_forgotten(person) or is_program(person):
            return []
        platform = _where_they_act(session, stored.organisation_id, _private(notice))
        desk = stored.conversation("desk", platform)
        return [(platform, desk.channel if desk is not None and desk.platform == platform else "", None)]
    side = "desk"
    if notice.audience is Audience.CUSTOMER and stored.conversation("customer") is not None:
        side = "customer"
    elif notice.kind is NoticeKind.RECEIPT:
        return []  # the card is the receipt where the requester reads the desk's channel
    sides = {side, "escalation"} if notice.kind in _CLIMBS else {side}
    return [
        (place.platform, place.channel, place.id)
        for place in stored.conversations
        if place.side in sides and notice.is_said_in(place.channel)
    ]
