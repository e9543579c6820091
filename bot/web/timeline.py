"""What happened to a ticket, newest first: both sides of the talk apart, notes marked, and what was done in between."""

from __future__ import annotations

from dataclasses import dataclass

from bot.web.words import Html, html_of, moment, typed
from bot.wording.history import happened, lasting
from bot.wording.view import View
from triage.agenda import BREACH_STEPS
from triage.event import Event, Kind
from triage.facts.ahead import Breached
from triage.facts.telling import Updated

ENTRIES = 60  # of a page
LONG = 1500  # characters: what is longer is folded away


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened."""

    #: Its place among the ticket's events.
    seq: int
    #: Whose it is: `customer`, `desk`, `note`; `done` is nobody's words.
    side: str
    #: When.
    at: Html
    #: What it was, in words.
    what: Html
    #: What somebody wrote; empty: nothing.
    text: Html
    #: The beginning of a text that is long; empty: it is not.
    teaser: Html
    #: It does not stand any more.
    withdrawn: bool
    #: It tells of a deadline that was missed.
    is_breach: bool


def timeline(view: View, page: int) -> tuple[list[Entry], bool]:
    """A page of it, and whether there is an older one."""
    events = lasting(view.stored, None)[::-1]
    shown = events[(page - 1) * ENTRIES : page * ENTRIES]
    entries = [entry for event in shown if (entry := _entry(view, event)) is not None]
    return entries, len(events) > page * ENTRIES


def bodies_of(view_events: list[Event]) -> list[int]:
    """The texts that they need."""
    return [event.body_id for event in view_events if event.body_id is not None]


def _entry(view: View, event: Event) -> Entry | None:
    what, text = happened(view, event)
    if event.kind is Kind.OPENED:
        text = view.text(event.body_id)
    if not what:
        return None
    long = len(text) > LONG
    return Entry(
        event.seq,
        _side(view, event),
        moment(view.speech, event.at, view.now),
        html_of(what),
        typed(text) if text else Html(),
        typed(f"{text[:200]}…") if long else Html(),
        event.seq in view.stored.ticket.updates.taken_back or event.seq in view.stored.ticket.updates.undelivered,
        isinstance(event.fact, Breached) and event.fact.step == BREACH_STEPS[0],
    )


def _side(view: View, event: Event) -> str:
    if event.kind in (Kind.CUSTOMER_WROTE, Kind.ESCALATION_ASKED, Kind.RATED):
        return "customer"
    if event.kind is Kind.OPENED:
        asked = view.stored.ticket.requester
        return "customer" if view.people.roster.is_outside(asked) or asked == event.actor else "desk"
    if isinstance(event.fact, Updated):
        return "desk"
    return "note" if event.kind is Kind.NOTED else "done"
