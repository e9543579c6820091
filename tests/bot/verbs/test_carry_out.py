"""A verb is carried out without a word being said: what became of it is data, for a page or a program as for a chat."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.base.verb import Answers, Outcome, TicketVerb
from bot.verbs.engine.carry_out import carry_out
from bot.verbs.link import LINK
from bot.verbs.resolve import RESOLVE
from bot.verbs.shared.open_ticket import Wanted, carry_out_opening
from bot.verbs.take import TAKE
from storage.errors import AlreadyHandledError
from tests.bot.asking import call, typed
from tests.bot.samples import CUSTOMER
from tests.factories import AGENT, MANAGER, NOW
from triage.errors import Refusal
from triage.event import Kind
from triage.people import Actor


async def done(
    desk: DeskRuntime, verb: TicketVerb, answers: Answers | None = None, *, key: str = "", actor: Actor = AGENT
) -> Outcome:
    asked = replace(call(desk, "", actor=actor), key=key)

    def transaction(session: Session) -> Outcome:
        return carry_out(session, asked, verb, 1, answers or {})

    return await desk.write(transaction)


async def test_what_was_recorded_is_told_as_the_ticket_before_and_after_and_the_change(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    outcome = await done(desk, TAKE)
    assert outcome.verb == "take"
    assert (outcome.before.ticket.ownership.assignee, outcome.stored.ticket.ownership.assignee) == (None, AGENT.id)
    assert [event.kind for event in outcome.change.events] == [Kind.ASSIGNED]


async def test_what_is_so_already_is_an_empty_change(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    await done(desk, TAKE)
    assert not (await done(desk, TAKE)).change


async def test_the_second_ticket_of_a_pair_is_told_too(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    await typed(desk, "new sev2 Link down too")
    outcome = await done(desk, LINK, {"other": "2"})
    assert outcome.other is not None
    assert outcome.other.number == 2


async def test_the_same_call_a_second_time_does_nothing(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    await done(desk, RESOLVE, {"text": "done"}, key="page:1")
    with pytest.raises(AlreadyHandledError):
        await done(desk, RESOLVE, {"text": "done"}, key="page:1")


async def test_rights_are_checked_here_whoever_asks(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    with pytest.raises(Refusal) as refused:
        await done(desk, TAKE, actor=CUSTOMER)
    assert refused.value.code == "not_allowed"


async def test_a_ticket_is_opened_without_a_word_too(desk: DeskRuntime) -> None:
    def transaction(session: Session) -> tuple[int, bool]:
        opened = carry_out_opening(session, call(desk, ""), Wanted("Link down", severity=1))
        return opened.stored.number, opened.was_added

    assert await desk.write(transaction) == (1, False)


@pytest.mark.parametrize(("actor", "is_authors"), [(AGENT, True), (CUSTOMER, False)])
async def test_a_ticket_from_what_the_desk_wrote_is_not_the_desks_where_somebody_else_opens_it(
    desk: DeskRuntime, actor: Actor, is_authors: bool
) -> None:
    wrote = SourceMessage("slack:CACME", "1.0", "1.0", MANAGER.id, NOW, "We see packet loss at your site")
    asked = replace(call(desk, "", actor=actor), source=wrote)
    opened = await desk.write(lambda session: carry_out_opening(session, asked, Wanted("Packet loss")))
    assert opened.stored.ticket.requester == (MANAGER.id if is_authors else actor.id)
