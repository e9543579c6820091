"""Tickets: listed, looked for, read and opened; their events and clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlmodel import Session

from bot.api import cursor, documents, shapes
from bot.api.ask import Answered, Ask
from bot.api.house import PREFIX
from bot.api.problem import Problem
from bot.commands.acting import open_ticket
from bot.commands.given import read_given
from bot.commands.inputs import inputs_of_opening
from bot.verbs.base.call import Call
from bot.verbs.engine.access import access_ticket, as_told, sees_all
from bot.verbs.reading.figures import category_of, severity_of
from bot.verbs.shared.open_ticket import Wanted as Opening
from bot.wording.card import Line
from bot.wording.explain_cards import why_card
from bot.wording.sentences import plain
from bot.wording.view import View
from storage.listing import Listed
from storage.search import Within, find_newest, search
from storage.texts import load_texts
from storage.ticket_pages import Behind, Wanted, conditions, page_of_tickets
from storage.tickets import StoredTicket, get_ticket
from triage.errors import Refusal
from triage.event import Event
from triage.terms import ClockKind
from triage.why import why
from triage.words import read_query

MOST = 100  # tickets or events of a page
FURTHEST = 1000  # of what is found by words
MOST_LINES = 500  # of an explanation


def here(session: Session, call: Call, number: int) -> StoredTicket:
    """That ticket, as far as whoever asks may know it. Raises Refusal; of another desk's there is none."""
    stored = access_ticket(session, call, number, lock=False)
    if stored.desk_id != call.desk.desk_id:
        raise Refusal("no_such_ticket", number=number)
    return as_told(call, stored)


def texts_of(session: Session, stored: StoredTicket, *events: Event) -> dict[int, str]:
    """The texts of these events, what the ticket was opened with, and what it is called elsewhere."""
    told = [each.body_id for each in (stored.events[0], *events)]
    told += [each.body_id for each in stored.ticket.references]
    ids = {body_id for body_id in told if body_id is not None}
    return load_texts(session, stored.organisation_id, sorted(ids))


async def listed(ask: Ask) -> Answered:
    """A page of tickets."""
    call, limit = ask.call, int(ask.query["limit"])
    state = ask.query.get("state", "all" if "q" in ask.query else "open")
    only_open = state == "open"
    wanted = Wanted(
        only_open=only_open,
        status=None if state in ("open", "all") else state,
        severity=int(ask.query["severity"]) if "severity" in ask.query else None,
        category=ask.query.get("category"),
        customer=ask.query.get("customer"),
        assignee=ask.query.get("assignee"),
        unassigned=ask.query.get("unassigned") == "true",
        requester=None if sees_all(call) else call.actor.id,
    )
    if "q" in ask.query:
        return await _found(ask, call, wanted, limit)
    kind = "due" if only_open else "newest"
    behind = _behind(kind, ask.query.get("cursor"))
    page = partial(
        page_of_tickets, organisation_id=call.desk.organisation_id, desk_id=call.desk.desk_id, wanted=wanted,
        behind=behind, limit=limit + 1,
    )  # fmt: skip
    rows = await call.desk.database.read(page)
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        due = last.next_due_at.isoformat() if only_open and last.next_due_at is not None else None
        following = cursor.written(kind, n=last.number, d=due)
    return _page(call, rows[:limit], following)


def _behind(kind: str, text: str | None) -> Behind | None:
    if text is None:
        return None
    found = cursor.read(kind, text)
    return Behind(cursor.number(found, "n"), cursor.instant(found, "d"))


async def _found(ask: Ask, call: Call, wanted: Wanted, limit: int) -> Answered:
    """What is found by words, among those that are wanted."""
    query, desk = read_query(ask.query["q"]), call.desk
    offset = cursor.number(cursor.read("found", ask.query["cursor"]), "o") if "cursor" in ask.query else 0
    if offset > FURTHEST:
        raise Problem(400, "bad_cursor")
    narrowed = tuple(conditions(desk.desk_id, wanted))
    within = Within(desk.organisation_id, wanted.requester, narrowed=narrowed)
    rows: list[Listed] = []
    if query.words:
        await find_newest(desk.database, desk.organisation_id)
        rows = await desk.database.read(partial(search, within=within, query=query, limit=limit + 1, offset=offset))
    more = len(rows) > limit and offset + limit <= FURTHEST
    return _page(call, rows[:limit], cursor.written("found", o=offset + limit) if more else None)


def _page(call: Call, rows: list[Listed], following: str | None) -> Answered:
    tickets = [documents.listed(call.desk.directory, row) for row in rows]
    return Answered(shapes.TicketPage.model_construct(tickets=tickets, next_cursor=following))


async def read(ask: Ask) -> Answered:
    """One ticket in full."""
    return Answered(await ticket_now(ask.call, ask.number))


def _its_own(session: Session, call: Call, number: int) -> StoredTicket:
    """The same; also the one that whoever asks has opened for somebody else, whose it is from then on."""
    stored = get_ticket(session, call.desk.organisation_id, number)
    is_its_own = stored.desk_id == call.desk.desk_id and stored.events[0].actor == call.actor.id
    return stored if is_its_own else here(session, call, number)


async def ticket_now(
    call: Call, number: int, *, find: Callable[[Session, Call, int], StoredTicket] = here
) -> shapes.Ticket:
    """A ticket as it is now, as programs are told of it."""

    def look(session: Session) -> shapes.Ticket:
        stored = find(session, call, number)
        return documents.ticket(call, stored, texts_of(session, stored))

    return await call.desk.database.read(look)


async def events(ask: Ask) -> Answered:
    """A page of what happened to a ticket."""
    call, limit = ask.call, int(ask.query["limit"])
    after = cursor.number(cursor.read("events", ask.query["cursor"]), "s") if "cursor" in ask.query else 0

    def look(session: Session) -> shapes.EventPage:
        stored = here(session, call, ask.number)
        following = [each for each in stored.events if each.seq > after]
        shown = following[:limit]
        texts = texts_of(session, stored, *shown)
        found = [documents.event(call.desk.directory, each, texts) for each in shown]
        end = cursor.written("events", s=shown[-1].seq) if len(following) > limit else None
        return shapes.EventPage.model_construct(events=found, next_cursor=end)

    return Answered(await call.desk.database.read(look))


async def clocks(ask: Ask) -> Answered:
    """A ticket's clocks, each with how its deadline comes about."""
    call = ask.call

    def look(session: Session) -> tuple[StoredTicket, dict[int, str]]:
        stored = here(session, call, ask.number)
        return stored, texts_of(session, stored, *stored.events)

    stored, texts = await call.desk.database.read(look)
    view = View(stored, texts, call.people, call.speech, call.now)
    agreed = [
        shapes.ExplainedAgreement.model_construct(name=name, clocks=_all(view, name))
        for name in stored.ticket.agreements
    ]
    return Answered(shapes.Clocks.model_construct(number=ask.number, clocks=_all(view), agreements=agreed))


def _all(view: View, agreement: str | None = None) -> list[shapes.ExplainedClock]:
    return [shape for kind in ClockKind if (shape := _explained(view, kind, agreement)) is not None]


def _explained(view: View, kind: ClockKind, agreement: str | None) -> shapes.ExplainedClock | None:
    found = why(view.stored.events, kind, agreement)
    if found is None:
        return None
    lines = [
        shapes.Line.model_construct(
            because=each.because, at=each.at, until=each.until, seconds=each.seconds, total=each.total,
            event=None if each.event is None else each.event.seq,
        )
        for each in found.lines
    ]  # fmt: skip
    card = why_card(view, [found], MOST_LINES)
    words = [row for each in card.elements if isinstance(each, Line) for row in plain(each.sentence).split("\n")]
    return shapes.ExplainedClock.model_construct(
        **documents.clock(found.clock, view.now), lines=lines, explanation=words
    )


async def opened(ask: Ask) -> Answered:
    """Open a ticket."""
    call = ask.call
    fields = inputs_of_opening(ask.speech.language, tuple(call.desk.policy.skills))
    answers = read_given(fields, ask.body, call.desk.directory)
    wanted = Opening(
        answers.pop("summary"), category_of(answers), severity_of(answers), requester=answers.pop("requester", None)
    )
    now = await open_ticket(call, wanted, answers)
    result = "replayed" if now.opened is None else "added" if now.opened.was_added else "opened"
    seen = replace(call, now=call.desk.now())
    shape = shapes.Opened.model_construct(result=result, ticket=await ticket_now(seen, now.number, find=_its_own))
    return Answered(shape, 201 if result == "opened" else 200, {"Location": f"{PREFIX}/tickets/{now.number}"})
