"""What is done when an item of a desk's agenda falls due: a handler for each kind.

A handler runs in the transaction that records the item as done. It looks again, since much may have changed and hours
may have passed: what is no longer true is not said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from storage.absences import open_tickets_of
from storage.announcements.to_desk import Briefing
from storage.announcements.to_person import CorrectionsWait, QueueWaits, QuietOver, ShiftEnds, Week
from storage.announcing import announce, tell
from storage.assigning import look_at_queue
from storage.corrections import waiting_changes
from storage.handing_over import ask_about_left
from storage.shadow import begin_to_speak, unsaid
from storage.told_in_quiet_hours import told_in_quiet_hours
from triage import briefing, rights
from triage.days import DAY
from triage.desk_agenda import (
    BEFORE_SHIFT_ENDS,
    BRIEFING,
    MORNING,
    QUIET_ENDS,
    SHADOW,
    SHADOW_ENDS,
    SHIFT_ENDS,
    SHIFT_OVER,
    SOMEBODY_COMES,
    DeskDue,
)
from triage.handing_over import looks_after
from triage.keys import platform_of
from triage.people import Role
from triage.policy import Policy
from triage.roster import Roster
from triage.shadow import listeners
from triage.zones import zone

# So much later a day of shadow mode is not told of any more: it may have begun only then.
SHADOW_WITHIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class DeskAtWork:
    """A desk that this process speaks for, as it is at the moment."""

    #: The organisation that it is of.
    organisation_id: int
    #: The desk.
    desk_id: int
    #: Its own channel, by key; empty: it has none.
    channel: str
    #: Its people.
    roster: Roster
    #: The policy in force.
    policy: Policy
    #: Its own channels, by key, one on each platform that it is at work on.
    channels: tuple[str, ...] = ()


Handler = Callable[[Session, DeskAtWork, DeskDue, datetime], None]


def _shift_ends(session: Session, desk: DeskAtWork, due: DeskDue, now: datetime) -> None:
    """Whoever has open tickets is told what is to be handed over."""
    whose, person = desk.organisation_id, due.key
    end = desk.roster.shift_end(person, now)
    is_another = end is not None and due.at < end - BEFORE_SHIFT_ENDS
    if end is None or is_another or desk.roster.is_away(person, now) or not open_tickets_of(session, whose, person):
        return
    key = f"shift-ends.{desk.desk_id}.{person}.{end.isoformat()}"
    tell(session, whose, ShiftEnds(person, end), person, key=key, now=now)


def _shift_over(session: Session, desk: DeskAtWork, due: DeskDue, now: datetime) -> None:
    """The lead is asked about severity 1 and 2 that whoever has left still has. Of whoever is away the lead was asked
    when they said so."""
    person = due.key
    if not (looks_after(desk.roster, person, now) or desk.roster.is_away(person, now)):
        ask_about_left(session, desk.organisation_id, desk.desk_id, desk.roster, person, due.at, now)


def _somebody_comes(session: Session, desk: DeskAtWork, _due: DeskDue, now: datetime) -> None:
    """Somebody is looked for again for what nobody was there for. Where some of it still has nobody, the lead is told
    once of all of it: one who has no quiet hours, where all of it can wait. When theirs end, it is looked again."""
    whose = desk.organisation_id
    left = look_at_queue(session, desk, whose, desk.desk_id, now)
    roster = desk.roster if left.is_pressing else desk.roster.without_quiet(now)
    lead = next(iter(roster.lead_people(now)), None)
    if left.count and lead is not None and (left.is_pressing or not roster.is_quiet(lead, now)):
        key = f"queue-waits.{desk.desk_id}.{now.isoformat()}"
        tell(session, whose, QueueWaits(left.count), lead, key=key, now=now)


def _quiet_ends(session: Session, desk: DeskAtWork, due: DeskDue, now: datetime) -> None:
    """Whoever was not disturbed is told in one message of what still stands. Hours that were set in the middle hushed
    nothing before."""
    whose, person, hours = desk.organisation_id, due.key, desk.roster.quiet.get(due.key)
    if hours is None or hours.is_on(now) or desk.roster.is_away(person, now):
        return
    since = due.at - hours.length if hours.since is None else max(due.at - hours.length, hours.since)
    numbers = told_in_quiet_hours(session, whose, desk.desk_id, person, since=since, until=due.at)
    if numbers:
        key = f"quiet-over.{desk.desk_id}.{person}.{due.at.isoformat()}"
        tell(session, whose, QuietOver(person, numbers), person, key=key, now=now)


def _morning(session: Session, desk: DeskAtWork, _due: DeskDue, now: datetime) -> None:
    """The lead is told that corrections wait, once until there are new ones."""
    whose = desk.organisation_id
    count, latest = waiting_changes(session, whose, desk.desk_id)
    roster = desk.roster.without_quiet(now)
    leads = (each for each in roster.lead_people(now) if rights.may(roster.actor(each), "learn"))
    lead = next(leads, None) if count else None
    if lead is not None and not roster.is_quiet(lead, now):
        key = f"corrections-wait.{desk.desk_id}.{latest}"
        tell(session, whose, CorrectionsWait(count), lead, key=key, now=now)


def _briefing(session: Session, desk: DeskAtWork, due: DeskDue, now: datetime) -> None:
    """The desk is told how it stands, or its managers how the week went, unless that comes too late. Once a day, also
    where the time was changed meanwhile. Whoever has quiet hours reads of the week when they end."""
    if briefing.is_late(due.key, due.at, now):
        return
    whose, day = desk.organisation_id, due.at.astimezone(zone(desk.policy.desk.timezone)).date()
    if due.key == briefing.WEEKLY:
        for person in managers(desk.roster, now):
            until, key = desk.roster.quiet_until(person, now), f"week.{desk.desk_id}.{day}.{person}"
            tell(session, whose, Week(due.at, until), person, key=key, now=now, not_before=until)
        return
    for channel in desk.channels:
        key, platform = f"briefing.{desk.desk_id}.{day}.{channel}", platform_of(channel)
        announce(session, whose, Briefing(due.at), platform=platform, channel=channel, key=key, now=now)


def _shadow(session: Session, desk: DeskAtWork, due: DeskDue, now: datetime) -> None:
    """The lead is told what was not said the day before, if there was anything. Everybody, that shadow mode is over."""
    ends, heard_by = desk.policy.shadow_until, listeners(desk.roster, now)
    if ends is None:
        return
    if due.key == SHADOW_ENDS:
        once = f"{desk.desk_id}.until.{ends.isoformat()}"
        begin_to_speak(session, desk.organisation_id, desk.channels, heard_by[:1], before=ends, once=once, now=now)
    elif heard_by and now - due.at <= SHADOW_WITHIN:
        said = unsaid(session, desk.organisation_id, desk.desk_id, due.at - DAY, min(due.at, ends), ends)
        if said is not None:
            key = f"shadow.{desk.desk_id}.{due.at.isoformat()}"
            tell(session, desk.organisation_id, said, heard_by[0], key=key, now=now)


def managers(roster: Roster, now: datetime) -> list[str]:
    """Who reads how a week went: the desk's managers, else its leads; whoever is away reads it in the next."""
    people = roster.with_role(Role.MANAGER) or roster.with_role(Role.LEAD)
    return sorted(person for person in people if not roster.is_away(person, now))


HANDLERS: dict[str, Handler] = {
    BRIEFING: _briefing, MORNING: _morning, QUIET_ENDS: _quiet_ends, SHIFT_ENDS: _shift_ends, SHIFT_OVER: _shift_over,
    SOMEBODY_COMES: _somebody_comes, SHADOW: _shadow,
}  # fmt: skip
"""What each kind of item does."""
