"""Plain text that reads well in a terminal or a mail: paragraphs and tables of a given width."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap

WIDTH, GAP, INDENT = 96, 2, 2


def paragraph(text: str) -> list[str]:
    """The lines of a sentence or two, indented; continued lines a little more."""
    first = " " * INDENT
    return wrap(_held(text), WIDTH, initial_indent=first, subsequent_indent=first * 2, break_on_hyphens=False)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table, its first row the headings. The widest columns are wrapped until it fits."""
    widths = _widths(rows)
    ruled = [rows[0], ["-" * width for width in widths], *rows[1:]]
    return [line for row in ruled for line in _row(row, widths)]


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    room = WIDTH - INDENT - GAP * (len(widths) - 1)
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    cells = [wrap(_held(cell), width, break_on_hyphens=False) or [""] for cell, width in zip(row, widths, strict=True)]
    found = []
    for line in zip_longest(*cells, fillvalue=""):
        text = (" " * GAP).join(part.ljust(width) for part, width in zip(line, widths, strict=True))
        found.append(f"{' ' * INDENT}{text}".rstrip())
    return found


def _held(text: str) -> str:
    """No line begins with a colon or the like: French sets a blank before them."""
    return re.sub(r" (?=[:;?!])", "\u00a0", text)
