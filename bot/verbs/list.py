"""`list`: somebody's open tickets, or those of a filter."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import StandaloneVerb
from bot.verbs.engine.access import sees_all
from bot.verbs.reading.arguments import take_severity
from bot.verbs.reading.marks import bare, unquoted
from bot.verbs.shared.ticket_customer import meant_by
from bot.wording.card import Card, Element, Line, Row
from bot.wording.rows import ticket_row
from storage.listing import Listed, list_tickets
from triage.errors import Refusal
from triage.policy import TARGETS

LIST_LIMIT = 15
MINE = {"", "me", "mine", "my", "moi", "mes"}
OPEN = {"open", "all", "ouverts", "ouvert", "tous"}
HEADINGS = {"customer": "filtered", "own": "mine"}
UNASSIGNED = {"unassigned", "free", "libres", "libre"}


async def list_(call: Call) -> Answer:
    """Open tickets of a person or of a filter, most pressing first. People who may not see every ticket get their own,
    whatever filter they typed."""
    filters, title = _filters(call) if sees_all(call) else ({"requester": call.actor.id}, "own")
    rows = await call.desk.database.read(
        lambda session: list_tickets(
            session, call.desk.organisation_id, limit=LIST_LIMIT + 1, platform=call.desk.platform, **filters
        )
    )
    if not rows and title == "customer":
        await call.desk.database.read(lambda session: _must_be_customer(call, session))
    if not rows:
        return sentence_answer(
            call.speech(f"list.none_{title}" if title in ("mine", "own", "open") else "list.none", command=call.command)
        )
    elements: list[Element] = [listed_row(call, row) for row in rows[:LIST_LIMIT]]
    heading = call.speech(f"list.{HEADINGS.get(title, title)}", count=len(rows))
    if len(rows) > LIST_LIMIT:
        heading = call.speech("list.top", count=LIST_LIMIT)
        elements.append(Line(call.speech("list.more", command=call.command), small=True))
    return Answer(Card(heading, (Line(heading), *elements)))


def _filters(call: Call) -> tuple[dict[str, Any], str]:
    words = bare(call.words).lower()
    if words in MINE:
        return {"person": call.actor.id}, "mine"
    if words in OPEN:
        return {}, "open"
    if words in UNASSIGNED:
        return {"unassigned": True}, "filtered"
    severity, rest = take_severity(call.words)
    if severity is not None and not rest:
        if severity not in TARGETS:
            raise Refusal("no_such_severity", severity=str(severity))
        return {"severity": severity}, "filtered"
    return {"customer": unquoted(call.words)}, "customer"


def _must_be_customer(call: Call, session: Session) -> None:
    """Raises `Refusal` where the words name no known customer: an empty list would hide the slip."""
    desk, name, said = call.desk, unquoted(call.words), call.words.strip()[:60]
    if desk.customers.called(session, name) is None:
        near = meant_by(desk, session, name)
        if near is not None:
            raise Refusal("no_such_filter_close", text=said, near=near)
        raise Refusal("no_such_filter", text=said)


def listed_row(call: Call, row: Listed) -> Row:
    """A ticket as a row of a list."""
    desk, inside = call.desk, not call.actor.is_outside
    return ticket_row(row, call.people, call.speech, call.now, inside=inside, link=desk.link, answers=True)


LIST = StandaloneVerb(name="list", aliases=("liste", "lister"), answer=list_, daily=True)
