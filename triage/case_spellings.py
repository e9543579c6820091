"""What other programs write in a case, told in the words of the page: only what can mean one thing.

What reads a case knows no more words than docs/sla-evaluate.md has. Cases come from JSON: what is no dict is no object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from triage.recurring import with_hours
from triage.terms import CREATED, CUSTOMER, REPORTED, ClockKind

_CLOCKS = frozenset(kind.value for kind in ClockKind)
_WAITING = ("waiting", "waits", "waiting_kinds", "kinds_of_waiting")
_STOPS = ("stops", "pauses", "clocks", "paused_clocks")
_BY_CLOCK = ("clocks", "calendar", "clock")
_BY_CLOCK_OR_NAME = (*_BY_CLOCK, "calendars")
_OF_DATES = ("exceptions", "yearly", "holidays", "calendar", "calendars")
_STARTS = {
    "report": REPORTED, "opening": CREATED, "opened": CREATED, "confirmation": "confirmed", "assignment": "assigned",
    "acknowledgement": "acknowledged",
}  # fmt: skip
_DATE, _OPENS = ("date", "dates", "on", "day"), ("intervals", "hours", "open")


def in_our_words(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same case; of what makes no sense nothing is changed."""
    if case.get("kind") != "ticket":
        plain: Mapping[str, Any] = _calendar(case)
        return plain
    found = _ticket(case)
    _tell_opening(found)
    _tell_stops(found)
    agreements = found.get("agreements")
    if isinstance(agreements, list) and all(isinstance(each, dict) and _name(each) for each in agreements):
        names = [_name(each) for each in agreements]
        if len({*names}) == len(names):
            agreements = dict(zip(names, agreements, strict=True))
    if isinstance(agreements, dict):
        found["agreements"] = {
            name: _agreement(own) if isinstance(own, dict) else own for name, own in agreements.items()
        }
    return found


def _agreement(own: Mapping[str, Any]) -> dict[str, Any]:
    """An agreement of a case: one with a group begins when the ticket is assigned to it."""
    found = _ticket(own)
    if found.get("begins") is None and isinstance(found.get("group"), str):
        found["begins"] = {"assigned": found["group"]}
    return found


def _name(agreement: Mapping[str, Any]) -> Any:
    name = agreement.get("name")
    return name if isinstance(name, str) else None


def _ticket(case: Mapping[str, Any]) -> dict[str, Any]:
    """A case, or an agreement of one."""
    found = {**_calendar(case)}
    _tell_waiting(found)
    _tell_hours(found)
    starts = found.get("starts")
    if isinstance(starts, dict):
        found["starts"] = {clock: _STARTS.get(at, at) if isinstance(at, str) else at for clock, at in starts.items()}
    hours = found.get("hours")
    if isinstance(hours, dict):
        found["hours"] = _calendars(hours) if hours.keys() <= _CLOCKS else _calendar(hours)
    if found.get("escalations") is None and isinstance(found.get("levels"), list):
        found["escalations"] = found["levels"]
    targets = found.get("targets")
    if found.get("severities") is None and isinstance(targets, dict) and targets and all(map(str.isdigit, targets)):
        found["severities"] = found.pop("targets")
    return found


def _calendar(given: Any) -> Any:
    """A calendar, or a case or an agreement with what it says of its own: dates that are listed with what opens on
    each are told by date."""
    if not isinstance(given, dict) or given.keys().isdisjoint(_OF_DATES):
        return given
    told: dict[str, Any] = {}
    for name in ("exceptions", "yearly", "holidays"):
        listed = given.get(name)
        if not listed or not isinstance(listed, list):
            continue
        if name != "holidays" and all(isinstance(each, str) for each in listed):
            told[name] = _with_hours(listed)
        elif all(isinstance(each, dict) and _date(each) for each in listed):
            by_date = {_date(each): _opens(each) for each in listed}
            if name == "holidays":
                told[name] = [*by_date]
            elif len(by_date) == len(listed):
                told[name] = by_date
    for name, read in (("calendar", _calendar), ("calendars", _calendars)):
        if isinstance(given.get(name), dict):
            told[name] = read(given[name])
    return {**given, **told} if told else given


def _with_hours(listed: Sequence[str]) -> Any:
    """Dates as texts, with what opens on one behind it; those that are all closed as they are."""
    parted = [with_hours(each) for each in listed]
    if not any(opens for _, opens in parted):
        return listed
    return {dates: [each.split("-") for each in opens] for dates, opens in parted}


def _calendars(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _calendar(own) for name, own in given.items()}


def _date(listed: Mapping[str, Any]) -> str | None:
    """Which date, or which dates of a range, or which date of the year an entry of a list is about."""
    month, day = listed.get("month"), listed.get("day")
    if isinstance(month, int) and isinstance(day, int):
        return f"{month:02}-{day:02}"
    first, last = listed.get("from"), listed.get("to")
    if isinstance(first, str) and isinstance(last, str):
        return f"{first}..{last}"
    return next((listed[name] for name in _DATE if isinstance(listed.get(name), str)), None)


def _opens(listed: Mapping[str, Any]) -> Any:
    """What opens on the date of an entry of a list."""
    return next((listed[name] for name in _OPENS if listed.get(name) is not None), [])


def _tell_waiting(found: dict[str, Any]) -> None:
    """`waiting`: which clocks each kind of waiting stops."""
    given = found.get("rules")
    rules: dict[str, Any] = given if isinstance(given, dict) else {}
    paused = rules.get("paused_clocks")
    if isinstance(paused, dict):
        found["rules"] = {name: rule for name, rule in rules.items() if name != "paused_clocks"}
    elif found.keys().isdisjoint(_WAITING) and rules.keys().isdisjoint(_WAITING):
        return
    said = (each[name] for each in (found, rules) for name in _WAITING if each.get(name) is not None)
    waiting = next(said, paused if isinstance(paused, dict) else None)
    if isinstance(waiting, dict):
        waiting = {CUSTOMER if kind == "pauses" else kind: _stops(stops) for kind, stops in waiting.items()}
    if waiting is not None:
        found["waiting"] = waiting


def _stops(given: Any) -> Any:
    if isinstance(given, dict) and len(given) == 1 and given.keys() <= {*_STOPS}:
        return next(iter(given.values()))
    return given


def _tell_hours(found: dict[str, Any]) -> None:
    """`hours`: what each clock counts in."""
    if found.get("hours") is not None:
        return
    if found.keys().isdisjoint(_BY_CLOCK_OR_NAME):
        return
    for name in _BY_CLOCK:
        given = found.get(name)
        if isinstance(given, dict) and given and given.keys() <= _CLOCKS:
            found["hours"] = {clock: _hours(own) for clock, own in found.pop(name).items()}
            return
    calendars = found.get("calendars")
    if isinstance(calendars, dict) and not _CLOCKS.isdisjoint(calendars):
        found["hours"] = {clock: clock for clock in calendars if clock in _CLOCKS}


def _hours(given: Any) -> Any:
    if isinstance(given, dict) and len(given) == 1 and given.keys() <= {"calendar", "hours"}:
        return next(iter(given.values()))
    return given


def _tell_opening(found: dict[str, Any]) -> None:
    """`severity`, where the opening says it; and `reported_at` of the opening, where an event of its own does."""
    events = found.get("events")
    if not isinstance(events, list):
        return
    by_word = {
        event[1]: event for event in events if isinstance(event, list) and len(event) > 1 and isinstance(event[1], str)
    }
    created, reported = by_word.get(CREATED), by_word.get(REPORTED)
    own = created[-1] if created is not None and isinstance(created[-1], dict) else {}
    if found.get("severity") is None and own.get("severity") is not None:
        found["severity"] = own["severity"]
    if created is None or reported is None:
        return
    at, _, extra = [*reported, None][:3]
    told = [created[0], CREATED, {**own, "reported_at": at}]
    if isinstance(extra, dict) and extra.get("reported_at") is not None:
        told[2]["reported_at"] = extra["reported_at"]
    others = (event for event in events if not (isinstance(event, list) and event[1:2] == [REPORTED]))
    found["events"] = [told if event is created else event for event in others]


def _tell_stops(found: dict[str, Any]) -> None:
    """`waiting`, where the events say it: `{"kind": "vendor", "stops": ["restore"]}`. Of a kind that stops now these
    clocks and now those, each is a kind of its own."""
    events, waiting = found.get("events"), found.get("waiting")
    if not isinstance(events, list) or not isinstance(waiting, dict | None):
        return
    kinds: dict[str, Any] = dict(waiting or {})
    told: dict[int, Any] = {}
    for place, event in enumerate(events):
        own = _own_stops(event) if isinstance(event, list) and len(event) == 3 and event[1] == "waiting" else None
        if own:
            at, word, extra = event
            kind, stops = extra.get("kind", CUSTOMER), extra[own]
            if kinds.setdefault(str(kind), stops) != stops:
                kind = f"{kind} {stops}"
                kinds[kind] = stops
            told[place] = [at, word, {**extra, "kind": kind}]
    if told:
        found["events"] = [told.get(place, event) for place, event in enumerate(events)]
        found["waiting"] = kinds


def _own_stops(event: list[Any]) -> str | None:
    """The field in which the event of a wait says which clocks it stops."""
    extra = event[2]
    return next((name for name in _STOPS if extra.get(name) is not None), None) if isinstance(extra, dict) else None
