"""`vigie proof CUSTOMER YYYY-MM [--csv FILE]`: how a customer's deadlines were kept in a month, ticket by ticket."""

from __future__ import annotations

import argparse
import csv
import os
import re
from datetime import date
from pathlib import Path
from typing import IO, Any

from sqlmodel import Session

from bot.cli import DONE
from bot.cli.cells import safe_cell
from bot.cli.customer_link import customer_called, one_desk
from bot.cli.export_target import check
from bot.cli.record import opened_record, organisation_named
from bot.desk.customers import Customers
from bot.desk.languages import LANGUAGES
from bot.server.settings import ConfigError
from bot.wording.proof import COLUMNS, Row, Teller
from bot.wording.speech import DEFAULT, Speech, speech
from storage.customers import Customer
from storage.organisations import DeskOnRecord
from storage.proofs import resolved_of
from storage.texts import load_texts
from triage.days import month_of
from triage.policy import Policy

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie proof` takes."""
    parser.add_argument("customer", metavar="CUSTOMER", help="whose tickets, as the desk calls them")
    parser.add_argument("month", metavar="YYYY-MM", help="in which they were resolved, as the desk counts days")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a row for each deadline into that file")
    parser.add_argument("--lang", choices=LANGUAGES, help="the language; without it the customer's")
    parser.add_argument("--desk", metavar="NAME", help="of this desk, where there are several")
    parser.add_argument("--organisation", metavar="NAME", help="which one, where several are in the database")


def run(chosen: argparse.Namespace) -> int:
    """Print it, or write it."""
    first = _first(chosen.month)
    if chosen.csv is not None:
        check(chosen.csv)
    with opened_record() as (database, _):
        desk, policy = one_desk(database, organisation_named(database, chosen.organisation).id, chosen.desk)
        customer = customer_called(database, desk, policy, chosen.customer)
        spoken, rows = database.read_now(lambda session: _read(session, (desk, policy), customer, first, chosen.lang))
    if chosen.csv is None:
        _print(rows, customer, chosen.month, spoken)
    else:
        _write(chosen.csv, rows, spoken)
        print(f"{chosen.csv}: {_counted(rows, spoken)}")
    return DONE


def _first(text: str) -> date:
    try:
        if not _MONTH.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ConfigError(f"{text} is no month: write it like 2026-11") from None


def _read(
    session: Session, of: tuple[DeskOnRecord, Policy], customer: Customer, first: date, lang: str | None
) -> tuple[Speech, list[Row]]:
    desk, policy = of
    whose = Customers(desk.organisation_id, policy.desk).language_of(session, customer.name)
    spoken, days = speech(lang or whose or policy.desk.language or DEFAULT, policy.desk.timezone), month_of(first)
    since, until = days.since(spoken.zone), days.until(spoken.zone)
    rows: list[Row] = []
    for stored in resolved_of(session, desk.organisation_id, desk.desk_id, customer.key, since=since, until=until):
        body = stored.events[0].body_id
        texts = load_texts(session, desk.organisation_id, [] if body is None else [body])
        rows += Teller(policy, spoken, texts).rows(stored)
    return spoken, rows


def _counted(rows: list[Row], spoken: Speech) -> str:
    told = [row for row in rows if row.cells["clock"]]
    missed = sum(not row.kept for row in told)
    tickets = len({row.cells["ticket"] for row in rows})
    return spoken.text(
        "proof.counted", tickets=spoken("proof.tickets", count=tickets), kept=len(told) - missed, missed=missed
    )


def _print(rows: list[Row], customer: Customer, month: str, spoken: Speech) -> None:
    print(f"{customer.name}, {month}: {_counted(rows, spoken)}")
    before = ""
    for row in rows:
        cell = row.cells
        if cell["ticket"] != before:
            before = cell["ticket"]
            print(f"\n{before} {_line(cell['summary'])}")
            for name in ("reported", "resolved"):
                print(f"  {spoken.text(f'proof.{name}')}: {cell[name]}")
        if not cell["clock"]:
            print(f"  {cell['result']}")
            continue
        print(
            f"  {cell['clock']}: {cell['result']}. {spoken.text('proof.due')} {cell['due']}, "
            f"{spoken.text('proof.ended')} {cell['ended']}. {cell['target']}"
        )
        for line in filter(None, cell["why"].split(" / ")):
            print(f"      {line}")


def _line(text: str) -> str:
    """What somebody typed, as a terminal can show it."""
    return "".join(each if each.isprintable() else " " for each in text)


def _write(file: Path, rows: list[Row], spoken: Speech) -> None:
    """With a mark at its beginning by which spreadsheets know the encoding; for its owner alone."""
    try:
        with open(file, "x", encoding="utf-8-sig", newline="", opener=_private) as out:
            _rows(out, rows, spoken)
    except OSError as error:
        raise ConfigError(f"cannot write {file} ({error.strerror}): name another place") from error


def _rows(out: IO[Any], rows: list[Row], spoken: Speech) -> None:
    table = csv.writer(out)
    table.writerow([spoken.text(f"proof.{column}") for column in COLUMNS])
    for row in rows:
        table.writerow([safe_cell(row.cells[column]) for column in COLUMNS])


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
