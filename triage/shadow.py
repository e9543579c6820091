"""Shadow mode: who is told anything while Vigie says nothing (policy: Shadow mode)."""

from __future__ import annotations

from datetime import datetime

from triage.people import Role
from triage.roster import Roster


def listeners(roster: Roster, now: datetime) -> list[str]:
    """The desk's leads, whoever is on duty first; where it has none, whoever would be told in their place."""
    on_duty, leads = roster.lead_people(now), roster.with_role(Role.LEAD)
    return sorted(leads, key=lambda each: on_duty.index(each) if each in on_duty else len(on_duty)) or on_duty[:1]
