"""`list`, `show` and `help`: looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.desk.directory import Directory
from bot.verbs import DEEDS
from bot.verbs.absence import whether_away
from bot.verbs.access import sees_all
from bot.verbs.call import Answer, Call, told
from bot.verbs.carry_out import get
from bot.verbs.reading.arguments import take_number, take_severity
from bot.verbs.reading.marks import bare, unquoted
from bot.verbs.whose import meant_by
from bot.wording.card import Button, Buttons, Card, Element, Line, Row
from bot.wording.card_links import ways
from bot.wording.cards import LATE, View, named_on_card, nowhere, severity_sign, ticket_card
from bot.wording.history import history, lasting
from bot.wording.sentences import Link, Sentence, Typed, join
from bot.wording.speech import Speech
from storage.listing import Listed, list_tickets
from storage.texts import load_texts
from storage.tickets import StoredTicket
from storage.work_queue import queue as ordered
from triage import rights
from triage.errors import Refusal
from triage.policy import TARGETS
from triage.terms import Category

LIST_LIMIT = 15
MINE = {"", "me", "mine", "my", "moi", "mes"}
OPEN = {"open", "all", "ouverts", "ouvert", "tous"}
HEADINGS = {"customer": "filtered", "own": "mine"}
UNASSIGNED = {"unassigned", "free", "libres", "libre"}


async def show(call: Call) -> Answer:
    """One ticket as its card, privately."""
    number, _ = take_number(call.words, call.number, "show")

    desk, inside = call.desk, not call.actor.is_outside

    def read(session: Session) -> View:
        stored = get(session, call, number, lock=False)
        events = lasting(stored) if inside else []
        bodies = [*shown_bodies(stored), *(event.body_id for event in events if event.body_id is not None)]
        texts = load_texts(session, desk.organisation_id, bodies)
        cards = ways(session, desk, [*named_on_card(stored), number]) if inside else {}
        return View(stored, texts, desk.directory, call.speech, call.now, desk.link if inside else nowhere, cards)

    view = await desk.database.read(read)
    card = replace(ticket_card(view, whole=True, inside=inside), name=f"#{number}")
    if not inside:
        return Answer(card)
    # What was found to be no ticket is one line without buttons.
    *elements, last = card.elements or (Line(card.brief),)
    said = (*elements, *history(view), last) if isinstance(last, Buttons) else (*elements, last, *history(view))
    return Answer(replace(card, elements=(*way_to_card(view), *said)))


def way_to_card(view: View) -> list[Line]:
    """The number of the ticket as a way to its card: a headline leads nowhere."""
    number = view.stored.number
    if number not in view.cards:
        return []
    label = view.speech.text("link.card", number=number)
    return [Line((Link(label, view.cards[number]),), small=True)]


def shown_bodies(stored: StoredTicket) -> list[int]:
    """The texts that a card shows: what the ticket is about, why it waits, what the customer was told last."""
    ticket = stored.ticket
    ids = [stored.events[0].body_id]
    ids += [each.body_id for each in (ticket.waiting, ticket.last_told, ticket.resolution) if each is not None]
    ids += [] if ticket.waiting is None else [ticket.waiting.question_id]
    return [body_id for body_id in ids if body_id is not None]


async def list_(call: Call) -> Answer:
    """A person's or a filter's open tickets, most pressing first. Who may not see all of them is shown their own,
    whatever they ask for."""
    filters, title = _filters(call) if sees_all(call) else ({"requester": call.actor.id}, "own")
    rows = await call.desk.database.read(
        lambda session: list_tickets(session, call.desk.organisation_id, limit=LIST_LIMIT + 1, **filters)
    )
    if not rows and title == "customer":
        await call.desk.database.read(lambda session: _must_be_customer(call, session))
    if not rows:
        return told(
            call.speech(f"list.none_{title}" if title in ("mine", "own", "open") else "list.none", command=call.command)
        )
    elements: list[Element] = [_row(call, row) for row in rows[:LIST_LIMIT]]
    heading = call.speech(f"list.{HEADINGS.get(title, title)}", count=len(rows))
    if len(rows) > LIST_LIMIT:
        heading = call.speech("list.top", count=LIST_LIMIT)
        elements.append(Line(call.speech("list.more", command=call.command), small=True))
    return Answer(Card(heading, (Line(heading), *elements)))


async def queue(call: Call) -> Answer:
    """The desk's open tickets in the policy's order of work."""
    rights.require(call.actor, "queue")
    desk, speech = call.desk, call.speech
    rows, total = await desk.database.read(
        lambda session: ordered(session, desk.organisation_id, desk.desk_id, desk.policy.queue, limit=LIST_LIMIT)
    )
    if not rows:
        return told(speech("list.none_open", command=desk.command))
    heading = speech("list.queue", count=total)
    elements: list[Element] = [_row(call, row) for row in rows]
    if total > len(rows):
        elements.append(Line(speech("list.more", command=desk.command), small=True))
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
    """Somebody of that name is known, though they have no open ticket."""
    desk, name, said = call.desk, unquoted(call.words), call.words.strip()[:60]
    if desk.customer_called(session, name) is None:
        near = meant_by(desk, session, name)
        if near is not None:
            raise Refusal("no_such_filter_close", text=said, near=near)
        raise Refusal("no_such_filter", text=said)


def _row(call: Call, row: Listed) -> Row:
    desk, inside = call.desk, not call.actor.is_outside
    return ticket_row(row, desk.directory, call.speech, call.now, inside=inside, link=desk.link, answers=True)


def ticket_row(
    row: Listed, people: Directory, speech: Speech, now: datetime, *, inside: bool,
    link: Callable[[str, str, str], str] = nowhere, answers: bool = False,
) -> Row:  # fmt: skip
    """A ticket as lists show it, its number leading to its card; `inside` with what is the desk's own business: its
    level, who is away, the way to its card. One that `answers` says what time is left, which nobody reads later."""
    late = row.next_due_at is not None and row.next_due_at < now
    sign = severity_sign(row.severity, row.category) + (f" {LATE}" if late else "")
    url = link(*row.card, row.card[1]) if row.card is not None and inside else ""
    words = f"#{row.number} {row.summary or speech.text('card.erased')}"
    title: Sentence = (f"{sign} ", Link(words, url) if url else Typed(words))
    state: list[Sentence] = [speech(f"state.{row.status}")]
    if row.severity is not None:
        state.insert(0, speech("card.severity", severity=row.severity))
    if row.category not in (None, Category.INCIDENT):
        state.insert(0, speech(f"category.{row.category}"))
    if row.level and inside:
        state.append(speech("card.level_word", level=row.level))
    if row.next_due_at is not None:
        state.append(due_line(speech, row.next_due_at, now, answers=answers))
    if row.assignee is None:
        state.append(speech("card.nobody"))
    else:
        gone = people.absence(row.assignee, now)
        away: Sentence = (" (", *whether_away(gone, speech), ")") if gone is not None and inside else ()
        state.append((people.named(row.assignee), *away))
    return Row(title, join(state, " · "))


def due_line(speech: Speech, due: datetime, now: datetime, *, answers: bool) -> Sentence:
    """A deadline in a list."""
    if due < now:
        return speech("list.late", at=speech.since(due))
    left = speech("card.left", left=speech.duration((due - now).total_seconds())) if answers else ()
    return (*speech("list.due", at=due), *left)


@dataclass(frozen=True)
class Help:
    """A verb as `help` shows it."""

    verb: str
    daily: bool


VERBS = (
    Help("new", daily=True),
    Help("list", daily=True),
    Help("show", daily=True),
    *(Help(deed.name, deed.daily) for deed in DEEDS),
    Help("queue", daily=False),
    Help("why", daily=False),
    Help("what-if", daily=False),
    Help("channel", daily=False),
    Help("away", daily=False),
    Help("back", daily=False),
    Help("setup", daily=False),
    Help("help", daily=False),
)


MORE = {"more", "all", "plus", "tout"}


async def help_(call: Call) -> Answer:
    """What can be typed every day, with a button for the rest; only what this person may do. `help more` is the rest.
    Whoever has few verbs sees them all at once."""
    speech = call.speech
    mine = [v for v in VERBS if rights.may_ever(call.actor, v.verb)]
    more = call.words.strip().lower() in MORE or call.answers.get("value") == "more"
    if len(mine) <= FEW_VERBS:
        wanted: tuple[bool, ...] = (True, False)
    else:
        wanted = (False,) if more else (True,)
    elements: list[Element] = [line for daily in wanted for line in _verbs(call, mine, daily=daily)]
    if False in wanted:
        elements.append(Line(speech("help.reactions"), small=True))
    else:
        elements.append(Buttons((Button("help", speech.text("button.more"), 0, 0, value="more"),)))
    return Answer(Card(speech("help.brief", command=call.command), tuple(elements), name=speech.text("form.help")))


FEW_VERBS = 8


def _verbs(call: Call, mine: list[Help], *, daily: bool) -> list[Line]:
    rows = [v for v in mine if v.daily is daily]
    if not rows:
        return []
    text: list[Any] = [*call.speech("help.daily" if daily else "help.more")]
    for row in rows:
        text.extend(("\n", *call.speech(f"help.{row.verb}", command=call.command)))
    return [Line(tuple(text))]
