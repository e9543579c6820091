"""`vigie export [PLACE]`: everything that an organisation owns, as JSON lines, from one instant of the database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.cli import DOES_NOT_HOLD, DONE, version
from bot.cli.export_target import Target, check, target
from bot.cli.record import opened_record, organisation_named
from bot.cli.terminal import Steps, counted, steps
from storage.export import count_rows, exported_tables, left_out, read_rows
from storage.export_tickets import read_tickets
from storage.organisations import Organisation
from storage.schema import versions

FORMAT = 1  # of the export itself; what its tables look like is its schema's
MANIFEST, TICKETS = "manifest.json", "tickets.jsonl"
AT_ONCE = 500  # lines, after which it is said how far it is
ELSEWHERE = (
    "messages in the chat itself",
    "the policy file and .env with its keys",
    "files that people attached: they stay in the chat",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie export` takes."""
    parser.add_argument(
        "place", type=Path, nargs="?", metavar="PLACE", help="a folder or a .zip that does not exist yet"
    )
    parser.add_argument("--organisation", metavar="NAME", help="which one, where several are in the database")
    parser.add_argument("--yes", action="store_true", help="write it without asking")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was written since nobody agreed."""
    with opened_record() as (database, now):
        whose = organisation_named(database, chosen.organisation)
        place: Path = chosen.place or Path(f"vigie-export-{now:%Y%m%dT%H%M%SZ}")
        check(place)
        counts = database.read_now(partial(count_rows, organisation_id=whose.id))
        _show(whose, place, counts)
        if not chosen.yes and not _confirmed():
            print("Nothing was written.")
            return DOES_NOT_HOLD
        total = sum(counts.values()) + counts["ticket"]
        with steps("Exporting", total) as work, target(place) as out:
            # One transaction, so that all of it is of one instant, however long it takes.
            rows = database.read_now(partial(_write, out=out, whose=whose, now=now, work=work))
    print(f"{place}: {counted(rows, 'row')} of {whose.called}, and {counted(counts['ticket'], 'ticket')} to read.")
    print("Keep it as you keep the database: it holds names, emails and everything that people wrote.")
    return DONE


def _show(whose: Organisation, place: Path, counts: dict[str, int]) -> None:
    print(f"{whose.called} ({whose.key}), to {place}:")
    for name, count in counts.items():
        if count:
            print(f"  {name:<16} {count:>10,}")
    empty = [name for name, count in counts.items() if not count]
    print(f"  nothing in: {', '.join(empty)}")
    print(f"Left out: {', '.join(name for name, _ in left_out())}; {MANIFEST} says why.")


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        print("Add --yes to write it.")
        return False
    return input("Write it? [y/N] ").strip().lower() in ("y", "yes", "o", "oui")


def _write(session: Session, *, out: Target, whose: Organisation, now: datetime, work: Steps) -> int:
    """Write every file, the manifest last. How many rows of tables there were."""
    files = [
        _file(out, f"{rows.name}.jsonl", read_rows(session, whose.id, rows.name), work) for rows in exported_tables()
    ]
    count: int = sum(each["lines"] for each in files)
    files.append(_file(out, TICKETS, read_tickets(session, whose.id, now), work))
    manifest = {
        "export": "vigie", "format": FORMAT, "vigie": version(), "schema": versions()[-1], "at": now.isoformat(),
        "organisation": {"key": whose.key, "name": whose.name},
        "files": files,
        "left_out": [{"what": name, "why": why} for name, why in left_out()],
        "not_in_it": list(ELSEWHERE),
    }  # fmt: skip
    with out.file(MANIFEST) as written:
        written.write(json.dumps(manifest, ensure_ascii=False, indent=1))
    return count


def _file(out: Target, name: str, lines: Iterator[dict[str, Any]], work: Steps) -> dict[str, Any]:
    with out.file(name) as written:
        for line in lines:
            written.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
            if not written.rows % AT_ONCE:
                work.advance(AT_ONCE)
    return {"file": name, "lines": written.rows, "bytes": written.size, "sha256": written.digest}
