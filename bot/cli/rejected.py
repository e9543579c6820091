"""The lines of a file that cannot be used, each with its reason, as a file of their own: to be put right and read
again."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from bot.desk.csv_file import LINE, REASON, CsvFile, Row
from bot.server.settings import ConfigError


class Rejected:
    """That file, for its owner alone. Cells stand in it as they were: what reads it again has to find them so."""

    def __init__(self, path: Path, of: CsvFile) -> None:
        self._path = path
        self._of = of
        self._out: IO[str] | None = None

    def __enter__(self) -> Self:
        """Raises ConfigError where it stands there already, or cannot be written."""
        try:
            self._out = open(self._path, "x", encoding="utf-8-sig", newline="", opener=_private)
        except FileExistsError:
            raise ConfigError(f"{self._path} is there already: name another file") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ConfigError(f"cannot write {self._path} ({reason}): name another place") from None
        self._rows = csv.writer(self._out)
        self._rows.writerow([*self._of.headings, LINE, REASON])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        if self._out is not None:
            self._out.close()

    def add(self, row: Row, reason: str) -> None:
        """One more line."""
        wide = len(self._of.headings)
        cells = [*row.cells[:wide], *[""] * (wide - len(row.cells))]
        self._rows.writerow([*cells, row.line, reason])


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
