"""What people fill in: checked as Teams' client does before it sends anything, and written as it does."""

from __future__ import annotations

import re
from typing import Any

from bot.stand_in.shapes import Json
from bot.teams_emulator import cards

MISSING = "this must be filled in"


def fill(card: Json, given: Json) -> tuple[Json, dict[str, str]]:
    """The values of every input of a card, by its id, where some are `given`; and what the client would not let
    through, by id. Lists of choices are written with commas between, as Teams does."""
    found: Json = {}
    wrong: dict[str, str] = {}
    known = {str(each["id"]): each for each in cards.inputs(card)}
    for name in given.keys() - known.keys():
        wrong[name] = "there is no such field"
    for name, element in known.items():
        value = given[name] if name in given else element.get("value", "")
        text = ",".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        if isinstance(value, bool):
            text = str(element.get("valueOn" if value else "valueOff", str(value).lower()))
        if problem := _problem(element, text):
            wrong[name] = problem
        if text or element["type"] in ("Input.Text", "Input.Toggle") or name in given:
            found[name] = text
    return found, wrong


def _problem(element: Json, text: str) -> str | None:
    if not text:
        return MISSING if element.get("isRequired") else None
    match element["type"]:
        case "Input.Text":
            longest, pattern = element.get("maxLength"), element.get("regex")
            if isinstance(longest, int) and len(text) > longest:
                return f"this is longer than {longest} characters"
            return "this is not of the form asked for" if pattern and not re.search(pattern, text) else None
        case "Input.Number":
            return None if re.fullmatch(r"-?\d+([.,]\d+)?", text) else "this is no number"
        case "Input.Date":
            return None if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else "this is no date"
        case "Input.Time":
            return None if re.fullmatch(r"\d\d:\d\d", text) else "this is no time"
        case "Input.ChoiceSet":
            return _choice(element, text)
    return None


def _choice(element: Json, text: str) -> str | None:
    chosen = text.split(",") if element.get("isMultiSelect") else [text]
    searched: Any = element.get("choices.data")
    if searched is not None or (element.get("style") == "filtered" and not element.get("choices")):
        return None  # Teams searches for more than the card names
    known = {one["value"] for one in element["choices"]}
    unknown = [one for one in chosen if one not in known]
    return f"there is no such choice: {', '.join(unknown)}" if unknown else None
