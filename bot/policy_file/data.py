"""A policy as data: complete, resolved and JSON, as it is stored with each version; and back into values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.policy_file.calendars import hours_of
from bot.policy_file.given import KEPT, Given
from bot.policy_file.levels import default_after
from triage.hours import ELAPSED, Hours, business_week, hours_from_data
from triage.policy import LEADS, LEVELS, TARGETS, Desk, Level, Policy, Roles
from triage.terms import ClockKind, Target, lead_from_data

_DEFAULT = Policy()


def complete(given: Given) -> dict[str, Any]:
    """Every figure and switch of the policy, defaults filled in and calendars resolved."""
    calendars = given.get("calendars", {})
    desks = [_desk(desk, calendars) for desk in given.get("desks") or [{}]]
    first = desks[0]
    return {
        "version": given.get("version", _DEFAULT.version),
        "desks": desks,
        "targets": _targets(given.get("targets", {}), calendars, first),
        "leads": {
            str(severity): {
                kind.value: given.get("leads", {}).get(str(severity), {}).get(
                    kind.value, [lead.seconds if lead.share is None else lead.share for lead in leads]
                )
                for kind, leads in by_kind.items()
            }
            for severity, by_kind in LEADS.items()
        },
        "pauses": given.get("pauses", sorted(_DEFAULT.pauses)),
        "promise_intervals": given.get("promise_intervals", _DEFAULT.promise_intervals),
        "levels": [_level(number, level) for number, level in enumerate(given.get("levels", [{}] * len(LEVELS)))],
        "roles": {**asdict(_DEFAULT.roles), **given.get("roles", {})},
        "skills": given.get("skills", {}),
        "reactions": given.get("reactions", dict(_DEFAULT.reactions)),
        **{key: given[key] for key in KEPT if key in given},
    }  # fmt: skip


def policy_from_data(data: dict[str, Any]) -> Policy:
    """The policy of stored data. It speaks for the first desk."""
    desk = data["desks"][0]
    return Policy(
        version=data["version"],
        desk=Desk(
            name=desk["name"],
            channel=desk["channel"],
            customer_channels=dict(desk["customer_channels"]),
            language=desk["language"],
            timezone=desk["timezone"],
            hours=hours_from_data(desk["hours"]),
        ),
        targets={
            int(severity): {
                ClockKind(kind): Target(target["seconds"], hours_from_data(target["hours"]))
                for kind, target in targets.items()
            }
            for severity, targets in data["targets"].items()
        },
        leads={
            int(severity): {ClockKind(kind): tuple(map(lead_from_data, values)) for kind, values in leads.items()}
            for severity, leads in data["leads"].items()
        },
        pauses=frozenset(map(ClockKind, data["pauses"])),
        promise_intervals=data["promise_intervals"],
        levels=tuple(
            Level(level["role"], tuple(level["contacts"]), {int(s): after for s, after in level["after"].items()})
            for level in data["levels"]
        ),
        roles=Roles(**{role: None if people is None else tuple(people) for role, people in data["roles"].items()}),
        skills={skill: tuple(people) for skill, people in data["skills"].items()},
        reactions=dict(data["reactions"]),
    )


def _desk(desk: dict[str, Any], calendars: dict[str, Any]) -> dict[str, Any]:
    default = _DEFAULT.desk
    timezone = desk.get("timezone", default.timezone)
    return {
        "name": desk.get("name", default.name),
        "channel": desk.get("channel"),
        "customer_channels": desk.get("customer_channels", {}),
        "language": desk.get("language", default.language),
        "timezone": timezone,
        "hours": _hours(desk.get("calendar"), calendars, timezone, business_week(timezone)).to_data(),
        **({"regions": desk["regions"]} if "regions" in desk else {}),
    }


def _hours(choice: Any, calendars: dict[str, Any], timezone: str, business: Hours) -> Hours:
    if choice == "elapsed":
        return ELAPSED
    if choice in (None, "business"):
        return business
    return hours_of(calendars[choice] if isinstance(choice, str) else choice, timezone)


def _targets(given: dict[str, Any], calendars: dict[str, Any], desk: dict[str, Any]) -> dict[str, Any]:
    working = hours_from_data(desk["hours"])
    default = Policy(desk=Desk(hours=working))
    found: dict[str, Any] = {}
    for severity in TARGETS:
        named = given.get(str(severity), {})
        found[str(severity)] = targets = {}
        for kind in ClockKind:
            if kind not in named:
                target = default.target(severity, kind)
            elif (own := named[kind.value]) is None:
                continue
            else:
                hours = _hours(own["hours"], calendars, desk["timezone"], working)
                target = Target(own["seconds"] or own["days"] * hours.day_seconds, hours)
            if target is not None:
                targets[kind.value] = {"seconds": target.seconds, "hours": target.hours.to_data()}
    return found


def _level(place: int, given: dict[str, Any]) -> dict[str, Any]:
    default = LEVELS[place] if place < len(LEVELS) else Level(f"level {place + 1}")
    return {
        "role": given.get("role", default.role),
        "contacts": given.get("contacts", []),
        "after": given.get("after", default_after(place)),
    }
