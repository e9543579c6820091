"""What one person outside can cause is bounded: beyond it nothing is lost, and nothing urgent waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.commands import dispatch
from bot.commands.intake import take_in
from bot.commands.mention import obey
from bot.commands.messages import Message
from bot.commands.reactions import Reaction, react
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Reply
from bot.verbs.base.source_message import SourceMessage
from bot.wording.sentences import plain
from scheduler.delivery import Delivery
from scheduler.sender import Sent
from storage.intake import AUTO, set_intake
from storage.messages import link_message
from storage.outbox import Outgoing, claim
from storage.outcomes import mark_sent
from storage.tables.outbox import OutboxRow
from storage.tables.tickets import TicketRow
from storage.texts import load_texts
from storage.tickets import get_ticket
from tests.bot.asking import call
from tests.bot.samples import CUSTOMER
from tests.factories import AGENT, MANAGER, NOW, REQUESTER
from triage.notice import Urgency
from triage.people import Actor, Role
from triage.policy import Policy

OTHER_CUSTOMER = Actor("slack:UOTHERCO", frozenset({Role.CUSTOMER}))
ACME = "slack:CACME"


async def asks(desk: DeskRuntime, words: str, actor: Actor = CUSTOMER, now: datetime = NOW, channel: str = ACME) -> str:
    answer = await dispatch.typed(replace(call(desk, words, actor=actor, now=now), channel=channel))
    assert answer.card is not None
    return plain(answer.card.brief)


def opened(desk: DeskRuntime) -> int:
    return len(desk.database.read_now(lambda session: session.exec(select(TicketRow.id)).all()))


def texts(desk: DeskRuntime, number: int) -> list[str]:
    stored = desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, number))
    ids = [event.body_id for event in stored.events if event.body_id is not None]
    return list(desk.database.read_now(lambda session: load_texts(session, desk.organisation_id, ids)).values())


def waiting(desk: DeskRuntime, kind: str, channel: str = "slack:CDESK") -> list[OutboxRow]:
    query = select(OutboxRow).where(OutboxRow.kind == kind, OutboxRow.channel == channel).order_by(OutboxRow.id)  # type: ignore[arg-type]
    return desk.database.read_now(lambda session: list(session.exec(query).all()))


async def test_beyond_five_tickets_in_five_minutes_the_rest_is_added_to_the_last_and_the_desk_is_told_once(
    desk: DeskRuntime,
) -> None:
    for n in range(30):
        said = await asks(desk, f"new trouble {n}")
        assert ("was added to your last one, #5" in said) is (n >= 5)
    assert opened(desk) == 5
    assert texts(desk, 5) == [f"trouble {n}" for n in range(4, 30)]
    assert [row.data["what"] for row in waiting(desk, "changed")] == ["flood"]
    assert {row.urgency for row in waiting(desk, "customer_wrote")} == {Urgency.LAST}
    assert "is open" in await asks(desk, "new trouble of a colleague", OTHER_CUSTOMER)
    assert "was added" in await asks(desk, "new still", now=NOW + timedelta(minutes=4, seconds=59))
    assert "#7" in await asks(desk, "new at last", now=NOW + timedelta(minutes=5, seconds=1))


@pytest.mark.parametrize("actor", [AGENT, REQUESTER, MANAGER])
async def test_nobody_inside_is_held_back(desk: DeskRuntime, actor: Actor) -> None:
    for n in range(9):
        assert f"#{n + 1}" in await asks(desk, f"new trouble {n}", actor)


async def test_where_their_last_ones_are_closed_another_is_opened(desk: DeskRuntime) -> None:
    for n in range(6):
        await asks(desk, f"new trouble {n}")
    await asks(desk, "resolve 5 done", AGENT)
    assert "last one, #4" in await asks(desk, "new more")
    for number in (1, 2, 3, 4):
        await asks(desk, f"resolve {number} done", AGENT)
    assert "#6" in await asks(desk, "new more")


async def test_the_figures_are_the_policys(desk: DeskRuntime) -> None:
    desk.policy = replace(desk.policy, flood_tickets=1, flood_within=3600)
    await asks(desk, "new one")
    assert "was added" in await asks(desk, "new two", now=NOW + timedelta(minutes=59))
    assert (Policy().flood_tickets, Policy().flood_within) == (5, 300)


@pytest.mark.parametrize("apart", [timedelta(seconds=1), timedelta(minutes=3)])
async def test_messages_that_are_taken_in_are_bounded_alike(desk: DeskRuntime, apart: timedelta) -> None:
    desk.policy = replace(desk.policy, flood_within=3600)
    desk.directory = replace(desk.directory, policy=desk.policy)
    desk.database.write_now(lambda session: set_intake(session, desk.organisation_id, ACME, AUTO, AGENT.id, NOW))
    for n in range(20):
        at = NOW + n * apart
        ts = f"{at.timestamp():.6f}"
        message = Message(f"m{n}", CUSTOMER.id, ACME, ts, ts, f"The VPN of site {n} is down", at)
        assert await take_in(desk, message, at)
    number = 1 if apart < timedelta(minutes=1) else 5
    assert opened(desk) == number
    assert f"The VPN of site {19} is down" in texts(desk, number)
    assert {row.urgency for row in waiting(desk, "customer_wrote")[5:]} == {Urgency.LAST}


@pytest.mark.parametrize("words", ["new sev1 trouble {}", "new trouble {}"])
async def test_the_card_of_a_severity_1_of_the_desk_comes_before_all_that_somebody_outside_caused(
    desk: DeskRuntime, words: str
) -> None:
    for n in range(40):
        await asks(desk, words.format(n))
    await asks(desk, "new sev1 the real outage", AGENT, channel="slack:CDESK")
    rows = desk.database.write_now(lambda session: claim(session, NOW, limit=2))
    numbers = {row.ticket_id for row in rows}
    urgent = [row for row in rows if row.ticket_id == 6]
    assert urgent, numbers
    assert urgent[0].audience == "card"


async def writes_by_command(desk: DeskRuntime, n: int) -> None:
    await asks(desk, f"update 1 and more {n}")


async def writes_by_form(desk: DeskRuntime, n: int) -> None:
    filled = replace(call(desk, "", actor=CUSTOMER), number=1, answers={"text": f"and more {n}"}, channel=ACME)
    await dispatch.submitted(filled, "update")


async def is_refused_by_reaction(desk: DeskRuntime, n: int) -> None:
    await react(desk, Reaction(f"Ev{n}", CUSTOMER.id, "eyes", ACME, "100.1", added=True), NOW)


async def is_refused_in_the_desks_channel(desk: DeskRuntime, n: int) -> None:
    await react(desk, Reaction(f"Ev{n}", CUSTOMER.id, "rotating_light", "slack:CDESK", "100.2", added=True), NOW)


async def picks_messages(desk: DeskRuntime, n: int) -> None:
    await react(desk, Reaction(f"Ev{n}", CUSTOMER.id, "ticket", ACME, f"{n + 500}.1", added=True), NOW)


async def asks_by_mention(desk: DeskRuntime, n: int) -> None:
    key, source = f"m{n}", SourceMessage(ACME, f"{n + 500}.1", f"{n + 500}.1", CUSTOMER.id, NOW, "resolve 1")
    asked = replace(call(desk, "resolve 1", actor=CUSTOMER), channel=ACME, key=key, source=source, reply=Reply.LATER)
    await obey(asked)


WAYS = (
    writes_by_command, writes_by_form, is_refused_by_reaction, is_refused_in_the_desks_channel, picks_messages,
    asks_by_mention,
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_nothing_that_one_person_outside_does_over_and_over_makes_that_card_wait(
    desk: DeskRuntime, way: Callable[[DeskRuntime, int], Awaitable[None]]
) -> None:
    await asks(desk, "new trouble")
    delivery, said = Delivery(desk.database, {"slack": (sender := Everything())}), sender.said
    await delivery.run_once(NOW)

    def known(session: Session) -> None:
        for channel, message in ((ACME, "100.1"), ("slack:CDESK", "100.2")):
            link_message(session, desk.organisation_id, channel, message, 1)

    desk.database.write_now(known)
    for n in range(60):
        await way(desk, n)
    now = NOW + timedelta(seconds=10)
    for _ in range(8):  # as much as the channel takes at once
        await delivery.run_once(now)
    await asks(desk, "new sev1 the real outage", AGENT, channel="slack:CDESK")
    while await delivery.run_once(now + timedelta(seconds=1)):
        pass
    assert (2, "card") in said


class Everything:
    """Says whatever it is given."""

    def __init__(self) -> None:
        self.said: list[tuple[int | None, str]] = []

    async def send(self, item: Outgoing, now: datetime) -> Sent:
        self.said.append((item.ticket_id, item.audience))
        return Sent(f"{item.id}.0", item.channel)


async def test_the_order_of_cards_is_ours_then_severities_that_are_claimed_then_the_rest(desk: DeskRuntime) -> None:
    await asks(desk, "new something", OTHER_CUSTOMER)
    await asks(desk, "new something", REQUESTER)
    await asks(desk, "new sev3 something", OTHER_CUSTOMER)
    await asks(desk, "new sev2 something", OTHER_CUSTOMER)
    await asks(desk, "new inquiry something", AGENT)
    await asks(desk, "new sev1 something", AGENT)
    cards = {row.ticket_id: row.urgency for row in waiting(desk, "card")}
    assert cards == {
        1: Urgency.LAST, 2: Urgency.LAST, 3: Urgency.LAST, 4: Urgency.AFTER, 5: Urgency.USUAL,
        6: Urgency.FIRST,  # somebody is to be named under it
    }  # fmt: skip


async def test_a_warning_does_not_wait_behind_what_somebody_outside_wrote(desk: DeskRuntime) -> None:
    for n in range(20):
        await asks(desk, f"new trouble {n}")
    for _ in range(3):
        for item in desk.database.write_now(lambda session: claim(session, NOW, limit=50)):
            if item.kind != "customer_wrote":
                desk.database.write_now(lambda session, item=item: _sent(session, item))  # type: ignore[misc]
    await asks(desk, "escalate 5 it burns", AGENT)
    claimed = desk.database.write_now(lambda session: claim(session, NOW, limit=50))
    assert "escalated" in {item.kind for item in claimed if item.ticket_id == 5}


def _sent(session: Session, item: Outgoing) -> None:
    mark_sent(session, item, f"{item.id}.0", item.channel, NOW)


async def test_further_requests_to_escalate_are_added_to_the_first_without_a_ping(desk: DeskRuntime) -> None:
    await asks(desk, "new sev1 VPN down")
    for n in range(12):
        assert "passed on" in await asks(desk, f"escalate 1 please {n}")
    assert len(waiting(desk, "escalation_asked")) == 1
    assert [row.data["what"] for row in waiting(desk, "changed")] == ["escalation_asked_again"] * 11
    assert [f"please {n}" for n in range(12)] == texts(desk, 1)[1:]
    await asks(desk, "escalate 1 yes", AGENT)
    await asks(desk, "escalate 1 and higher")
    assert len(waiting(desk, "escalation_asked")) == 2, "somebody decided on the first"
