"""To whom a ticket is assigned, however they are named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands import dispatch
from bot.desk.directory import Directory
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Mentioned
from bot.wording.sentences import plain
from storage.accounts import Account
from storage.tickets import get_ticket
from tests.bot.asking import call, told, typed
from tests.bot.samples import PEOPLE, POLICY
from tests.factories import AGENT, MANAGER, REQUESTER
from triage.ticket import Ticket


def look(desk: DeskRuntime) -> Ticket:
    return desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, 1)).ticket


async def said(desk: DeskRuntime, words: str, **mentioned: Mentioned | None) -> str:
    meant = {f"@{name}": who for name, who in mentioned.items()}
    answer = await dispatch.typed(replace(call(desk, words), mentioned=meant))
    assert answer.card is not None
    return plain(answer.card.brief)


async def test_a_mention_means_the_person_whatever_they_are_called_and_what_follows_is_said_to_them(
    desk: DeskRuntime,
) -> None:
    await typed(desk, "new sev2 Link down")
    await said(desk, "assign 1 @Marcus: your router", Marcus=Mentioned(MANAGER.id))
    assert look(desk).ownership.assignee == MANAGER.id
    await said(desk, "assign 1 @Somebody Else", **{"Somebody Else": Mentioned(AGENT.id)})
    assert look(desk).ownership.assignee == AGENT.id


async def test_a_mentioned_group_has_the_work_and_the_owner_stays(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Link down")
    await typed(desk, "take 1")
    answer = await said(desk, "assign 1 @netops the switch", netops=Mentioned("slack:S1NETOPS", is_group=True))
    assert answer.startswith("The group was asked in the thread of #1; its owner stays.")
    assert (look(desk).ownership.assignee, look(desk).ownership.group) == (AGENT.id, "slack:S1NETOPS")


async def test_a_mention_of_somebody_outside_the_desk_is_refused(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Link down")
    assert (await said(desk, "assign 1 @Rui", Rui=Mentioned(REQUESTER.id))).startswith("Rui is not one of this desk")
    assert look(desk).ownership.assignee is None


async def test_two_people_of_one_name_are_never_guessed_between(desk: DeskRuntime) -> None:
    accounts = {person: Account(person, name) for person, name in {**PEOPLE, MANAGER.id: "Ana"}.items()}
    accounts[AGENT.id] = Account(AGENT.id, "Ana", email="ana@example.com")
    desk.directory = Directory(POLICY, accounts)
    await typed(desk, "new sev2 Link down")
    assert (await told(desk, "assign 1 ana")).startswith('"ana" may be more than one person. Type their email')
    assert (await said(desk, "assign 1 @Ana", Ana=None)).startswith('"@Ana" may be more than one person.')
    await typed(desk, "assign 1 ANA@example.com", actor=MANAGER)
    assert look(desk).ownership.assignee == AGENT.id


@pytest.mark.parametrize(("words", "assignee"), [("me please", AGENT.id), ("Priya hello there", "slack:ULEAD")])
async def test_the_name_ends_where_the_message_begins(desk: DeskRuntime, words: str, assignee: str) -> None:
    await typed(desk, "new sev2 Link down")
    await typed(desk, f"assign 1 {words}")
    assert look(desk).ownership.assignee == assignee


async def test_assign_alone_asks_for_the_person_in_a_form(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Link down")
    answer = await typed(desk, "assign 1")
    assert answer.form is not None
    assert [(field.id, field.kind) for field in answer.form.fields] == [("who", "person"), ("text", "text")]
