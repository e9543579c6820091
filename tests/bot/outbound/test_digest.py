"""Where more waits for a channel than can be said one by one, one message says what to do; nothing is lost by it, and
nothing is said twice, whoever dies in between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.desk.binding import Binding, Limits
from bot.desk.now import Now
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.outbound.deliver import DeskSender
from bot.outbound.port import Arrived, Found, InChannel, Missing, NotDeliveredError
from bot.slack.front_end import SlackFrontEnd
from bot.slack.render import render_message
from bot.teams.fitting import ROOM, weight
from bot.teams.render import message
from bot.wording.card import Card, Line, Row
from bot.wording.sentences import Mention, plain
from scheduler import deadlines
from scheduler.delivery import Delivery
from scheduler.pacing import Pacer, Rate
from scheduler.sender import GiveUp, Sent, Unsure
from storage import outcomes
from storage.accounts import save_accounts
from storage.announcements.announcement import AnnouncementKind
from storage.cause import Cause
from storage.changes import Place, record
from storage.crowds import find_crowds
from storage.database import Database
from storage.digests import plan_digest, take_in
from storage.health import health_of
from storage.outbox import LEASE, Outgoing, claim
from storage.tables.outbox import OutboxRow
from storage.tickets import get_ticket
from tests.bot.samples import PEOPLE, POLICY, directory_of
from tests.bot.slack.limits import against_message
from tests.factories import AGENT, NOW, Home, agreed, make_home, open_stored, opening
from triage.notice import NoticeKind
from triage.owning import take
from triage.updating import update

SLOW = Rate(burst=2, interval=timedelta(seconds=30))  # twelve posts in five minutes
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
BACK = NOW + 31 * MINUTE
UNSURE = NotDeliveredError(Unsure("broke"))


@dataclass
class Wire:
    """A platform that keeps what it is given."""

    cards: list[tuple[Outgoing, Card]] = field(default_factory=list)
    fails: NotDeliveredError | None = None
    arrives: bool = False  # although it failed
    can_tell: bool = True

    async def post(self, item: Outgoing, card: Card, where: InChannel, now: datetime) -> Sent:
        assert now
        if self.fails is None or self.arrives:
            self.cards.append((item, card))
        if self.fails is not None:
            raise self.fails
        return Sent(f"m{len(self.cards)}", where.channel)

    async def edit(self, *_: Any) -> None:
        return

    async def delete(self, item: Outgoing, *_: Any) -> None:
        raise AssertionError(item.kind)

    async def private(self, *_: Any) -> None:
        return None

    async def direct(self, _: Outgoing, person: str, __: datetime) -> str:
        return f"with {person}"

    async def find_again(self, item: Outgoing, _: InChannel, __: datetime, *, besides: str = "") -> Found:
        there = [n for n, (said, _) in enumerate(self.cards, 1) if said.id == item.id and f"m{n}" != besides]
        return Arrived(f"m{there[0]}") if there else Missing()

    @property
    def digests(self) -> list[Card]:
        return [card for item, card in self.cards if item.kind == AnnouncementKind.DIGEST]

    @property
    def kinds(self) -> list[str]:
        return [item.kind for item, _ in self.cards]


@dataclass
class Night:
    """A desk whose tickets fall due while nobody can say so."""

    desk: DeskRuntime
    wire: Wire
    delivery: Delivery
    platform: str

    @property
    def database(self) -> Database:
        return self.desk.database

    def open(
        self, count: int, *, severity: int = 3, assignee: bool = False, at: datetime = NOW, agreement: str = ""
    ) -> list[int]:
        """So many tickets, whose cards stand already."""
        home = Home(self.desk.organisation_id, self.desk.desk_id)

        def work(session: Session) -> list[int]:
            numbers = []
            for _ in range(count):
                place = Place(f"{self.platform}:CDESK", "desk")
                change = opening(at, severity=severity)
                change = agreed(change, agreement) if agreement else change
                stored = open_stored(session, home, at, place, change=change)
                if assignee:
                    stored = get_ticket(session, self.desk.organisation_id, stored.number, lock=True)
                    record(session, stored, take(stored.ticket, AGENT, at), at)
                numbers.append(stored.number)
            while items := claim(session, at, limit=200):
                for item in items:
                    outcomes.mark_sent(session, item, f"c{item.id}", item.channel, at)
            return numbers

        return self.database.write_now(work)

    async def until(self, at: datetime, now: datetime) -> None:
        """Everything that is due, second by second, or nearly."""
        while now <= at:
            await deadlines.run_once(self.database, now)
            await self.delivery.run_once(now)
            now += 10 * SECOND

    def rows(self, *states: str) -> list[OutboxRow]:
        query = select(OutboxRow).order_by(col(OutboxRow.id))
        found = self.database.read_now(lambda session: session.exec(query).all())
        return [row for row in found if not states or row.state in states]

    @property
    def left(self) -> list[str]:
        """What was to be said and is not, but for edits of cards, which take their time."""
        return [row.kind for row in self.rows("pending", "claimed", "failed") if row.kind != "card"]

    @property
    def said_in(self) -> dict[int, int]:
        return {row.id or 0: row.said_in for row in self.rows() if row.said_in is not None}


@pytest.fixture(params=["slack", "teams"])
def platform(request: pytest.FixtureRequest) -> str:
    """The platform that the desk is on."""
    return str(request.param)


@pytest.fixture
def night(database: Database, platform: str) -> Night:
    """On both engines, on both platforms."""
    home = database.write_now(make_home)
    people = directory_of(PEOPLE)
    accounts = people.accounts.values()
    database.write_now(lambda session: save_accounts(session, home.organisation_id, accounts, NOW))
    limits = Limits(can_look_up=platform == "slack", shows_replies=platform == "slack")
    binding = replace(Binding("slack"), platform=platform, limits=limits)
    desk = DeskRuntime(home.organisation_id, home.desk_id, binding, database, Now(), DeskState(POLICY, people))
    wire = Wire()
    delivery = Delivery(database, {platform: DeskSender(desk, wire)}, Pacer({platform: SLOW}))
    return Night(desk, wire, delivery, platform)


@pytest.mark.slow
async def test_what_fell_due_in_an_outage_is_a_handful_of_posts_and_nothing_of_it_is_lost(night: Night) -> None:
    night.open(24)
    pressing = night.open(3, severity=1)
    await night.until(BACK + 4 * MINUTE, BACK)
    assert len(night.wire.digests) == 1
    assert len(night.wire.cards) <= 12, "no more than it would take in five minutes"
    digest = next(row for row in night.rows() if row.kind == AnnouncementKind.DIGEST)
    assert digest.state == "sent"
    told = {item.ticket_id for item, _ in night.wire.cards} | {
        row.ticket_id for row in night.rows() if row.said_in == digest.id
    }
    assert len(told - {None}) == 27
    assert {row.state for row in night.rows() if row.said_in} == {"dropped"}
    assert night.left == []
    card = night.wire.digests[0]
    titles = [plain(each.title) for each in card.elements if isinstance(each, Row)]
    shown = [number for number in pressing if any(f"#{number} " in title for title in titles)]
    by_itself = {item.ticket_id for item, _ in night.wire.cards}
    assert len(shown) + len(by_itself) >= 3, "severity 1 by name, here or by itself"
    assert against_message(render_message(card)) == []
    assert weight(message(card)) <= ROOM


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["slack"], indirect=True)
async def test_hundreds_of_breaches_are_a_few_posts_within_a_minute_at_the_platforms_own_pace(night: Night) -> None:
    night.open(20, severity=1)
    night.open(480)
    night.delivery.pacer.rates = {"slack": SlackFrontEnd.rate}
    night.delivery = replace(night.delivery)
    await night.until(BACK + MINUTE, BACK)
    (card,) = night.wire.digests
    assert len(night.wire.cards) <= 60
    assert night.left == []
    assert against_message(render_message(card)) == []
    assert weight(message(card)) <= ROOM


@pytest.mark.slow
async def test_whoever_has_tickets_is_notified_once_with_how_many(night: Night) -> None:
    night.open(30, assignee=True)
    night.open(5, severity=2)
    later = NOW + timedelta(hours=5)
    await night.until(later + 2 * MINUTE, later)
    (card,) = night.wire.digests
    lines = [each.sentence for each in card.elements if isinstance(each, Line)]
    pinged = [part.person for line in lines for part in line if isinstance(part, Mention)]
    assert len(set(pinged)) == len(pinged)
    assert AGENT.id in pinged or night.platform == "teams", "where they have an account"
    assert any("30" in plain(line) for line in lines)


@pytest.mark.slow
async def test_what_is_late_by_an_agreement_is_named_in_the_digest_that_says_it(night: Night) -> None:
    night.open(24, agreement="network")
    later = NOW + timedelta(hours=2, minutes=1)
    await night.until(later + 4 * MINUTE, later)
    (card,) = night.wire.digests
    assert "agreement" not in night.wire.kinds
    [line] = [
        words
        for each in card.elements
        if isinstance(each, Line) and "other agreements" in (words := plain(each.sentence))
    ]
    assert "network: Restore breached, was due" in line
    assert line.count("network: Restore") == 10
    assert against_message(render_message(card)) == []
    assert weight(message(card)) <= ROOM


@pytest.mark.slow
async def test_what_is_fewer_is_said_one_by_one(night: Night) -> None:
    night.open(9)
    await night.until(BACK + 6 * MINUTE, BACK)
    assert night.wire.digests == []
    assert len(night.wire.cards) == 9


@pytest.mark.slow
async def test_a_digest_that_broke_is_looked_for_and_said_once(night: Night) -> None:
    """Where the platform can tell; else it is said again, for reading it twice does no harm."""
    night.open(24)
    night.wire.fails, night.wire.arrives = UNSURE, True
    await night.until(BACK + 30 * SECOND, BACK)
    night.wire.fails = None
    await night.until(BACK + 10 * MINUTE, BACK + 35 * SECOND)
    sent = [row for row in night.rows("sent") if row.kind == AnnouncementKind.DIGEST]
    assert len(sent) == 1
    if night.platform == "slack":
        assert len(night.wire.digests) == 1
    assert night.left == []


@pytest.mark.slow
async def test_an_outage_of_the_chat_alone_leaves_one_digest(night: Night) -> None:
    """Half an hour in which everything falls due in time, and nothing gets out or can be known to have got out."""
    night.open(24)
    night.wire.fails = UNSURE
    await night.until(NOW + 45 * MINUTE, NOW + 20 * MINUTE)
    assert night.wire.cards == []
    night.wire.fails = None
    await night.until(NOW + 58 * MINUTE, NOW + 45 * MINUTE)
    assert 1 <= len(night.wire.digests) <= 2
    assert len(night.wire.cards) <= 25
    assert night.left == []


@pytest.mark.slow
async def test_whoever_dies_with_a_digest_in_hand_loses_nothing_and_repeats_nothing(night: Night) -> None:
    night.open(24)
    await deadlines.run_once(night.database, BACK)
    await night.delivery.begin(BACK)  # plans the digest
    await night.delivery.drain()
    later = BACK + 25 * SECOND

    def die(session: Session) -> int:
        """It is claimed, it takes in all that waits, and that is on record; then nobody is there any more."""
        (item,) = claim(session, later, limit=1)
        assert item.kind == AnnouncementKind.DIGEST
        return take_in(session, item, later) or 0

    taken = night.database.write_now(die)
    assert taken >= 14
    await night.until(later + LEASE + 6 * MINUTE, later + LEASE)
    assert len(night.wire.digests) == 1
    assert night.left == []
    said = [item.ticket_id for item, _ in night.wire.cards if item.ticket_id is not None]
    folded = [row.ticket_id for row in night.rows() if row.said_in is not None]
    assert len(set(said) | set(folded)) == 24
    assert not set(said) & set(folded)


async def test_two_replicas_plan_one_digest_and_take_in_each_notice_once(night: Night) -> None:
    night.open(24)
    await deadlines.run_once(night.database, BACK)
    crowds = night.database.read_now(lambda session: find_crowds(session, BACK, lambda _: 12))
    assert [(each.platform, each.channel) for each in crowds] == [(night.platform, f"{night.platform}:CDESK")]
    planned = [night.database.write_now(lambda session: plan_digest(session, crowds[0], BACK)) for _ in range(2)]
    assert planned == [True, False]
    other = night.database.write_now(lambda session: plan_digest(session, crowds[0], BACK + 4 * MINUTE))
    assert not other, "while one waits there is no other"


@pytest.mark.slow
async def test_what_somebody_did_is_said_by_itself(night: Night) -> None:
    numbers = night.open(24)
    await deadlines.run_once(night.database, BACK)

    def answered(session: Session) -> None:
        stored = get_ticket(session, night.desk.organisation_id, numbers[0], lock=True)
        record(session, stored, update(stored.ticket, AGENT, BACK, "We see it"), BACK)

    night.database.write_now(answered)
    await night.until(BACK + 8 * MINUTE, BACK)
    assert NoticeKind.TOLD in night.wire.kinds
    assert len(night.wire.digests) == 1


@pytest.mark.slow
async def test_a_digest_that_will_never_arrive_is_a_dead_letter_that_an_admin_hears_of(night: Night) -> None:
    night.open(24)
    night.wire.fails = NotDeliveredError(GiveUp(Cause.NOT_FOUND, "channel_not_found"))
    await night.until(BACK + 30 * SECOND, BACK)
    (digest,) = [row for row in night.rows("failed") if row.kind == AnnouncementKind.DIGEST]
    assert digest.id in night.said_in.values()
    assert any(row.kind == AnnouncementKind.UNDELIVERED for row in night.rows())


@pytest.mark.slow
async def test_health_counts_what_a_digest_says_as_said(night: Night) -> None:
    night.open(24)
    await night.until(BACK + 4 * MINUTE, BACK)
    health = night.database.read_now(lambda session: health_of(session, night.desk.organisation_id, BACK + 5 * MINUTE))
    assert health.notices.withheld == 0
    assert health.notices.waiting == 0
    assert health.notices.sent >= 24
