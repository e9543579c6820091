"""What is about no ticket: the policy, the week's figures, and whether all that is promised is held."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from bot.api import documents, shapes
from bot.api.ask import Answered, Ask
from bot.wording.app_home import WEEK, read_week
from storage.health import health_of
from storage.policies import latest_policy, list_versions


async def policy(ask: Ask) -> Answered:
    """The policy in force, and every version before it."""
    desk = ask.caller.desk

    def look(session: Session) -> shapes.PolicyInForce:
        version, data = latest_policy(session, desk.organisation_id, desk.desk_id) or (desk.policy.version, {})
        versions = [
            shapes.PolicyVersion(
                version=each.version, saved_at=each.saved_at, changes=list(each.changes or ()),
                saved_by=None if each.by is None else documents.whoever(desk.directory, each.by),
            )
            for each in list_versions(session, desk.organisation_id, desk.desk_id)
        ]  # fmt: skip
        return shapes.PolicyInForce(version=version, policy=data, versions=versions)

    return Answered(await desk.database.read(look))


async def figures(ask: Ask) -> Answered:
    """The figures of the last seven days."""
    desk, now = ask.caller.desk, ask.caller.desk.now()
    found = await desk.database.read(partial(read_week, desk=desk, now=now))
    kept = {kind: shapes.Kept(kept=each.kept, missed=each.missed) for kind, each in found.kept.items()}
    shape = shapes.Figures(
        since=now - WEEK, until=now, opened=found.opened, resolved=found.resolved, deadlines=kept,
        satisfied=found.ratings.good, not_satisfied=found.ratings.bad,
    )  # fmt: skip
    return Answered(shape)


async def health(ask: Ask) -> Answered:
    """Whether what is promised is held."""
    desk, now = ask.caller.desk, ask.caller.desk.now()
    found = await desk.database.read(partial(health_of, organisation_id=desk.organisation_id, now=now))
    shape = shapes.Health(
        ok=found.is_well, at=found.at, swept_at=found.swept_at, audited_at=found.audited_at, next_due=found.next_due,
        notices_waiting=found.notices.waiting, notices_failed=found.notices.failed,
        standing={each.kind.value: each.standing for each in found.standing},
    )  # fmt: skip
    return Answered(shape)
