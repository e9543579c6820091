"""The end of shadow mode where the policy is changed before its day comes (policy: Shadow mode)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.desk.policy_file import policy_from_data
from storage.policies import list_versions, load_policy
from triage.policy import Policy

WITHIN = timedelta(days=1)  # later everybody knows


def was_ended(session: Session, organisation_id: int, desk_id: int, policy: Policy, now: datetime) -> bool:
    """Whether it is `policy`, the one in force, that has ended it, and not long ago."""
    whose, version = (organisation_id, desk_id), policy.version
    data = load_policy(session, *whose, version - 1)
    if data is None or "shadow" not in data:
        return False
    saved = next((each.saved_at for each in list_versions(session, *whose) if each.version == version), None)
    if saved is None or now - saved > WITHIN or policy.is_silent(saved):
        return False
    return policy_from_data({**data, "version": version - 1}).is_silent(saved)
