"""Agreements beside the customer's: with a group, with a supplier, or with whom else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.desk.policy_file.calendars import calendar_choice
from bot.desk.policy_file.defaults import AROUND_THE_CLOCK, BUSINESS, resolve_targets
from bot.desk.policy_file.people import names_group, person_key
from bot.desk.policy_file.reader import Reader, shown
from bot.desk.policy_file.rules import read_stopped
from bot.desk.policy_file.starts import read_starts
from bot.desk.policy_file.targets import CLOCKS, read_lead_times, read_targets
from bot.desk.policy_file.yaml_nodes import Node
from triage.agreement_rules import AgreementRules
from triage.awaiting import WAITING_FOR
from triage.based_on import BASED_ON, filled_in
from triage.hours import Hours
from triage.targets import TARGETS, Targets
from triage.terms import CREATED, CUSTOMER, ClockKind, clocks_from_data, lead_from_data

_KEYS = ("targets", "begins", "calendar", "waiting", "starts", "lead_times", BASED_ON)
_BEGINS = "write `created`, `{assigned: S0456DEF}` with the group that gets the work, or `{waiting: vendor}`."


def read_agreements(
    reader: Reader, node: Node, calendars: list[str], severities: dict[str, dict[str, str]]
) -> dict[str, dict[str, Any]]:
    """By name: what each says, with what it leaves out from the one that it is based on."""
    nodes = reader.names(node, "network")
    found, broken = dict[str, dict[str, Any]](), set[str]()
    for name, child in nodes.items():
        noted = reader.noted
        found[name] = _agreement(reader, child, calendars, severities)
        if reader.noted > noted:
            broken.add(name)
    try:
        agreements = filled_in(found)
    except ValueError as error:
        reader.problem(node, str(error))
        return {}
    for name, own in agreements.items():
        if name in broken or (broken and BASED_ON in found[name]):  # what is wrong with it has been said
            continue
        if not any(target for by_clock in own.get("targets", {}).values() for target in by_clock.values()):
            reader.problem(
                nodes[name], "it is on nothing: write for example `targets: {1: {response: 15m, restore: 2h}}`."
            )
    return agreements


def _agreement(
    reader: Reader, node: Node, calendars: list[str], severities: dict[str, dict[str, str]]
) -> dict[str, Any]:
    keys, found = reader.mapping(node, _KEYS), dict[str, Any]()
    if "targets" in keys:
        found["targets"] = read_targets(reader, keys["targets"], calendars, severities)
    if "begins" in keys and (begins := _begins(reader, keys["begins"])):
        found["begins"] = begins
    if "calendar" in keys and (calendar := calendar_choice(reader, keys["calendar"], calendars)):
        found["calendar"] = calendar
    if "waiting" in keys:
        waiting = reader.mapping(keys["waiting"], WAITING_FOR)
        found["waiting"] = {kind: read_stopped(reader, child) for kind, child in waiting.items()}
    if "starts" in keys:
        found["starts"] = read_starts(reader, keys["starts"])
    if "lead_times" in keys:
        found["lead_times"] = read_lead_times(reader, keys["lead_times"], last_call=False)
    if BASED_ON in keys and (other := reader.text(keys[BASED_ON])):
        found[BASED_ON] = other
    return found


def _begins(reader: Reader, node: Node) -> list[str | None] | None:
    """The word, and the group or the kind of waiting."""
    if node.value == CREATED:
        return [CREATED, None]
    if not isinstance(node.value, dict) or len(node.value) != 1:
        reader.problem(node, f"{shown(node)} is no beginning; {_BEGINS}")
        return None
    for word, child in reader.mapping(node, ("assigned", "waiting")).items():
        if word == "waiting":
            kind = reader.choice(child, WAITING_FOR)
            return None if kind is None else [word, kind]
        group = person_key(child.value.strip()) if isinstance(child.value, str) else None
        if group is not None and names_group(group):
            return [word, group]
        reader.problem(child, f"{shown(child)} is not a group; write its id, such as slack:S0123ABC.")
    return None


def complete_agreements(
    given: Mapping[str, Any], severities: Mapping[str, Any], hours: Mapping[str, Hours], business: str
) -> dict[str, Any]:
    """What is stored of them: their figures, calendars by name."""
    return {name: _complete(own, severities, hours, business) for name, own in given.items()}


def _complete(
    own: Mapping[str, Any], severities: Mapping[str, Any], hours: Mapping[str, Hours], business: str
) -> dict[str, Any]:
    said = own["targets"]
    if "calendar" in own:
        # It counts the business time of this agreement, also where that of the customer has a calendar by severity.
        severities = {severity: _in_business_time(each) for severity, each in severities.items()}
    every = {str(n): {clock: said.get(str(n), {}).get(clock) for clock in CLOCKS} for n in TARGETS}
    kept = {key: own[key] for key in ("begins", "waiting", "starts", "lead_times") if key in own}
    return {"targets": resolve_targets(every, severities, hours, business, own.get("calendar", BUSINESS)), **kept}


def agreements_from(data: Mapping[str, Any], targets: Mapping[str, Targets]) -> dict[str, AgreementRules]:
    """Agreements of stored data, whose `targets` were read already."""
    found: dict[str, AgreementRules] = {}
    for name, own in data.items():
        begins, of = own.get("begins", (CREATED, None))
        waiting = clocks_from_data(own.get("waiting", {}))
        found[name] = AgreementRules(
            targets[name],
            begins,
            of,
            pauses=waiting.pop(CUSTOMER, None),
            stops=waiting if "waiting" in own else None,
            starts={ClockKind(kind): start for kind, start in own.get("starts", {}).items()},
            leads=_leads(own["lead_times"]) if "lead_times" in own else None,
        )
    return found


def _leads(data: Mapping[str, Any]) -> dict[int, Any]:
    return {
        int(severity): {ClockKind(kind): tuple(map(lead_from_data, leads)) for kind, leads in by_clock.items()
                        if kind in CLOCKS}
        for severity, by_clock in data.items()
    }  # fmt: skip


def _in_business_time(severity: Mapping[str, Any]) -> Mapping[str, Any]:
    return severity if severity.get("hours") in (None, AROUND_THE_CLOCK) else {**severity, "hours": BUSINESS}
