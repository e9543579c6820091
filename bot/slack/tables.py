"""Tables as Block Kit. They are newer than many a server and client: whether a workspace takes them is found out, and
where it does not, each row becomes a line as everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.wording.card import Cell, Table
from bot.wording.sentences import Link, Mention, Part, Sentence

Block = dict[str, Any]

#: Rows of a table that are shown at once.
PAGE = 10
NOTHING = "–"  # a cell holds something
CELL = 80  # characters: all cells of a message together may have 10,000
ROWS = 100
#: A table with all that ours have in it: whether a workspace takes it says whether it takes tables.
PROBE: Block = {
    "type": "data_table", "caption": "Tickets", "page_size": PAGE, "row_header_column_index": 0,
    "rows": [
        [{"type": "raw_text", "text": "Ticket"}, {"type": "raw_text", "text": "Due"}],
        [
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                {"type": "link", "url": "https://slack.com", "text": "#1"}]}]},
            {"type": "raw_number", "value": 16, "text": "16 min"},
        ],
    ],
}  # fmt: skip


def table_block(table: Table, pieces: Callable[[Sentence], list[Block]], words: Callable[[Sentence], str]) -> Block:
    """A table that the client sorts, filters and pages. `pieces` makes rich text of a sentence, `words` plain text."""

    def cell(each: Cell) -> Block:
        text = words(each.sentence).strip() or NOTHING
        if each.rank is not None:
            return {
                "type": "raw_number",
                "value": int(each.rank) if each.rank.is_integer() else each.rank,
                "text": text,
            }
        if any(isinstance(part, Link | Mention) for part in each.sentence):
            section = {"type": "rich_text_section", "elements": pieces(tuple(map(_short, each.sentence)))}
            return {"type": "rich_text", "elements": [section]}
        return {"type": "raw_text", "text": text}

    header = [{"type": "raw_text", "text": words((title,))} for title in table.columns]
    return {
        "type": "data_table", "caption": table.caption, "page_size": PAGE, "row_header_column_index": 0,
        "rows": [header, *([cell(each) for each in row] for row in table.rows[:ROWS])],
    }  # fmt: skip


def _short(part: Part) -> Part:
    return replace(part, text=f"{part.text[: CELL - 1]}…") if isinstance(part, Link) and len(part.text) > CELL else part


def has_tables(blocks: Any) -> bool:
    """Whether there is a table among these blocks."""
    return isinstance(blocks, list | tuple) and any(block.get("type") == "data_table" for block in blocks)


def without_tables(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, with a line for each row of a table."""
    return [one for block in blocks for one in (_lines(block) if block["type"] == "data_table" else [block])]


def _lines(table: Block) -> list[Block]:
    found = []
    for first, *others in table["rows"][1:]:
        told = [pieces for each in others if (pieces := _pieces(each)) != [_text(NOTHING)]]
        between = [piece for place, each in enumerate(told) for piece in ([_text(" · ")] if place else []) + each]
        sections = [_pieces(first), *([between] if between else [])]
        elements = [{"type": "rich_text_section", "elements": each} for each in sections]
        found.append({"type": "rich_text", "elements": elements})
    return found


def _pieces(cell: Block) -> list[Block]:
    if cell["type"] == "rich_text":
        return [piece for section in cell["elements"] for piece in section["elements"]]
    return [_text(cell["text"])]


def _text(text: str) -> Block:
    return {"type": "text", "text": text}
