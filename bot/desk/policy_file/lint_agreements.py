"""Targets of agreements beside the customer's that are legal but probably a mistake beside the customer's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.desk.policy_file.defaults import AROUND_THE_CLOCK
from bot.desk.policy_file.lint_targets import Suspicion, Target, suspicion, written
from triage.agreements import GROUP
from triage.terms import CREATED, ClockKind


def suspicious_agreements(data: Mapping[str, Any]) -> Iterator[Suspicion]:
    """Sentences about agreements that can be kept while the customer's target is missed. What a group
    responds is its acknowledgement, which no customer waits for."""
    for name, own in data.get("agreements", {}).items():
        begins, _ = own.get("begins", (CREATED, None))
        for severity, clocks in own["targets"].items():
            for kind, target in clocks.items():
                theirs = data["targets"].get(severity, {}).get(kind)
                acknowledged = kind == ClockKind.RESPONSE and begins == GROUP
                if theirs is None or acknowledged or not _is_longer(target, theirs):
                    continue
                place = f"agreements.{name}"
                sentence = (
                    f"its {kind} target of severity {severity}, {written(target)}, is longer than the customer's, "
                    f"{written(theirs)}: whoever keeps it may be too late for the customer. Write a shorter one."
                )
                yield suspicion(
                    sentence,
                    f"{place}.targets.{severity}.{kind}",
                    f"{place}.targets.{severity}",
                    f"{place}.targets",
                    place,
                )


def _is_longer(target: Target, theirs: Target) -> bool:
    """Whether it surely is. Business time never passes faster than the time around the clock; working days are compared
    with no length."""
    if "days" in target or "days" in theirs:
        alike = all(target.get(key) == theirs.get(key) for key in ("until", "hours"))
        return alike and target.get("days", 0) > theirs.get("days", target.get("days", 0))
    return bool(target["seconds"] > theirs["seconds"] and theirs["hours"] in (target["hours"], AROUND_THE_CLOCK))
