"""What came of sendings, put on record: sent, to be tried again, dropped, or a dead letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from scheduler.backoff import ATTEMPTS, is_hopeless, pause_after
from scheduler.pacing import Pacer
from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from scheduler.undelivered import record_delivered, record_undelivered, tell_missed, tell_undelivered
from storage import outcomes
from storage.app_home import refresh_home
from storage.cause import Cause
from storage.core import is_given
from storage.outbox import Outgoing
from storage.outcomes import Said, WasDue
from storage.test_pings import note_outcome
from triage.notice import Audience

log = structlog.get_logger(__name__)
SOON = timedelta(seconds=1)


@dataclass(frozen=True, eq=False, slots=True)
class Ended:
    """A sending that has come to an end."""

    #: What was sent.
    item: Outgoing
    #: What came of it.
    result: Result
    #: When.
    at: datetime

    @property
    def locks_ticket(self) -> bool:
        """Whether the ticket is changed by it, so that it is put on record by itself."""
        is_last = self.item.attempts >= ATTEMPTS
        return is_last or isinstance(self.result, GiveUp) or outcomes.MISSED in self.item.data or self.is_partial

    @property
    def is_partial(self) -> bool:
        """Whether it went to some only of those whom it was for."""
        return isinstance(self.result, Sent) and bool(self.result.missed)


@dataclass
class Settling:
    """Records what came of sendings, in the transaction that it is given."""

    #: The rate limit of each channel: some results ask that it rests.
    pacer: Pacer
    #: When what was sent had been due, by row id, until whoever counts it takes it out.
    were_due: dict[int, WasDue] = field(default_factory=dict)

    def each(self, session: Session, ended: Sequence[Ended]) -> list[bool]:
        """`one` for several: conversation by conversation, as by everybody who records several, so that no two wait for
        each other."""
        in_order = sorted(ended, key=lambda each: each.item.conversation_id or 0)
        dead = dict.fromkeys(self._all_sent(session, in_order), False)
        dead |= {each: self.one(session, each.item, each.result, each.at) for each in in_order if each not in dead}
        return [dead[each] for each in ended]

    def _all_sent(self, session: Session, ended: Sequence[Ended]) -> list[Ended]:
        """Record in statements that they share what was sent, where several were, each in a conversation of its own.
        Which these are."""
        places = Counter(each.item.conversation_id for each in ended)
        said = {
            each: Said(each.item, each.result.message_id, each.result.channel, each.at, each.result.permalink)
            for each in ended
            if isinstance(each.result, Sent)
            and not each.locks_ticket
            and (each.item.conversation_id is None or places[each.item.conversation_id] == 1)
        }
        if not is_given(session, list(said)):
            return []
        for each in said:
            note_outcome(session, each.item, each.at)
        self.were_due |= outcomes.mark_each_sent(session, list(said.values()))
        changed = {each.item.organisation_id: each.at for each in said if each.item.audience == Audience.CARD}
        for organisation_id, at in changed.items():
            refresh_home(session, organisation_id, at)
        return list(said)

    def one(self, session: Session, item: Outgoing, result: Result, now: datetime) -> bool:
        """Record the result of a sending. Whether it became a dead letter."""
        match result:
            case Sent(message_id, channel, permalink, missed):
                record_delivered(session, item, now)
                tell_missed(session, item, missed, now)
                note_outcome(session, item, now)
                due = outcomes.mark_sent(session, item, message_id, channel, now, permalink)
                if due is not None:
                    self.were_due[item.id] = due
                if item.audience == Audience.CARD:
                    refresh_home(session, item.organisation_id, now)  # what changed a card changed the lists too
            case Drop(reason):
                outcomes.mark_dropped(session, item, reason)
            case Retry(at, reason, channel_rests=True, way_rests=way):
                self.pacer.rest(item.lane, max(at, now + SOON), way=way)
                outcomes.mark_retry(session, item, max(at, now + SOON), reason, counts=False)
            case Retry(at, reason, counts=False):
                outcomes.mark_retry(session, item, max(at, now + SOON), reason, counts=False)
            case GiveUp():
                return self._bury(session, item, result, now)
            case Retry(_, reason) | Unsure(reason, _) if is_hopeless(item.attempts, now - item.planned_at):
                until = now + result.settles if isinstance(result, Unsure) else None
                return self._bury(session, item, GiveUp(Cause.UNANSWERED, reason), now, in_doubt_until=until)
            case Retry(at, reason):
                outcomes.mark_retry(session, item, max(at, now + SOON), reason)
            case Unsure(reason, settles):
                again = now + max(settles, pause_after(item.attempts))
                outcomes.mark_retry(session, item, again, reason, unsure=True)
        return False

    @staticmethod
    def _bury(
        session: Session, item: Outgoing, why: GiveUp, now: datetime, *, in_doubt_until: datetime | None = None
    ) -> bool:
        log.error(
            "dead letter", outbox_id=item.id, ticket_id=item.ticket_id, kind=item.kind, cause=why.cause.value,
            reason=why.detail,
        )  # fmt: skip
        missed = record_undelivered(session, item, now)
        note_outcome(session, item, now)
        outcomes.mark_failed(session, item, why.cause, why.detail, missed=missed, in_doubt_until=in_doubt_until)
        tell_undelivered(session, item, why.cause, why.detail, now)
        return True
