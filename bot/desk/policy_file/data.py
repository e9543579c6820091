"""A policy as JSON data, as it is stored with each version, and back. Defaults are filled in and calendars resolved."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from bot.desk.policy_file.agreements import agreements_from, complete_agreements
from bot.desk.policy_file.briefings import briefings_from
from bot.desk.policy_file.calendars import hours_of
from bot.desk.policy_file.defaults import AROUND_THE_CLOCK, BUSINESS, hours_by_name, resolve_targets, seconds_of
from bot.desk.policy_file.levels import default_after, default_role
from bot.desk.policy_file.pages import pages_from
from bot.desk.policy_file.parse import Given
from bot.desk.policy_file.reactions import REACTIONS
from bot.desk.policy_file.shadow import shadow_from
from bot.desk.policy_file.shifts import resolve_oncall, resolve_shifts, rota_from_data
from triage.alike import Many
from triage.assignment import Assignment, Mode
from triage.desk import Desk, Region, Roles
from triage.hours import ELAPSED, Hours, business_week, hours_from_data
from triage.levels import LEVELS, Level
from triage.policy import CHASE_DAYS, CLOSE_DAYS, REOPEN_DAYS, Policy
from triage.suggested import Suggestions
from triage.target import target_from_data
from triage.targets import CATEGORIES, LEADS, CategoryRules, Targets
from triage.terms import Category, Climbing, ClockKind, Shown, clocks_from_data, lead_from_data

_DEFAULT = Policy()
_SUGGESTIONS = {
    "on": _DEFAULT.suggestions.is_on,
    "sure": _DEFAULT.suggestions.sure,
    "ask_below": _DEFAULT.suggestions.ask_below,
}


def complete(given: Given) -> dict[str, Any]:
    """Every figure and switch of the policy, defaults filled in and calendars resolved.

    Targets name their hours: `elapsed`, `business` (those of the first desk), or one of `calendars`.
    """
    specs = given.get("calendars", {})
    desks = [_desk(desk, specs) for desk in given.get("desks") or [{}]]
    zone = desks[0]["timezone"]
    calendars = {name: _calendar(spec, zone) for name, spec in specs.items()}
    hours = hours_by_name(desks[0], calendars)
    severities = given.get("severities", {})
    return {
        "version": given.get("version", _DEFAULT.version),
        "desks": desks,
        "calendars": calendars,
        "meanings": {severity: own["meaning"] for severity, own in severities.items() if "meaning" in own},
        "targets": resolve_targets(given.get("targets", {}), severities, hours, desks[0]["calendar"]),
        "plans": {
            name: _plan(plan, given, hours, desks[0]["calendar"]) for name, plan in given.get("plans", {}).items()
        },
        "categories": _categories(given.get("categories", {}), hours[BUSINESS]),
        "leads": _leads(given.get("lead_times", {})),
        "last_calls": {
            str(severity): given.get("lead_times", {}).get(str(severity), {}).get("last_call", seconds)
            for severity, seconds in _DEFAULT.last_calls.items()
        },
        "shown": _shown(given.get("show_in_channel", {})),
        **_waiting(given.get("waiting", {}), hours[BUSINESS]),
        "promise_intervals": given.get("promise_intervals", _DEFAULT.promise_intervals),
        "intake_window": given.get("intake", {}).get("window", _DEFAULT.intake_window),
        "flood_tickets": given.get("intake", {}).get("most", _DEFAULT.flood_tickets),
        "flood_within": given.get("intake", {}).get("within", _DEFAULT.flood_within),
        "levels": [_level(place, level) for place, level in enumerate(given.get("levels", [{}] * len(LEVELS)))],
        "escalation": _escalation(given.get("escalation", {})),
        "page": {"targets": {}, "severity_1": [], **given.get("page", {})},
        "roles": {**asdict(_DEFAULT.roles), **given.get("roles", {})},
        "skills": given.get("skills", {}),
        "people": resolve_shifts(given.get("people", {}), specs, zone),
        "oncall": resolve_oncall(given.get("oncall", {}), specs, zone),
        "assignment": _assignment(given.get("assignment", {})),
        "major": _major(given.get("major", {})),
        **_questions(given),
        "replies": given.get("replies", {}),
        "reactions": given.get("reactions", dict(REACTIONS)),
        "rate_after": given.get("satisfaction", {}).get("after", _DEFAULT.rate_after),
        "queue": given.get("queue", list(_DEFAULT.queue)),
        **_as_said(given),
        **_agreements(given, hours, desks[0]["calendar"]),
    }


def _calendar(spec: dict[str, Any], zone: str) -> dict[str, Any]:
    """A calendar's hours, and besides them what they were made of."""
    besides: dict[str, Any] = {key: spec[key] for key in ("countries", "based_on") if key in spec}
    return {**hours_of(spec, zone).to_data(), **besides}


def _agreements(given: Given, hours: dict[str, Hours], business: str) -> dict[str, Any]:
    agreements = given.get("agreements", {})
    found = complete_agreements(agreements, given.get("severities", {}), hours, business)
    return {"agreements": found} if found else {}


def _as_said(given: Given) -> dict[str, Any]:
    """Only what is said, and of digests what is asked for: the rest is as whoever runs Vigie has set it."""
    wanted = {name: value for name, value in given.get("digest", {}).items() if value is not None}
    found = {name: given.get(name) for name in ("starts", "retention", "shadow")} | {"digest": wanted}
    return {name: value for name, value in found.items() if value}


def _questions(given: Given) -> dict[str, Any]:
    """What becomes of what people and apps ask."""
    return {
        "suggestions": {**_SUGGESTIONS, **given.get("suggestions", {})},
        "bots": given.get("bots", []),
        "redirects": given.get("redirects", {}),
    }


def policy_from_data(data: dict[str, Any]) -> Policy:
    """The policy of stored data. It speaks for the first desk."""
    desk = data["desks"][0]
    hours = hours_by_name(desk, data["calendars"])
    return Policy(
        version=data["version"],
        desk=_desk_from(desk, hours[BUSINESS]),
        **_held_to(data, hours),
        categories={
            Category(name): CategoryRules(frozenset(map(ClockKind, rules["clocks"])), rules["idle"])
            for name, rules in data["categories"].items()
        },
        meanings={int(severity): meaning for severity, meaning in data["meanings"].items()},
        leads={
            int(severity): {ClockKind(kind): tuple(map(lead_from_data, values)) for kind, values in leads.items()}
            for severity, leads in data["leads"].items()
        },
        # Versions that were saved before there were last calls have the usual ones.
        last_calls={int(severity): int(n) for severity, n in data.get("last_calls", {}).items()} or _DEFAULT.last_calls,
        shown={
            int(severity): {ClockKind(kind): Shown(word) for kind, word in by_kind.items()}
            for severity, by_kind in data.get("shown", {}).items()
        }
        or _DEFAULT.shown,
        **_clocks(data, hours),
        promise_intervals=data["promise_intervals"],
        **_intake(data),
        levels=tuple(map(_level_from, data["levels"])),
        **_climbing(data.get("escalation", {})),
        pages=pages_from(data.get("page", {})),
        roles=Roles(**{role: None if people is None else tuple(people) for role, people in data["roles"].items()}),
        skills={skill: tuple(people) for skill, people in data["skills"].items()},
        **_duty(data.get("people", {}), data.get("oncall", {})),
        assignment=_assignment_from(data.get("assignment", {})),
        major=_major_from(data.get("major", {})),
        reactions=dict(data["reactions"]),
        **_asked(data),
        replies={name: dict(texts) for name, texts in data.get("replies", {}).items()},
        queue=tuple(data["queue"]),
        chase=tuple(data["chase"]),
        close_after=data["close_after"],
        reopen_within=data["reopen_within"],
        # Versions that were saved before there was a question have the usual one.
        rate_after=data.get("rate_after", _DEFAULT.rate_after),
        briefings=briefings_from(data.get("digest", {})),
        shadow_until=shadow_from(data.get("shadow", {}), desk["timezone"]),
    )


def _clocks(data: dict[str, Any], hours: dict[str, Hours]) -> dict[str, Any]:
    """What stops and starts clocks, and what else is agreed. Versions that were saved before know of pauses alone."""
    agreements = data.get("agreements", {})
    return {
        "pauses": frozenset(map(ClockKind, data["pauses"])),
        "stops": clocks_from_data(data.get("stops", {})),
        "starts": {ClockKind(kind): start for kind, start in data.get("starts", {}).items()},
        "agreements": agreements_from(
            agreements, {n: _targets(own["targets"], hours) for n, own in agreements.items()}
        ),
    }


def _duty(people: dict[str, Any], oncall: dict[str, Any]) -> dict[str, Any]:
    """Versions that were saved before there were working hours and a rota have none."""
    return {
        "shifts": {person: hours_from_data(hours) for person, hours in people.items()},
        "rota": rota_from_data(oncall),
        "rota_calendar": oncall.get("calendar", ""),
        "rota_zone": oncall.get("timezone", _DEFAULT.rota_zone),
    }


def _intake(data: dict[str, Any]) -> dict[str, Any]:
    """Versions that were saved before there was a window know none."""
    names = ("intake_window", "flood_tickets", "flood_within")
    return {name: data.get(name, getattr(_DEFAULT, name)) for name in names}


def _desk_from(data: dict[str, Any], hours: Hours) -> Desk:
    return Desk(
        name=data["name"],
        channels=tuple(data["channels"]),
        escalation_channels=tuple(data.get("escalation_channels", ())),
        customer_channels=dict(data["customer_channels"]),
        language=data["language"],
        timezone=data["timezone"],
        hours=hours,
        regions=_regions_from(data.get("regions")),
    )


def _level_from(data: dict[str, Any]) -> Level:
    after = {int(severity): each for severity, each in data["after"].items()}
    return Level(data["role"], tuple(data["contacts"]), after, tuple(data.get("page", ())))


def _desk(desk: dict[str, Any], calendars: dict[str, Any]) -> dict[str, Any]:
    default = _DEFAULT.desk
    zone, calendar = desk.get("timezone", default.timezone), desk.get("calendar", BUSINESS)
    if calendar == AROUND_THE_CLOCK:
        hours = ELAPSED
    else:
        hours = business_week(zone) if calendar == BUSINESS else hours_of(calendars[calendar], zone)
    return {
        "name": desk.get("name", default.name),
        "channels": desk.get("channels", []),
        "customer_channels": desk.get("customer_channels", {}),
        "language": desk.get("language", default.language),
        "timezone": zone,
        "calendar": calendar,
        "hours": hours.to_data(),
        **({"escalation_channels": desk["escalation_channels"]} if desk.get("escalation_channels") else {}),
        **({"regions": _regions(desk["regions"], calendars, zone)} if desk.get("regions") else {}),
    }


def _regions(regions: dict[str, Any], calendars: dict[str, Any], zone: str) -> dict[str, Any]:
    """Each with its hours resolved, where it names a calendar, or a zone in which business hours are kept."""
    found = {}
    for name, region in regions.items():
        calendar, own_zone = region.get("calendar"), region.get("timezone")
        hours: Hours | None = None
        if calendar == AROUND_THE_CLOCK:
            hours = ELAPSED
        elif calendar is not None:
            hours = hours_of(calendars[calendar], own_zone or zone)
        elif own_zone is not None:
            hours = business_week(own_zone)
        found[name] = {**region, "hours": None if hours is None else hours.to_data()}
    return found


def _regions_from(data: Any) -> dict[str, Region]:
    """Versions that were saved before regions were used kept whatever the file said of them."""
    found = {}
    for name, region in data.items() if isinstance(data, dict) else ():
        if isinstance(region, dict) and "hours" in region:
            hours = None if region["hours"] is None else hours_from_data(region["hours"])
            found[name] = Region(hours, region.get("language"), tuple(region.get("leads", ())))
    return found


def _plan(plan: dict[str, Any], given: Given, hours: dict[str, Hours], business: str) -> dict[str, Any]:
    everybody, own = given.get("targets", {}), plan.get("targets", {})
    merged = {severity: {**everybody.get(severity, {}), **own.get(severity, {})} for severity in {**everybody, **own}}
    calendar = plan.get("calendar", BUSINESS)
    return {
        "calendar": calendar,
        "targets": resolve_targets(merged, given.get("severities", {}), hours, business, calendar),
    }


def _categories(given: dict[str, Any], working: Hours) -> dict[str, Any]:
    found = {}
    for category, rules in CATEGORIES.items():
        own = given.get(category.value, {})
        idle = rules.idle
        if "idle" in own:
            idle = None if own["idle"] is None else seconds_of(own["idle"], working)
        clocks = [kind.value for kind in ClockKind if kind in rules.clocks]
        found[category.value] = {"clocks": own.get("clocks", clocks), "idle": idle}
    return found


def _leads(given: dict[str, Any]) -> dict[str, Any]:
    return {
        str(severity): {
            kind.value: given.get(str(severity), {}).get(kind.value, [lead.to_data() for lead in leads])
            for kind, leads in by_kind.items()
        }
        for severity, by_kind in LEADS.items()
    }


def _shown(given: dict[str, Any]) -> dict[str, Any]:
    return {
        str(severity): {
            kind.value: given.get(str(severity), {}).get(kind.value, shown.value) for kind, shown in by_kind.items()
        }
        for severity, by_kind in _DEFAULT.shown.items()
    }


def _waiting(given: dict[str, Any], working: Hours) -> dict[str, Any]:
    def seconds(key: str, days: int) -> int:
        own = given.get(key, {"seconds": 0, "days": days})
        return 0 if own is None else seconds_of(own, working)

    stops = {kind: clocks for kind, clocks in given.get("stops", {}).items() if clocks}
    chase = given.get("chase", [{"seconds": 0, "days": days} for days in CHASE_DAYS])
    return {
        "pauses": given.get("pauses", sorted(_DEFAULT.pauses)),
        "chase": sorted({seconds_of(each, working) for each in chase}),
        "close_after": seconds("close", CLOSE_DAYS),
        "reopen_within": seconds("reopen", REOPEN_DAYS),
        **({"stops": stops} if stops else {}),
    }


def _climbing(data: dict[str, Any]) -> dict[str, Any]:
    """Versions that were saved before there was a choice propose, and wait as long as is usual."""
    data = _escalation(data)
    return {"climbing": Climbing(data["mode"]), "ack_within": data["acknowledge_within"]}


def _escalation(given: dict[str, Any]) -> dict[str, Any]:
    return {"mode": _DEFAULT.climbing.value, "acknowledge_within": _DEFAULT.ack_within, **given}


def _level(place: int, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "role": given.get("role", default_role(place)),
        "contacts": given.get("contacts", []),
        "after": given.get("after", default_after(place)),
        "page": given.get("page", []),
    }


def _major(given: dict[str, Any]) -> dict[str, Any]:
    default = _DEFAULT.major
    within = int(default.within.total_seconds())
    return {"alike": given.get("alike", default.alike), "within": given.get("within", within)}


def _major_from(data: dict[str, Any]) -> Many:
    """Versions that were saved before there was such a key have the usual one."""
    return Many(data["alike"], timedelta(seconds=data["within"])) if data else _DEFAULT.major


def _assignment(given: dict[str, Any]) -> dict[str, Any]:
    default = _DEFAULT.assignment
    return {
        "mode": given.get("mode"),
        **{
            name: {str(severity): given.get(name, {}).get(str(severity), n) for severity, n in figures.items()}
            for name, figures in (
                ("answer_within", default.answer_within),
                ("group_answer_within", default.group_answer_within),
                ("weights", default.weights),
            )
        },
    }


def _assignment_from(data: dict[str, Any]) -> Assignment:
    """Versions that were saved before there was such a key have the usual one."""
    if not data:
        return _DEFAULT.assignment
    figures = {name: {int(key): n for key, n in each.items()} for name, each in data.items() if name != "mode"}
    return Assignment(None if data["mode"] is None else Mode(data["mode"]), **figures)


def _asked(data: dict[str, Any]) -> dict[str, Any]:
    """What becomes of what people and apps ask. Versions that were saved before there were suggestions have the usual
    ones."""
    told = {**_SUGGESTIONS, **data.get("suggestions", {})}
    return {
        "bots": tuple(data.get("bots", ())),
        "redirects": dict(data["redirects"]),
        "suggestions": Suggestions(is_on=told["on"], sure=told["sure"], ask_below=told["ask_below"]),
    }


def _targets(data: dict[str, Any], hours: dict[str, Hours]) -> Targets:
    return {
        int(severity): {ClockKind(kind): target_from_data(target, hours) for kind, target in targets.items()}
        for severity, targets in data.items()
    }


def _held_to(data: dict[str, Any], hours: dict[str, Hours]) -> dict[str, Any]:
    """Everybody's targets and the plans'."""
    return {
        "targets": _targets(data["targets"], hours),
        "plans": {name: _targets(plan["targets"], hours) for name, plan in data["plans"].items()},
        "update_bases": _update_bases(data),
    }


def _update_bases(data: dict[str, Any]) -> dict[str, dict[int, str]]:
    """What updates count from, by plan ("" is no plan) and severity, where that is not the usual."""
    found = {}
    for plan, targets in (("", data["targets"]), *((name, each["targets"]) for name, each in data["plans"].items())):
        named = {int(n): by.get("update", {}).get("from") for n, by in targets.items()}
        found[plan] = {severity: base for severity, base in named.items() if base is not None}
    return {plan: bases for plan, bases in found.items() if bases}
