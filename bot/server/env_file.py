"""Writes settings into a `.env` file: others' lines stay, the owner alone can read it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

_NAME = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@+=,#-]*")


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Set these variables in the file, in place where it has them, else at its end. All or nothing: a crash in the
    middle leaves the old file. Raises OSError, and ValueError for a value that a line cannot hold."""
    for name, value in values.items():
        if not _PLAIN.fullmatch(value):
            raise ValueError(f"{name} holds a character that does not belong there: copy it again.")
    target = path.resolve()
    old = target.read_text(encoding="utf-8-sig").splitlines() if target.exists() else []
    kept, written = [], set()
    for line in old:
        match = _NAME.match(line)
        name = match[1] if match else ""
        if name not in values:
            kept.append(line)
        elif name not in written:
            kept.append(f"{name}={values[name]}")
            written.add(name)
    kept.extend(f"{name}={value}" for name, value in values.items() if name not in written)
    _replace(target, "\n".join(kept) + "\n")


def _replace(target: Path, text: str) -> None:
    # mkstemp makes the file for its owner alone, before anything is in it.
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
