"""The agreements of a case beside the customer's: each is a case of its own, over the part of the events in which it
holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from triage.based_on import filled_in
from triage.case_fields import CaseError
from triage.case_targets import severity_name
from triage.terms import CREATED, CUSTOMER, ClockKind

_CLOCKS = {kind.value for kind in ClockKind}
_CALENDAR = ("clock", "weekly_hours", "weeks", "periods", "based_on", "holidays", "exceptions", "yearly", "calendar")
_WEEK = ("weekly_hours", "weeks", "periods")
_OWN = ("kind", "id", "agreements", "targets", "severities", "warnings", "escalations", "events")
"""What of a case says nothing of its agreements."""

_NOT_OF_A_CASE = ("hours", "calendar", "clock", "begins", "ends", "based_on")


Evaluate = Callable[[Mapping[str, Any], Sequence["Told"]], dict[str, Any]]


class Told(NamedTuple):
    """One line of a case's history, in order of time. It is the engine's mark for what it moves."""

    #: When it happened.
    recorded_at: datetime
    #: Its place in the list.
    seq: int
    #: What happened, one of the words of events.
    word: str
    #: What else is said of it.
    extra: Mapping[str, Any]
    #: Of the event with which an agreement begins: the words of what was so by then.
    already: tuple[str, ...] = ()


class Moment(NamedTuple):
    """An event at which an agreement begins or ends."""

    #: The word of the event.
    word: str
    #: The group, or what is waited for; None: any.
    of: str | None = None

    def is_(self, event: Told) -> bool:
        """Whether it is that event."""
        return event.word == self.word and (self.of is None or _of(event) == self.of)


def beside(
    case: Mapping[str, Any], events: Sequence[Told], words: Sequence[str], evaluate: Evaluate
) -> dict[str, dict[str, Any]]:
    """By name of the agreement: what `evaluate` answers for its fields and its events. What it leaves out of its hours,
    rules and kinds of waiting is the case's. Raises CaseError where they make no sense."""
    given = case.get("agreements")
    if not isinstance(given, Mapping) or not all(isinstance(each, Mapping) for each in given.values()):
        raise CaseError("agreements: give an object of agreements by name, each an object with its targets.")
    try:
        agreements = filled_in({name: _without_nulls(own) for name, own in given.items()})
    except ValueError as error:
        raise CaseError(f"agreements: {error}") from None
    found: dict[str, dict[str, Any]] = {}
    known = list(_of_severity_alone(events))
    for name, own in agreements.items():
        fields, begins, ends = _agreement(case, name, own, words)
        if isinstance(by_severity := fields.get("severities"), Mapping):
            fields["severities"] = {**{severity: {} for severity in _severities(case, known)}, **by_severity}
        part = part_of(known, name, begins, ends)
        if not part:  # it never began: it has no clock, but what it says makes sense or not all the same
            part = [event for event in events if event.word == CREATED]
            evaluate({"targets": {}, **fields}, part)
            nothing = (*_OWN, "severity")
            fields = {field: value for field, value in fields.items() if field not in nothing} | {"targets": {}}
        found[name] = evaluate(fields, part)
    return found


def _without_nulls(own: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in own.items() if value is not None}


def _of_severity_alone(events: Sequence[Told]) -> Iterator[Told]:
    """The events without the targets that a severity brings itself: those are the ticket's."""
    for event in events:
        severity = event.extra.get("severity", event.extra.get("to"))
        if event.word != "severity":
            yield event
        elif severity is not None:
            yield event._replace(extra={"severity": severity})


def _severities(case: Mapping[str, Any], events: Sequence[Told]) -> list[str]:
    """All that the ticket ever had. An agreement has no clock at one that it does not name."""
    told = [case.get("severity"), *(event.extra["severity"] for event in events if event.word == "severity")]
    return [severity_name(severity) for severity in told if severity is not None]


def _agreement(
    case: Mapping[str, Any], name: str, given: Mapping[str, Any], words: Sequence[str]
) -> tuple[dict[str, Any], Moment, Moment]:
    if not given.get("targets") and not given.get("severities"):
        raise CaseError(f'agreements: {name} is on nothing; give it targets, such as {{"restore_minutes": 240}}.')
    begins = _moment(f"agreements: {name} begins", given.get("begins", CREATED), words)
    ends = given.get("ends")
    found = {field: value for field, value in case.items() if field not in _OWN}
    if begins.word != CREATED:
        found.pop("starts", None)  # which are those of a ticket from its opening on
    hours = next((given[name] for name in ("hours", "calendar", "clock") if given.get(name) is not None), None)
    if hours is None and any(given.get(name) is not None for name in _WEEK):
        found = {field: value for field, value in found.items() if field not in ("clock", "calendar", "hours", *_WEEK)}
    found |= {field: value for field, value in given.items() if field not in _NOT_OF_A_CASE}
    for each in ("rules", "calendars"):
        usual, own = case.get(each), given.get(each)
        if isinstance(usual, Mapping) and isinstance(own, Mapping):
            found[each] = {**usual, **_without_nulls(own)}
    if hours is not None and not (isinstance(hours, Mapping) and hours.keys() <= _CLOCKS):
        found = {field: value for field, value in found.items() if field not in _CALENDAR} | _hours(hours)
        found.pop("hours", None)
    elif hours is not None:
        found["hours"] = hours
    return found, begins, _end(begins) if ends is None else _moment(f"agreements: {name} ends", ends, words)


def _hours(given: object) -> dict[str, Any]:
    return {"clock": given} if given == "elapsed" else {"calendar": given}


def _moment(what: str, given: object, words: Sequence[str]) -> Moment:
    if isinstance(given, str) and given in words:
        return Moment(given)
    if isinstance(given, list) and len(given) == 2 and isinstance(given[0], str):
        given = {given[0]: given[1]}
    if isinstance(given, Mapping) and len(given) == 1:
        [(word, of)] = given.items()
        if isinstance(of, Mapping):
            of = of.get("group" if word == "assigned" else "kind")
        if word in ("assigned", "waiting") and isinstance(of, str):
            return Moment(word, of)
    raise CaseError(f'{what} at {given!r}; write "created", {{"assigned": "network"}} or {{"waiting": "vendor"}}.')


def _end(begins: Moment) -> Moment:
    """What ends an agreement that does not say so itself."""
    return Moment({"assigned": "assigned", "waiting": "resumed"}.get(begins.word, ""))


def part_of(events: Sequence[Told], name: str, begins: Moment, ends: Moment) -> list[Told]:
    """The events of the last time that the agreement held: the first is its opening, and where it ended the last is its
    closing. Empty where it never began."""
    if begins.word == CREATED:
        return _until(_retold(events, name), ends)
    found: list[Told] = []
    waiting: Told | None = None
    severity: Told | None = None
    is_closed = holds = goes_on = False
    already: list[str] = []
    for event in _retold(events, name):
        already.append(event.word)
        is_closed = is_closed and event.word != "reopened"
        is_over = _is_over(event, begins, ends)
        if goes_on and is_over:
            found.append(event._replace(word="closed", extra={}))
            goes_on = False
        elif goes_on and not event.word == begins.word == "waiting":  # the wait is its work, said anew it stops nothing
            found.append(event)
        if begins.is_(event):
            holds = not (is_closed and event.word == "waiting")
        elif is_over:
            holds = False
        if holds and not goes_on and not is_closed:
            found = [event._replace(word=CREATED, extra={}, already=tuple(already))]
            if severity is not None:
                found.append(severity._replace(recorded_at=event.recorded_at))
            if waiting is not None and begins.word != "waiting":
                found.append(event._replace(word="waiting", extra=waiting.extra))
            goes_on = True
        severity = event if event.word == "severity" else severity
        if event.word in ("waiting", "resumed", "closed"):
            waiting = event if event.word == "waiting" and not is_closed else None
        is_closed = is_closed or event.word == "closed"
    return found


def _retold(events: Sequence[Told], name: str) -> Iterator[Told]:
    """The events without what changes the targets of others."""
    for event in events:
        if event.word != "targets":
            yield event
        elif isinstance(own := event.extra.get("agreements"), Mapping) and name in own:
            yield event._replace(extra=own[name])


def _is_over(event: Told, begins: Moment, ends: Moment) -> bool:
    if begins.word == "waiting" and event.word in ("waiting", "closed"):
        return not begins.is_(event)
    if ends == _end(begins) and begins.is_(event):
        return False  # the same group again
    return ends.is_(event)


def _until(events: Iterator[Told], ends: Moment) -> list[Told]:
    found: list[Told] = []
    for event in events:
        if ends.is_(event):
            return [*found, event._replace(word="closed", extra={})]
        found.append(event)
    return found


def _of(event: Told) -> str | None:
    """Which group, or what is waited for."""
    of = event.extra.get("group") if event.word == "assigned" else event.extra.get("kind", CUSTOMER)
    return of if isinstance(of, str) else None
