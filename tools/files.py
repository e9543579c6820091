"""`make files`: every file of the program with the first sentence of what it says of itself, to look things up in."""

from __future__ import annotations

import ast
import re
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("triage", "storage", "scheduler", "bot")


def first_sentence(file: Path) -> str:
    """What the file's docstring begins with; empty where it has none."""
    said = " ".join((ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split())
    return re.split(r"(?<=[.?!])\s+(?=[A-Z`])", said, maxsplit=1)[0]


def main(folders: list[str]) -> int:
    """Print a line a file of these folders, else of all; answers the exit code."""
    files = [file for folder in folders or FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    lines = [f"{file.relative_to(ROOT).as_posix():<46} {first_sentence(file)}" for file in files]
    with suppress(BrokenPipeError):  # whoever reads may have found what they looked for
        print("\n".join(lines), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
