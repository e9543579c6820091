"""What is about no ticket: the policy, the week's figures, and whether all that is promised is held."""

from __future__ import annotations

from functools import partial

from sqlmodel import Session

from bot.api import documents, shapes
from bot.api.ask import Answered, Ask
from bot.verbs.reading.days import take_days
from bot.verbs.report import Scope, told_of
from bot.wording.app_home import WEEK, read_week
from bot.wording.report_figures import figures as figures_of
from storage.health import health_of
from storage.policies import latest_policy, list_versions
from triage.errors import Refusal


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


async def report(ask: Ask) -> Answered:
    """What the tickets of some days came to, of everybody or of one customer."""
    call = ask.call
    desk, zone = call.desk, call.people.desk_speech.zone
    days, rest = take_days(ask.query.get("days", ""), call.now.astimezone(zone).date())
    if rest:
        raise Refusal("no_such_days", text=rest[:60])
    scope = Scope(desk.organisation_id, desk.desk_id, desk.customers, zone)
    read = partial(told_of, scope=scope, days=days, name=ask.query.get("customer", ""), with_people=True)
    told = await desk.database.read(read)
    shape = shapes.Report.model_construct(
        first=days.first, last=days.last, zone=desk.policy.desk.timezone, customer=told.customer or None,
        figures=[
            shapes.ReportFigure.model_construct(figure=name, of=of, by=by, value=float(value))
            for name, of, by, value in figures_of(told, call.people)
        ],
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
