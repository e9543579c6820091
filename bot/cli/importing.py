"""`vigie import customers FILE`: keep the customers of a CSV file; those with a plan run under its targets."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.record import desks_named, opened_record
from bot.cli.terminal import Mark, counted, say, steps
from bot.desk.customers_file import COLUMNS, decode, doubts_of, read_customers
from bot.desk.policy_file.places import placed_at
from bot.server.settings import ConfigError
from storage.customers import Customer, save_customers
from triage.keys import platform_of

LARGEST, LOT = 20_000_000, 500


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie import customers` takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help=f"a CSV file with the columns {', '.join(COLUMNS)}")
    parser.add_argument("--desk", metavar="NAME", help="the desk whose customers they are, where there are several")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be imported")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where a line cannot be used; nothing is imported then."""
    text = _read(chosen.file)
    with opened_record() as (database, _):
        desks = desks_named(database, chosen.desk)
        organisations = {desk.organisation_id for desk, _ in desks}
        if len(organisations) > 1:
            raise ConfigError("there are several organisations on record: say whose they are with --desk")
        plans = {plan for _, policy in desks for plan in policy.plans}
        regions = {region for _, policy in desks for region in policy.desk.regions}
        platforms = {platform_of(channel) for _, policy in desks for channel in policy.desk.channels}
        customers, problems = read_customers(text, plans, regions, platforms)
        if problems:
            return _refused(chosen.file, problems)
        if not chosen.dry_run:
            database.write_now(partial(_save, organisation_id=organisations.pop(), customers=customers))
    for doubt in doubts_of(customers):
        say(doubt, Mark.NOTE, file=sys.stderr)
    planned = sum(customer.plan is not None for customer in customers)
    done = "to import" if chosen.dry_run else "imported"
    print(f"Customers {done}: {len(customers)}, with a plan: {planned}.")
    return DONE


def _refused(file: Path, problems: list[str]) -> int:
    for problem in placed_at(file, problems):
        say(problem, Mark.BAD, file=sys.stderr)
    lines = {problem.partition(":")[0] for problem in problems}
    print(f"Nothing was imported: put {counted(len(lines), 'line')} right.", file=sys.stderr)
    return DOES_NOT_HOLD


def _save(session: Session, *, organisation_id: int, customers: list[Customer]) -> None:
    """All of them or none, in lots, so that it can be said how far it is."""
    with steps("Customers", len(customers)) as work:
        for start in range(0, len(customers), LOT):
            lot = customers[start : start + LOT]
            save_customers(session, organisation_id, lot)
            work.advance(len(lot))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ConfigError(f"{path} is larger than 20 MB: split it")
        return decode(content)
    except OSError as error:
        raise ConfigError(f"cannot read {path} ({error.strerror}): name a CSV file that you may read") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not text: save it as CSV UTF-8") from None
    except ValueError:
        raise ConfigError("that is no path: name a CSV file") from None
