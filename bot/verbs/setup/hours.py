"""Opening hours as one types them into a form, and as a policy file writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from babel.dates import get_day_names

from bot.desk.languages import LANGUAGES
from bot.desk.policy_file.calendars import ELAPSED_NAMES
from triage.recurring import DAYS

USUAL = {"mon-fri": "09:00-17:00"}
ALWAYS = "24/7"
_LINE = re.compile(r"([^\d:]+?)[\s:]+(\S.*)")
_WORD = re.compile(r"[^\W\d_]+\.?")
_WIDTHS: tuple[Literal["abbreviated", "wide"], ...] = ("abbreviated", "wide")


def _name(day: str) -> str:
    return day.rstrip(".").lower()


# The day that is meant, by each language's own name for it.
_MEANT = {
    _name(own): DAYS[number]
    for language in LANGUAGES
    for width in _WIDTHS
    for number, own in get_day_names(width, locale=language).items()
}


def day_meant(word: str) -> str | None:
    """The day that a word names, in any language; None for any other word."""
    name = _name(word.strip())
    return name if name in DAYS else _MEANT.get(name)


def read_hours(text: str) -> dict[str, list[str]] | str | None:
    """`mon-fri 09:00-12:00, 13:00-17:00`, one line for each run of days, in a policy file's shape; ALWAYS around the
    clock, None for nothing. What is no line at all stays as it is, for the policy to refuse."""
    text = text.strip()
    if not text:
        return None
    if text.lower() in (*ELAPSED_NAMES, "24h/24"):
        return ALWAYS
    found: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, re.split(r"[\n;]", text))):
        match = _LINE.fullmatch(line)
        days, spans = (match[1], match[2]) if match else (line, "")
        spans = [span.strip() for span in spans.split(",")]
        found.setdefault(_translated(days.lower(), _MEANT), []).extend(spans)
    return found


def written_hours(hours: Mapping[str, Any], language: str) -> str:
    """The inverse, for whoever reads that language."""
    own = {DAYS[number]: _name(day) for number, day in get_day_names("abbreviated", locale=language).items()}
    lines = []
    for days, spans in hours.items():
        words = _translated(days, own)
        lines.append(f"{words} {', '.join(spans if isinstance(spans, list) else [str(spans)])}")
    return "\n".join(lines)


def _translated(days: str, names: Mapping[str, str]) -> str:
    return _WORD.sub(lambda match: names.get(_name(match[0]), match[0]), days)
