"""`vigie import customers FILE`: keep the customers of a CSV file; those with a plan run under its targets."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.asking import agreed
from bot.cli.record import desks_named, opened_record
from bot.cli.rejected import Rejected
from bot.cli.terminal import Mark, counted, say, steps
from bot.desk.csv_file import CsvFile, UnusableError, look, pairs
from bot.desk.customers_file import COLUMNS, doubts_of, read_customers
from bot.desk.policy_file.places import placed_at
from bot.server.settings import ConfigError
from storage.customers import Customer, save_customers
from triage.keys import platform_of

LOT = 500


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie import customers` takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help=f"a CSV file with the columns {', '.join(COLUMNS)}")
    parser.add_argument(
        "--map", default="", metavar="COLUMNS", help='what its columns are: "Account=name,Tier=plan"; '
        'nothing behind the sign leaves one out',
    )  # fmt: skip
    parser.add_argument("--rejected", type=Path, metavar="FILE", help="write the lines that cannot be used, and why")
    parser.add_argument("--desk", metavar="NAME", help="the desk whose customers they are, where there are several")
    parser.add_argument("--yes", action="store_true", help="import without asking")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where a line cannot be used, or nobody agreed; nothing is imported then."""
    file, named = looked(chosen.file, chosen.map)
    with opened_record() as (database, _):
        desks = desks_named(database, chosen.desk)
        organisations = {desk.organisation_id for desk, _ in desks}
        if len(organisations) > 1:
            raise ConfigError("there are several organisations on record: say whose they are with --desk")
        plans = {plan for _, policy in desks for plan in policy.plans}
        regions = {region for _, policy in desks for region in policy.desk.regions}
        platforms = {platform_of(channel) for _, policy in desks for channel in policy.desk.channels}
        try:
            customers, problems = read_customers(file, plans, regions, platforms, chosen=named)
        except UnusableError as error:
            raise ConfigError(f"{chosen.file}: {error}") from None
        if problems:
            return _refused(chosen.file, file, problems, chosen.rejected)
        for doubt in doubts_of(customers):
            say(doubt, Mark.NOTE, file=sys.stderr)
        planned = sum(customer.plan is not None for customer in customers)
        print(f"Customers to import: {len(customers)}, with a plan: {planned}.")
        if not (chosen.yes or agreed("import them")):
            print("Nothing was changed.")
            return DOES_NOT_HOLD
        database.write_now(partial(_save, organisation_id=organisations.pop(), customers=customers))
    print(f"Customers imported: {len(customers)}.")
    return DONE


def looked(path: Path, columns: str) -> tuple[CsvFile, dict[str, str]]:
    """A file that somebody names, and what they say that its columns are. Raises ConfigError."""
    try:
        return look(path), pairs(columns, "column") if columns else {}
    except UnusableError as error:
        raise ConfigError(f"{path}: {error}") from None
    except OSError as error:
        raise ConfigError(f"cannot read {path} ({error.strerror}): name a CSV file that you may read") from None
    except ValueError:
        raise ConfigError("that is no path: name a CSV file") from None


def _refused(path: Path, file: CsvFile, problems: list[str], rejected: Path | None) -> int:
    for problem in placed_at(path, problems):
        say(problem, Mark.BAD, file=sys.stderr)
    lines = {problem.partition(":")[0]: problem.partition(": ")[2] for problem in reversed(problems)}
    if rejected is not None:
        with Rejected(rejected, file) as out:
            for row in file.rows():
                if (reason := lines.get(f"line {row.line}")) is not None:
                    out.add(row, reason)
    print(f"Nothing was imported: put {counted(len(lines), 'line')} right.", file=sys.stderr)
    return DOES_NOT_HOLD


def _save(session: Session, *, organisation_id: int, customers: list[Customer]) -> None:
    """All of them or none, in lots, so that it can be said how far it is."""
    with steps("Customers", len(customers)) as work:
        for start in range(0, len(customers), LOT):
            lot = customers[start : start + LOT]
            save_customers(session, organisation_id, lot)
            work.advance(len(lot))
