"""The escalations that are running: which level each ticket has reached, who was called, who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.web.viewer import Viewer
from bot.web.words import Html, countdown, html_of, moment, typed
from bot.wording.sentences import Sentence
from storage.texts import load_texts
from storage.tickets import StoredTicket
from storage.work_queue import pressing
from triage.agenda import ESCALATION, agenda
from triage.attention import Waits, waits_for_manager
from triage.parts.escalating import Climb

MOST = 50


class Found(NamedTuple):
    """What the database says."""

    #: The tickets.
    tickets: list[StoredTicket]
    #: The texts that are shown of them, by body id.
    texts: dict[int, str]


def read_page(session: Session, viewer: Viewer, query: Mapping[str, str], now: datetime) -> Found:  # noqa: ARG001
    """The tickets, and the texts that are shown of them."""
    desk = viewer.desk
    found = pressing(session, desk.organisation_id, desk.desk_id, MOST)
    bodies = [stored.events[0].body_id for stored in found]
    bodies += [climb.reason_id for stored in found for climb in stored.ticket.escalation.climbs]
    return Found(found, load_texts(session, desk.organisation_id, [each for each in bodies if each is not None]))


def page_of(viewer: Viewer, found: Found, now: datetime) -> dict[str, Any]:
    """What its template shows: those that wait for a manager first."""
    shown = [(waits_for_manager(each.ticket, each.events), each) for each in found.tickets]
    shown = [(waits, each) for waits, each in shown if waits is not None or each.ticket.level]
    shown.sort(key=lambda pair: (pair[0] is None, -pair[1].ticket.level, pair[1].number))
    return {"tickets": [_ticket(viewer, stored, found.texts, waits, now) for waits, stored in shown]}


def _ticket(
    viewer: Viewer, stored: StoredTicket, texts: dict[int, str], waits: Waits | None, now: datetime
) -> dict[str, Any]:
    ticket, speech, people = stored.ticket, viewer.speech, viewer.people
    summary = texts.get(stored.events[0].body_id or 0, "").split("\n", 1)[0] or speech.text("card.erased")
    nexts = next((due for due in agenda(ticket) if due.clock == ESCALATION and due.at > now), None)
    return {
        "number": stored.number,
        "title": typed(summary[:200]),
        "severity": ticket.severity,
        "level": html_of(speech("card.level", level=ticket.level, role=people.level_role(ticket.level, speech)))
        if ticket.level else None,
        "waits": html_of(_waits(viewer, waits)) if waits is not None else None,
        "owner": html_of((people.named(ticket.ownership.assignee),)) if ticket.ownership.assignee else None,
        "climbs": [_climb(viewer, climb, texts, now) for climb in ticket.escalation.climbs],
        "next": countdown(speech, nexts.at, now) if nexts is not None else None,
    }  # fmt: skip


def _waits(viewer: Viewer, waits: Waits) -> Sentence:
    """What waits for a manager."""
    role = viewer.people.level_role(waits.level, viewer.speech)
    return viewer.speech(f"waits.{waits.what}", level=waits.level, role=role, since=waits.since)


def _climb(viewer: Viewer, climb: Climb, texts: dict[int, str], now: datetime) -> dict[str, Any]:
    speech, people = viewer.speech, viewer.people
    answered: Html | None = None
    if climb.acknowledged_by is not None:
        answered = html_of((people.named(climb.acknowledged_by),))
    return {
        "level": speech.text("card.level_word", level=climb.level),
        "by": html_of((people.named(climb.actor),)),
        "at": moment(speech, climb.at, now),
        "reason": typed(texts[climb.reason_id][:500]) if climb.reason_id in texts else None,
        "called": [html_of((people.named(call.who),)) for call in climb.calls],
        "answered": answered,
    }
