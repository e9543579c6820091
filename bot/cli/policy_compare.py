"""`vigie policy compare FILE`: where another help desk and this policy differ about what was kept, and why. Nothing is
put on record, and nobody is told."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.cli import DOES_NOT_HOLD, DONE
from bot.cli.customer_link import one_desk
from bot.cli.import_tickets import Source, joining_of, reading_arguments, source_of
from bot.cli.importing import looked
from bot.cli.record import opened_record, organisation_named
from bot.cli.terminal import counted
from bot.desk.csv_file import Row, UnusableError
from bot.desk.tickets_file import Reader
from bot.desk.tickets_file.columns import VERDICTS
from bot.desk.tickets_file.joining import Joining
from bot.desk.tickets_file.values import read_verdict
from bot.server.settings import ConfigError
from bot.wording.proof import Teller
from bot.wording.speech import DEFAULT, speech
from storage.tickets import StoredTicket
from triage.bringing import bring
from triage.comparing import Compared, compare
from triage.fold import fold
from triage.policy import Policy
from triage.terms import ClockKind

KINDS = {"response_kept": ClockKind.RESPONSE, "restore_kept": ClockKind.RESTORE}
NEEDS = {"response_kept": "answered_at", "restore_kept": "resolved_at"}
SAID = {True: "kept", False: "missed"}
EPILOG = f"""\
Beside what vigie import tickets reads, it reads what they say became of a deadline: {", ".join(VERDICTS)}.
Where nothing says when a ticket was answered, its response is not compared. An export does not tell when their clocks
were paused: where they differ for that, theirs may be right."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy compare` takes."""
    reading_arguments(parser)
    parser.epilog = EPILOG


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where they differ."""
    file, named = looked(chosen.file, chosen.map)
    with opened_record() as (database, now):
        desk, policy = one_desk(database, organisation_named(database, chosen.organisation).id, chosen.desk)
        source = source_of(chosen, file, named, policy, also=VERDICTS)
        if not source.columns.places.keys() & KINDS.keys():
            raise ConfigError(f'{source.path}: no column says what they kept: name one with --map "SLA=restore_kept"')
        joining = joining_of(database, desk, policy, now)
        counts: Counter[tuple[ClockKind, bool, bool]] = Counter()
        left = database.read_now(lambda session: _compare(session, source, joining, policy, now, counts))
    _sum_up(counts, *left)
    return DOES_NOT_HOLD if any(theirs is not ours for _, theirs, ours in counts) else DONE


def _compare(  # noqa: PLR0917  what, and with what: nothing here has a default
    session: Session, source: Source, joining: Joining, policy: Policy, now: datetime,
    counts: Counter[tuple[ClockKind, bool, bool]],
) -> tuple[int, int]:  # fmt: skip
    """Say of each ticket where they differ; how many lines cannot be used, and of how many they say nothing."""
    teller = Teller(policy, speech(DEFAULT, source.zone), {})
    reader, unread, silent = source.reader(now), 0, 0
    for row in source.file.rows():
        try:
            stored, found = _one(session, (source, reader, joining), row, policy, now)
        except UnusableError:
            unread += 1
            continue
        silent += not found
        counts.update((each.ours.kind, each.theirs, each.ours.kept) for each in found)
        differing = [each for each in found if each.differs]
        if differing:
            print(f"\n{stored.events[0].text or ''}".split("\n", 2)[1])
        for each in differing:
            for line in _told(teller, stored, each):
                print(line)
    return unread, silent


def _one(
    session: Session, by: tuple[Source, Reader, Joining], row: Row, policy: Policy, now: datetime
) -> tuple[StoredTicket, list[Compared]]:
    """A ticket as this desk would have it, and what both say of it. Raises `UnusableError`."""
    source, reader, joining = by
    read = reader.read(row)
    cells = source.columns.cells(row.cells)
    theirs = {
        kind: said
        for name, kind in KINDS.items()
        if (said := read_verdict(cells.get(name, ""))) is not None and cells.get(NEEDS[name], "").strip()
    }
    joined = joining.join(session, read)
    brought = replace(joined.brought, summary=f"{read.brought.ref.number} {joined.brought.summary}")
    change = bring(policy, now, brought, answered="", waits="", plan=joined.plan, region=joined.region)
    events = tuple(replace(each, seq=seq) for seq, each in enumerate((e for e in change.events if e.said is None), 1))
    return StoredTicket(0, 0, 0, 0, events, fold(events), (), False), compare(events, theirs)


def _told(teller: Teller, stored: StoredTicket, each: Compared) -> Iterator[str]:
    told = teller.deadline(stored, each.ours)
    yield (
        f"  {told['clock']}: they say {SAID[each.theirs]}, here it is {SAID[each.ours.kept]}: due {told['due']}, "
        f"ended {told['ended']}. {told['target']}"
    )
    for line in filter(None, told["why"].split(" / ")):
        yield f"      {line}"


def _sum_up(counts: Counter[tuple[ClockKind, bool, bool]], unread: int, silent: int) -> None:
    print()
    for kind in KINDS.values():
        of = {(theirs, ours): count for (which, theirs, ours), count in counts.items() if which is kind}
        if of:
            alike = of.get((True, True), 0) + of.get((False, False), 0)
            stricter, milder = of.get((True, False), 0), of.get((False, True), 0)
            print(
                f"{kind.value.capitalize()}: {alike:,} the same, {stricter:,} kept there and missed here, "
                f"{milder:,} missed there and kept here."
            )
    if unread:
        print(f"Not compared: {counted(unread, 'line')} that cannot be used; vigie import tickets says why.")
    if silent:
        print(f"Not compared: {counted(silent, 'ticket')}; nothing says what became of the deadlines, or when.")
