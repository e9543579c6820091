"""Whether everything that fell due was said: platforms, the auditor's findings, what waits and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.verbs.health import reach_line
from bot.web.viewer import Viewer
from bot.web.words import html_of, length_in_words, moment, typed
from bot.wording.health import health_lines
from storage.dead_letters import OutboxEntry, Which, find_entries
from storage.health import Health, health_of
from storage.reach import Reach, reach_of
from triage.keys import id_of

MOST = 50


class Found(NamedTuple):
    """What the database says."""

    #: How it stands with each platform.
    reach: list[Reach]
    #: How it stands with clocks and notices.
    health: Health
    #: What could not be delivered.
    failed: list[OutboxEntry]
    #: What is to be said yet.
    waiting: list[OutboxEntry]


def read_page(session: Session, viewer: Viewer, query: Mapping[str, str], now: datetime) -> Found:  # noqa: ARG001
    """All of it at one instant."""
    desk = viewer.desk
    of = desk.organisation_id
    entries = partial(find_entries, session, limit=MOST, organisation_id=of)
    return Found(
        reach_of(session, of, list(desk.state.bindings), now),
        health_of(session, of, now, desk.now.moved_to),
        entries(Which(states=("failed",))),
        entries(Which(states=("pending", "claimed"))),
    )


def page_of(viewer: Viewer, found: Found, now: datetime) -> dict[str, Any]:
    """What its template shows."""
    speech, hearing = viewer.speech, viewer.desk.state.hearing
    reach = [hearing.shown(each) for each in found.reach]
    return {
        "is_well": found.health.is_well and all(each.down_since is None for each in reach) and not found.failed,
        "platforms": [(html_of(reach_line(speech, each)), each.down_since is None) for each in reach],
        "lines": [(html_of(line), fine) for line, fine in health_lines(speech, found.health)],
        "failed": [_entry(viewer, each, now) for each in found.failed],
        "waiting": [_entry(viewer, each, now) for each in found.waiting],
        "most": MOST,
    }


def _entry(viewer: Viewer, entry: OutboxEntry, now: datetime) -> dict[str, Any]:
    speech = viewer.speech
    return {
        "id": entry.id, "number": entry.number, "kind": entry.kind.replace("_", " "),
        "channel": typed(id_of(entry.channel)), "planned": moment(speech, entry.planned_at, now),
        "attempts": entry.attempts, "why": typed((entry.reason or entry.cause or "")[:300]),
        "late": length_in_words(speech, entry.late(now)), "unsure": entry.unsure,
    }  # fmt: skip
