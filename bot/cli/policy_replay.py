"""`vigie policy replay FILE`: which deadlines and breaches would have been different for the tickets on record."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.cli import DONE
from bot.cli.policy_check import unusable
from bot.cli.record import desks_named, opened_record
from bot.cli.terminal import Steps, steps
from bot.desk.languages import LANGUAGES
from bot.desk.policy_file import load_policy, read_policy_file
from bot.desk.policy_file.places import of_file
from bot.wording.speech import Speech, speech
from storage.customers import Plans, load_plans
from storage.database import Database
from storage.organisations import DeskOnRecord
from storage.tickets import StoredTicket, get_tickets
from triage.agreements import SEPARATOR, clock_of, parted
from triage.cycles import Cycle, agreement_cycles, cycles
from triage.errors import PolicyError
from triage.event import Event
from triage.moving import as_if
from triage.policy import Policy
from triage.terms import ClockKind

LOOK_AT_ONCE = 500
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """One clock of one ticket: its last deadline, and how many it missed, as it was and under the file's policy."""

    #: The ticket.
    number: int
    #: Which of its clocks: `response`, `update` or `restore`; one of an agreement beside the customer's:
    #: `restore/network`.
    clock: str
    #: Its last deadline as it was; None: it had none.
    deadline: datetime | None
    #: Its last deadline under the file's policy; None: it would have none.
    deadline_then: datetime | None
    #: How many deadlines it missed.
    breaches: int
    #: How many it would have missed under the file's policy.
    breaches_then: int

    @property
    def differs(self) -> bool:
        """Whether that policy would have made a difference."""
        return (self.deadline, self.breaches) != (self.deadline_then, self.breaches_then)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie policy replay` takes."""
    parser.add_argument("file", type=Path, help="the policy file to try on the tickets on record")
    parser.add_argument("--desk", metavar="NAME", help="only this desk; without it, every desk")
    parser.add_argument("--lang", choices=LANGUAGES, help="the language; without it the desk's")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, of each clock that differs")


def run(chosen: argparse.Namespace) -> int:
    """Exit 1 where the file is no policy; nothing on record is changed in any case."""
    text = read_policy_file(chosen.file)
    with opened_record() as (database, now):
        try:
            with of_file(chosen.file):
                policy, _ = load_policy(text, today=now.date())
        except PolicyError as error:
            return unusable(error)
        for desk, _in_force in desks_named(database, chosen.desk):
            with steps(f"Desk {desk.name}") as work:
                found = list(_compared(database, desk, policy, now, work))
            if chosen.json:
                _print_json(found)
            else:
                _print(found, desk, speech(chosen.lang or policy.desk.language, policy.desk.timezone))
    return DONE


def _compared(database: Database, desk: DeskOnRecord, policy: Policy, now: datetime, work: Steps) -> Iterator[Compared]:
    plans = database.read_now(partial(load_plans, organisation_id=desk.organisation_id))
    after = 0
    look = partial(
        get_tickets, organisation_id=desk.organisation_id, desk_id=desk.desk_id, limit=LOOK_AT_ONCE, only_open=False
    )
    while found := database.read_now(partial(look, after=after)):
        for stored in found:
            yield from _ticket(stored, policy, plans, now)
            work.advance()
        after = found[-1].number


def _ticket(stored: StoredTicket, policy: Policy, plans: Plans, now: datetime) -> Iterator[Compared]:
    was = _by_clock(stored.events)
    then = _by_clock(as_if(stored.events, policy, *plans.held(stored.ticket.customer)))
    for clock in dict.fromkeys((*was, *then)):
        before, after = was.get(clock, []), then.get(clock, [])
        if before or after:
            yield Compared(stored.number, clock, _last(before), _last(after), _late(before, now), _late(after, now))


def _by_clock(events: Sequence[Event]) -> dict[str, list[Cycle]]:
    """Every deadline, by clock: the customer's, then those of the agreements beside (policy: Agreements)."""
    found = {kind.value: each for kind, each in cycles(events).items()}
    return found | {clock_of(kind, name): each for (name, kind), each in agreement_cycles(events).items()}


def _last(found: list[Cycle]) -> datetime | None:
    return found[-1].clock.deadline if found else None


def _late(found: list[Cycle], now: datetime) -> int:
    return sum(cycle.breached(now) for cycle in found)


def _print_json(found: list[Compared]) -> None:
    for each in found:
        if each.differs:
            print(json.dumps(asdict(each), default=datetime.isoformat))


def _print(found: list[Compared], desk: DeskOnRecord, words: Speech) -> None:
    say, tickets = words.text, len({each.number for each in found})
    print(say("replay.desk", desk=desk.name, organisation=desk.organisation, count=tickets))
    clocks = dict.fromkeys((*ClockKind, *sorted({each.clock for each in found})))
    heads = [say(f"replay.{head}") for head in ("clock", "breaches", "then", "differing")]
    rows = [heads, *([_named(words, clock), *_counted(found, clock, words)] for clock in clocks)]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, was, then, moved in rows:
        print(f"  {name:<{wide[0]}} {was:>{wide[1]}} {then:>{wide[2]}}   {moved}")
    differing = [each for each in found if each.differs]
    for each in differing[:SHOWN]:
        deadlines = each.deadline, each.deadline_then
        due = " -> ".join(say("replay.none") if at is None else words.clock(at) for at in deadlines)
        late = f"{each.breaches} -> {each.breaches_then}"
        ticket = say("replay.ticket", number=each.number, clock=_named(words, each.clock), due=due, late=late)
        print(f"  {ticket}")
    if len(differing) > SHOWN:
        print("  " + say("replay.more", count=len(differing) - SHOWN))


def _named(words: Speech, clock: str) -> str:
    """The clock as the agenda calls it, in words: `restore/network`."""
    of = parted(clock)
    kind, agreement = (clock, "") if of is None else of
    return words.text(f"clock.{kind}").lower() + (f"{SEPARATOR}{agreement}" if agreement else "")


def _counted(found: list[Compared], clock: str, words: Speech) -> list[str]:
    rows = [each for each in found if each.clock == clock]
    was, then = sum(each.breaches for each in rows), sum(each.breaches_then for each in rows)
    moved = sum(each.deadline != each.deadline_then for each in rows)
    return [str(was), str(then), words.text("replay.of", moved=moved, all=len(rows))]
