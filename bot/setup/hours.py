"""Opening hours as one types them into a form, and as a policy file writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.policy_file.calendars import ELAPSED_NAMES

USUAL = {"mon-fri": "09:00-17:00"}
ALWAYS = "24/7"
_FRENCH = {"lun": "mon", "mar": "tue", "mer": "wed", "jeu": "thu", "ven": "fri", "sam": "sat", "dim": "sun"}
_ENGLISH = {english: french for french, english in _FRENCH.items()}
_LINE = re.compile(r"([^\d:]+?)[\s:]+(\S.*)")
_WORD = re.compile(r"[a-z]+")


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
        found.setdefault(_translated(days.lower(), _FRENCH), []).extend(spans)
    return found


def written_hours(hours: Mapping[str, Any], language: str) -> str:
    """The inverse, for whoever reads that language."""
    lines = []
    for days, spans in hours.items():
        words = _translated(days, _ENGLISH) if language == "fr" else days
        lines.append(f"{words} {', '.join(spans if isinstance(spans, list) else [str(spans)])}")
    return "\n".join(lines)


def _translated(days: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda match: words.get(match[0][:3], match[0]) if len(match[0]) == 3 else match[0], days)
