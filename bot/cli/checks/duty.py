"""What the doctor looks at of who is on call: when nobody is, and whether the calendar of the rota can be read."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session

from bot.cli.checks.finding import Finding, missing, note
from bot.cli.checks.on_record import on_record
from bot.desk.directory import Directory
from bot.desk.now import Now
from bot.desk.policy_file import policy_from_data
from bot.desk.policy_file.lint_shifts import LOOKED_AHEAD, holes_in_words
from bot.server.settings import Settings
from storage.accounts import load_accounts
from storage.groups import load_groups
from storage.organisations import list_desks
from storage.persons import load_persons
from storage.policies import latest_policy
from storage.rota_copy import load_copy
from storage.stand_ins import list_stand_ins
from triage.rota import uncovered


def look_at_rotas(settings: Settings) -> list[Finding]:
    """Nothing where no rota is on record."""
    return on_record(settings, _look)


def _look(session: Session) -> list[Finding]:
    found: list[Finding] = []
    now = Now()().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for desk in list_desks(session):
        found += _of_desk(session, desk.organisation_id, desk.desk_id, now)
    return found


def _of_desk(session: Session, organisation_id: int, desk_id: int, now: datetime) -> list[Finding]:
    latest = latest_policy(session, organisation_id, desk_id)
    if latest is None:
        return []
    policy = policy_from_data({**latest[1], "version": latest[0]})
    copy = load_copy(session, organisation_id, desk_id, policy.rota_calendar)
    stand_ins = tuple(each.stand_in for each in list_stand_ins(session, organisation_id, desk_id, now))
    directory = Directory(
        policy, load_accounts(session, organisation_id), groups=load_groups(session, organisation_id),
        persons=load_persons(session, organisation_id), stand_ins=stand_ins, planned=copy,
    )  # fmt: skip
    name, found = policy.desk.name, list[Finding]()
    if copy is not None and copy.problem:
        since = f"what it said at {copy.read_at:%Y-%m-%d %H:%M} UTC holds" if copy.read_at else "nothing is known of it"
        found.append(
            missing(f"The calendar that the rota of {name} is kept in cannot be read: {copy.problem}; {since}.")
        )
    elif policy.rota_calendar and copy is None:
        found.append(note(f"The calendar that the rota of {name} is kept in was not read yet: start Vigie."))
    roster = directory.roster
    holes = uncovered(
        roster.rota, list(roster.shifts.values()) or [policy.desk.working], now, now + LOOKED_AHEAD
    )  # fmt: skip
    return found + [note(f"At {name}, {sentence}") for sentence in holes_in_words(holes, policy.rota_zone)]
