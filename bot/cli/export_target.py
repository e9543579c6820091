"""Where an export is written: a folder or a `.zip`, whole or not at all, for its owner alone."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

from bot.server.settings import ConfigError
from storage.backup import synced

ZIP = ".zip"


class Written:
    """One file of an export while it is written: how much of it there is, and its digest."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = sha256()
        self.rows = 0
        self.size = 0

    def write(self, line: str) -> None:
        """Add one line."""
        data = f"{line}\n".encode()
        self._out.write(data)
        self._digest.update(data)
        self.size += len(data)
        self.rows += 1

    @property
    def digest(self) -> str:
        """Of all that was written, SHA-256."""
        return self._digest.hexdigest()


class Target:
    """A folder or a zip that is being written beside its place, under another name."""

    def __init__(self, made: Path, whole: zipfile.ZipFile | None) -> None:
        self._made = made
        self._zip = whole

    @contextmanager
    def file(self, name: str) -> Iterator[Written]:
        """One more file in it."""
        if self._zip is not None:
            with self._zip.open(name, "w", force_zip64=True) as out:
                yield Written(out)
            return
        with open(self._made / name, "xb", opener=_private) as raw, io.BufferedWriter(raw) as out:
            yield Written(out)
            out.flush()
            os.fsync(raw.fileno())


@contextmanager
def target(place: Path) -> Iterator[Target]:
    """Write to that place, which must not exist yet. It appears there once everything is written; where anything goes
    wrong, nothing is left of it. Raises ConfigError, one line that says what to do."""
    check(place)
    made = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        if place.suffix == ZIP:
            with open(made, "xb", opener=_private) as out:
                with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as whole:
                    yield Target(made, whole)
                out.flush()
                os.fsync(out.fileno())
            os.link(made, place)  # not over what somebody else put there meanwhile
        else:
            made.mkdir(mode=0o700)
            yield Target(made, None)
            synced(made)
            check(place)
            made.rename(place)
    finally:
        _remove(made)
    synced(place.absolute().parent)


def check(place: Path) -> None:
    """Raises ConfigError unless something can be made there."""
    if place.exists() or place.is_symlink():
        raise ConfigError(f"{place} exists already: name another place, or move that one away")
    folder = place.absolute().parent
    if not folder.is_dir():
        raise ConfigError(f"the folder {folder} does not exist: create it, or name another place")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _remove(made: Path) -> None:
    if made.is_dir():
        shutil.rmtree(made)
    with suppress(FileNotFoundError):
        made.unlink()
