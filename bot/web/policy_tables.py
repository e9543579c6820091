"""The policy as tables: what a customer could be shown, each plan's targets, and, for the desk alone, who is who."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from bot.desk.policy_file import policy_from_data
from bot.web.viewer import Viewer
from bot.web.words import Html, typed
from bot.wording.policy.shown import Rows, policy_sections
from triage.levels import ON_CALL
from triage.policy import Policy

MOST = 40  # people or customers that one cell names
ROLES = {"agents": "agent", "leads": "lead", "managers": "manager", "admins": "admin", "helpers": "helper"}


class Shown(NamedTuple):
    """A section of the page."""

    #: By which the page leads to it.
    id: str
    #: What stands over it.
    heading: str
    #: What is in it, in order: texts, and tables as (headings, rows).
    parts: list[Html | tuple[list[Html], list[list[Html]]]]


def sections(
    viewer: Viewer, data: Mapping[str, Any], today: date, customers: Mapping[str, Sequence[str]]
) -> list[Shown]:  # fmt: skip
    """All of it. `customers`: by plan, who is on it."""
    speech = viewer.speech
    found: list[Shown] = []
    for name, heading, parts in policy_sections(dict(data), speech, today, inside=viewer.people):
        found.append(Shown(name, heading, _parts(parts)))
        if name == "targets":
            found += [_plan(viewer, data, today, plan, customers.get(plan, ())) for plan in data["plans"]]
    return [*found, Shown("people", speech.text("web.policy.people"), _parts(people(viewer, data)))]


def people(viewer: Viewer, data: Mapping[str, Any]) -> list[Rows | str]:
    """Who has which role, and whom each level calls, by name."""
    policy, speech = policy_from_data(dict(data)), viewer.speech
    text = speech.text
    rows = [[text("web.policy.role"), text("web.people.who")]]
    rows += [
        [text(f"one_role.{role}"), _named(viewer, named)]
        for name, role in ROLES.items()
        if (named := getattr(policy.roles, name)) is not None
    ]
    found: list[Rows | str] = [Rows(rows)] if len(rows) > 1 else [text("web.policy.no_roles")]
    if policy.levels:
        levels = [[text("policy.column.level"), text("web.people.who")]]
        levels += [
            [_level(policy, number), _named(viewer, each.contacts)] for number, each in enumerate(policy.levels, 1)
        ]
        found.append(Rows(levels))
    return found


def people_lines(viewer: Viewer, data: Mapping[str, Any]) -> list[str]:
    """The same as lines, by which two versions are compared."""
    rows = [row for part in people(viewer, data) if isinstance(part, Rows) for row in part.rows[1:]]
    return [viewer.speech.text("web.policy.people"), *(f"  {who}: {named}" for who, named in rows)]


def _level(policy: Policy, number: int) -> str:
    return f"{number}: {policy.levels[number - 1].role}"


def _named(viewer: Viewer, keys: Iterable[str]) -> str:
    names = [viewer.speech.text("web.people.rota") if key == ON_CALL else viewer.people.name(key) for key in keys]
    return _listed(viewer, names)


def _listed(viewer: Viewer, names: Sequence[str]) -> str:
    """Names in one cell: the first of them, and how many more there are."""
    more = [f"+ {len(names) - MOST}"] if len(names) > MOST else []
    return ", ".join([*names[:MOST], *more]) or viewer.speech.text("web.policy.nobody")


def _plan(viewer: Viewer, data: Mapping[str, Any], today: date, plan: str, customers: Sequence[str]) -> Shown:
    """The targets of a plan, and who is on it."""
    targets = next(each for each in policy_sections(dict(data), viewer.speech, today, plan) if each.name == "targets")
    heading = viewer.speech.text("web.policy.plan", plan=plan)
    said = viewer.speech.text("web.policy.on_plan", customers=_listed(viewer, customers))
    return Shown(f"plan-{list(data['plans']).index(plan)}", heading, _parts([*targets.parts[:1], said]))


def _parts(parts: Iterable[Rows | str]) -> list[Html | tuple[list[Html], list[list[Html]]]]:
    found: list[Html | tuple[list[Html], list[list[Html]]]] = []
    for part in parts:
        if isinstance(part, Rows):
            head, *rows = [[typed(cell) for cell in row] for row in part.rows]
            found.append((head, rows))
        elif part:
            found.append(typed(part))
    return found
