"""What is done with messages that a platform had to read first: the core does it, whatever the platform is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.commands.reactions import HELD_FOR, Reaction, hold
from bot.desk.runtime import DeskRuntime
from bot.outbound.deferred import DeskWork
from bot.outbound.deliver import DeskSender
from bot.outbound.port import NotDeliveredError
from bot.outbound.reader import FoundMessage
from bot.verbs.base.source_message import SourceMessage
from scheduler.sender import Drop, Result, Retry, Sent
from storage import deferred, outbox
from storage.messages import link_message
from storage.outbox import Outgoing
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_tickets
from tests.bot.asking import typed
from tests.bot.outbound.test_deliver import Wire, due, of_kind
from tests.bot.samples import CUSTOMER
from tests.factories import AGENT, NOW
from triage import notice

CHANNEL, MESSAGE, MINUTE = "slack:CACME", "m7", timedelta(minutes=1)


@dataclass
class Shelf:
    """A platform's history: a `bot.outbound.reader.Reader`."""

    kept: list[FoundMessage] = field(default_factory=list)
    fails: NotDeliveredError | None = None
    asked_for: list[str] = field(default_factory=list)

    async def message(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> FoundMessage | None:
        assert item.id
        assert now
        self.asked_for.append(message_id)
        if self.fails is not None:
            raise self.fails
        there = (each for each in self.kept if each.source.channel == channel)
        return next((each for each in there if each.source.message_id == message_id), None)

    async def thread(self, channel: str, message_id: str) -> Sequence[FoundMessage]:
        there = [each for each in self.kept if each.source.channel == channel]
        roots = {each.source.root_id for each in there if each.source.message_id == message_id}
        return [each for each in there if each.source.root_id in roots]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def work(desk: DeskRuntime, wire: Wire, shelf: Shelf) -> DeskWork:
    return DeskWork(desk, DeskSender(desk, wire), shelf)


def said(
    message_id: str, text: str, *, root: str = "", ago: float = 10, by: str | None = CUSTOMER.id, **more: object
) -> FoundMessage:
    source = SourceMessage(CHANNEL, message_id, root or message_id, by, NOW - ago * MINUTE, text)
    return FoundMessage(source, name="Carla", **more)  # type: ignore[arg-type]


async def planned(desk: DeskRuntime, now: datetime = NOW) -> Outgoing:
    """The one work that waits, claimed, beside looking for tickets like a new one."""
    waiting = await desk.database.write(lambda session: outbox.claim(session, now, limit=9, work=True))
    (item,) = (each for each in waiting if each.kind != deferred.WorkKind.ALIKE)
    return item


async def done(desk: DeskRuntime, work: DeskWork, data: Mapping[str, object], *, again: bool = False) -> Result:
    """What comes of opening a ticket for an agent from the message."""
    wanted = deferred.Work(deferred.WorkKind.OPEN_FROM, AGENT.id, {"channel": CHANNEL, "message": MESSAGE, **data})
    await desk.write(partial(deferred.defer, organisation_id=desk.organisation_id, work=wanted, now=NOW))
    item = await planned(desk)
    if again:
        await work.perform(item, NOW)
    return await work.perform(item, NOW)


async def tickets(desk: DeskRuntime) -> list[StoredTicket]:
    return await desk.database.read(lambda session: get_tickets(session, desk.organisation_id, desk.desk_id, limit=9))


async def refused(desk: DeskRuntime) -> list[str]:
    """Why those who asked were told that nothing was opened."""
    items = await desk.database.write(lambda session: outbox.claim(session, NOW, limit=9))
    return [item.data["code"] for item in items if item.kind == "refusal"]


async def texts(desk: DeskRuntime, stored: StoredTicket) -> list[str]:
    """What was written on the ticket, in order."""
    ids = [event.body_id for event in stored.events if event.body_id is not None]
    found = await desk.database.read(lambda session: load_texts(session, desk.organisation_id, ids))
    return [found[each] for each in ids]


async def test_a_message_becomes_its_authors_ticket_once_and_what_was_said_below_comes_along(
    desk: DeskRuntime, work: DeskWork, shelf: Shelf
) -> None:
    shelf.kept = [
        said(MESSAGE, "Link down\nsince eight", has_replies=True),
        said("m8", "and worse", root=MESSAGE, ago=5, in_channel=False),
    ]
    assert await done(desk, work, {}, again=True) == Sent(MESSAGE, CHANNEL)
    (stored,) = await tickets(desk)
    assert (stored.ticket.requester, stored.ticket.report.at) == (CUSTOMER.id, NOW - 10 * MINUTE)
    report, talk = await texts(desk, stored)
    assert report == "Link down\nsince eight"
    assert talk.startswith("Carla, ")
    assert talk.endswith("and worse")


async def test_where_it_cannot_be_read_whoever_asked_is_told_and_nothing_is_opened(
    desk: DeskRuntime, work: DeskWork
) -> None:
    assert isinstance(await done(desk, work, {}), Sent)
    assert await tickets(desk) == []
    assert await refused(desk) == ["message_unreadable"]


async def test_of_a_deleted_message_no_ticket_is_opened(desk: DeskRuntime, work: DeskWork, shelf: Shelf) -> None:
    shelf.kept = [said(MESSAGE, "This message was deleted.", is_deleted=True)]
    assert isinstance(await done(desk, work, {}), Sent)
    assert await tickets(desk) == []


async def test_where_the_platform_may_answer_later_it_is_tried_again_and_nobody_is_told(
    desk: DeskRuntime, work: DeskWork, shelf: Shelf
) -> None:
    again = Retry(NOW + MINUTE, "away")
    shelf.fails = NotDeliveredError(again)
    assert await done(desk, work, {}) == again
    assert await tickets(desk) == []
    assert await refused(desk) == []


@pytest.mark.parametrize("is_readable", [True, False])
async def test_asked_for_in_a_thread_it_is_about_the_head_and_else_about_what_was_typed(
    desk: DeskRuntime, work: DeskWork, shelf: Shelf, is_readable: bool
) -> None:
    if is_readable:
        shelf.kept = [said(MESSAGE, "The head")]
    asked_at = NOW - MINUTE
    asked = {"asked": "m9", "at": asked_at.isoformat(), "new": notice.typed("Line flaps")}
    assert await done(desk, work, asked) == Sent("m9", CHANNEL)
    (stored,) = await tickets(desk)
    heard = (CUSTOMER.id, NOW - 10 * MINUTE) if is_readable else (AGENT.id, asked_at)
    assert (stored.ticket.requester, stored.ticket.report.at) == heard
    (report,) = await texts(desk, stored)
    assert report.startswith("Line flaps")
    assert ("The head" in report) is is_readable


@pytest.mark.parametrize(
    ("carries", "told"),
    [
        (True, "That message of mine is a stray copy, so your reaction did nothing. Put it on the card of #1."),
        (False, "I don't know which ticket that message speaks of"),
        (None, "I don't know which ticket that message speaks of"),
    ],
)
async def test_a_reaction_on_what_stays_on_no_record_is_answered_with_the_card_that_is_meant(
    desk: DeskRuntime, wire: Wire, shelf: Shelf, carries: bool | None, told: str
) -> None:
    """`carries`: whether the message carries a notice; None: it cannot be read."""
    await typed(desk, "new sev2 Link down")
    card = of_kind(await due(desk, NOW), "card")
    assert card is not None
    shelf.kept = [said(MESSAGE, "a copy", by=None, notice=card.id if carries else None)]
    if carries is None:
        shelf.fails = NotDeliveredError(Retry(NOW + MINUTE, "away"))
    await hold(desk, Reaction("e1", AGENT.id, "eyes", CHANNEL, MESSAGE, added=True, on_ours=True), NOW)
    later, work = NOW + HELD_FOR, DeskWork(desk, DeskSender(desk, wire), shelf)
    assert isinstance(await work.perform(await planned(desk, later), later), Sent)
    ((channel, words),) = wire.privately
    assert channel == CHANNEL
    assert words.startswith(told)
    assert shelf.asked_for == [MESSAGE]


async def test_a_reaction_whose_message_came_on_record_meanwhile_does_what_it_does_and_is_not_answered(
    desk: DeskRuntime, work: DeskWork, wire: Wire, shelf: Shelf
) -> None:
    await typed(desk, "new sev2 Link down")
    await hold(desk, Reaction("e1", AGENT.id, "eyes", "slack:CDESK", "m1", added=True, on_ours=True), NOW)
    card = of_kind(await due(desk, NOW), "card")
    assert card is not None
    (stored,) = await tickets(desk)
    record = partial(link_message, organisation_id=desk.organisation_id, channel="slack:CDESK", message_id="m1")
    await desk.database.write(partial(record, ticket_id=stored.id))
    later = NOW + HELD_FOR
    assert isinstance(await work.perform(await planned(desk, later), later), Drop)
    (stored,) = await tickets(desk)
    assert stored.ticket.ownership.assignee == AGENT.id
    assert (wire.privately, shelf.asked_for) == ([], [])
