"""`list`: somebody's open tickets, or those of a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, StandaloneVerb
from bot.verbs.engine.access import sees_all
from bot.verbs.reading.arguments import take_severity
from bot.verbs.reading.figures import figure
from bot.verbs.reading.marks import bare, unquoted
from bot.verbs.reading.person import first_called, first_mentioned
from bot.verbs.shared.ticket_customer import meant_by
from bot.wording.card import Button, Buttons, Card, Element, Line, Row
from bot.wording.rows import ticket_row, ticket_table
from bot.wording.sentences import plain
from storage.listing import Listed, list_tickets
from triage.errors import Refusal
from triage.targets import TARGETS

LIST_LIMIT = 15  # rows, where there are no tables
FURTHEST = 5000  # tickets that are leafed through
BETWEEN, LONGEST = ":", 100  # in the value of a button: after how many tickets, and what was typed
MINE = {"", "me", "mine", "my", "moi", "mes"}
OPEN = {"open", "all", "ouverts", "ouvert", "tous"}
HEADINGS = {"customer": "filtered", "own": "mine"}
UNASSIGNED = {"unassigned", "free", "libres", "libre"}


async def list_(call: Call) -> Answer:
    """Open tickets of a person or of a filter, most pressing first. People who may not see every ticket get their own,
    whatever filter they typed."""
    return await _listed(call, 0)


async def list_on(call: Call) -> Answer:
    """The next ones, or those before, behind a button."""
    offset, _, words = call.answers.get("value", "").partition(BETWEEN)
    return await _listed(replace(call, words=words), offset_of(offset))


async def _listed(call: Call, offset: int) -> Answer:
    if sees_all(call) and (mentioned := first_mentioned(call, call.words.strip())) is not None and not mentioned[1]:
        call = replace(call, words=mentioned[0].key)
    filters, title = _filters(call) if sees_all(call) else ({"requester": call.actor.id}, "own")
    size, who = page_size(call), call.people.named(filters.get("person", ""))
    rows = await call.desk.database.read(
        lambda session: list_tickets(
            session, call.desk.organisation_id, limit=size + 1, offset=offset, platform=call.desk.platform, **filters
        )
    )
    if not rows and offset:
        return await _listed(call, 0)  # there are fewer than there were
    if not rows and title == "customer":
        called = first_called(call, unquoted(call.words))
        if called is not None and not called[1]:
            return await _listed(replace(call, words=called[0]), offset)
        await call.desk.database.read(lambda session: _must_be_customer(call, session))
    if not rows:
        key = f"list.none_{title}" if title in ("mine", "own", "open", "whose") else "list.none"
        return sentence_answer(call.speech(key, command=call.command, who=who))
    more = len(rows) > size
    heading = call.speech(f"list.{HEADINGS.get(title, title)}", count=len(rows), who=who)
    if offset:
        heading = call.speech("list.page", first=offset + 1, last=offset + len(rows[:size]))
    elif more:
        heading = call.speech("list.top", count=size)
    elements = [*shown(call, rows[:size], plain(heading))]
    if more:
        elements.append(Line(call.speech("list.more", command=call.command), small=True))
    elements += pager(call, "list", offset, more=more, words=call.words.strip())
    return Answer(Card(heading, (Line(heading), *elements)))


def page_size(call: Call) -> int:
    """How many tickets one answer shows."""
    return call.desk.limits.table_rows if call.desk.shows_tables else LIST_LIMIT


def offset_of(text: str) -> int:
    """After how many tickets the page of a button begins."""
    return min(figure(text) or 0, FURTHEST)


def shown(call: Call, rows: Sequence[Listed], caption: str) -> tuple[Element, ...]:
    """Tickets as a table, where there are tables, else a row each."""
    desk, inside = call.desk, not call.actor.is_outside
    if not desk.shows_tables:
        return tuple(listed_row(call, row) for row in rows)
    return (ticket_table(rows, caption, call.people, call.speech, call.now, inside=inside, link=desk.link),)


def pager(call: Call, verb: str, offset: int, *, more: bool, words: str = "") -> tuple[Element, ...]:
    """The buttons to the pages before and after."""
    size = page_size(call)
    to = [*([("earlier", max(0, offset - size))] if offset else []), *([("later", offset + size)] if more else [])]
    behind = f"{BETWEEN}{words[:LONGEST]}" if words else ""
    buttons = tuple(Button(verb, call.speech.text(f"home.{way}"), 0, 0, value=f"{start}{behind}") for way, start in to)
    return (Buttons(buttons),) if buttons else ()


def _filters(call: Call) -> tuple[dict[str, Any], str]:
    words = bare(call.words).lower()
    if words in MINE:
        return {"person": call.actor.id}, "mine"
    if words in OPEN:
        return {}, "open"
    if words in UNASSIGNED:
        return {"unassigned": True}, "filtered"
    if call.words in call.desk.directory.accounts or call.desk.roster.is_staff(call.words):
        return {"person": call.words}, "whose"
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
        near = meant_by(desk.customers, session, name)
        if near is not None:
            raise Refusal("no_such_filter_close", text=said, near=near)
        raise Refusal("no_such_filter", text=said)


def listed_row(call: Call, row: Listed) -> Row:
    """A ticket as a row of a list."""
    desk, inside = call.desk, not call.actor.is_outside
    return ticket_row(row, call.people, call.speech, call.now, inside=inside, link=desk.link, answers=True)


LIST = StandaloneVerb(
    name="list", aliases=("mine", "liste", "lister"), button_on=ButtonOn.BESIDE, answer=list_, press=list_on, daily=True
)
