"""A severity 1 or 2 that nobody has accepted: whom it falls to is said at once (policy: Intake and people)."""

from __future__ import annotations

from typing import Any

from triage.notice import Audience, Notice, NoticeKind
from triage.people import Actor

PRESSING = (1, 2)  # the severities that are said to somebody at once


def falls_to(actor: Actor, data: dict[str, Any], severity: int | None) -> tuple[Notice, ...]:
    """Say at once whom a pressing ticket falls to; its event, whose `data` these are, knows that it was said."""
    data["falls_to"] = severity
    said = {"by": actor.id, "severity": severity}
    return (Notice(NoticeKind.FALLS_TO, Audience.DESK, said, broadcast=True),)
