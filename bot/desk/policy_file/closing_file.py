"""Dates out of an iCalendar file, as whoever runs a house of offices publishes their holidays."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from bot.desk.policy_file.public_holidays import YEARS_AFTER, YEARS_BEFORE
from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.yaml_nodes import Node

LARGEST = 5_000_000  # bytes
READ_SECONDS = 10  # of the process that reads it


class _UnusableError(Exception):
    """The file cannot be used; the message says why."""


def closed_dates(reader: Reader, node: Node, path: str) -> list[str]:
    """The dates of its events that last whole days, of last year, this year and five more: as of a country.

    What is wrong is noted as a problem; events at times of day are a doubt.
    """
    first, last = date(reader.today.year - YEARS_BEFORE, 1, 1), date(reader.today.year + YEARS_AFTER, 12, 31)
    try:
        found = _read(_content(path), first, last)
    except _UnusableError as error:
        reader.problem(node, f"`{path[:60]}` cannot be used: {error}.")
        return []
    if found["timed"]:
        sentence = f"events in that file that last no whole days close nothing ({found['timed']} of them)"
        reader.doubt(node, f"{sentence}: write such hours below `exceptions`.")
    if not found["dates"]:
        reader.doubt(node, f"no event in that file lasts a whole day between {first} and {last}.")
    dates: list[str] = found["dates"]
    return dates


def _content(path: str) -> bytes:
    if "://" in path:
        raise _UnusableError("it is an address; save what is there as a file, and write its path")
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):  # whoever opens a pipe may wait for ever
            raise _UnusableError("it is no file; correct the path")
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _UnusableError(f"{reason}; correct the path or the permissions") from None
    if len(content) > LARGEST:
        raise _UnusableError(f"it is larger than {LARGEST // 1_000_000} MB; save one with the closing days alone")
    return content


def _read(content: bytes, first: date, last: date) -> dict[str, Any]:
    """By a process of its own, since whatever is in the file, it can neither hold up nor bring down this one."""
    from bot.desk.calendar_file import EXTRA, REFUSED  # noqa: PLC0415  most policies name no such file

    # -P: not a `bot` of the folder we run in
    command = [sys.executable, "-P", "-m", "bot.desk.calendar_file", f"{first}T00:00", f"{last}T23:59", "UTC", "dates"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=READ_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise _UnusableError(
            f"reading it takes longer than {READ_SECONDS} seconds; keep events that come once a day"
        ) from None
    if done.returncode == EXTRA:
        raise _UnusableError("reading it needs pip install 'vigie[calendar]'")
    said = done.stderr.decode(errors="replace").strip().splitlines()
    if done.returncode == REFUSED:
        raise _UnusableError(said[-1])
    if done.returncode != 0:
        raise _UnusableError(
            "it is no iCalendar file; save the calendar again, as one that begins with BEGIN:VCALENDAR"
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
