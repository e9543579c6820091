"""One ticket: what is due next, its clocks as bars, what can be done, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session

from bot.verbs.why import quotable
from bot.web.acting import VALUE, Supposed, asks_first
from bot.web.bars import bars_of
from bot.web.cards import card_html
from bot.web.fields import cleaned
from bot.web.timeline import ENTRIES, timeline
from bot.web.viewer import Viewer
from bot.web.words import Html, countdown, html_of, moment, typed
from bot.wording.card import Button, Facts, Fold, Line, Quote
from bot.wording.card_buttons import desk_buttons, menu_buttons
from bot.wording.clock_lines import clock_lines
from bot.wording.explain_cards import why_card
from bot.wording.history import lasting
from bot.wording.ticket_card import ticket_card
from bot.wording.view import View, named_on_card, shown_bodies
from storage.errors import NoSuchTicketError
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_ticket
from triage.agreements import SEPARATOR
from triage.terms import ClockKind
from triage.why import why as sum_of

MOST_LINES = 400  # of an explanation
LONGEST_SUPPOSED = 200  # characters


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a ticket is looked at."""

    #: Its number.
    number: int
    #: The clock whose sum is shown, one of an agreement as the agenda calls it (`restore/network`); empty: none is.
    why: str = ""
    #: What is supposed, as one would type it after `what-if`; empty: nothing.
    supposed: str = ""
    #: Which page of what happened, from 1: the newest.
    page: int = 1

    @classmethod
    def read(cls, number: str, query: Mapping[str, str]) -> Wanted:
        """From the address of the page. What makes no sense there is as if it were not."""
        why, page = query.get("why", ""), query.get("page", "")
        if why.partition(SEPARATOR)[0] not in tuple(ClockKind):
            why = ""
        is_page = page.isascii() and page.isdigit() and len(page) < 5
        supposed = " ".join(cleaned(query.get("if", "")).split())[:LONGEST_SUPPOSED]
        return cls(int(number), why, supposed, max(1, int(page)) if is_page else 1)


def read_page(session: Session, viewer: Viewer, wanted: Wanted, now: datetime) -> View:
    """The ticket with its texts. Raises NoSuchTicketError."""
    desk = viewer.desk
    stored = get_ticket(session, desk.organisation_id, wanted.number)
    if stored.desk_id != desk.desk_id:
        raise NoSuchTicketError
    return view_of(session, viewer, stored, wanted, now)


def view_of(session: Session, viewer: Viewer, stored: StoredTicket, wanted: Wanted, now: datetime) -> View:
    """The same of a ticket that was read."""
    events = lasting(stored, None)[::-1][(wanted.page - 1) * ENTRIES : wanted.page * ENTRIES]
    edited = stored.ticket.updates.edited
    bodies = [edited.get(event.seq, event.body_id) for event in events]
    wide = quotable(stored) if wanted.why else []
    wide += [*shown_bodies(stored), *(body for body in bodies if body is not None)]
    texts = load_texts(session, stored.organisation_id, sorted(set(wide)))
    numbers = {number: f"/tickets/{number}" for number in named_on_card(stored)}
    return View(stored, texts, viewer.people, viewer.speech, now, viewer.desk.link, numbers)


def page_of(view: View, wanted: Wanted, supposed: Supposed | None) -> dict[str, Any]:
    """What its template shows."""
    stored, speech, now = view.stored, view.speech, view.now
    ticket = stored.ticket
    entries, older = timeline(view, wanted.page)
    standing, facts, small = _from_card(view)
    due = ticket.next_due
    kind = next((kind for kind, clock in ticket.clocks.items() if clock.due == due), None) if due is not None else None
    return {
        "number": stored.number,
        "title": typed(view.summary),
        "severity": ticket.severity,
        "standing": standing,
        "facts": facts,
        "small": small,
        "level": ticket.level,
        "is_open": ticket.is_open,
        "bars": bars_of(view),
        "next": None if due is None or kind is None else {
            "clock": speech.text(f"clock.{kind}"), "count": countdown(speech, due, now), "at": moment(speech, due, now),
        },
        "why": _why(view, wanted.why),
        "supposed": None if supposed is None else {
            "typed": wanted.supposed, "refused": html_of(supposed.refused) if supposed.refused else None,
            "card": None if supposed.card is None else card_html(supposed.card),
        },
        "entries": entries,
        "older": f"/tickets/{stored.number}?page={wanted.page + 1}" if older else "",
        "newer": f"/tickets/{stored.number}?page={wanted.page - 1}" if wanted.page > 1 else "",
        "buttons": [shown_button(each) for each in desk_buttons(view)],
        "menu": [shown_button(each) for each in menu_buttons(view)],
        "card_url": _card_url(view),
    }  # fmt: skip


def shown_button(button: Button) -> dict[str, Any]:
    """A button as a template shows it."""
    address = f"/tickets/{button.number}"
    if button.verb != "show":  # another ticket, where this one was merged into it
        address += f"/{button.verb}{f'?{urlencode({VALUE: button.value})}' if button.value else ''}"
    return {
        "verb": button.verb, "label": button.label, "value": button.value, "style": button.style or "",
        "asks": asks_first(button), "address": address,
    }  # fmt: skip


def _from_card(view: View) -> tuple[Html, list[tuple[str, Html]], list[Html]]:
    """How the ticket stands, the facts about it and small print, as its card says them."""
    first, *others = ticket_card(view, whole=True).elements or (Line(()),)
    standing = html_of(first.sentence) if isinstance(first, Line) else Html()
    drawn = {line.sentence for line in clock_lines(view, whole=True)}
    folded = [part for each in others if isinstance(each, Fold) for part in each.elements]
    rows = [row for each in (*others, *folded) if isinstance(each, Facts) for row in each.rows]
    facts = [(label, html_of(fact)) for label, fact in rows]
    waits = [each.sentence for each in others if isinstance(each, Line) and not each.small]
    return standing, facts, [html_of(line) for line in waits if line not in drawn]


def _why(view: View, clock: str) -> dict[str, Any] | None:
    """The sum behind one deadline, line by line."""
    kind, _, agreement = clock.partition(SEPARATOR)
    found = sum_of(view.stored.events, ClockKind(kind), agreement or None) if kind else None
    if found is None:
        return None
    card = why_card(view, [found], MOST_LINES)
    lines = [html_of(each.sentence) for each in card.elements if isinstance(each, Line)]
    quotes = [typed(each.text) for each in card.elements if isinstance(each, Quote)]
    return {"clock": clock, "lines": [*lines, *quotes]}


def _card_url(view: View) -> str:
    """Where its card is in chat; empty where that is nowhere to be linked to."""
    desk = view.stored.conversation("desk")
    return view.link(desk.channel, desk.card_id, desk.card_id) if desk is not None and desk.card_id else ""
