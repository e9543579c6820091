"""Where a problem stands, as an editor can jump to it: `file:line: what is wrong`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from triage.errors import PolicyError

_LINE = re.compile(r"line (\d+): ")


def placed_at(file: Path | str | None, problems: Iterable[str]) -> list[str]:
    """The problems, or doubts, of that file, each at its place. Without a file they stay as they are."""
    return [problem if file is None else _placed(str(file), problem) for problem in problems]


@contextmanager
def of_file(file: Path | str | None) -> Iterator[None]:
    """Say of every PolicyError raised in here that it is about that file."""
    try:
        yield
    except PolicyError as error:
        error.file = None if file is None else str(file)
        raise


def _placed(file: str, problem: str) -> str:
    found = _LINE.match(problem)
    if found:
        return f"{file}:{found[1]}: {problem[found.end() :]}"
    return problem if problem.startswith(file) else f"{file}: {problem}"
