"""What every platform gets right by the core alone: nothing untrue, nothing twice, in doubt what the policy says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.commands import dispatch
from bot.commands.messages import Message, hear
from bot.desk.binding import Binding, Limits
from bot.desk.runtime import DeskRuntime
from bot.outbound.deliver import DeskSender
from bot.outbound.port import (
    Arrived,
    ForOne,
    Found,
    InChannel,
    InPlaceOf,
    MessageGoneError,
    Missing,
    NotDeliveredError,
    Unknowable,
)
from bot.wording.card import Card, Line
from bot.wording.sentences import Link, plain
from scheduler import deadlines
from scheduler.sender import Drop, GiveUp, Retry, Sent, Unsure
from scheduler.tally import LOOKED_UP
from storage import outbox, outcomes
from storage.cause import Cause
from storage.customers import Customer, save_customers
from storage.messages import Spoken, find_message
from storage.outbox import Outgoing
from storage.tickets import get_ticket
from tests.bot.asking import call, typed
from tests.factories import AGENT, NOW
from triage.desk import Region
from triage.event import Kind

MINUTE = timedelta(minutes=1)


@dataclass
class Wire:
    """A platform that keeps what it is given."""

    said: list[tuple[str, str | None, str]] = field(default_factory=list)  # channel, root, words
    edited: list[tuple[str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    privately: list[tuple[str, str]] = field(default_factory=list)
    finds: list[Found] = field(default_factory=list)  # one after another; nothing there in the end
    fails: NotDeliveredError | None = None
    is_public: bool = False  # whether it can say nothing privately in a channel
    cards: list[Card] = field(default_factory=list)
    unreachable: set[str] = field(default_factory=set)  # whom nobody can write to alone

    async def post(self, item: Outgoing, card: Card, where: InChannel, now: datetime) -> Sent:
        assert item.id
        assert now
        if self.fails is not None:
            raise self.fails
        self.said.append((where.channel, where.root_id, plain(card.brief)))
        self.cards.append(card)
        return Sent(f"m{len(self.said)}", where.channel)

    async def edit(self, item: Outgoing, card: Card, where: InPlaceOf, now: datetime) -> None:
        assert item.id
        assert now
        if self.fails is not None:
            raise self.fails
        self.edited.append((where.message_id, plain(card.brief)))

    async def delete(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> None:
        assert item.id
        assert channel
        assert now
        self.deleted.append(message_id)

    async def private(self, item: Outgoing, card: Card, where: ForOne, now: datetime) -> Sent | None:
        assert item.id
        assert now
        if self.is_public:
            return None
        self.privately.append((where.channel, plain(card.brief)))
        return Sent("p1", where.channel)

    async def direct(self, item: Outgoing, person: str, now: datetime) -> str:
        assert item.id
        assert now
        if person in self.unreachable:
            raise NotDeliveredError(GiveUp(Cause.UNREACHABLE_PERSON, "no such conversation"))
        return f"with {person}"

    async def find_again(self, item: Outgoing, where: InChannel, now: datetime, *, besides: str = "") -> Found:
        assert item.id
        assert where.channel
        assert now
        assert besides is not None
        return self.finds.pop(0) if self.finds else Missing()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def sender(desk: DeskRuntime, wire: Wire) -> DeskSender:
    return DeskSender(desk, wire)


async def due(desk: DeskRuntime, now: datetime) -> list[Outgoing]:
    """What waits to be sent at that time, all of it."""
    await deadlines.run_once(desk.database, now)
    found: list[Outgoing] = []
    while claimed := await desk.database.write(lambda session: outbox.claim(session, now, limit=50)):
        found += claimed
        for item in claimed:
            await desk.database.write(
                lambda session, item=item: outcomes.mark_sent(session, item, f"r{item.id}", item.channel, now)  # type: ignore[misc]
            )
    return found


def of_kind(items: list[Outgoing], kind: str) -> Outgoing | None:
    return next((item for item in items if item.kind == kind), None)


async def warned(desk: DeskRuntime) -> tuple[Outgoing, datetime]:
    """The first warning of the response to a ticket of severity 2, which is no last call."""
    await typed(desk, "new sev2 Link down")
    await due(desk, NOW)
    now = NOW + 10.5 * MINUTE
    (found,) = (each for each in await due(desk, now) if each.kind == "warning")
    assert not found.data.get("last_call")
    return replace(found, unsure=True), now


async def test_where_nobody_can_tell_a_warning_is_not_repeated_but_a_breach_is_and_says_so(
    desk: DeskRuntime, sender: DeskSender, wire: Wire
) -> None:
    warning, at = await warned(desk)
    wire.finds = [Unknowable()]
    assert isinstance(await sender.send(warning, at), Drop)
    assert wire.said == []
    now = NOW + 15.5 * MINUTE
    breach = of_kind(await due(desk, now), "breach")
    assert breach is not None
    wire.finds = [Unknowable()]
    assert isinstance(await sender.send(replace(breach, unsure=True), now), Sent)
    assert "repeated" in wire.said[0][2]


@pytest.mark.parametrize(
    ("found", "counted"),
    [
        (Arrived("m7"), "yes"), (Missing(), "no"), (Unknowable(), "unknowable"),
        (Retry(NOW + 60 * MINUTE, "slow down"), "later"),
    ],
)  # fmt: skip
async def test_whatever_may_have_arrived_is_counted_by_what_a_look_for_it_has_shown(
    desk: DeskRuntime, sender: DeskSender, wire: Wire, found: Found, counted: str
) -> None:
    warning, at = await warned(desk)
    before = dict(LOOKED_UP.found)
    wire.finds = [found]
    await sender.send(warning, at)
    moved = {of: times - before.get(of, 0) for of, times in LOOKED_UP.found.items()}
    assert {of: times for of, times in moved.items() if times} == {(warning.platform, counted): 1}


async def test_the_address_of_a_message_is_known_from_then_on(
    desk: DeskRuntime, sender: DeskSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DeskRuntime, "link", lambda _, *place: "/".join(place))
    warning, at = await warned(desk)
    sent = await sender.send(replace(warning, unsure=False), at)
    assert isinstance(sent, Sent)
    assert sent.permalink is not None
    assert sent.permalink.startswith(f"{warning.channel}/{sent.message_id}/")


async def test_what_is_found_again_is_not_said_again(desk: DeskRuntime, sender: DeskSender, wire: Wire) -> None:
    warning, at = await warned(desk)
    wire.finds = [Arrived("m7")]
    assert await sender.send(warning, at) == Sent("m7", warning.channel)
    assert wire.said == []


async def test_of_two_the_first_stays_where_it_arrived_later_than_anybody_looked(
    desk: DeskRuntime, sender: DeskSender, wire: Wire
) -> None:
    warning, at = await warned(desk)
    wire.finds = [Missing(), Arrived("m7")]
    assert await sender.send(warning, at) == Sent("m7", warning.channel)
    assert wire.deleted == ["m1"]


async def test_while_nobody_can_look_nothing_is_said(desk: DeskRuntime, sender: DeskSender, wire: Wire) -> None:
    warning, at = await warned(desk)
    wire.finds = [later := Retry(at + MINUTE, "slow down")]
    assert await sender.send(warning, at) == later
    assert wire.said == []


async def test_what_a_process_that_died_may_have_under_way_is_looked_for_at_once_and_posted_no_earlier(
    desk: DeskRuntime, sender: DeskSender, wire: Wire
) -> None:
    found, at = await warned(desk)
    warning = replace(found, settles_at=at + MINUTE)
    assert isinstance(waits := await sender.send(warning, at), Retry)
    assert (waits.at, waits.counts, wire.said) == (at + MINUTE, False, [])
    wire.finds = [Arrived("m7")]
    assert await sender.send(warning, at) == Sent("m7", warning.channel)
    assert isinstance(await sender.send(warning, at + MINUTE), Sent)
    assert len(wire.said) == 1


@pytest.mark.parametrize("unsure", [False, True])
async def test_whoever_stood_still_since_its_claim_says_nothing(
    desk: DeskRuntime, sender: DeskSender, wire: Wire, unsure: bool
) -> None:
    """Somebody else has claimed it meanwhile, has looked for it in vain, and says it."""
    warning, at = await warned(desk)
    late = replace(warning, unsure=unsure, posts_by=asyncio.get_running_loop().time() - 1)
    assert await sender.send(late, at) == Retry(at, "claimed too long ago")
    assert wire.said == []


async def test_what_is_no_longer_true_is_not_said_but_found_if_it_stands_there(
    desk: DeskRuntime, sender: DeskSender, wire: Wire
) -> None:
    warning, at = await warned(desk)
    await typed(desk, "update 1 We are on it", now=at)
    assert await sender.send(replace(warning, unsure=False), at) == Drop("no longer true")
    wire.finds = [Arrived("m7")]
    assert await sender.send(warning, at) == Sent("m7", warning.channel), "reactions on it have to find it"
    assert wire.said == []


async def test_the_card_is_posted_once_and_then_reads_otherwise_in_its_place(
    desk: DeskRuntime, sender: DeskSender, wire: Wire
) -> None:
    await typed(desk, "new sev2 Link down")
    card = of_kind(await due(desk, NOW), "card")
    assert card is not None
    assert await sender.send(card, NOW) == Sent(f"r{card.id}", card.channel)
    assert [message for message, _ in wire.edited] == [f"r{card.id}"], "it is on record where the card stands"
    wire.fails = MessageGoneError(GiveUp(Cause.GONE, "the card was deleted"))
    assert await sender.send(card, NOW) == GiveUp(Cause.GONE, "the card was deleted")


async def test_a_private_answer_goes_where_they_acted_and_by_direct_message_once_they_have_waited(
    desk: DeskRuntime, sender: DeskSender, wire: Wire
) -> None:
    item = Outgoing(
        1, desk.organisation_id, None, None, "slack", "CACME", "refusal", "person",
        {"person": "slack:UANA", "channel": "CACME", "code": "unknown_button", "values": {}}, None,
        broadcast=False, planned_at=NOW, attempts=1, unsure=False,
    )  # fmt: skip
    await sender.send(item, NOW)
    assert [channel for channel, _ in wire.privately] == ["CACME"]
    await sender.send(item, NOW + 6 * MINUTE)
    assert [channel for channel, *_ in wire.said] == ["with slack:UANA"]
    wire.is_public = True
    await sender.send(item, NOW)
    assert [channel for channel, *_ in wire.said] == ["with slack:UANA"] * 2


@pytest.mark.parametrize("result", [Retry(NOW, "later"), Unsure("who knows"), GiveUp(Cause.REFUSED, "never")])
async def test_what_the_platform_made_of_it_is_what_is_answered(
    desk: DeskRuntime, sender: DeskSender, wire: Wire, result: Retry | Unsure | GiveUp
) -> None:
    warning, at = await warned(desk)
    wire.fails = NotDeliveredError(result)
    assert await sender.send(replace(warning, unsure=False), at) == result


async def test_a_person_is_told_by_their_account_here_and_nobody_by_one_elsewhere(
    desk: DeskRuntime, sender: DeskSender, wire: Wire
) -> None:
    on_teams = "teams:29:1aBc"
    item = Outgoing(
        1, desk.organisation_id, None, None, "slack", "", "refusal", "person",
        {"person": on_teams, "code": "unknown_button", "values": {}}, None,
        broadcast=False, planned_at=NOW, attempts=1, unsure=False,
    )  # fmt: skip
    assert isinstance(await sender.send(item, NOW), GiveUp)
    desk.state.directory = replace(desk.directory, persons={"slack:UANA": on_teams})
    assert isinstance(await sender.send(item, NOW), Sent)
    assert [channel for channel, *_ in wire.said] == ["with slack:UANA"]


REFUSED = Outgoing(
    1, 0, None, None, "slack", "CACME", "refusal", "person",
    {"person": "slack:UANA", "channel": "CACME", "thread": "m5", "code": "unknown_button", "values": {}}, None,
    broadcast=False, planned_at=NOW, attempts=1, unsure=False,
)  # fmt: skip


def on_a_platform_with(desk: DeskRuntime, **limits: bool) -> DeskRuntime:
    binding = Binding("slack", link=lambda channel, message, root: f"https://chat/{channel}/{message}/{root}")
    return desk.on(replace(binding, limits=Limits(**limits)))


async def test_a_private_answer_that_comes_elsewhere_says_where_it_belongs(desk: DeskRuntime, wire: Wire) -> None:
    sender = DeskSender(on_a_platform_with(desk, private_is_uncertain=True), wire)
    item = replace(REFUSED, organisation_id=desk.organisation_id)
    await sender.send(item, NOW)
    wire.is_public = True
    await sender.send(item, NOW)
    (told,) = wire.cards
    *_, last = told.elements
    assert isinstance(last, Line)
    assert plain(last.sentence) == "This belongs to what you did in #CACME."


async def test_whoever_cannot_be_told_alone_is_told_so_where_they_acted_once_an_hour(
    desk: DeskRuntime, wire: Wire
) -> None:
    sender = DeskSender(on_a_platform_with(desk, private_is_uncertain=True), wire)
    wire.is_public, wire.unreachable = True, {"slack:UANA"}
    item = replace(REFUSED, organisation_id=desk.organisation_id)
    for minutes in (0, 1):
        result = await sender.send(item, NOW + minutes * MINUTE)
        assert result == GiveUp(Cause.UNREACHABLE_PERSON, "no such conversation"), "the notice itself did not arrive"
    ((channel, root, words),) = wire.said
    assert (channel, root) == ("CACME", "m5")
    assert words.startswith("UANA: I have an answer for you"), "without what it says"
    await sender.send(replace(item, planned_at=NOW + 70 * MINUTE), NOW + 70 * MINUTE)
    assert len(wire.said) == 2


async def test_where_replies_are_not_shown_in_the_channel_a_breach_stands_there_and_leads_to_the_card(
    desk: DeskRuntime, wire: Wire
) -> None:
    await typed(desk, "new sev2 Link down")
    (card,) = (each for each in await due(desk, NOW) if each.kind == "card")
    now = NOW + 15.5 * MINUTE
    breach = of_kind(await due(desk, now), "breach")
    assert breach is not None
    assert breach.broadcast
    await DeskSender(on_a_platform_with(desk), wire).send(breach, now)
    await DeskSender(on_a_platform_with(desk, shows_replies=False), wire).send(breach, now)
    assert [root for _, root, _ in wire.said] == [f"r{card.id}", None]
    assert [link.url for link in links(wire.cards[1])] == [f"https://chat/{card.channel}/r{card.id}/r{card.id}"]
    assert not list(links(wire.cards[0]))


def links(card: Card) -> list[Link]:
    lines = [each.sentence for each in card.elements if isinstance(each, Line)]
    return [part for sentence in lines for part in sentence if isinstance(part, Link)]


async def test_what_is_said_below_a_notice_in_the_channel_belongs_to_the_ticket(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Link down")
    await due(desk, NOW)
    now = NOW + 15.5 * MINUTE
    breach = of_kind(await due(desk, now), "breach")
    assert breach is not None
    below = Message("k1", AGENT.id, breach.channel, "m99", f"r{breach.id}", "Looking at it", now)
    assert await hear(desk, below, now)
    stored = await desk.database.read(lambda session: get_ticket(session, desk.organisation_id, 1))
    assert stored.events[-1].kind == Kind.NOTED
    found = await desk.database.read(lambda session: find_message(session, desk.organisation_id, breach.channel, "m99"))
    assert found == Spoken(stored.id, f"r{breach.id}")


@pytest.mark.parametrize(
    ("customer", "receipt"),
    [
        (Customer("Acme", language="fr", channels=("slack:CACME",)), "Ticket #1\xa0: "),
        (Customer("Acme", region="quebec", channels=("slack:CACME",)), "Ticket #1\xa0: "),
        (Customer("Acme", region="quebec", language="en", channels=("slack:CACME",)), "Ticket #1: "),
        (Customer("Acme", channels=("slack:CACME",)), "Ticket #1: "),
    ],
)
async def test_in_their_thread_a_customer_is_told_in_their_language_and_the_desk_in_its_own(
    desk: DeskRuntime, sender: DeskSender, wire: Wire, customer: Customer, receipt: str
) -> None:
    own = replace(desk.policy.desk, regions={"Quebec": Region(language="fr")})
    desk.policy = replace(desk.policy, desk=own)
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, [customer]))
    await dispatch.typed(replace(call(desk, "new sev2 Link down"), channel="slack:CACME"))
    for item in await due(desk, NOW):
        await sender.send(item, NOW)
    assert [words for channel, _, words in wire.said if channel == "slack:CACME"] == [f"{receipt}Link down"]
    assert any("a severity 2 is waiting" in words for channel, _, words in wire.said if channel == "slack:CDESK")


@pytest.mark.parametrize(("late", "says_so"), [(timedelta(seconds=55), False), (timedelta(minutes=32), True)])
async def test_what_somebody_did_is_said_with_its_time_where_it_is_said_late(
    desk: DeskRuntime, wire: Wire, sender: DeskSender, late: timedelta, says_so: bool
) -> None:
    await typed(desk, "new sev2 Link down")
    await due(desk, NOW)
    await typed(desk, "take 1", now=NOW + MINUTE)
    await typed(desk, "escalate 1 impact has grown", now=NOW + MINUTE)
    (said,) = (each for each in await due(desk, NOW + MINUTE) if each.kind == "escalated")
    await sender.send(said, NOW + MINUTE + late)
    lines = [plain(each.sentence) for each in wire.cards[-1].elements if isinstance(each, Line)]
    assert any(line.startswith("Said late: this is from") and "10:01" in line for line in lines) == says_so
