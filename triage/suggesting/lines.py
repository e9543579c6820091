"""Texts in JSON, answered with what they suggest: what `vigie triage suggest` prints."""

from __future__ import annotations

from typing import Any

from triage.json_lines import id_of, not_an_object, object_in
from triage.suggesting.deciding import suggest


def suggest_line(number: int, line: bytes) -> dict[str, Any]:
    """The answer to a line: the suggestion with the line's `id`, or what is wrong with the line."""
    asked = object_in(line)
    if asked is None:
        return not_an_object(number, "text")
    text = asked.get("text")
    if not isinstance(text, str):
        wrong = "text is missing" if text is None else "text is not a string"
        return {"id": id_of(asked), "error": f"{wrong}; write what somebody asked for."}
    found = suggest(text)
    return {
        "id": id_of(asked),
        "category": found.category,
        "redirect": found.redirect,
        "severity": found.severity,
        "skills": list(found.skills),
        "confidence": found.confidence,
        "because": list(found.because),
    }
