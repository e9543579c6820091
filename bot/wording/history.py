"""The last events of a ticket in words: who, when, what. It is shown inside the desk alone."""

from __future__ import annotations

from datetime import datetime

from bot.wording.card import Line
from bot.wording.card_links import with_links
from bot.wording.sentences import Sentence, Typed, join
from bot.wording.speech import Speech
from bot.wording.view import View, glance, waited_for
from storage.tickets import StoredTicket
from triage.agenda import BREACH_STEPS
from triage.agreements import parted
from triage.event import Event, Kind
from triage.facts.ahead import Breached, Planned, Proposed
from triage.facts.escalating import Called, OfLevel
from triage.facts.handing import HandoverAsked
from triage.facts.owning import Assigned, Unassigned
from triage.facts.rating import Rated
from triage.facts.sorting import CustomerCorrected, Opened, OtherTicket, ReportCorrected, Retargeted, TermsMoved
from triage.facts.state import Snoozed, Waited
from triage.facts.telling import Updated
from triage.terms import Terms

LAST, TEXT = 8, 120
# What nobody did, and what another line tells already.
LEFT_OUT = frozenset(
    {
        Kind.WARNED, Kind.PROPOSED, Kind.REMINDED, Kind.REACTION_REMOVED, Kind.RESOLVED, Kind.OFFERED, Kind.UNANSWERED,
        Kind.RATING_ASKED,
        Kind.UNACKNOWLEDGED,
    }
)  # fmt: skip


def lasting(stored: StoredTicket, most: int | None = LAST) -> list[Event]:
    """The last events that are worth showing, oldest first; `most` of them, None: all."""
    told = {
        (event.recorded_at, event.actor)
        for event in stored.events
        if isinstance(event.fact, Updated) and event.fact.restored
    }
    events = [
        event for event in stored.events
        if event.kind not in LEFT_OUT and not (event.kind is Kind.RESTORED and (event.recorded_at, event.actor) in told)
    ]  # fmt: skip
    ordered = sorted(events, key=lambda event: (event.at, event.seq))
    return ordered if most is None else ordered[-most:]


def history(view: View) -> list[Line]:
    """What happened last, line by line."""
    lines = [_line(view, event) for event in lasting(view.stored)]
    told = [line for line in lines if line]
    if not told:
        return []
    return [Line(join([view.speech("history.title"), *told], "\n"))]


def happened(view: View, event: Event) -> tuple[Sentence, str]:
    """One event in words, and the text that goes with it as it reads now. Empty where the catalogue has no words for
    it."""
    key = f"history.{_name(view, event)}"
    if not view.speech.has(key):
        return (), ""
    what = with_links(view.speech(key, **_values(view, event)), view.cards)
    return what, view.text(_body(view, event))


def _line(view: View, event: Event) -> Sentence:
    """The same as a line. Empty where the catalogue has no words for it."""
    speech = view.speech
    what, written = happened(view, event)
    if not what:
        return ()
    text = " ".join(written.split())
    told = speech("history.told", at=event.at, what=what)
    return speech("history.quoted", told=told, text=Typed(glance(text, TEXT))) if text else told


def _body(view: View, event: Event) -> int | None:
    """The text of an event as it was corrected last. The text of the opening stands above the history already."""
    if event.kind is Kind.OPENED:
        return None
    return view.stored.ticket.updates.edited.get(event.seq, event.body_id)


def _name(view: View, event: Event) -> str:
    """The name under which the locales have the words for an event."""
    fact = event.fact
    if event.seq in view.stored.ticket.updates.taken_back:
        return "taken_back_update"
    if isinstance(fact, Updated):
        return next(
            (name for name in ("question", "restored", "resolved", "promise") if getattr(fact, name)), "updated"
        )
    if isinstance(fact, Assigned):
        if fact.group:
            return "handed_over"
        if fact.assignee is None:
            return "assigned_nobody"
        return "taken" if fact.assignee == event.actor else "assigned"
    if isinstance(fact, Breached) and fact.step != BREACH_STEPS[0]:
        return "breached_still"
    if isinstance(fact, Retargeted):
        return "terms"
    if isinstance(fact, Rated):
        return "rated_good" if fact.good else "rated_bad"
    if isinstance(fact, Snoozed) and fact.until is None:
        return "snoozed_off"
    return str(event.kind)


def _values(view: View, event: Event) -> dict[str, object]:
    """The values for the gaps in those words."""
    fact, people, speech = event.fact, view.people, view.speech
    values: dict[str, object] = {"who": view.who(event), "level": 0}
    match fact:
        case OfLevel() | Proposed():
            values["level"] = fact.level
            values["to"] = people.named(fact.who) if isinstance(fact, Called) else ""
        case Opened() | Retargeted() | TermsMoved():
            values["terms"] = _terms(speech, fact.terms)
            if not isinstance(fact, TermsMoved) and fact.reported_at is not None:
                values["reported"] = fact.reported_at
        case ReportCorrected():
            values["reported"] = fact.reported_at
        case Updated(promise=datetime()):
            values["promise"] = fact.promise
        case Snoozed(until=datetime()):
            values["until"] = fact.until
        case Waited():
            values |= {"what": waited_for(speech, view.stored, fact.what)}
            values |= {} if fact.until is None else {"until": fact.until}
        case HandoverAsked():
            values["to"] = people.named(fact.to)
        case Assigned() | Unassigned():
            to = (fact.group if isinstance(fact, Assigned) else None) or fact.assignee
            values["to"] = people.named(to) if to else ""
        case OtherTicket():
            values["number"] = fact.number
    if isinstance(fact, Planned) and (of := parted(fact.clock)) is not None:
        values["clock"] = (*speech(f"clock.{of[0]}"), " (", Typed(of[1]), ")")
    elif isinstance(fact, Planned) and speech.has(f"clock.{fact.clock}"):
        values["clock"] = speech(f"clock.{fact.clock}")
    if isinstance(fact, Opened | CustomerCorrected):
        values["customer"] = Typed(fact.customer) if fact.customer else speech("card.no_customer")
    return values


def _terms(speech: Speech, terms: Terms) -> Sentence:
    """What the ticket was sorted as."""
    category = speech(f"category.{terms.category or 'none'}")
    if terms.severity is None:
        return category
    return speech("notice.terms_severity", severity=terms.severity, category=category)
