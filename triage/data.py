"""Values that are stored as JSON, written and read by their fields: what an event says, what a notice says. Each has a
version, so that an older form can still be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, field, fields
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple, Self

from triage.suggested import Suggested, suggested_from_data
from triage.terms import Category, Terms, terms_from_data
from triage.values import value

KEY = "key"
Reader = Callable[[Mapping[str, Any], int], Any]
"""Makes a value of its data and the version of their form."""
Writer = Callable[[Any], dict[str, Any]]
"""Makes the data of a value."""


class NewerDataError(Exception):
    """The data was written by a newer release, in a form that this one cannot read."""


class Graded(NamedTuple):
    """What a ticket was sorted as."""

    #: None: nobody had said.
    category: Category | None
    #: 1, 2 or 3; None: nobody had said, or it has none.
    severity: int | None


@value(frozen=True, slots=True)
class Data:
    """Base of the frozen dataclasses that are stored.

    A field that has no default is always written, one that has is left out where it holds it; `keyed` gives it another
    key in the data than its name. How a field is written follows from its type, see `CODECS`.
    """

    #: The version of the form that is written.
    VERSION: ClassVar[int] = 1

    def to_data(self) -> dict[str, Any]:
        """As JSON, the inverse of `from_data`."""
        return _writer(type(self))(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any], version: int = 1) -> Self:
        """What was written as `data` in that version of the form. Raises NewerDataError where it is a later one."""
        read: Self = reader(cls)(data, version)
        return read


def keyed(key: str, default: Any = MISSING) -> Any:
    """A field that stands under `key` in the data, where its name would be another."""
    return field(default=default, metadata={KEY: key})


def stamp(value: datetime) -> str:
    """An instant as data."""
    return value.isoformat()


def read_stamp(text: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.fromisoformat(text)


def _graded(data: Any) -> Graded:
    category, severity = data
    return Graded(Category(category) if category else None, severity)


# By the type of a field, without "| None": how it is written and read. None: it is JSON as it is.
CODECS: dict[str, tuple[Callable[[Any], Any] | None, Callable[[Any], Any] | None]] = {
    "str": (None, None),
    "int": (None, None),
    "bool": (None, None),
    "datetime": (stamp, read_stamp),
    "date": (date.isoformat, date.fromisoformat),
    "Terms": (Terms.to_data, terms_from_data),
    "Suggested": (Suggested.to_data, suggested_from_data),
    "Category": (lambda value: value.value, Category),
    "Graded": (list, _graded),
    "tuple[str, ...]": (list, tuple),
    "tuple[int, ...]": (list, tuple),
    "list[Any]": (None, None),
    "dict[str, Any]": (None, None),
}


class _Written(NamedTuple):
    """How one field is written and read."""

    name: str
    key: str
    default: Any
    write: Callable[[Any], Any] | None
    read: Callable[[Any], Any] | None
    #: The class takes it by its name alone.
    named: bool


_PLANS: dict[type[Data], tuple[_Written, ...]] = {}
_READERS: dict[type[Data], Reader] = {}
_WRITERS: dict[type[Data], Writer] = {}


def _plan(kind: type[Data]) -> tuple[_Written, ...]:
    plan = _PLANS.get(kind)
    if plan is None:
        plan = _PLANS[kind] = tuple(
            _Written(
                each.name, each.metadata.get(KEY, each.name), each.default, *CODECS[_type(each)], each.kw_only is True
            )
            for each in fields(kind)
        )
    return plan


def _type(each: Field[Any]) -> str:
    return str(each.type).removesuffix(" | None")


def reader(kind: type[Data]) -> Reader:
    """The function that reads such data: written once for each kind, because a ticket has hundreds of events."""
    read = _READERS.get(kind)
    if read is None:
        read = _READERS[kind] = _write_reader(kind)
    return read


def _write_reader(kind: type[Data]) -> Reader:
    names: dict[str, Any] = {"kind": kind, "NewerDataError": NewerDataError}
    lines = [
        "def read(data, version):",
        f"    if version != {kind.VERSION}:",
        "        raise NewerDataError(f'{kind.__name__} of version {version}')",
        "    return kind(",
    ]
    for number, each in enumerate(_plan(kind)):
        names |= {f"read_{number}": each.read, f"default_{number}": each.default}
        lines.append(f"        {f'{each.name}=' if each.named else ''}{_read_field(each, number)},")
    exec("\n".join([*lines, "    )"]), names)  # noqa: S102  of our own classes alone
    read: Reader = names["read"]
    return read


def _read_field(each: _Written, number: int) -> str:
    """The expression for one field. What is null in the data is None, whatever its type."""
    required = each.default is MISSING
    if each.read is None:
        return f"data[{each.key!r}]" if required else f"data.get({each.key!r}, default_{number})"
    empty = "None" if required else f"default_{number}"
    return f"({empty} if (given := data.get({each.key!r})) is None else read_{number}(given))"


def _writer(kind: type[Data]) -> Writer:
    """The inverse of `reader`, likewise written once: each deadline writes what its event and its notice say."""
    write = _WRITERS.get(kind)
    if write is None:
        write = _WRITERS[kind] = _write_writer(kind)
    return write


def _write_writer(kind: type[Data]) -> Writer:
    names: dict[str, Any] = {}
    lines = ["def write(each):", "    found = {}"]
    for number, each in enumerate(_plan(kind)):
        names |= {f"write_{number}": each.write, f"default_{number}": each.default}
        lines.append(f"    value = each.{each.name}")
        if each.default is not MISSING:
            lines.append(f"    if value != default_{number}:")
        data = "value" if each.write is None else f"None if value is None else write_{number}(value)"
        lines.append(f"{'' if each.default is MISSING else '    '}    found[{each.key!r}] = {data}")
    exec("\n".join([*lines, "    return found"]), names)  # noqa: S102  of our own classes alone
    write: Writer = names["write"]
    return write
