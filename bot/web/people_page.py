"""The desk's people: what they know, whether they are there, what they have in hand; and who is on call when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.web.cards import card_html
from bot.web.viewer import Viewer, people_to_be
from bot.web.words import html_of, typed
from bot.wording.absence import whether_away, whether_quiet
from bot.wording.oncall import oncall_card
from storage.loads import loads
from triage.assigning import Load
from triage.people import OURS, Role


def read_page(session: Session, viewer: Viewer, query: Mapping[str, str], now: datetime) -> Mapping[str, Load]:  # noqa: ARG001
    """What everybody has in hand."""
    return loads(session, viewer.desk.organisation_id, people_to_be(viewer.desk))


def page_of(viewer: Viewer, has: Mapping[str, Load], now: datetime) -> dict[str, Any]:
    """What its template shows."""
    roster, speech = viewer.desk.roster, viewer.speech
    most = max((load.tickets for load in has.values()), default=0)
    problem = viewer.desk.state.rota_problem
    said = speech("on_call.stale", problem=problem) if problem else ()
    rota = card_html(oncall_card(roster.rota, viewer.people, speech, now, said)) if roster.rota else None
    shown = [_person(viewer, person, has.get(person, Load()), most, now) for person in people_to_be(viewer.desk)]
    return {"people": shown, "rota": rota}


def _person(viewer: Viewer, person: str, load: Load, most: int, now: datetime) -> dict[str, Any]:
    roster, speech, people = viewer.desk.roster, viewer.speech, viewer.people
    roles = roster.roles[person]
    counts = sorted(load.open_by_severity.items(), key=lambda each: each[0] or 9)
    return {
        "name": typed(people.name(person)),
        "address": f"/?assignee={person}",
        "roles": speech.all_of([speech.text(f"one_role.{role}") for role in Role if role in roles & OURS]),
        "levels": [speech.text("card.level_word", level=level) for level in roster.levels_of(person)],
        "skills": typed(", ".join(sorted(roster.skills_of(person)))),
        "duty": _duty(viewer, person, now),
        "on_call": person in roster.on_call(now),
        "tickets": load.tickets,
        "share": round(100 * load.tickets / most) if most else 0,
        "by_severity": [(str(severity or ""), count) for severity, count in counts],
        "quiet": html_of(whether_quiet(roster.quiet.get(person), speech)) if person in roster.quiet else None,
    }


def _duty(viewer: Viewer, person: str, now: datetime) -> dict[str, Any]:
    """Whether they are there, and until when."""
    roster, speech = viewer.desk.roster, viewer.speech
    gone = viewer.people.absence(person, now)
    if gone is not None:
        return {"standing": "away", "text": html_of(whether_away(gone, speech))}
    if person not in roster.shifts:
        return {"standing": "there", "text": html_of(speech("web.people.no_shift"))}
    if (end := roster.shift_end(person, now)) is not None:
        return {"standing": "there", "text": html_of(speech("web.people.until", at=_at(viewer, end, now)))}
    if roster.on_shift(person, now):
        return {"standing": "there", "text": html_of(speech("web.people.on_shift"))}
    begins = roster.shifts[person].next_open(now)
    if begins is None:
        return {"standing": "off", "text": html_of(speech("web.people.off_shift"))}
    return {"standing": "off", "text": html_of(speech("web.people.from", at=_at(viewer, begins, now)))}


def _at(viewer: Viewer, at: datetime, now: datetime) -> object:
    return viewer.speech.when(at, "time" if viewer.speech.is_same_day(at, now) else "moment")
