"""`vigie import tickets FILE`: bring the tickets of another help desk from its export, after showing what that is."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from time import sleep

from sqlmodel import Session

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.asking import agreed
from bot.cli.customer_link import one_desk
from bot.cli.importing import looked
from bot.cli.record import opened_record, organisation_named
from bot.cli.rejected import Rejected
from bot.cli.terminal import Mark, Steps, counted, say, steps
from bot.desk.channels import DeskChannels
from bot.desk.csv_file import CsvFile, UnusableError
from bot.desk.customers import Customers
from bot.desk.people_on_record import load_people
from bot.desk.tickets_file import Read, Reader
from bot.desk.tickets_file.columns import COLUMNS, Columns, columns_of
from bot.desk.tickets_file.instants import Order
from bot.desk.tickets_file.joining import Joined, Joining
from bot.desk.tickets_file.values import Values, values_of
from bot.server.settings import ConfigError
from bot.wording.speech import DEFAULT, speech
from storage.brought import Arrival, Bringing, bring_in, known_refs, ref_key, tell_desk
from storage.conversations import desk_channels_used
from storage.database import Database
from storage.organisations import DeskOnRecord
from triage.bringing import bring
from triage.keys import platform_of
from triage.policy import Policy
from triage.sorting import severity_of
from triage.zones import CalendarError, zone

LOT = 100  # tickets in one transaction
PAUSE = 0.02  # seconds after each, in which others write
NAMED = 10  # people, customers and reasons why lines cannot be used that are named
_FIGURES = re.compile(r"\d+")
EPILOG = f"""\
A ticket is read from: {", ".join(COLUMNS)}. The columns of Zendesk, Jira Service Management, Freshdesk and ServiceNow
are known; --map names others. ref, summary and reported_at are needed.

Without --yes it only says what would be imported, and what not. It may be run again, or go on after it was stopped:
what is there already stays as it is. Nobody is notified; each channel of the desk gets one message."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie import tickets` takes."""
    reading_arguments(parser)
    parser.add_argument("--rejected", type=Path, metavar="FILE", help="write the lines that cannot be used, and why")
    parser.add_argument("--yes", action="store_true", help="import without asking")
    parser.epilog = EPILOG


def reading_arguments(parser: argparse.ArgumentParser) -> None:
    """How another help desk's export is read."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a CSV file, as another help desk exports it")
    parser.add_argument(
        "--map", default="", metavar="COLUMNS", help='what its columns are: "Priority=severity,Case Number=ref"; '
        'nothing behind the sign leaves one out',
    )  # fmt: skip
    parser.add_argument("--severities", default="", metavar="VALUES", help='what its values are: "Blocker=1,Minor=3"')
    parser.add_argument("--states", default="", metavar="VALUES", help='likewise: "Backlog=open,Parked=vendor"')
    parser.add_argument("--categories", default="", metavar="VALUES", help='likewise: "Fault=incident,How to=inquiry"')
    parser.add_argument("--zone", metavar="ZONE", help="of its times, such as Europe/Paris (the desk's)")
    parser.add_argument("--dates", choices=list(Order), help="what comes first in 03/04/2026")
    parser.add_argument("--link", default="", metavar="URL", help="of a ticket there, with {ref} for its number")
    parser.add_argument("--desk", metavar="NAME", help="at this desk, where there are several")
    parser.add_argument("--organisation", metavar="NAME", help="which one, where several are in the database")


@dataclass(frozen=True)
class Source:
    """A file, and how it is read."""

    #: Where it is.
    path: Path
    #: The file, looked through.
    file: CsvFile
    #: Which column means what.
    columns: Columns
    #: What its values mean.
    values: Values
    #: Of the times in it that name none.
    zone: str
    #: What comes first in 03/04/2026; None: nobody has said.
    order: Order | None
    #: The address of a ticket there, with `{ref}` for its number; empty: there is none.
    link: str

    def reader(self, now: datetime) -> Reader:
        """What reads its lines, from the first on."""
        return Reader(self.columns, self.values, zone(self.zone), self.order, self.link, now)


@dataclass
class Problem:
    """Why lines cannot be used."""

    #: The first of them.
    line: int
    #: Why.
    reason: str
    #: How many they are.
    lines: int = 0

    def __str__(self) -> str:
        """As one sentence."""
        others = f", and {self.lines - 1:,} more like it" if self.lines > 1 else ""
        return f"line {self.line}{others}: {self.reason}"


@dataclass
class Survey:
    """What a file holds."""

    #: Lines with tickets, by what becomes of each: `open`, `closed`, `known`.
    counts: Counter[str] = field(default_factory=Counter)
    #: Open ones, by their severity.
    severities: Counter[int | None] = field(default_factory=Counter)
    #: The first lines that cannot be used, each for another reason: what is said of it, and of how many lines, by the
    #: reason without its figures.
    problems: dict[str, Problem] = field(default_factory=dict)
    #: How many there are.
    rejected: int = 0

    def reject(self, line: int, reason: str) -> None:
        """A line that cannot be used. One reason that holds of many lines is one, or the others would not be seen."""
        self.rejected += 1
        key = _FIGURES.sub("0", reason)
        if key in self.problems or len(self.problems) < NAMED:
            self.problems.setdefault(key, Problem(line, reason)).lines += 1


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where nothing was imported since nobody agreed, or a line could not be used."""
    file, named = looked(chosen.file, chosen.map)
    with opened_record() as (database, now):
        desk, policy = one_desk(database, organisation_named(database, chosen.organisation).id, chosen.desk)
        source = source_of(chosen, file, named, policy)
        joining = joining_of(database, desk, policy, now)
        survey = _survey(database, desk, source, joining, now, rejected=chosen.rejected)
        _show(source, survey, joining)
        if not survey.counts["open"] + survey.counts["closed"]:
            print("There is nothing to import.")
            if chosen.yes:  # it may have been stopped before the desk was told
                _tell(database, desk, source, joining, now)
            return DOES_NOT_HOLD if survey.rejected else DONE
        if not (chosen.yes or agreed(f"import them to the desk {desk.name}")):
            print("Nothing was changed.")
            return DOES_NOT_HOLD
        _import(database, (desk, policy), source, joining, now)
    return DOES_NOT_HOLD if survey.rejected else DONE


def source_of(
    chosen: argparse.Namespace, file: CsvFile, named: dict[str, str], policy: Policy,
    also: Mapping[str, tuple[str, ...]] | None = None,
) -> Source:  # fmt: skip
    """A file that was looked through, and how it is to be read. `also`: the columns that are looked for besides. Raises
    ConfigError."""
    try:
        columns = columns_of(file.headings, named, also=also)
        values = values_of(chosen.severities, chosen.states, chosen.categories)
        zone(chosen.zone or policy.desk.timezone)
    except UnusableError as error:
        raise ConfigError(f"{chosen.file}: {error}") from None
    except CalendarError as error:
        raise ConfigError(str(error)) from None
    order = None if chosen.dates is None else Order(chosen.dates)
    return Source(chosen.file, file, columns, values, chosen.zone or policy.desk.timezone, order, chosen.link)


def joining_of(database: Database, desk: DeskOnRecord, policy: Policy, now: datetime) -> Joining:
    """What finds the people and customers of that desk."""
    spoken = speech(policy.desk.language or DEFAULT, policy.desk.timezone)
    channels = DeskChannels(policy.desk, {platform_of(each) for each in policy.desk.channels})

    def read(session: Session) -> Joining:
        people = load_people(session, desk.organisation_id, desk.desk_id, calendar="", now=now)
        used = desk_channels_used(session, desk.organisation_id, desk.desk_id)
        return Joining(
            people.directory(policy, None), Customers(desk.organisation_id, policy.desk), channels,
            next(iter(used), ""), spoken.text("brought.asked_by", requester="{requester}"),
        )  # fmt: skip

    return database.read_now(read)


def _survey(
    database: Database, desk: DeskOnRecord, source: Source, joining: Joining, now: datetime, *, rejected: Path | None
) -> Survey:
    """Look at every line, without changing anything."""
    found = Survey()

    def read(session: Session) -> None:
        known = known_refs(session, desk.organisation_id, desk.desk_id)
        with (
            Rejected(rejected, source.file) if rejected is not None else nullcontext() as out,
            steps("Reading") as work,
        ):
            reader = source.reader(now)
            for row in source.file.rows():
                work.advance()
                try:
                    each = reader.read(row)
                except UnusableError as error:
                    found.reject(row.line, str(error))
                    if out is not None:
                        out.add(row, str(error))
                    continue
                if ref_key(each.brought.ref.number) in known:
                    found.counts["known"] += 1
                    continue
                joining.join(session, each)
                is_open = each.brought.resolved_at is None
                found.counts["open" if is_open else "closed"] += 1
                if is_open:
                    found.severities[severity_of(each.brought.category, each.brought.severity)] += 1

    database.read_now(read)
    return found


def _show(source: Source, survey: Survey, joining: Joining) -> None:
    file, columns = source.file, source.columns
    print(f"{source.path}: {file.described}.")
    print(
        "Read: " + " · ".join(f"{heading} → {name}" for heading, name in columns.named()) + f" (times: {source.zone})."
    )
    if left := columns.left_out():
        print(f"Left out: {', '.join(left)}.")
    counts = survey.counts
    by = ", ".join(f"{count:,} {'of no severity' if of is None else f'of severity {of}'}"
                   for of, count in sorted(survey.severities.items(), key=lambda each: each[0] or 9))  # fmt: skip
    print(f"To import: {counted(counts['open'], 'open ticket')}{f' ({by})' if by else ''}, "
          f"{counts['closed']:,} closed as history. On record already: {counts['known']:,}.")  # fmt: skip
    _unknown("Nobody at the desk is called", joining.unknown_owners, "nobody's until somebody takes them")
    _unknown("No customer on record is called", joining.unknown_customers, "on the usual targets")
    for problem in survey.problems.values():
        say(str(problem), Mark.BAD)
    if others := survey.rejected - sum(problem.lines for problem in survey.problems.values()):
        print(f"and {counted(others, 'more line')}.")
    if survey.rejected:
        print(f"Not to be imported: {counted(survey.rejected, 'line')}; --rejected FILE writes each with its reason.")


def _unknown(what: str, counts: Counter[str], so: str) -> None:
    if counts:
        some = ", ".join(f"{who} ({count})" for who, count in counts.most_common(NAMED))
        more = "" if len(counts) <= NAMED else f" and {counted(len(counts) - NAMED, 'other')}"
        say(f"{what} {some}{more}: their tickets are {so}.", Mark.NOTE)


def _import(
    database: Database, of: tuple[DeskOnRecord, Policy], source: Source, joining: Joining, now: datetime
) -> None:
    desk, policy = of
    bringing = Bringing(desk.organisation_id, desk.desk_id, source.file.digest)
    spoken = speech(policy.desk.language or DEFAULT, policy.desk.timezone)
    words = {"answered": spoken.text("brought.answered"), "waits": spoken.text("brought.waits")}

    def put(session: Session, lot: list[Joined]) -> int:
        arrivals = [
            Arrival(
                each.brought.ref.number,
                bring(policy, now, each.brought, plan=each.plan, region=each.region, **words), each.places,
            )
            for each in lot
        ]  # fmt: skip
        return bring_in(session, bringing, arrivals, now)

    made = 0
    with steps("Importing") as work:
        for lot in _lots(database, source, joining, now, work):
            made += database.write_now(partial(put, lot=lot))
            sleep(PAUSE)
    _tell(database, desk, source, joining, now)
    print(f"Imported: {counted(made, 'ticket')}.")


def _tell(database: Database, desk: DeskOnRecord, source: Source, joining: Joining, now: datetime) -> None:
    of = Bringing(desk.organisation_id, desk.desk_id, source.file.digest)
    channels = [each for each in joining.channels.own or [joining.elsewhere] if each]
    database.write_now(partial(tell_desk, of=of, channels=channels, now=now))


def _lots(database: Database, source: Source, joining: Joining, now: datetime, work: Steps) -> Iterator[list[Joined]]:
    """The tickets that can be used, so many at once."""
    reader, lot = source.reader(now), []
    for row in source.file.rows():
        work.advance()
        try:
            lot.append(reader.read(row))
        except UnusableError:
            continue
        if len(lot) == LOT:
            yield database.read_now(partial(_joined, joining=joining, lot=lot))
            lot = []
    if lot:
        yield database.read_now(partial(_joined, joining=joining, lot=lot))


def _joined(session: Session, joining: Joining, lot: list[Read]) -> list[Joined]:
    return [joining.join(session, each) for each in lot]
