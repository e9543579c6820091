"""Composing what a desk is told at fixed times, and a report that somebody has posted: read when it is said, so that it
is true then."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.message import Message
from bot.outbound.port import ForOne, InChannel
from bot.verbs.report import Scope, told_of
from bot.wording.briefing import briefing_card
from bot.wording.card import Card, Line
from bot.wording.card_links import card_urls
from bot.wording.notices.saying import Telling
from bot.wording.report import report_card
from bot.wording.report_week import NAMED, week_card
from scheduler.sender import Drop
from storage.announcements.to_desk import Briefing, ReportPosted
from storage.announcements.to_person import Week
from storage.briefing import standing
from storage.missed import missed_in
from storage.outbox import Outgoing
from storage.reports import read_report
from triage import briefing
from triage.days import Days, week_before
from triage.errors import Refusal

Said = Briefing | Week | ReportPosted


async def compose_briefing(
    desk: DeskRuntime, item: Outgoing, said: Said, telling: Telling, now: datetime
) -> Message | Drop:
    """What it says at `now`; nothing where it comes too late."""
    match said:
        case Briefing():
            if briefing.is_late(briefing.MORNING, said.due, now):
                return Drop("the morning is over")
            card = await desk.database.read(partial(_morning, desk=desk, telling=telling, now=now))
        case Week():
            if briefing.is_late(briefing.WEEKLY, said.due if said.hushed_until is None else said.hushed_until, now):
                return Drop("the day is over")
            card = await desk.database.read(partial(_week, desk=desk, telling=telling, due=said.due))
        case _:
            try:
                card = await desk.database.read(partial(_posted, desk=desk, telling=telling, said=said))
            except Refusal:
                return Drop("no customer is called so any more")
    return Message(card, InChannel(item.channel) if telling.to is None else ForOne(telling.to), card)


def _morning(session: Session, desk: DeskRuntime, telling: Telling, now: datetime) -> Card:
    policy, of = desk.policy, desk.policy.desk
    closed = briefing.closed_since(of, now)
    found = standing(
        session, desk.organisation_id, desk.desk_id, now, closed=closed, until=briefing.end_of_day(of, now),
        hours=of.working, patience=policy.patience,
    )  # fmt: skip
    cards = card_urls(session, desk, found.numbers())
    return briefing_card(found, closed, telling.people, telling.speech, now, cards)


def _week(session: Session, desk: DeskRuntime, telling: Telling, due: datetime) -> Card:
    """The week before the one in which it fell due, in the desk's days."""
    scope = _scope(desk, telling)
    days = week_before(due.astimezone(scope.zone).date())
    told = told_of(session, scope, days, "", with_people=True)
    earlier = week_before(days.first)
    where = (session, scope.organisation_id, scope.desk_id)
    before = read_report(*where, earlier.since(scope.zone), earlier.until(scope.zone), zone=scope.zone)
    missed = missed_in(*where, days.since(scope.zone), days.until(scope.zone))
    cards = card_urls(session, desk, [each.number for each in missed[:NAMED]])
    return week_card(told, before, missed, telling.people, telling.speech, cards)


def _posted(session: Session, desk: DeskRuntime, telling: Telling, said: ReportPosted) -> Card:
    """Without who had how much to do: everybody reads it."""
    told = told_of(session, _scope(desk, telling), Days(said.first, said.last), said.customer)
    card = report_card(told, telling.people, telling.speech)
    by = telling.speech("report.posted_by", who=telling.people.named(said.by))
    return Card(card.brief, (*card.elements, Line(by, small=True)))


def _scope(desk: DeskRuntime, telling: Telling) -> Scope:
    return Scope(desk.organisation_id, desk.desk_id, desk.customers, telling.people.desk_speech.zone)
