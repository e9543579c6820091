"""A severity 1 or 2 that nobody has accepted: the person to whom it falls is told at once (policy: Intake and
people)."""

from __future__ import annotations

from triage.contents.deadlines import FallsToContent
from triage.notice import Audience, Notice
from triage.people import Actor
from triage.terms import PRESSING


def falls_to(actor: Actor, severity: int | None) -> tuple[Notice, ...]:
    """Say at once whom a ticket of that severity falls to, which its event then knows; nobody where it can wait."""
    if severity not in PRESSING:
        return ()
    return (Notice(FallsToContent(actor.id, severity), Audience.DESK, broadcast=True),)
