"""The inventory of what is held: no table and no column may be forgotten by an export, or by forgetting somebody."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import tables
from storage.inventory import INVENTORY
from storage.tables.table import Table


def test_every_table_is_in_the_inventory() -> None:
    assert set(INVENTORY) == set(Table.metadata.tables)


def test_every_subject_is_known_as_soon_as_one_of_them_is() -> None:
    written = {path.stem for path in Path(tables.__file__).parent.glob("*.py")}
    assert set(tables.__all__) == written - {"__init__"}


@pytest.mark.parametrize("name", sorted(Table.metadata.tables))
def test_every_column_is_exported_or_left_out_with_a_reason(name: str) -> None:
    held, columns = INVENTORY[name], {column.name for column in Table.metadata.tables[name].columns}
    assert all(held.left_out.values())
    if "*" in held.left_out:
        assert (held.columns, len(held.left_out)) == ([], 1)
        return
    assert sorted([*held.columns, *held.left_out]) == sorted(columns)
    assert {*held.named.split(), *filter(None, [held.whose])} <= columns


def test_what_opens_something_is_never_exported() -> None:
    opening = ("token", "digest", "state", "secret", "code")
    harmless = {"policy.digest", "learned.digest", "ticket.state", "outbox.state", "stand_in.state", "correction.state",
                "installation.token_expires_at"}  # fmt: skip
    exported = {f"{name}.{column}" for name, held in INVENTORY.items() for column in held.columns}
    assert {each for each in exported if any(word in each.partition(".")[2] for word in opening)} <= harmless
