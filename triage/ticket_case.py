"""A case of a whole ticket: its own few words, told to the same clock engine that holds real tickets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from triage.case_agreements import Told, beside
from triage.case_clocks import kind_of_waiting, read_starts, read_waiting
from triage.case_fields import Case, CaseError, minutes, read_instant, read_moment, written
from triage.case_targets import Severities, TargetReader
from triage.case_timing import Leads, proposed, read_leads, read_thresholds, used_percent, warned
from triage.clocks import Clock, Clocks
from triage.hours import Hours
from triage.instants import whole_second
from triage.terms import CUSTOMER, RESPONDED, UPDATE_BASES, ClockKind, Target, Terms

RETARGETS = ("from_start", "no_past")
WORDS = (
    "created", "customer_message", "agent_reply", "internal_note", "waiting", "resumed", "restored", "relapsed",
    "closed", "reopened", "targets", "severity", "confirmed", "assigned", "acknowledged",
)  # fmt: skip
_BARE = {
    "waiting": "kind",
    "assigned": "group",
    "severity": "severity",
    "reopened": "counts",
}
"""What an extra means that is no object, by word."""
_RULES = ("paused_clocks", "update_base", "retarget", "response_met_by")
_RESULTS = {
    kind: (
        kind.value,
        *(f"{kind}_{what}" for what in ("due", "breached", "taken_minutes", "over_minutes", "left_minutes")),
    )
    for kind in ClockKind
}


class _Rules(NamedTuple):
    """How the desk of the case counts."""

    paused_clocks: frozenset[ClockKind]
    update_base: str
    retarget: str
    response_met_by: frozenset[str]
    #: By kind of waiting: the clocks that it stops; those of the customer are `paused_clocks`.
    stops: tuple[tuple[str, frozenset[ClockKind]], ...] = ()
    #: By clock: what it starts at, where that is not the usual.
    starts: tuple[tuple[ClockKind, str], ...] = ()


def evaluate_ticket(case: Case) -> dict[str, Any]:
    """Where every clock of the case stands after its last event, and those of the agreements beside it. Raises
    CaseError for a case that makes no sense."""
    events = _events(case.get("events"))
    result = _evaluate(case, events)
    if case.get("agreements") is not None:
        result["agreements"] = beside(case.fields, events, WORDS, lambda fields, own: _evaluate(Case(fields), own))
    return result


def _evaluate(case: Case, events: Sequence[Told]) -> dict[str, Any]:
    reader, rules = TargetReader(case, case.get("hours")), _rules(case)
    as_of = None if case.get("as_of") is None else case.moment("as_of")
    leads = read_leads(case.get("warnings"))
    severities = Severities(case)
    terms = _terms(reader, rules, severities.opening)
    created = [event for event in events if event.word == "created"]
    if len(created) != 1:
        raise CaseError('events: exactly one must be "created".')
    [opened] = created
    clocks = Clocks(opened.recorded_at, _reported_at(opened), terms, opened)
    for word in opened.already:
        clocks.begin(word, opened.recorded_at, opened)
    since, met_by, starts = clocks.reported_at, rules.response_met_by, rules.starts
    for event in events:
        at, word, extra = event.recorded_at, event.word, event.extra
        if word in met_by:
            clocks.respond(at)
            if starts:
                clocks.begin(RESPONDED, at, event)
        if starts:
            clocks.begin(word, at, event)
        if word in ("targets", "severity"):
            targets, raised = (_own(event), False) if word == "targets" else severities.change(extra)
            since = at if raised else since
            terms = terms if targets is None else _terms(reader, rules, targets)
            if raised or targets is not None:
                clocks.retarget(at, terms, event, end_promise=raised)
        else:
            _tell(clocks, event)
    result = _answer(clocks, terms, as_of, leads)
    thresholds = read_thresholds(case.get("escalations"), severities.now)
    result["escalations"] = proposed(clocks, thresholds, since) if thresholds else []
    return result


def _own(event: Told) -> Mapping[str, Any] | None:
    """The targets that an event changes; None where it speaks of those of agreements only."""
    return None if event.extra.keys() == {"agreements"} else event.extra


def _reported_at(opened: Told) -> datetime:
    """When the trouble was reported: at the opening, unless that says otherwise."""
    given = opened.extra.get("reported_at")
    return opened.recorded_at if given is None else read_instant("reported_at", given)


def _tell(clocks: Clocks, event: Told) -> None:
    at, word, extra = event.recorded_at, event.word, event.extra
    if word == "agent_reply":
        promise = extra.get("next_update")
        clocks.reply(at, event, None if promise is None else read_instant("next_update", promise))
    elif word == "customer_message":
        clocks.customer_wrote(at, event)
    elif word == "waiting":
        clocks.wait(at, event, kind_of_waiting(extra))
    elif word == "resumed":
        clocks.resume(at, event)
    elif word == "restored":
        clocks.restore(at, event)
    elif word == "relapsed":
        clocks.relapse(at, event)
    elif word == "closed":
        clocks.close(at, event)
    elif word == "reopened":
        counts = extra.get("counts")
        if counts is not None and not isinstance(counts, bool):
            raise CaseError(f"counts: {counts!r} is neither true nor false.")
        clocks.reopen(at, event, counts=counts is True)


def _answer(clocks: Clocks, terms: Terms, as_of: datetime | None, leads: Leads) -> dict[str, Any]:
    result: dict[str, Any] = {}
    warnings: dict[str, list[str]] = {}
    percent: dict[str, float | None] = {}
    found: list[datetime] = []
    for kind, (name, named_due, breached, taken, over, left) in _RESULTS.items():
        clock = clocks.clock(kind) if kind in terms.targets else None
        due = None if clock is None else clock.due
        if due is not None:
            found.append(due)
        result[named_due] = None if due is None else written(due)
        result[breached] = clock is not None and clock.breached(as_of)
        result[taken], result[over], result[left] = _ended(clock)
        warnings[name] = warned(clock, leads.get(kind, ())) if leads else []
        percent[name] = None if clock is None or as_of is None else used_percent(clock, as_of)
    met_at = clocks.responded_at
    result["response_met_at"] = None if met_at is None else written(met_at)
    result["next_due"] = written(min(found)) if found else None
    result["warnings"], result["elapsed_percent"] = warnings, percent
    return result


def _ended(clock: Clock | None) -> tuple[int | None, int | None, float | None]:
    """Whole minutes that an ended clock took, was over, and had left; nothing of one that goes on."""
    if clock is None or clock.ended_at is None:
        return None, None, None
    taken, over = clock.taken(clock.ended_at) // 60, clock.over(clock.ended_at) // 60
    return taken, over, minutes(clock.target.seconds) - taken


def _terms(reader: TargetReader, rules: _Rules, given: object) -> Terms:
    plain = reader.plain(given)
    return _terms_of(rules, reader.read(given)) if plain is None else _plain_terms(reader.default, rules, *plain)


@lru_cache(maxsize=1024)
def _plain_terms(hours: Hours, rules: _Rules, *seconds: int | None) -> Terms:
    return _terms_of(rules, {k: Target(s, hours) for k, s in zip(ClockKind, seconds, strict=True) if s is not None})


def _terms_of(rules: _Rules, targets: dict[ClockKind, Target]) -> Terms:
    return Terms(
        targets=targets,
        pauses=rules.paused_clocks,
        stops=dict(rules.stops),
        starts=dict(rules.starts),
        update_base=rules.update_base,
        retarget=rules.retarget,
    )


def _rules(case: Case) -> _Rules:
    given = case.get("rules")
    rules = {} if given is None else given
    if not isinstance(rules, Mapping):
        raise CaseError("rules: give an object with paused_clocks, update_base, response_met_by or retarget.")
    also = (rules.get(name) if case.get(name) is None else case.get(name) for name in ("waiting", "starts"))
    return _rules_of(json.dumps([*map(rules.get, _RULES), *also]))


@lru_cache(maxsize=1024)
def _rules_of(text: str) -> _Rules:
    *words, waiting, starting = json.loads(text)
    rules = dict(zip(_RULES, words, strict=True))
    paused = _names(rules, "paused_clocks", ["restore"], [kind.value for kind in ClockKind])
    [update_base] = _names(rules, "update_base", "last_update", UPDATE_BASES)
    [retarget] = _names(rules, "retarget", "from_start", RETARGETS)
    met_by = _names(rules, "response_met_by", ["agent_reply"], WORDS)
    stops, starts = read_waiting(waiting), read_starts(starting, WORDS)
    pauses = stops.pop(CUSTOMER, frozenset(map(ClockKind, paused)))
    return _Rules(
        pauses, update_base, retarget, frozenset(met_by), stops=tuple(stops.items()), starts=tuple(starts.items())
    )


def _names(rules: Mapping[str, Any], name: str, default: str | list[str], known: Iterable[str]) -> list[str]:
    """The words of a rule, which is one word or a list of them as its default is."""
    given = default if rules[name] is None else rules[name]
    words = [given] if isinstance(given, str) else given
    is_known = isinstance(words, list) and all(isinstance(word, str) and word in known for word in words)
    if not is_known or (isinstance(default, str) and len(words) != 1):
        raise CaseError(f"rules: {name} is {given!r}; use {', '.join(known)}.")
    return words


def _events(given: object) -> list[Told]:
    if not isinstance(given, list):
        raise CaseError("events: give a list of [instant, word] or [instant, word, extra].")
    events = [_event(seq, line) for seq, line in enumerate(given)]
    events.sort(key=itemgetter(0))  # stable: same instants stay in the order listed
    # Fractions of a second tell which came first; the clocks count in whole ones.
    return [e._replace(recorded_at=whole_second(e.recorded_at)) if e.recorded_at.microsecond else e for e in events]


def _event(seq: int, line: object) -> Told:
    if not isinstance(line, list) or not 2 <= len(line) <= 3 or line[1] not in WORDS:
        raise CaseError(
            f"events: {line!r} is not [instant, word] or [instant, word, extra]; words: {', '.join(WORDS)}."
        )
    extra = line[2] if len(line) == 3 else None
    if isinstance(extra, str | int | float) and line[1] in _BARE:
        extra = {_BARE[line[1]]: extra}
    if extra is not None and not isinstance(extra, Mapping):
        raise CaseError(f"events: {extra!r} is not an object, which is all that can follow {line[1]}.")
    return Told(read_moment("events", line[0]), seq, line[1], extra or {})
