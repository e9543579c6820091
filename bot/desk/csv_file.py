"""CSV files as spreadsheets and other programs write them, read a line at a time, however large they are."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import IO

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "cp1252": "Windows-1252",
}
LONGEST_CELL = 1_000_000  # characters
_CHUNK = 1 << 20  # bytes that are looked at in one go
_MARKED = re.compile(r"sep=(.)")  # what a spreadsheet may write above everything else
_BLANK_LINES = 1000  # that may stand above the heading


#: The headings that are added to a file of lines that cannot be used: the line it was, and why.
LINE, REASON = "vigie line", "vigie reason"


class UnusableError(ValueError):
    """Why a line, or a file, cannot be used: one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on a line, or on several where a cell has some."""

    #: The first of them, counted from 1.
    line: int
    #: As they are written; none where something is wrong with the line.
    cells: Sequence[str]
    #: What is wrong with it.
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that was looked through: how it is written, and what its columns are called."""

    #: Opens it at its beginning.
    opened: Callable[[], AbstractContextManager[IO[str]]]
    #: Its encoding, as Python calls it.
    encoding: str
    #: What stands between two cells.
    separator: str
    #: Of its columns, in order, without those at the end that have none.
    headings: tuple[str, ...]
    #: The line that they stand on.
    heading_line: int
    #: A digest of all that is in it.
    digest: str

    def rows(self) -> Iterator[Row]:
        """What stands below the headings, without empty lines."""
        wide = len(self.headings)
        with self.opened() as lines:
            for row in _rows(lines, self.separator, self.heading_line):
                cells = list(row.cells)
                while len(cells) > wide and not cells[-1].strip():
                    cells.pop()
                if len(cells) > wide:
                    columns = "1 column" if wide == 1 else f"{wide} columns"
                    yield Row(row.line, cells, f"{len(cells)} fields, but there are only headings for {columns}.")
                elif row.problem or any(cell.strip() for cell in cells):
                    yield Row(row.line, [*cells, *[""] * (wide - len(cells))], row.problem)

    @property
    def described(self) -> str:
        """How it is written, for people."""
        return f"{ENCODINGS[self.encoding]}, {SEPARATORS.get(self.separator, self.separator)} between the fields"


def look(path: Path) -> CsvFile:
    """Look a file through: all of it is decoded once. Raises `UnusableError`, `OSError`, and ValueError for what is no
    path."""
    encoding, digest = _encoding(path)
    return _looked(lambda: path.open(encoding=encoding, newline=None), encoding, digest)


def look_at(text: str) -> CsvFile:
    """The same of a text. Raises `UnusableError`."""
    text = text.removeprefix("\ufeff")
    return _looked(lambda: io.StringIO(text, newline=None), "utf-8", "")


def _looked(opened: Callable[[], AbstractContextManager[IO[str]]], encoding: str, digest: str) -> CsvFile:
    csv.field_size_limit(LONGEST_CELL)
    with opened() as lines:
        first = list(islice(lines, _BLANK_LINES))
    marked = _MARKED.fullmatch(first[0].strip()) if first else None
    heading = next((line for line in first[1 if marked else 0 :] if line.strip(" \t\r\n,;|")), "")
    separator = marked[1] if marked else _separator(heading)
    with opened() as lines:
        for row in _rows(lines, separator, 1 if marked else 0):
            if row.problem:
                raise UnusableError(f"line {row.line}: {row.problem}")
            headings = [cell.strip() for cell in row.cells]
            while headings and not headings[-1]:
                headings.pop()
            if headings:
                return CsvFile(opened, encoding, separator, tuple(headings), _last_line(row), digest)
    raise UnusableError("line 1: there is nothing in it")


def _last_line(row: Row) -> int:
    return row.line + sum(cell.count("\n") for cell in row.cells)


def _rows(lines: IO[str], separator: str, skipped: int) -> Iterator[Row]:
    """The rows below so many lines. After one that is no CSV it goes on with the line behind it."""
    for _ in range(skipped):
        next(lines, None)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        began = skipped + reader.line_num + 1
        try:
            yield Row(began, next(reader))
        except StopIteration:
            return
        except csv.Error:
            ended = skipped + reader.line_num
            where = "on this line" if ended <= began else f"here and nowhere closed: lines {began} to {ended} are lost"
            yield Row(began, (), f"this is not CSV: a quotation mark stands {where}; put it right in the file.")


def _encoding(path: Path) -> tuple[str, str]:
    """The encoding of a file, and a digest of its content: UTF-8, UTF-16 where its mark or its zeros say so, else what
    Windows writes in the west."""
    with path.open("rb") as file:
        first = file.read(4096)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried = ["utf-16"]
    elif first[1:200:2].count(0) > len(first[:200]) // 4:
        tried = ["utf-16-le"]
    else:
        tried = ["utf-8-sig" if first.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252"]
    for encoding in tried:
        decoder, digest = codecs.getincrementaldecoder(encoding)(), hashlib.sha256()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    if "\0" in decoder.decode(chunk):
                        raise UnusableError("it is no text: save it as CSV UTF-8")
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding, digest.hexdigest()[:32]
    raise UnusableError("it is no text: save it as CSV UTF-8")


def _separator(heading: str) -> str:
    """Whatever cuts the heading into most columns: spreadsheets differ by country."""
    return max(SEPARATORS, key=lambda each: _columns(heading, each))


def _columns(heading: str, separator: str) -> int:
    try:
        return len(next(csv.reader([heading], delimiter=separator), []))
    except csv.Error:
        return 0


def plain_heading(text: str) -> str:
    """A heading or a value as it is compared: its letters and figures, without case and accents."""
    text = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in text if each.isalnum())


def pairs(text: str, what: str) -> dict[str, str]:
    """What was typed as `This=that,"Other, this"=that`, in order. Raises `UnusableError`."""
    found: dict[str, str] = {}
    for each in next(csv.reader([text], skipinitialspace=True), []):
        left, equals, right = each.rpartition("=")
        if not equals or not left.strip():
            raise UnusableError(f"{each.strip() or text} is no {what}: write it like Theirs=ours, with commas between")
        found[left.strip()] = right.strip()
    return found


def chosen_columns(headings: Sequence[str], chosen: Mapping[str, str], known: Collection[str]) -> dict[int, str]:
    """What somebody says that columns mean, by their place; empty: nothing. Raises `UnusableError`."""
    found: dict[int, str] = {}
    for heading, name in chosen.items():
        if name and name not in known:
            near = get_close_matches(name, known, n=1)
            tip = f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}"
            raise UnusableError(f"no column here is called {name}: {tip}")
        if name and name in found.values():
            raise UnusableError(f"{name} is named twice: keep one")
        found[_place(heading, headings)] = name
    return found


def _place(heading: str, headings: Sequence[str]) -> int:
    exact = [place for place, each in enumerate(headings) if each == heading]
    plain = plain_heading(heading)
    found = exact or [place for place, each in enumerate(headings) if plain and plain_heading(each) == plain]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnusableError(f"the column {heading} is there {len(found)} times: give each a name of its own")
    near = get_close_matches(heading, headings, n=1)
    tip = f"did you mean {near[0]}?" if near else f"there are {', '.join(filter(None, headings))}"
    raise UnusableError(f"there is no column {heading}: {tip}")
