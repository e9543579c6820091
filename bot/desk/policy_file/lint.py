"""Things in a policy that are legal but probably a mistake: one sentence each, at the line it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.desk.policy_file.defaults import AROUND_THE_CLOCK, BUSINESS, hours_by_name
from bot.desk.policy_file.lint_agreements import suspicious_agreements
from bot.desk.policy_file.lint_days import suspicious_days
from bot.desk.policy_file.lint_shifts import suspicious_shifts
from bot.desk.policy_file.lint_targets import Suspicion, suspicion, suspicious_targets, written
from bot.desk.policy_file.reader import Reader, listed
from bot.desk.policy_file.rules import REDIRECTS
from bot.desk.policy_file.yaml_nodes import Node, lines
from triage.alike import COMPARED
from triage.assignment import ANSWER_WITHIN, Mode
from triage.durations import LONGEST
from triage.terms import CREATED, REPORTED, ClockKind

PAIR = 2  # tickets that look alike are nothing out of the ordinary


def doubt_policy(reader: Reader, tree: Node, data: dict[str, Any]) -> None:
    """Tell the reader what in a complete policy is probably a mistake. `tree` is the file that it was read from."""
    stand = dict(lines(tree))
    for sentence, places in _suspicions(reader, data, stand):
        place = next((place for place in places if place in stand), places[0])
        reader.doubt(Node(place, None, stand.get(place)), sentence)


def _suspicions(reader: Reader, data: dict[str, Any], stand: dict[str, int | None]) -> Iterator[Suspicion]:
    yield from _desk(data, stand)
    yield from _regions(data["desks"][0])
    yield from _digest(data)
    yield from _shadow(data, reader.today)
    yield from _calendars(data, reader.today.isoformat())
    yield from suspicious_targets(data["targets"], data)
    yield from suspicious_days(data, reader.today)
    yield from suspicious_agreements(data)
    yield from _plans(data)
    yield from _stretched(data, reader.today)
    yield from _categories(data["categories"])
    yield from _levels(data["levels"])
    yield from _pages(data)
    yield from _people(data)
    yield from _assignment(data)
    yield from _major(data["major"])
    yield from _starts(data.get("starts", {}))
    yield from suspicious_shifts(data, reader.today)
    if data["close_after"] and data["chase"] and data["close_after"] <= data["chase"][-1]:
        yield suspicion("closing is proposed no later than the last chaser.", "waiting.close", "waiting.chase")
    missing = [name for name in REDIRECTS if name not in data["redirects"]]
    if missing:
        yield suspicion(
            f"nothing says where {listed(missing, 'and')} questions are sent; "
            f"write for example `{missing[0]}: the {missing[0]} desk, {missing[0]}@example.com`.",
            "redirects",
        )
    sure = data["suggestions"]
    if sure["ask_below"] > sure["sure"]:
        yield suspicion("people are asked about what counts as sure.", "suggestions.ask_below", "suggestions")
    if "escalate" not in data["reactions"].values():
        yield suspicion("no reaction escalates; write for example `rotating_light: escalate`.", "reactions")


def _starts(starts: dict[str, str]) -> Iterator[Suspicion]:
    for clock, start in starts.items():
        if clock == ClockKind.RESPONSE and start not in (CREATED, REPORTED):
            sentence = "a ticket that nobody looks at has no such clock, so nobody is warned of it."
            yield suspicion(sentence, f"starts.{clock}")


def _major(major: dict[str, Any]) -> Iterator[Suspicion]:
    if major["alike"] <= PAIR:
        sentence = "a major incident is proposed as soon as two tickets look alike or are linked; usual is 5."
        yield suspicion(sentence, "major")
    if major["alike"] > COMPARED + 1:
        sentence = f"each ticket is compared with {COMPARED} others, so that only linked ones are ever so many."
        yield suspicion(sentence, "major")


def _desk(data: dict[str, Any], stand: dict[str, int | None]) -> Iterator[Suspicion]:
    desk = data["desks"][0]
    place = f"desks.{desk['name']}"
    if f"{place}.timezone" not in stand:
        yield suspicion(
            "no time zone is named, so its days and opening hours are those of UTC; "
            "write for example `timezone: Europe/Paris`.",
            place,
            "desks",
        )
    if desk["calendar"] == BUSINESS:
        yield suspicion(
            "the calendar is Monday to Friday 09:00-17:00, without public holidays; "
            "write one below `calendars` with `holidays: FR` and name it here: `calendar: office`.",
            f"{place}.calendar",
            place,
            "desks",
        )


def _digest(data: dict[str, Any]) -> Iterator[Suspicion]:
    wanted, roles = data.get("digest", {}), data["roles"]
    if "morning" in wanted and not data["desks"][0]["channels"]:
        yield suspicion("this is told in the desk's channel, and it has none.", "digest.morning")
    if "weekly" in wanted and not (roles["managers"] or roles["leads"]):
        sentence = "this is told to the desk's managers, else to its leads, and `roles` names none."
        yield suspicion(sentence, "digest.weekly")


def _shadow(data: dict[str, Any], today: date) -> Iterator[Suspicion]:
    until = data.get("shadow", {}).get("until")
    if until is None:
        return
    if until <= today.isoformat():
        yield suspicion("that day has come, and Vigie speaks: take `shadow` away.", "shadow.until")
    elif not data["roles"]["leads"]:
        sentence = "only the desk's leads are told anything meanwhile, and `roles` names none."
        yield suspicion(sentence, "shadow.until")


def _regions(desk: dict[str, Any]) -> Iterator[Suspicion]:
    for name, region in desk.get("regions", {}).items():
        if not any(region.get(key) for key in ("hours", "language", "leads")):
            sentence = "this region has nothing of its own; write its `calendar`, `timezone`, `language` or `leads`."
            yield suspicion(sentence, f"desks.{desk['name']}.regions.{name}")


def _calendars(data: dict[str, Any], today: str) -> Iterator[Suspicion]:
    others = [*data["plans"].values(), *data.get("agreements", {}).values()]
    held = [data["targets"], *(each["targets"] for each in others)]
    used = {
        name for targets in held for clocks in targets.values() for each in clocks.values() for name in _hours(each)
    }
    of_people = [*data["people"].values(), *data["oncall"]["layers"]]
    used |= {each["calendar"] for each in of_people if "calendar" in each}
    used |= {desk["calendar"] for desk in data["desks"]} | {plan["calendar"] for plan in data["plans"].values()}
    used |= {each["calendar"] for each in data["desks"][0].get("regions", {}).values() if "calendar" in each}
    used |= {base for each in data["calendars"].values() for base in each.get("based_on", ())}
    for name, calendar in data["calendars"].items():
        place = f"calendars.{name}"
        if name not in used:
            yield suspicion(
                "no desk, region, plan, agreement, severity, target, person or rota uses this calendar.", place
            )
        if calendar["countries"] and not calendar["holidays"]:
            sentence = f"no public holidays of {listed(calendar['countries'])} are known; name the dates yourself."
            yield suspicion(sentence, f"{place}.holidays")
        elif any(hours == [] for hours in calendar.get("yearly", {}).values()):
            continue
        elif not calendar["holidays"]:
            yield suspicion("it has no holidays, so clocks run on them; write for example `holidays: FR`.", place)
        elif calendar["holidays"][-1] < today:
            last = calendar["holidays"][-1]
            sentence = f"the last holiday was {last}; add the next ones, or name a country."
            yield suspicion(sentence, f"{place}.holidays", place)


def _hours(target: dict[str, Any]) -> Iterator[str]:
    """The names of the calendars that a target counts in, whenever its clock starts."""
    yield target["hours"]
    if "otherwise" in target:
        yield from _hours(target["otherwise"])


def _plans(data: dict[str, Any]) -> Iterator[Suspicion]:
    everybody = set(suspicious_targets(data["targets"], data))
    desk = data["desks"][0]
    regional = any(region.get("hours") for region in desk.get("regions", {}).values())
    for name, plan in data["plans"].items():
        named = plan["calendar"] not in (BUSINESS, AROUND_THE_CLOCK)
        if named and plan["calendar"] == desk["calendar"] and regional:
            sentence = (
                "this is the desk's calendar, in whose place a region has its own, on this plan too; to count in it in "
                f"every region, name another that is based on it: `always: {{based_on: {plan['calendar']}}}`."
            )
            yield suspicion(sentence, f"plans.{name}.calendar")
        if plan["targets"] == data["targets"]:
            yield suspicion("this plan changes nothing: its targets are everybody's.", f"plans.{name}")
        for sentence, places in suspicious_targets(plan["targets"], data):
            if (sentence, places) not in everybody:
                own = f"plans.{name}"
                yield suspicion(f"on this plan, {sentence}", *(f"{own}.{place}" for place in places), own)


def _stretched(data: dict[str, Any], today: date) -> Iterator[Suspicion]:
    """Targets that opening hours stretch beyond a year."""
    hours = hours_by_name(data["desks"][0], data["calendars"])
    start = (today - date(1970, 1, 1)).days * 86400
    told = set()
    others = [
        (f"{of}.{name}.", own["targets"]) for of in ("plans", "agreements") for name, own in data.get(of, {}).items()
    ]
    for place, targets in (("", data["targets"]), *others):
        for severity, clocks in targets.items():
            for kind, target in clocks.items():
                length = written(target)
                year = hours[target["hours"]].seconds_between(start, start + LONGEST)
                if target["seconds"] > year and length not in told:
                    told.add(length)
                    own = f"{place}targets.{severity}"
                    yield suspicion(f"at these opening hours, {length} last more than a year.", f"{own}.{kind}", own)


def _categories(data: dict[str, Any]) -> Iterator[Suspicion]:
    missing = [kind.value for kind in ClockKind if kind not in data["incident"]["clocks"]]
    if missing:
        sentence = f"incidents have no {listed(missing)} clock, whatever the targets say."
        yield suspicion(sentence, "categories.incident.clocks")
    for name, rules in data.items():
        if not rules["clocks"] and rules["idle"] is None:
            sentence = "neither a clock nor `idle` keeps such a ticket from being forgotten."
            yield suspicion(sentence, f"categories.{name}.idle", f"categories.{name}.clocks")


def _levels(levels: list[dict[str, Any]]) -> Iterator[Suspicion]:
    if not levels:
        yield suspicion("there is no level, so nothing can be escalated.", "levels")
    below: list[str] = []
    for number, level in enumerate(levels, 1):
        place = f"levels[{number}]"
        if not level["contacts"]:
            sentence = f"level {number} has no contact, so escalations go to the admins; write `contacts: [U0123ABC]`."
            yield suspicion(sentence, f"{place}.contacts", place, "levels")
        elif set(level["contacts"]) <= set(below):
            sentence = f"level {number} has no contact that level {number - 1} has not: climbing reaches nobody new."
            yield suspicion(sentence, f"{place}.contacts")
        below = level["contacts"]


def _pages(data: dict[str, Any]) -> Iterator[Suspicion]:
    """Targets that are never told anything."""
    key = "page"
    told = {*data[key]["severity_1"], *(name for level in data["levels"] for name in level[key])}
    for name in data[key]["targets"]:
        if name not in told:
            sentence = f"nothing is ever sent there; write `page: {name}` at a level, or `severity_1: {name}`."
            yield suspicion(sentence, f"{key}.targets.{name}")


def _people(data: dict[str, Any]) -> Iterator[Suspicion]:
    if data["roles"]["agents"] == []:
        sentence = "nobody is an agent, so nobody may work on tickets; leave it out for all members of the channel."
        yield suspicion(sentence, "roles.agents")
    for skill, people in data["skills"].items():
        if not people:
            yield suspicion("nobody has this skill.", f"skills.{skill}")


def _assignment(data: dict[str, Any]) -> Iterator[Suspicion]:
    rules = data["assignment"]
    if rules["mode"] == Mode.AUTOMATIC and not (any(data["skills"].values()) or data.get("people")):
        sentence = (
            "nobody has a skill or working hours, so tickets go to whoever has least to do, at any hour; "
            "write `skills` and `people`."
        )
        yield suspicion(sentence, "assignment.mode", "assignment")
    for severity, seconds in rules["answer_within"].items():
        target = data["targets"].get(severity, {}).get("response")
        chosen = seconds != ANSWER_WITHIN[int(severity)]
        if chosen and rules["mode"] != Mode.OFF and target is not None and seconds >= target["seconds"]:
            sentence = f"whoever is given a severity {severity} has longer to answer than the first response may take."
            yield suspicion(sentence, f"assignment.answer_within.{severity}", "assignment.answer_within", "assignment")
