"""Writes settings into a `.env` file: others' lines stay, the owner alone can read it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

_NAME = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@+=,#~-]*")
# What else a secret may hold is quoted: between such quotes nothing has a meaning of its own.
_QUOTED = re.compile(r"[ -&(-\[\]-~]*")


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Set these variables in the file, in place where it has them, else at its end. All or nothing: a crash in the
    middle leaves the old file. Raises OSError, and ValueError for a value that a line cannot hold."""
    for name, value in values.items():
        if not _PLAIN.fullmatch(value) and not _QUOTED.fullmatch(value):
            raise ValueError(f"{name} holds a character that does not belong there: copy it again.")
    lines = {name: f"{name}={value if _PLAIN.fullmatch(value) else _quoted(value)}" for name, value in values.items()}
    target = path.resolve()
    old = target.read_text(encoding="utf-8-sig").splitlines() if target.exists() else []
    kept, written = [], set()
    for line in old:
        match = _NAME.match(line)
        name = match[1] if match else ""
        if name not in values:
            kept.append(line)
        elif name not in written:
            kept.append(lines[name])
            written.add(name)
    kept.extend(line for name, line in lines.items() if name not in written)
    _replace(target, "\n".join(kept) + "\n")


def _quoted(value: str) -> str:
    return f"'{value}'"


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
