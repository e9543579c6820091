"""Targets, lead times and thresholds that are legal but probably a mistake beside one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from bot.desk.policy_file.defaults import AROUND_THE_CLOCK, BUSINESS
from bot.desk.policy_file.reader import listed
from triage.levels import LEVELS
from triage.terms import ClockKind

Target = Mapping[str, Any]
Targets = Mapping[str, Mapping[str, Target]]
Suspicion = tuple[str, tuple[str, ...]]
"""A sentence, and where it belongs: at the first of these places that stands in the file."""

# The severities that somebody above should hear of in time.
_PROPOSED = [str(severity) for severity in LEVELS[0].after]


def suspicion(sentence: str, *places: str) -> Suspicion:
    """A sentence about a probable mistake, and the places in the file that it may be about."""
    return sentence, places


def suspicious_targets(targets: Targets, data: Mapping[str, Any]) -> Iterator[Suspicion]:
    """Sentences about everybody's targets, or a plan's, each with the places in a file that it may be about."""
    for severity, clocks in targets.items():
        yield from _missing(severity, clocks)
        yield from _beside_restore(severity, clocks)
    for (severity, clocks), (milder, others) in pairwise(targets.items()):
        yield from _out_of_order(severity, clocks, milder, others)
    if any(target["hours"] != AROUND_THE_CLOCK for target in targets["1"].values()):
        sentence = "severity 1 counts in opening hours: outside them its clocks stand still and nobody is warned."
        yield suspicion(sentence, "severities.1.hours", "targets.1")
    yield from _lead_times(targets, data["leads"])
    yield from _thresholds(targets, data["levels"])


def written(target: Target) -> str:
    """A target as a file would say it: `15m`, `48 business hours`, `8h of night`."""
    seconds, hours = target["seconds"], target["hours"]
    if "days" in target:
        return in_days(target["days"], target["until"])
    if hours == AROUND_THE_CLOCK and seconds > 2 * 86400 and seconds % 86400 == 0:
        return f"{seconds // 86400}d"
    size, unit = next(
        (size, unit) for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")) if not seconds % size
    )
    if hours == BUSINESS:
        return f"{seconds // size} business {unit}{'' if seconds == size else 's'}"
    return f"{seconds // size}{unit[0]}" if hours == AROUND_THE_CLOCK else f"{seconds // size}{unit[0]} of {hours}"


def in_days(count: int, until: str) -> str:
    """Working days as a file would say them."""
    if count == 0:
        return "end of day"
    days = "1 business day" if count == 1 else f"{count} business days"
    if until in ("closing", "same time"):
        return days if until == "closing" else f"{days}, same time"
    return f"next business day by {until}" if count == 1 else f"{days} by {until}"


def _missing(severity: str, clocks: Mapping[str, Target]) -> Iterator[Suspicion]:
    missing = [kind.value for kind in ClockKind if kind not in clocks]
    if missing:
        places = (f"targets.{severity}.{kind}" for kind in missing)
        yield suspicion(f"severity {severity} has no {listed(missing)} target, so no deadline is held there.", *places)


def _beside_restore(severity: str, clocks: Mapping[str, Target]) -> Iterator[Suspicion]:
    restore = clocks.get(ClockKind.RESTORE)
    for kind in (ClockKind.RESPONSE, ClockKind.UPDATE):
        target = clocks.get(kind)
        if target and restore and _longer(target, restore):
            yield suspicion(
                f"the {kind} target of severity {severity}, {written(target)}, is longer than its time to restore, "
                f"{written(restore)}.",
                f"targets.{severity}.{kind}",
                f"targets.{severity}.restore",
            )


def _out_of_order(
    severity: str, clocks: Mapping[str, Target], milder: str, others: Mapping[str, Target]
) -> Iterator[Suspicion]:
    for kind, target in clocks.items():
        if kind in others and _longer(target, others[kind]):
            yield suspicion(
                f"the {kind} target of severity {severity}, {written(target)}, is longer than that of severity "
                f"{milder}, {written(others[kind])}.",
                f"targets.{severity}.{kind}",
                f"targets.{milder}.{kind}",
            )


def _longer(target: Target, other: Target) -> bool:
    return bool(target["hours"] == other["hours"] and target["seconds"] > other["seconds"])


def _lead_times(targets: Targets, leads: Mapping[str, Any]) -> Iterator[Suspicion]:
    """A lead time that is not shorter than its target has passed before the clock starts, and is never said."""
    late: dict[tuple[str, int], list[str]] = {}
    for severity, clocks in targets.items():
        for kind, target in clocks.items():
            for lead in leads[severity][kind]:
                if lead >= target["seconds"]:
                    late.setdefault((kind, lead), []).append(severity)
    for (kind, lead), severities in late.items():
        ahead = written({"seconds": lead, "hours": AROUND_THE_CLOCK})
        first, lengths = severities[0], [written(targets[severity][kind]) for severity in severities]
        whose = f"severity {first}, whose target is {lengths[0]}"
        if len(severities) > 1:
            whose = f"severities {_and(severities)}, whose targets are {_and(lengths)}"
        yield suspicion(
            f"the warning {ahead} before `{kind}` is due is never given for {whose}; write a shorter time, or a share "
            "such as 50%.",
            f"lead_times.{kind}.{first}",
            f"lead_times.{kind}",
            f"targets.{first}.{kind}",
            f"targets.{first}",
        )


def _and(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _thresholds(targets: Targets, levels: list[dict[str, Any]]) -> Iterator[Suspicion]:
    """Level 2 and above may well be meant for what is late already, but somebody should hear of it before."""
    for severity in targets:
        after = [
            (level["after"][severity], number) for number, level in enumerate(levels, 1) if severity in level["after"]
        ]
        restore = targets[severity].get(ClockKind.RESTORE)
        if not after:
            if levels and severity in _PROPOSED:
                sentence = f"no level is ever proposed for severity {severity}; write for example `after: {{1: 2h}}`."
                yield suspicion(sentence, "levels[1].after", "levels[1]", "levels")
            continue
        seconds, number = min(after)
        # Thresholds count around the clock: against a target in opening hours they say nothing.
        if restore and restore["hours"] == AROUND_THE_CLOCK and seconds >= restore["seconds"]:
            waits, sooner = (
                written({"seconds": each, "hours": AROUND_THE_CLOCK}) for each in (seconds, restore["seconds"] // 2)
            )
            place = f"levels[{number}]"
            yield suspicion(
                f"for severity {severity} no level is proposed before {waits}, when its time to restore, "
                f"{written(restore)}, is over; propose one sooner: `after: {{{severity}: {sooner}}}`.",
                f"{place}.after.{severity}",
                f"targets.{severity}.restore",
                place,
                "levels",
            )
