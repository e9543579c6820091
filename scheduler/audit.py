"""The auditor: a pass that looks for what should have happened and did not, and puts it right.

One process at a time has the turn, about once a minute. It looks at a bounded number of tickets: at those due soon or
just now in each pass, at all others in turn. What it repairs it writes by the same ways as everything else: the
projections from the events, and what had fallen due as the pass over deadlines does, each once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from sqlmodel import Session

from scheduler import deadlines
from scheduler.desk_duties import DeskAtWork
from storage import audit, findings
from storage.audit import Ref, Turn
from storage.changes import project_anew
from storage.database import Database
from storage.findings import Finding
from triage.auditing import OF_TICKETS, Wrong

log = structlog.get_logger(__name__)
STORED = (Wrong.DEADLINES, Wrong.COLUMNS, Wrong.WORDS, Wrong.UNREADABLE)
AT_ONCE = 25  # tickets that are read in one go, so that nobody waits for it


@dataclass
class Auditor:
    """Looks for what should have happened and did not."""

    #: What it looks at.
    database: Database
    #: The project's time.
    now: Callable[[], datetime]
    #: When this process swept last; None: not yet.
    swept_at: Callable[[], datetime | None] = lambda: None
    #: Whether this process's passes over deadlines and outbox run.
    alive: Callable[[], bool] = lambda: True
    #: The desks that this process speaks for.
    desks: Callable[[], Iterable[DeskAtWork]] = tuple
    #: Called after each pass that repaired something: it may be due.
    mended: Callable[[], None] = lambda: None
    #: Tells the monitor that all is well; why it could not, or None. None in place of it: there is no monitor.
    beat: Callable[[], Awaitable[str | None]] | None = None

    async def run(self) -> None:
        """One pass, if it is this process's turn; then the heartbeat, unless anything is wrong."""
        if await self.run_once(self.now()) and self.beat is not None and self.alive():
            error = await self.beat()
            await self.database.write(partial(audit.keep_beat, now=self.now(), error=error))

    async def run_once(self, now: datetime) -> bool:
        """One pass at `now`, if it is this process's turn. Whether it was, and nothing is wrong."""
        taken = await self.database.write(partial(audit.take_turn, now=now, swept_at=self.swept_at()))
        if taken is None:
            return False
        found = await self._say_overdue(taken, now)
        refs, turn = await self.database.read(partial(audit.next_tickets, now=now, turn=taken))
        for first in range(0, len(refs), AT_ONCE):
            found += await self._look(refs[first : first + AT_ONCE], now)
        right = partial(findings.end_others, kinds=STORED, still=found, now=now, among={of for _, of in refs})
        await self.database.write(right)
        if turn.before is not None:
            found += await self.database.write(partial(_look_at_outbox, before=turn.before, now=now))
        _say(found)
        if any(each.repaired for each in found):
            self.mended()
        late = any(each.was_late for each in found)
        return await self.database.write(partial(audit.end_turn, now=now, turn=turn, was_late=late))

    async def _say_overdue(self, turn: Turn, now: datetime) -> list[Finding]:
        """What is overdue by the table of deadlines, said at last."""
        if turn.before is None:
            return []
        orphans = await self.database.write(partial(audit.drop_orphans, now=now))
        found: list[Finding] = []
        for ref in await self.database.read(partial(audit.overdue_tickets, before=turn.before)):
            plan = partial(deadlines.plan, organisation_id=ref[0], ticket_id=ref[1], now=now, desks=self.desks)
            try:
                repaired = await self.database.write(plan) is not None
            except Exception:
                log.exception("still overdue", ticket_id=ref[1])
                repaired = False
            found.append(Finding(ref[0], Wrong.OVERDUE, ref[1], repaired=repaired, was_late=True))
        await self.database.write(partial(findings.note, found=found, now=now))
        await self.database.write(partial(findings.end_others, kinds=[Wrong.OVERDUE], still=found, now=now))
        return [*orphans, *found]

    async def _look(self, refs: list[Ref], now: datetime) -> list[Finding]:
        wrong = await self.database.read(partial(audit.look, refs=refs, now=now))
        bad = list(dict.fromkeys((each.organisation_id, each.of) for each in wrong))
        found: list[Finding] = []
        for ref in bad:
            try:
                found += await self.database.write(partial(_mend, ref=ref, now=now, desks=self.desks))
            except Exception:
                log.exception("cannot be put right", ticket_id=ref[1])
                stands = [each for each in wrong if (each.organisation_id, each.of) == ref]
                await self.database.write(partial(findings.note, found=stands, now=now))
                found += stands
        return found


def _say(found: list[Finding]) -> None:
    """A line for each, and one for all that was only planned late: where planning is behind, there is much of it."""
    late = [each.of for each in found if each.kind is Wrong.OVERDUE and each.repaired]
    if late:
        log.error("planned late", tickets=len(late), first=late[0])
    for each in found:
        if each.kind is not Wrong.OVERDUE or not each.repaired:
            log.error("found wrong", kind=each.kind.value, of=each.of, repaired=each.repaired, was_late=each.was_late)


def _mend(session: Session, ref: Ref, now: datetime, desks: Callable[[], Iterable[DeskAtWork]]) -> list[Finding]:
    """Put one ticket right, in one transaction, and say what had fallen due meanwhile."""
    stored, wrong = audit.look_again(session, ref, now)
    if stored is None:
        findings.note(session, wrong, now)
        return wrong
    if not wrong:
        return []
    project_anew(session, stored)
    deadlines.plan(session, ref[0], ref[1], now, desks=desks)
    mended = [
        Finding(each.organisation_id, each.kind, each.of, repaired=True, was_late=each.was_late) for each in wrong
    ]
    findings.note(session, mended, now)
    return mended


def _look_at_outbox(session: Session, before: datetime, now: datetime) -> list[Finding]:
    released = audit.release_claims(session, before)
    stuck = audit.stuck(session, before, now)
    findings.note(session, [*released, *stuck], now)
    findings.end_others(session, set(Wrong) - OF_TICKETS, [*released, *stuck], now)
    return [*released, *stuck]
