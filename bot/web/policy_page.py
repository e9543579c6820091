"""The policy in force, in words, and what is other in it than in the version before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.desk.policy_file import doubts_about
from bot.verbs.reading.figures import figure
from bot.web.policy_tables import people_lines, sections
from bot.web.viewer import Viewer
from bot.web.words import html_of, moment, typed
from bot.wording.policy.shown import policy_shown
from storage.customers import Customer, load_customers
from storage.policies import Saved, list_versions, load_policy

MOST = 30  # versions that are named
AROUND = 2  # lines that are shown around what differs


class Found(NamedTuple):
    """What the database says."""

    #: The versions, the latest first.
    versions: list[Saved]
    #: The one that is shown; None: there is none of that number.
    data: dict[str, Any] | None
    #: The one before it; None: it is the first.
    before: dict[str, Any] | None
    #: Which one is shown.
    version: int
    #: By plan, the customers who are on it.
    customers: dict[str, list[str]]


def read_page(session: Session, viewer: Viewer, query: Mapping[str, str], now: datetime) -> Found:  # noqa: ARG001
    """The version that was asked for, else the latest, with the one before it."""
    where = (session, viewer.desk.organisation_id, viewer.desk.desk_id)
    versions = list_versions(*where)
    numbers = [each.version for each in versions]
    wanted = figure(query.get("version", ""))
    version = wanted if wanted in numbers else max(numbers, default=0)
    earlier = max((each for each in numbers if each < version), default=None)
    return Found(
        versions[:MOST],
        load_policy(*where, version),
        None if earlier is None else load_policy(*where, earlier),
        version,
        _by_plan(load_customers(session, viewer.desk.organisation_id)),
    )


def _by_plan(customers: Iterable[Customer]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in sorted(customers, key=lambda one: one.name.casefold()):
        if each.plan is not None:
            found.setdefault(each.plan, []).append(each.name)
    return found


def page_of(viewer: Viewer, found: Found, now: datetime) -> dict[str, Any]:
    """What its template shows."""
    speech, today = viewer.speech, now.astimezone(viewer.speech.zone).date()
    shown = [] if found.data is None else _lines(viewer, found.data, found.version, today)
    before = None if found.before is None else _lines(viewer, found.before, found.version, today)
    return {
        "version": found.version,
        "sections": [] if found.data is None else sections(viewer, found.data, today, found.customers),
        "doubts": [typed(each) for each in (() if found.data is None else doubts_about(found.data, today=today))],
        "has_before": before is not None,
        "changes": [] if before is None else list(_changes(before, shown)),
        "versions": [
            {
                "number": each.version, "at": moment(speech, each.saved_at, now), "now": each.version == found.version,
                "by": html_of((viewer.people.named(each.by),)) if each.by else None,
                "changes": ", ".join(speech.text(f"setup_field.{name}") for name in each.changes),
            }
            for each in found.versions
        ],
    }  # fmt: skip


def _lines(viewer: Viewer, data: dict[str, Any], version: int, today: date) -> list[str]:
    """A version in words. Both are shown under one number, so that it is no difference."""
    text = policy_shown({**data, "version": version}, viewer.speech, today, inside=viewer.people).splitlines()
    return [*text, "", *people_lines(viewer, data)]


def _changes(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """The lines that differ, each group with what stands around it: `same`, `gone`, `new`, or `cut` between groups."""
    for place, group in enumerate(SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND)):
        if place:
            yield "cut", ""
        for what, a, b, c, d in group:
            if what == "equal":
                yield from (("same", line) for line in before[a:b])
            else:
                yield from (("gone", line) for line in before[a:b])
                yield from (("new", line) for line in after[c:d])
