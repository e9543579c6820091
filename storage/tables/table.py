"""What every table is made with: the naming of its constraints, and its ids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData
from sqlmodel import SQLModel

# Constraint names are written down, so that a later migration can name what it changes on either engine.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# On SQLite such a table is its key's tree alone; otherwise each row would be kept twice.
KEY_ONLY = {"sqlite_with_rowid": False}
# An id is never given twice, not even after its row was deleted: somebody may still be sending what it stood for.
IDS_ONCE = {"sqlite_autoincrement": True}
# An id of what is written again and again, and whatever refers to one: 64 bits. SQLite's INTEGER has them anyway, and
# is the only type that it counts ids in.
ID: Any = BigInteger().with_variant(Integer(), "sqlite")


class Table(SQLModel):
    """What all tables share: the naming of their constraints."""

    metadata = MetaData(naming_convention=NAMING)
