"""`vigie report`: what the tickets of a desk came to, in words, as CSV or as JSON."""

from __future__ import annotations

import argparse
import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.cli import DONE
from bot.cli.record import InForce, in_force, opened_record
from bot.desk.customers import Customers
from bot.desk.directory import Directory
from bot.desk.languages import LANGUAGES
from bot.server.settings import ConfigError
from bot.verbs.reading.days import take_days
from bot.verbs.report import Scope, told_of
from bot.wording.cells import safe_cell
from bot.wording.phrase_book import PhraseBook
from bot.wording.report import Told, report_card, words
from bot.wording.report_figures import HEAD, figures
from bot.wording.speech import speech
from storage.accounts import load_accounts
from storage.database import Database
from storage.persons import load_persons
from triage.errors import Refusal


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie report` takes."""
    parser.add_argument(
        "days", nargs="*", metavar="DAYS",
        help="week (the one before this one, which it is without DAYS), month, or 2026-11-01..2026-11-30",
    )  # fmt: skip
    parser.add_argument("--customer", metavar="NAME", default="", help="the tickets of that customer alone")
    parser.add_argument("--desk", metavar="NAME", help="of this desk, where there are several")
    parser.add_argument("--lang", choices=LANGUAGES, help="the language of the words; without it the desk's")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print a line for each figure, for a spreadsheet")
    form.add_argument("--json", action="store_true", help="print one JSON object a desk, for a program to read")


@dataclass(frozen=True, slots=True)
class _Found:
    """A desk's report."""

    #: Whose it is.
    desk: InForce
    #: Who its people are, in words.
    people: PhraseBook
    #: The report.
    told: Told


def run(chosen: argparse.Namespace) -> int:
    """Print the report of each desk."""
    with opened_record() as (database, now):
        found = [_read(database, desk, chosen, now) for desk in in_force(database, chosen.desk)]
    if chosen.json:
        for each in found:
            print(json.dumps(_as_json(each), ensure_ascii=False))
    elif chosen.csv:
        print(_as_csv(found), end="")
    else:
        for each in found:
            spoken = each.people.desk_speech if chosen.lang is None else speech(chosen.lang, _zone(each))
            print("\n".join(words(report_card(each.told, each.people, spoken), spoken.language)))
    return DONE


def _read(database: Database, desk: InForce, chosen: argparse.Namespace, now: datetime) -> _Found:
    whose = desk.desk.organisation_id

    def known(session: Session) -> Directory:
        accounts, persons = load_accounts(session, whose), load_persons(session, whose)
        return Directory(desk.policy, accounts, persons=persons)

    people = PhraseBook(database.read_now(known))
    zone = people.desk_speech.zone
    scope = Scope(whose, desk.desk.desk_id, Customers(whose, desk.policy.desk), zone)
    try:
        days, rest = take_days(" ".join(chosen.days), now.astimezone(zone).date())
        if rest:
            raise Refusal("no_such_days", text=rest)
        read = partial(told_of, scope=scope, days=days, name=chosen.customer, with_people=True)
        return _Found(desk, people, database.read_now(read))
    except Refusal as refused:
        raise ConfigError(_said(refused)) from refused


def _said(refused: Refusal) -> str:
    text = refused.values["text"]
    if refused.code == "no_such_days":
        return f"{text!r} is no span of days, or still to come: write week, month, or 2026-11-01..2026-11-30"
    near = refused.values.get("near")
    return f"no customer is called {text!r}" + (f": did you mean {near}?" if near else "")


def _zone(found: _Found) -> str:
    return found.desk.policy.desk.timezone


def _rows(found: _Found) -> list[tuple[str, str, str, int | float]]:
    return figures(found.told, found.people)


def _as_json(found: _Found) -> dict[str, object]:
    told = found.told
    return {
        "desk": found.desk.desk.name, "organisation": found.desk.desk.organisation, "customer": told.customer or None,
        "first": told.days.first.isoformat(), "last": told.days.last.isoformat(), "zone": _zone(found),
        "figures": [dict(zip(HEAD, row, strict=True)) for row in _rows(found)],
    }  # fmt: skip


def _as_csv(found: list[_Found]) -> str:
    out = io.StringIO()
    written = csv.writer(out)
    written.writerow(("desk", "customer", "first", "last", *HEAD))
    for each in found:
        told = each.told
        of = (each.desk.desk.name, told.customer, told.days.first.isoformat(), told.days.last.isoformat())
        written.writerows([safe(cell) for cell in (*of, *row)] for row in _rows(each))
    return out.getvalue()


def safe(cell: str | float) -> str | float:
    """A cell that no spreadsheet takes for a formula."""
    return safe_cell(cell) if isinstance(cell, str) else cell
