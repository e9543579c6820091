"""The live queue: the desk's open tickets in the order of work, each with its three clocks; and what a search finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlmodel import Session

from bot.verbs.search import people_named
from bot.web.clockwork import Clocks, Clockwork
from bot.web.fields import cleaned
from bot.web.viewer import Viewer
from bot.web.words import countdown, html_of, moment, typed
from bot.wording.absence import whether_away
from bot.wording.rows import state_badge
from bot.wording.sentences import join
from bot.wording.speech import Speech
from storage.desk_page import NOBODY, Figures, Narrowed, figures, of_desk
from storage.listing import Listed
from storage.loads import loads
from storage.search import Within, search
from storage.work_queue import queue
from triage.clocks import Clock, ClockState
from triage.people import STAFF
from triage.terms import ClockKind
from triage.words import read_query

ROWS = 40
FURTHEST = 250  # pages
TITLE = 160  # characters of a title in a row
LONGEST = 200  # characters of what is looked for
MINE = "me"  # whoever looks, in the place of a person's key
STATES = ("late", "soon", "open", "waiting", "restored")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of the queue."""

    #: The words they look for; empty: none.
    text: str = ""
    #: How it is narrowed down.
    narrowed: Narrowed = field(default_factory=Narrowed)
    #: Which page, from 1.
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Asked:
        """From the address of the page. What makes no sense there is as if it were not."""
        severity, state, page = query.get("severity", ""), query.get("state", ""), query.get("page", "")
        return cls(
            " ".join(cleaned(query.get("q", "")[:LONGEST]).split()),
            Narrowed(
                cleaned(query.get("assignee", "")[:LONGEST]),
                " ".join(cleaned(query.get("customer", "")[:LONGEST]).split()),
                int(severity) if severity in ("1", "2", "3") else None,
                state if state in STATES else "",
            ),
            max(1, min(int(page), FURTHEST)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def address(self, **changes: object) -> str:
        """The address of this page, but for the changes."""
        now = self.narrowed
        values: dict[str, object] = {
            "q": self.text, "assignee": now.assignee, "customer": now.customer, "severity": now.severity,
            "state": now.state, "page": self.page if self.page > 1 else "", **changes,
        }  # fmt: skip
        given = {name: value for name, value in values.items() if value not in ("", None)}
        return f"/?{urlencode(given)}" if given else "/"

    @property
    def is_mine(self) -> bool:
        """Whether it depends on who looks."""
        return self.narrowed.assignee == MINE

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text) or self.narrowed != Narrowed()


class Found(NamedTuple):
    """What the database says."""

    #: The tickets of the page.
    rows: list[Listed]
    #: How many there are in all; None: nobody knows.
    total: int | None
    #: Whether there are more behind these.
    more: bool
    #: The clocks of these and of what is due next, by number.
    clocks: dict[int, Clocks]
    #: How the desk stands.
    figures: Figures
    #: How many open tickets each of the desk's people has.
    loads: dict[str, int]


def read_page(session: Session, viewer: Viewer, asked: Asked, clockwork: Clockwork, now: datetime) -> Found:
    """What one page of it needs: the same few statements however many tickets there are."""
    desk = viewer.desk
    meant = replace(asked.narrowed, assignee=viewer.actor.id) if asked.is_mine else asked.narrowed
    start, narrowed = (asked.page - 1) * ROWS, meant.conditions(now)
    total: int | None = None
    if asked.text:
        query = read_query(asked.text)
        within = Within(
            desk.organisation_id, None, people_named(desk, query), desk.platform, (of_desk(desk.desk_id), *narrowed)
        )
        found = search(session, within, query, limit=ROWS + 1, offset=start) if query.words else []
        rows, more = found[:ROWS], len(found) > ROWS
    else:
        rows, total = queue(
            session, desk.organisation_id, desk.desk_id, desk.policy.queue, limit=ROWS, offset=start,
            narrowed=narrowed, platform=desk.platform,
        )  # fmt: skip
        more = start + len(rows) < total
    stand = figures(session, desk.organisation_id, desk.desk_id, now)
    shown = rows if stand.next is None or stand.next.number in {row.number for row in rows} else [*rows, stand.next]
    staff = [person for person, roles in desk.roster.roles.items() if roles & STAFF]
    has = {person: load.tickets for person, load in loads(session, desk.organisation_id, staff).items()}
    return Found(rows, total, more, clockwork.of(session, desk.organisation_id, shown), stand, has)


def page_of(viewer: Viewer, asked: Asked, found: Found, now: datetime) -> dict[str, Any]:
    """What its template shows."""
    start = (asked.page - 1) * ROWS
    return {
        "asked": asked,
        "rows": [_row(viewer, row, found.clocks.get(row.number, {}), now) for row in found.rows],
        "clock_names": [viewer.speech.text(f"clock.{kind}") for kind in ClockKind],
        "first": start + 1, "last": start + len(found.rows), "total": found.total,
        "before": asked.address(page=asked.page - 1 if asked.page > 2 else "") if asked.page > 1 else "",
        "after": asked.address(page=asked.page + 1) if found.more else "",
        "figures": found.figures,
        "next": _next(viewer, found, now),
        "assignees": _assignees(viewer, found),
        "tabs": _tabs(viewer, asked, found.figures),
    }  # fmt: skip


def _tabs(viewer: Viewer, asked: Asked, stand: Figures) -> list[dict[str, Any]]:
    """What is most often looked at, with how many there are of it."""
    text, every = viewer.speech.text, Asked()
    return [
        {"label": text(f"web.tab.{name}"), "count": count, "address": of.address(), "now": asked == of, "name": name}
        for name, count, of in (
            ("open", stand.open, every),
            ("late", stand.late, replace(every, narrowed=Narrowed(state="late"))),
            ("soon", stand.soon, replace(every, narrowed=Narrowed(state="soon"))),
            ("unassigned", stand.unassigned, replace(every, narrowed=Narrowed(assignee=NOBODY))),
            ("mine", None, replace(every, narrowed=Narrowed(assignee=MINE))),
        )
    ]


def _assignees(viewer: Viewer, found: Found) -> list[tuple[str, str]]:
    """Whose tickets can be asked for: key, and name with how many they have."""
    people, roster = viewer.people, viewer.desk.roster
    staff = sorted(
        (each for each in roster.roles if roster.is_staff(each)), key=lambda each: people.name(each).casefold()
    )
    return [(each, f"{people.name(each)} ({found.loads.get(each, 0)})") for each in staff]


def _next(viewer: Viewer, found: Found, now: datetime) -> dict[str, Any] | None:
    """What is due next at the whole desk."""
    row = found.figures.next
    if row is None or row.next_due_at is None:
        return None
    due = row.next_due_at
    clocks = found.clocks.get(row.number, {})
    kind = next((kind for kind, clock in clocks.items() if clock.due == due), None)
    return {
        "number": row.number, "title": typed(_cut(row.summary) or viewer.speech.text("card.erased")),
        "clock": viewer.speech.text(f"clock.{kind}") if kind is not None else "",
        "count": countdown(viewer.speech, due, now), "at": moment(viewer.speech, due, now),
        "severity": row.severity, "is_late": due < now,
    }  # fmt: skip


def _row(viewer: Viewer, row: Listed, clocks: Clocks, now: datetime) -> dict[str, Any]:
    speech, people = viewer.speech, viewer.people
    state = [state_badge(row, speech, now)]
    if row.level:
        state.append(speech("card.level_word", level=row.level))
    due = row.next_due_at
    owner = html_of((people.named(row.assignee),)) if row.assignee is not None else None
    gone = people.absence(row.assignee, now) if row.assignee is not None else None
    return {
        "number": row.number,
        "title": typed(_cut(row.summary) or speech.text("card.erased")),
        "severity": row.severity,
        "category": row.category,
        "kind": _kind(row, speech),
        "state": html_of(join(state, " · ")),
        "closed": row.status in ("resolved", "dismissed"),
        "level": row.level,
        "customer": typed(_cut(row.customer, 40)) if row.customer else None,
        "owner": owner,
        "away": html_of(whether_away(gone, speech)) if gone is not None else None,
        "due": countdown(speech, due, now) if due is not None else None,
        "clocks": [clock_cell(speech, kind, clocks.get(kind), now) for kind in ClockKind],
    }


def clock_cell(speech: Speech, kind: ClockKind, clock: Clock | None, now: datetime) -> dict[str, Any]:
    """One clock of a row: how long it has, and when it is due; or what became of it."""
    name = speech.text(f"clock.{kind}")
    if clock is None:
        return {"name": name, "standing": "none", "text": None, "at": None}
    if clock.due is not None:
        key = "web.promised" if clock.promised is not None else None
        return {
            "name": name, "standing": "runs", "text": countdown(speech, clock.due, now),
            "at": moment(speech, clock.due, now), "promised": speech.text(key) if key else None,
        }  # fmt: skip
    late = clock.breached()
    standing = {ClockState.PAUSED: "paused", ClockState.MET: "met"}.get(clock.state, "stopped")
    text = speech.text(f"web.clock.{standing}_late" if late and standing != "paused" else f"web.clock.{standing}")
    return {"name": name, "standing": f"{standing}{' was-late' if late else ''}", "text": text, "at": None}


def _kind(row: Listed, speech: Speech) -> str:
    """Its severity in a letter and a figure; of what has none, its category."""
    if row.severity is not None:
        return speech.text("web.severity", severity=row.severity)
    return speech.text(f"category.{row.category or 'none'}")


def _cut(text: str | None, longest: int = TITLE) -> str:
    words = text or ""
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"
