"""When the customer reported the trouble, put right: restore counts from then (policy: Clocks)."""

from __future__ import annotations

from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import changed, event, needed, past
from triage.contents.changes import ChangedAtContent, What
from triage.errors import Refusal
from triage.facts.sorting import ReportCorrected
from triage.notice import CARD
from triage.people import Actor
from triage.ticket import Ticket


def correct_report(ticket: Ticket, actor: Actor, now: datetime, reported_at: datetime, reason: str) -> Change:
    """The customer reported the trouble at another time: every clock is recomputed, the correction is shown."""
    rights.require(actor, "reported")
    reason = needed(reason, "reported")
    when = past(None, now, reported_at, "reported")
    if when > ticket.report.limit:
        raise Refusal("reported_after_opening", at=ticket.report.limit)
    if when == ticket.report.at:
        return Change()
    corrected = event(actor, now, ReportCorrected(when, ticket.report.at), text=reason)
    return Change((corrected,), (changed(ChangedAtContent(actor.id, What.REPORTED, when), reason), CARD))
