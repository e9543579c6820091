"""docs/security.md says what is so: every permission, every table, every sealed column."""

from __future__ import annotations

from pathlib import Path

from bot.slack.scopes import SCOPES
from storage.tables import Table

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    lines = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]


def test_the_permissions_are_those_of_the_manifest_with_their_reasons() -> None:
    assert rows("Permissions") == [
        [f"`{scope.name}`", "optional" if scope.optional else "yes", scope.why, scope.lost] for scope in SCOPES
    ]


def test_every_table_is_in_the_inventory_and_no_other() -> None:
    named = [row[0].strip("`") for row in rows("Data")]
    assert sorted(named) == sorted(Table.metadata.tables)
    assert all(all(cells) for cells in rows("Data"))


def test_what_is_called_sealed_are_the_columns_that_hold_tokens() -> None:
    sealed = {
        (table.strip("`"), column.strip(" `"))
        for table, _, columns, _ in rows("Data")
        if columns != "no"
        for column in columns.split(",")
    }
    holding = {
        (name, column.name)
        for name, table in Table.metadata.tables.items()
        for column in table.columns
        if column.name.endswith("token")
    }
    assert sealed == holding
