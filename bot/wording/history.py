"""The last things that happened to a ticket: who, when, what. Inside the desk alone."""

from __future__ import annotations

from bot.wording.card import Line
from bot.wording.card_links import with_ways
from bot.wording.cards import View, glance, waited_for
from bot.wording.sentences import Sentence, Typed, join
from storage.tickets import StoredTicket
from triage.event import Event, Kind, read_stamp
from triage.terms import terms_from_data

LAST, TEXT = 8, 120
# What nobody did, and what another line tells already.
LEFT_OUT = frozenset({Kind.WARNED, Kind.PROPOSED, Kind.REMINDED, Kind.REACTION_REMOVED, Kind.RESOLVED})


def lasting(stored: StoredTicket) -> list[Event]:
    """The last events that are worth telling, in the order in which they happened."""
    told = {(event.recorded_at, event.actor) for event in stored.events if event.data.get("restored")}
    events = [
        event for event in stored.events
        if event.kind not in LEFT_OUT and not (event.kind is Kind.RESTORED and (event.recorded_at, event.actor) in told)
    ]  # fmt: skip
    return sorted(events, key=lambda event: (event.at, event.seq))[-LAST:]


def history(view: View) -> list[Line]:
    """What happened last, line by line."""
    lines = [_line(view, event) for event in lasting(view.stored)]
    told = [line for line in lines if line]
    if not told:
        return []
    return [Line(join([view.speech("history.title"), *told], "\n"))]


def _line(view: View, event: Event) -> Sentence:
    """One thing that happened; nothing where there are no words for it."""
    speech = view.speech
    key = f"history.{_name(view, event)}"
    if not speech.has(key):
        return ()
    what = speech(key, **_values(view, event))
    text = " ".join(view.text(_body(view, event)).split())
    told = speech("history.told", at=event.at, what=with_ways(what, view.cards))
    return speech("history.quoted", told=told, text=Typed(glance(text, TEXT))) if text else told


def _body(view: View, event: Event) -> int | None:
    """Its text as it reads now; that of an opening stands above."""
    if event.kind is Kind.OPENED:
        return None
    return view.stored.ticket.edited.get(event.seq, event.body_id)


def _name(view: View, event: Event) -> str:
    """Under which name it is told."""
    data = event.data
    if event.seq in view.stored.ticket.taken_back:
        return "taken_back_update"
    if event.kind is Kind.UPDATED:
        return next((name for name in ("question", "restored", "resolved", "promise") if name in data), "updated")
    if event.kind is Kind.ASSIGNED:
        if data.get("group"):
            return "handed_over"
        if data["assignee"] is None:
            return "assigned_nobody"
        return "taken" if data["assignee"] == event.actor else "assigned"
    if event.kind in (Kind.CONFIRMED, Kind.SEVERITY_CHANGED, Kind.CATEGORY_CHANGED):
        return "terms"
    if event.kind is Kind.SNOOZED and not data.get("until"):
        return "snoozed_off"
    return str(event.kind)


def _values(view: View, event: Event) -> dict[str, object]:
    """What the words for it may name."""
    data, people, speech = event.data, view.people, view.speech
    values: dict[str, object] = {"who": people.named(event.actor), "level": data.get("level", 0)}
    values |= {word: read_stamp(data[name]) for name, word in _INSTANTS.items() if data.get(name)}
    if "for" in data:
        values["what"] = waited_for(speech, view.stored, data["for"])
    if "clock" in data and speech.has(f"clock.{data['clock']}"):
        values["clock"] = speech(f"clock.{data['clock']}")
    if "assignee" in data or "group" in data:
        to = data.get("group") or data.get("assignee")
        values["to"] = people.named(to) if to else ""
    if "terms" in data:
        terms = terms_from_data(data["terms"])
        category = speech(f"category.{terms.category or 'none'}")
        severity = terms.severity
        values["terms"] = (
            category if severity is None else speech("notice.terms_severity", severity=severity, category=category)
        )
    if "customer" in data:
        values["customer"] = Typed(data["customer"]) if data["customer"] else speech("card.no_customer")
    if "number" in data:
        values["number"] = data["number"]
    return values


_INSTANTS = {"promise": "promise", "reported_at": "reported", "until": "until"}
