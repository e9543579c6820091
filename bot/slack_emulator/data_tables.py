"""The `data_table` block, checked against Slack's limits."""

from __future__ import annotations

from typing import Any

from bot.slack_emulator.elements import BLOCK_ID
from bot.slack_emulator.rules import Problems, array, both, complain, fields, integer, string, typed_as

MOST_ROWS, COLUMNS, CHARACTERS = 101, 20, 10_000  # the header is a row


def _number(value: Any, pointer: str, problems: Problems) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        complain(problems, "must provide a number", pointer)


def _anything(_value: Any, _pointer: str, _problems: Problems) -> None:
    """As in the rich text block."""


_TEXT = fields({"text": string()}, ("text",))
_CELL = typed_as({
    "raw_text": _TEXT, "raw_number": fields({"value": _number, "text": string()}, ("value", "text")),
    "rich_text": fields({"elements": _anything}, ("elements",)),
})  # fmt: skip


def _alike(block: Any, pointer: str, problems: Problems) -> None:
    rows = block.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            complain(problems, "all rows must have the same number of cells", f"{pointer}/rows/{index}")
    for index, cell in enumerate(rows[0] if rows else ()):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            complain(problems, "rich_text is not allowed in the header", f"{pointer}/rows/0/{index}")
    if characters(block) > CHARACTERS:
        complain(problems, f"cells together must be less than {CHARACTERS + 1} characters", f"{pointer}/rows")


def characters(block: Any) -> int:
    """How much all cells of a table hold."""
    rows = block.get("rows")
    return sum(_size(row) for row in rows) if isinstance(rows, list) else 0


def _size(value: Any) -> int:
    if isinstance(value, dict):
        own = value.get("text")
        inside = sum(_size(each) for name, each in value.items() if name != "text")
        return inside + (len(own) if isinstance(own, str) else _size(own))
    return sum(map(_size, value)) if isinstance(value, list) else 0


DATA_TABLE = both(
    fields(
        {"block_id": BLOCK_ID, "caption": string(), "rows": array(array(_CELL, COLUMNS), MOST_ROWS, 2),
         "page_size": integer(1, 100), "row_header_column_index": integer(0, COLUMNS - 1)},
        ("caption", "rows"),
    ),
    _alike,
)  # fmt: skip
