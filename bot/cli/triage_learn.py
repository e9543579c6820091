"""`vigie triage learn`: what people chose beside what was suggested; approved, it is learned from."""

from __future__ import annotations

import argparse
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.cli import DONE
from bot.cli.record import in_force, opened_record
from bot.cli.terminal import counted
from bot.verbs.reading.figures import figure
from storage.corrections import Correction, State, corrections, decide_corrections
from storage.database import Database
from storage.learned import lessons_of, save_learned
from storage.organisations import DeskOnRecord
from triage.people import VIGIE
from triage.suggesting import learn

ALL = "all"
LONGEST = 70  # characters of a text that are shown
EXAMPLE = """\
Without options it lists what waits. What is approved is learned from at once, together with all that was approved
before, the same from the same texts, and counts from the next suggestion on in every process; nothing has to be
restarted, and nothing leaves this machine. A text that was erased since is not learned from any more."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `vigie triage learn` takes."""
    numbers = "of these tickets, such as 42,43; of all without"
    parser.add_argument("--desk", metavar="NAME", help="only this desk; without it, every desk")
    parser.add_argument("--approve", nargs="?", const=ALL, metavar="NUMBERS", help=f"learn from what waits: {numbers}")
    parser.add_argument("--reject", nargs="?", const=ALL, metavar="NUMBERS", help=f"never learn from it: {numbers}")
    parser.add_argument("--again", action="store_true", help="learn anew from what was approved and still stands")
    parser.epilog = EXAMPLE


def run(chosen: argparse.Namespace) -> int:
    """List, decide, learn."""
    with opened_record() as (database, now):
        for each in in_force(database, chosen.desk):
            desk, decided = each.desk, 0
            for word, state in ((chosen.approve, State.APPROVED), (chosen.reject, State.REJECTED)):
                if word is not None:
                    decide = partial(
                        decide_corrections, organisation_id=desk.organisation_id, desk_id=desk.desk_id, state=state,
                        by=VIGIE, now=now, numbers=numbers_in(word),
                    )  # fmt: skip
                    count = database.write_now(decide)
                    decided += count
                    print(f"Desk {desk.name}: {counted(count, 'choice')} {state.value}.")
            if chosen.again or (decided and chosen.approve is not None):
                _learn(database, desk, now)
            _list(database, desk)
    return DONE


def numbers_in(text: str) -> list[int] | None:
    """The tickets that are named; None: all."""
    found = (figure(word) for word in text.replace(",", " ").split())
    return None if text == ALL else [number for number in found if number is not None]


def _learn(database: Database, desk: DeskOnRecord, now: datetime) -> None:
    organisation, of = desk.organisation_id, desk.desk_id
    while True:
        lessons = database.read_now(partial(lessons_of, organisation_id=organisation, desk_id=of))
        learned = learn(lessons)
        keep = partial(
            save_learned, organisation_id=organisation, desk_id=of, learned=learned, lessons=lessons, now=now
        )
        if database.write_now(keep):
            break
    print(f"Desk {desk.name}: learned from {counted(learned.corrections, 'text')}.")


def _list(database: Database, desk: DeskOnRecord) -> None:
    def read(session: Session) -> list[Correction]:
        return corrections(session, desk.organisation_id, desk.desk_id, State.WAITING)

    found = database.read_now(read)
    if not found:
        print(f"Desk {desk.name} ({desk.organisation}): nothing waits.")
        return
    print(f"Desk {desk.name} ({desk.organisation}): {counted(len(found), 'choice')} to look at.")
    for each in sorted(found, key=lambda one: not one.is_change):
        text = " ".join(each.text.split())
        shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
        said = f"{each.chosen} (suggested: {each.suggested})" if each.is_change else f"{each.chosen} (as suggested)"
        print(f"  #{each.number}: {said}: {shown}")
    print("vigie triage learn --approve has them learned from.")
