"""What came of sendings, as it is counted: by which name, and how late."""

from __future__ import annotations

from datetime import datetime

from scheduler.sender import Drop, GiveUp, Result, Retry, Sent, Unsure
from scheduler.tally import LATE
from storage.outbox import Outgoing
from storage.outcomes import WasDue
from triage.contents.deadlines import CatchUpContent
from triage.notice import Audience, NoticeKind


def name_of(result: Result) -> str:
    """What came of a sending, as it is counted."""
    match result:
        case Sent():
            return "sent"
        case Drop():
            return "withheld"
        case Unsure():
            return "unsure"
        case Retry(channel_rests=True):
            return "rested"
        case GiveUp():
            return "dead"
        case _:
            return "retried"


def note_lateness(item: Outgoing, due: WasDue, now: datetime) -> None:
    """How long after it was due it was sent. A catch-up is as late as the first of what it says."""
    at, of = due.at, "deadline" if due.is_deadline else "notice"
    if item.audience not in (*Audience,) or item.audience == Audience.CARD:
        of = "card"
    elif item.kind == NoticeKind.CATCH_UP:
        said = item.content
        if isinstance(said, CatchUpContent) and said.missed:
            at, of = said.missed[0].at, "deadline"
    LATE.note(max(0.0, (now - at).total_seconds()), item.platform, of)
