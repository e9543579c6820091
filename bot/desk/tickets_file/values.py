"""What the values of another help desk mean here: how bad, what kind, where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.desk.csv_file import UnusableError, pairs, plain_heading
from triage.terms import Category


class Standing(StrEnum):
    """Where a ticket stands in another help desk."""

    OPEN = "open"
    CUSTOMER = "customer"  # it waits for them
    VENDOR = "vendor"
    MAINTENANCE = "maintenance"
    RESOLVED = "resolved"


def _table(words: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {plain_heading(each): meaning for meaning, listed in words.items() for each in listed}


SEVERITIES = _table({
    "1": ("1", "p1", "s1", "sev1", "sev 1", "severity 1", "priority 1", "critical", "1 - critical", "urgent",
          "highest", "blocker", "emergency", "critique", "urgente"),
    "2": ("2", "p2", "s2", "sev2", "sev 2", "severity 2", "priority 2", "high", "2 - high", "major", "haute",
          "\u00e9lev\u00e9e"),
    "3": ("3", "p3", "s3", "sev3", "sev 3", "severity 3", "priority 3", "4", "5", "p4", "p5", "normal", "medium",
          "moderate", "3 - moderate", "low", "4 - low", "lowest", "5 - planning", "minor", "trivial", "moyenne",
          "normale", "basse"),
})  # fmt: skip
STATES = _table({
    Standing.OPEN: ("open", "new", "in progress", "work in progress", "active", "assigned", "to do", "todo", "reopened",
                    "escalated", "waiting for support", "ouvert", "nouveau", "en cours"),
    Standing.CUSTOMER: ("customer", "waiting", "pending", "waiting on customer", "waiting for customer",
                        "awaiting customer", "awaiting user info", "awaiting caller", "awaiting response",
                        "en attente"),
    Standing.VENDOR: ("vendor", "hold", "on-hold", "on hold", "waiting on third party", "waiting for vendor",
                      "awaiting vendor"),
    Standing.MAINTENANCE: ("maintenance", "scheduled"),
    Standing.RESOLVED: ("resolved", "solved", "closed", "done", "complete", "completed", "closed complete",
                        "closed incomplete", "closed skipped", "cancelled", "canceled", "declined", "r\u00e9solu",
                        "ferm\u00e9"),
})  # fmt: skip
CATEGORIES = _table({
    Category.INCIDENT: ("incident", "problem", "bug", "fault", "outage", "[system] incident", "[system] problem",
                        "panne"),
    Category.PROVISIONING: ("provisioning", "service request", "[system] service request", "task", "change",
                            "[system] change", "feature request", "request"),
    Category.INQUIRY: ("inquiry", "question", "enquiry", "information", "general"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Values:
    """What values mean, as compared."""

    #: `1`, `2` or `3`, by value.
    severities: Mapping[str, str]
    #: A `Standing`, by value.
    states: Mapping[str, str]
    #: A `Category`, by value.
    categories: Mapping[str, str]

    def severity(self, text: str) -> int | None:
        """How bad; None where nothing is written."""
        found = _read(self.severities, text, "severity", "--severities", "1, 2 or 3")
        return int(found) if found else None

    def state(self, text: str) -> Standing | None:
        """Where it stands; None where nothing is written."""
        found = _read(self.states, text, "state", "--states", ", ".join(Standing))
        return Standing(found) if found else None

    def category(self, text: str) -> Category | None:
        """What kind of request; None where nothing is written."""
        found = _read(self.categories, text, "category", "--categories", ", ".join(Category))
        return Category(found) if found else None


def values_of(severities: str, states: str, categories: str) -> Values:
    """What was typed, before what the usual help desks mean. Raises `UnusableError`."""
    return Values(
        SEVERITIES | _typed(severities, "severity", ("1", "2", "3")),
        STATES | _typed(states, "state", tuple(Standing)),
        CATEGORIES | _typed(categories, "category", tuple(Category)),
    )


def _typed(text: str, what: str, known: tuple[str, ...]) -> dict[str, str]:
    found = pairs(text, what) if text else {}
    for meaning in found.values():
        if meaning not in known:
            raise UnusableError(f"{meaning or 'nothing'} is no {what}: write {', '.join(known)}")
    return {plain_heading(value): meaning for value, meaning in found.items()}


def _read(known: Mapping[str, str], text: str, what: str, option: str, ours: str) -> str:
    text = " ".join(text.split())
    if not text:
        return ""
    found = known.get(plain_heading(text))
    if found is None:
        raise UnusableError(f'{text[:40]} is no {what} that is known: add {option} "{text[:40]}=..." ({ours}).')
    return found


# What stands where a ticket has no owner.
_NOBODY = frozenset(
    map(plain_heading, ("", "no agent", "unassigned", "not assigned", "nobody", "none", "non assign\u00e9"))
)


def read_owner(text: str) -> str:
    """Who has it; empty: nobody."""
    return "" if plain_heading(text) in _NOBODY else text


_VERDICTS = _table({
    "kept": ("kept", "met", "within sla", "achieved", "in time", "true", "yes", "tenu"),
    "missed": ("missed", "not met", "sla violated", "violated", "breached", "overdue", "late", "false",
               "no", "manqu\u00e9"),
})  # fmt: skip


def read_verdict(text: str) -> bool | None:
    """Whether they say that a deadline was kept; None: they say nothing. Raises `UnusableError`."""
    text = " ".join(text.split())
    if not text:
        return None
    found = _VERDICTS.get(plain_heading(text))
    if found is None:
        raise UnusableError(f"{text[:40]} does not say whether a deadline was kept or missed: write either.")
    return found == "kept"
