"""Shadow mode: every clock runs, and nothing is said to anybody but the lead, whatever happens."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import at_work
from bot.desk.policy_file import load_policy
from bot.desk.runtime import DeskRuntime
from bot.outbound.deliver import DeskSender
from bot.outbound.shadow import FOR_LEADS, SILENT, Gate, Hushed, HushedWork, is_hushed
from scheduler import deadlines
from scheduler.deferred import DeferredWork
from scheduler.delivery import Delivery
from scheduler.desk_agenda import DeskAgenda
from scheduler.sender import Result, Sent
from storage import outbox
from storage.announcements.announcement import AnnouncementKind
from storage.core import table
from storage.deferred import WORK, WorkKind
from storage.outbox import Outgoing
from storage.policies import save_policy
from storage.refresh import Target
from storage.shadow import UNSAID
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import EventRow
from tests.bot.asking import typed
from tests.bot.outbound.test_deliver import Wire
from tests.factories import AGENT, MANAGER, NOW
from triage.notice import Audience, NoticeKind
from triage.people import Actor, Role

LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))
ENDS = NOW.replace(hour=0) + timedelta(days=3)
DAY = timedelta(days=1)
STEP = timedelta(minutes=1)
FIRST = "Vigie speaks from now on"


def in_shadow(desk: DeskRuntime, until: datetime | None = ENDS) -> None:
    policy = replace(desk.policy, shadow_until=until)
    desk.policy, desk.directory = policy, replace(desk.directory, policy=policy)


@dataclass
class Elsewhere:
    """Whatever is done beside chat; keeps what it was asked for."""

    done: list[str] = field(default_factory=list)

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        assert now
        self.done.append(item.kind)
        return Sent("", item.channel)


@dataclass
class Played:
    """A desk, and all that leaves it."""

    desk: DeskRuntime
    wire: Wire = field(default_factory=lambda: Wire(is_public=True))
    elsewhere: Elsewhere = field(default_factory=Elsewhere)

    async def carry(self, now: datetime) -> None:
        """What was done at `now`, and what came of it."""
        desk = self.desk
        await DeskAgenda(desk.database, lambda: [at_work(desk)]).run_once(now)
        await deadlines.run_once(desk.database, now)
        sender = Hushed(DeskSender(desk, self.wire), Gate(lambda: [desk], desk.database))
        work = HushedWork(self.elsewhere, Gate(lambda: [desk], desk.database))
        performers = {"slack": work, "pager": work, "webhook": work}
        while await DeferredWork(desk.database, {}, performers=performers).run_once(now):
            pass
        while await Delivery(desk.database, {"slack": sender}).run_once(now):
            pass

    async def history(self, seed: int, hours: int) -> None:
        """Whatever people do in that time."""
        chance, now, opened = random.Random(seed), NOW, 0  # noqa: S311  no secret
        words = (
            "take {n}", "update {n} We look", "note {n} Odd", "wait {n} For their router", "resolve {n} Done",
            "restored {n} It works", "escalate {n}", "assign {n} <@UMANAGER>", "severity {n} 1 worse",
            "reopen {n} again", "promise {n} 3h", "list", "why {n}", "away", "back",
        )  # fmt: skip
        while now < NOW + timedelta(hours=hours):
            actor = chance.choice((AGENT, MANAGER, LEAD))
            if opened < 3 or chance.random() < 0.2:
                opened += 1
                line = f"new sev{chance.randint(1, 3)} Trouble {opened}"
            else:
                line = chance.choice(words).format(n=chance.randint(1, opened))
            await typed(self.desk, line, actor=actor, now=now)
            await self.carry(now)
            now += timedelta(minutes=chance.choice((1, 7, 20, 45)))

    def rows(self, row: Any) -> list[Any]:
        return self.desk.database.read_now(lambda session: list(session.execute(sa.select(table(row)))))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
async def test_whatever_happens_only_the_lead_is_told_and_every_clock_runs(desk: DeskRuntime, seed: int) -> None:
    in_shadow(desk)
    played = Played(desk)
    await played.history(seed, 7)
    await played.carry(NOW.replace(hour=9) + DAY)
    wire = played.wire
    assert {channel for channel, _, _ in wire.said} == {f"with {LEAD.id}"}
    assert (wire.edited, wire.deleted, wire.privately) == ([], [], [])
    assert set(played.elsewhere.done) <= SILENT
    assert len([text for _, _, text in wire.said if text.startswith("Shadow mode, until")]) == 1
    kinds = {row.kind for row in played.rows(EventRow)}
    assert {"opened", "warned", "breached"} <= kinds, "the clocks run"
    left = [row for row in played.rows(OutboxRow) if row.state == "dropped"]
    assert {"warning", "breach", "card"} <= {row.kind for row in left}
    assert all(row.state in ("dropped", "sent") for row in played.rows(OutboxRow) if row.not_before <= NOW + DAY / 2)


async def test_the_same_history_out_of_shadow_mode_is_told_to_everybody(desk: DeskRuntime) -> None:
    played = Played(desk)
    await played.history(1, 2)
    assert "slack:CDESK" in {channel for channel, _, _ in played.wire.said}
    assert played.wire.edited


async def test_how_it_stands_says_that_nothing_is_said(desk: DeskRuntime) -> None:
    words = "Shadow mode until "
    assert words not in str(await typed(desk, "health", actor=LEAD))
    in_shadow(desk)
    assert words in str(await typed(desk, "health", actor=LEAD))


@pytest.mark.parametrize("person", [AGENT.id, MANAGER.id, LEAD.id, None])
def test_of_every_kind_of_row_a_lead_alone_gets_what_they_asked_for(desk: DeskRuntime, person: str | None) -> None:
    in_shadow(desk)
    audiences = (*Audience, *Target, WORK)
    for kind, audience in product((*NoticeKind, *AnnouncementKind, *Target, *WorkKind), audiences):
        item = Outgoing(
            id=1, organisation_id=desk.organisation_id, ticket_id=None, conversation_id=None, platform="slack",
            channel="slack:CDESK", kind=kind, audience=audience, data={"person": person} if person else {},
            body_id=None, broadcast=False, planned_at=NOW, attempts=0, unsure=False,
        )  # fmt: skip
        is_said = not is_hushed(desk, item, NOW)
        reads = audience == WORK and kind in SILENT
        assert is_said == (reads or (person == LEAD.id and kind in FOR_LEADS)), (kind, audience)
        assert is_hushed(desk, item, ENDS) is not is_said, "what was not said is never said later"
        assert not is_hushed(desk, replace(item, planned_at=ENDS), ENDS)


async def test_the_policy_on_record_silences_a_desk_that_is_not_at_work_here_yet(desk: DeskRuntime) -> None:
    now, gate = desk.now(), Gate(list, desk.database)
    await typed(desk, "new sev1 Fibre cut", now=now)
    items = await desk.database.write(lambda session: outbox.claim(session, now, limit=9))
    assert items
    for text, holds in ((f"shadow: {{until: {(now + 2 * DAY).date()}}}", True), ("version: 1", False)):
        _, data = load_policy(text, today=now.date())
        keep = partial(save_policy, organisation_id=desk.organisation_id, desk_id=desk.desk_id, data=data, now=now)
        await desk.database.write(keep)
        assert {await gate.holds(item, now) for item in items} == {holds}


async def test_when_its_day_comes_one_message_says_so_and_nothing_is_said_late(desk: DeskRuntime) -> None:
    in_shadow(desk)
    played = Played(desk)
    await typed(desk, "new sev1 Fibre cut")
    await typed(desk, "take 1", now=NOW + STEP)
    await played.carry(NOW + STEP)
    await typed(desk, "update 1 We splice", now=ENDS - STEP)  # it waits, and is too late once it could be said
    await played.carry(ENDS)
    await played.carry(ENDS + 2 * STEP)
    said = [(channel, text) for channel, _, text in played.wire.said]
    assert [channel for channel, _ in said] == ["slack:CDESK"], said
    assert FIRST in said[0][1]
    assert not played.wire.edited
    await typed(desk, "note 1 Done", now=ENDS + 3 * STEP)
    await typed(desk, "update 1 It is spliced", now=ENDS + 3 * STEP)
    await played.carry(ENDS + 3 * STEP)
    later = [text for _, _, text in played.wire.said[1:]]
    assert "Fibre cut" in later[0], "the card comes before what is said of it"
    assert not any("We splice" in text for text in later[1:])


async def test_where_the_policy_ends_it_that_is_said_once_and_what_waits_is_dropped(desk: DeskRuntime) -> None:
    now, whose = desk.now(), (desk.organisation_id, desk.desk_id)
    until = (now + 2 * DAY).date()
    place = "desks: {support: {channels: {desk: [slack:CDESK]}, timezone: UTC}}\n"
    _, silent = load_policy(f"{place}shadow: {{until: {until}}}", today=now.date())
    _, spoken_of = load_policy(place, today=now.date())

    def save(data: dict[str, Any]) -> int:
        return desk.database.write_now(lambda session: save_policy(session, *whose, data, now))

    await desk.put_in_force(save(silent), silent, None)
    assert desk.policy.is_silent(now)
    await typed(desk, "new sev1 Fibre cut", now=now - STEP)
    for _ in range(2):
        await desk.put_in_force(save(spoken_of), spoken_of, None)
    assert not desk.policy.is_silent(now)
    rows = Played(desk).rows(OutboxRow)
    (spoken,) = (row for row in rows if row.kind == AnnouncementKind.SPEAKS)
    assert (spoken.state, spoken.channel) == ("pending", "slack:CDESK")
    waited = [row for row in rows if row.audience != WORK and row.planned_at < now]
    assert {(row.state, row.reason) for row in waited} == {("dropped", UNSAID)}
