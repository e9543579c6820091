"""`vigie proof CUSTOMER YYYY-MM [--csv FILE]`: how a customer's deadlines were kept in a month, ticket by ticket."""

from __future__ import annotations

import argparse
import os
import re
from datetime import date
from functools import partial
from pathlib import Path

from bot.cli import DONE
from bot.cli.customer_link import customer_called, one_desk
from bot.cli.export_target import check
from bot.cli.record import opened_record, organisation_named
from bot.desk.languages import LANGUAGES
from bot.server.settings import ConfigError
from bot.wording.proof_of_month import Proof, proof_csv, proof_of
from bot.wording.typography import labelled
from storage.customers import Customer

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
        proof = database.read_now(
            lambda session: proof_of(
                session,
                desk.organisation_id,
                desk.desk_id,
                policy,
                customer=customer,
                first=first,
                language=chosen.lang,
            )
        )
    if chosen.csv is None:
        _print(proof, customer, chosen.month)
    else:
        _write(chosen.csv, proof)
        print(labelled(str(chosen.csv), proof.counted, proof.speech.language))
    return DONE


def _first(text: str) -> date:
    try:
        if not _MONTH.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ConfigError(f"{text} is no month: write it like 2026-11") from None


def _print(proof: Proof, customer: Customer, month: str) -> None:
    spoken, before = proof.speech, ""
    named = partial(labelled, language=spoken.language)
    print(named(f"{customer.name}, {month}", proof.counted))
    for row in proof.rows:
        cell = row.cells
        if cell["ticket"] != before:
            before = cell["ticket"]
            print(f"\n{before} {_line(cell['summary'])}")
            for name in ("reported", "resolved"):
                print(f"  {named(spoken.text(f'proof.{name}'), cell[name])}")
        if not cell["clock"]:
            print(f"  {cell['result']}")
            continue
        print(
            f"  {named(cell['clock'], cell['result'])}. {spoken.text('proof.due')} {cell['due']}, "
            f"{spoken.text('proof.ended')} {cell['ended']}. {cell['target']}"
        )
        for line in filter(None, cell["why"].split(" / ")):
            print(f"      {line}")


def _line(text: str) -> str:
    """What somebody typed, as a terminal can show it."""
    return "".join(each if each.isprintable() else " " for each in text)


def _write(file: Path, proof: Proof) -> None:
    """With a mark at its beginning by which spreadsheets know the encoding; for its owner alone."""
    try:
        with open(file, "x", encoding="utf-8-sig", newline="", opener=_private) as out:
            out.write(proof_csv(proof))
    except OSError as error:
        raise ConfigError(f"cannot write {file} ({error.strerror}): name another place") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
