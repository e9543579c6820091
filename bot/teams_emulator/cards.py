"""Adaptive Cards as Teams takes them: which are refused, and what in them can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bot.stand_in.shapes import Json, dumps

CARD = "application/vnd.microsoft.card.adaptive"
LARGEST = 28 * 1024  # bytes of a message as JSON
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
MOST_ACTIONS = 6  # of one card or set that stand there openly

_LISTS: dict[str, tuple[str, ...]] = {
    "Container": ("items",), "Column": ("items",), "ColumnSet": ("columns",), "ActionSet": ("actions",),
    "ImageSet": ("images",), "Table": ("rows",), "TableRow": ("cells",), "TableCell": ("items",),
    "RichTextBlock": (), "TextBlock": (), "FactSet": (), "Image": (), "Media": (), "Icon": (), "Badge": (),
    "CodeBlock": (), "Chart.VerticalBar.Grouped": (),
    "Input.Text": (), "Input.Number": (), "Input.Date": (), "Input.Time": (), "Input.Toggle": (),
    "Input.ChoiceSet": (),
}  # fmt: skip
_ACTIONS = {"Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"}
_MUST: dict[str, dict[str, type | tuple[type, ...]]] = {
    "TextBlock": {"text": str}, "RichTextBlock": {"inlines": list}, "FactSet": {"facts": list}, "Image": {"url": str},
    "Container": {"items": list}, "Table": {"rows": list}, "TableRow": {"cells": list}, "TableCell": {"items": list},
    "ActionSet": {"actions": list}, "Chart.VerticalBar.Grouped": {"data": list}, "Input.Text": {"id": str},
    "Input.Number": {"id": str},
    "Input.Date": {"id": str}, "Input.Time": {"id": str}, "Input.Toggle": {"id": str, "title": str},
    "Input.ChoiceSet": {"id": str, "choices": list}, "Action.OpenUrl": {"url": str}, "Action.ShowCard": {"card": dict},
    "Action.ToggleVisibility": {"targetElements": list},
}  # fmt: skip


def too_large(message: Json) -> bool:
    """Whether a message is more than Teams takes."""
    return len(dumps(message).encode()) > LARGEST


def problem(card: Any) -> str | None:
    """Why Teams refuses this card; None: it does not."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return "the content is no AdaptiveCard"
    if card.get("version") not in VERSIONS:
        return f"version {card.get('version')!r} is not supported"
    if not isinstance(card.get("body"), list):
        return "body is missing"
    return next(_problems(card), None)


def _problems(card: Json) -> Iterator[str]:
    ids = [str(each["id"]) for each in inputs(card) if isinstance(each.get("id"), str)]
    if len(ids) != len(set(ids)):
        yield "two inputs have the same id"
    for each in elements(card):
        kind = each.get("type")
        if kind not in _LISTS and kind not in _ACTIONS and kind != "AdaptiveCard":
            yield f"unknown element {kind!r}"
        for name, of in _MUST.get(str(kind), {}).items():
            if not isinstance(each.get(name), of):
                yield f"{name} of {kind} is missing"
        if kind == "Action.Execute" and card["version"] < "1.4":
            yield "Action.Execute needs version 1.4"
        if kind == "Input.ChoiceSet" and not all(map(_is_choice, each.get("choices") or [])):
            yield "a choice has no title or no value"
        if kind == "FactSet" and not all(map(_is_fact, each.get("facts") or [])):
            yield "a fact has no title or no value"
        if kind == "Table" and any(
            len(row.get("cells") or []) > len(each.get("columns") or []) for row in each["rows"]
        ):
            yield "a row of a table has more cells than there are columns"
        open_actions = [one for one in each.get("actions") or [] if one.get("mode") != "secondary"]
        if len(open_actions) > MOST_ACTIONS:
            yield f"more than {MOST_ACTIONS} actions"


def _is_choice(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("title"), str) and isinstance(one.get("value"), str)


_is_fact: Callable[[Any], bool] = _is_choice


def elements(card: Json) -> Iterator[Json]:
    """Every element and action of a card, itself included, from the top down."""
    yield card
    names = ("body", "actions") if card.get("type") == "AdaptiveCard" else _LISTS.get(str(card.get("type")), ())
    for name in names:
        for each in card.get(name) or []:
            if isinstance(each, dict):
                # The parts of a column set or a table need not say what they are.
                implied = {"columns": "Column", "rows": "TableRow", "cells": "TableCell"}.get(name)
                yield from elements({"type": implied, **each} if implied and "type" not in each else each)
    for name in ("selectAction", "inlineAction"):
        if isinstance(card.get(name), dict):
            yield from elements(card[name])
    if card.get("type") == "Action.ShowCard" and isinstance(card.get("card"), dict):
        yield from elements(card["card"])


def actions(card: Json) -> Iterator[Json]:
    """What can be pressed."""
    return (each for each in elements(card) if str(each.get("type", "")).startswith("Action."))


def inputs(card: Json) -> Iterator[Json]:
    """What can be filled in."""
    return (each for each in elements(card) if str(each.get("type", "")).startswith("Input."))
