"""Cells of tables that spreadsheets open."""

from __future__ import annotations

FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20|")
"""With what a spreadsheet takes for a formula begins, also in full width."""
HIDING = ("\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(HIDING) else text
