"""What a desk is told at fixed times, as one types it into a form, and as a policy file writes it."""

from __future__ import annotations

from collections.abc import Mapping

from babel.dates import get_day_names

from bot.verbs.setup.hours import day_meant
from triage.briefing import Briefings

FIELDS = ("morning", "weekly")


def written_briefings(told: Briefings, language: str) -> dict[str, str]:
    """Each as one line, for whoever reads that language; empty: it is not told."""
    weekly, days = told.weekly, get_day_names("wide", locale=language)
    return {
        "morning": "" if told.morning is None else f"{told.morning:%H:%M}",
        "weekly": "" if weekly is None else f"{days[weekly.day]} {weekly.at:%H:%M}",
    }


def chosen_briefings(answers: Mapping[str, str]) -> dict[str, str]:
    """The inverse, in a policy file's shape. What is no day or no time stays as it is, for the policy to refuse."""
    found = {}
    for name in FIELDS:
        first, _, rest = " ".join(answers.get(name, "").split()).partition(" ")
        found[name] = f"{day_meant(first) or first} {rest}".strip() or "none"
    return found
