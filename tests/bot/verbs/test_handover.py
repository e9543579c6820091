"""`handover` and `decline`, as they are typed, pressed and filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.outbound.compose import compose
from bot.outbound.message import Message
from bot.wording.card import Line
from bot.wording.sentences import plain
from storage import outbox
from storage.accounts import Account, save_accounts
from storage.tickets import get_ticket
from tests.bot.asking import call, told, typed
from tests.bot.samples import CUSTOMER
from tests.factories import AGENT, NOW
from triage.people import Actor, Role

LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))


async def owner(desk: DeskRuntime, number: int) -> str | None:
    read = partial(get_ticket, organisation_id=desk.organisation_id, number=number)
    return (await desk.database.read(read)).ticket.ownership.assignee


async def messages(desk: DeskRuntime, kind: str, now: datetime = NOW) -> list[str]:
    """What is on its way to somebody, of that kind, in words."""
    items = await desk.database.write(lambda session: outbox.claim(session, now, limit=99))
    composed = [await compose(desk, item, now) for item in items if item.kind == kind]
    return [str(each.card) for each in composed if isinstance(each, Message)]


async def open_two(desk: DeskRuntime) -> None:
    for words in ("new sev1 Fibre cut", "take 1", "new sev3 Odd lamp", "take 2", "promise 2 in 1h We look"):
        await typed(desk, words)


async def test_it_shows_what_is_open_and_offers_whoever_comes_next(desk: DeskRuntime) -> None:
    assert (await told(desk, "handover")).startswith("You have no open tickets")
    await open_two(desk)
    answer = await dispatch.typed(call(desk, "handover"))
    assert answer.card is not None
    shown = str(answer.card)
    assert all(words in shown for words in ("#1 Fibre cut", "#2 Odd lamp", "promised for", "Hand over to", "Choose"))
    (why,) = [plain(each.sentence) for each in answer.card.elements if isinstance(each, Line) and each.small]
    assert why == "Next in line: Priya (the lead, 0 open)."


async def test_what_can_wait_goes_at_once_what_presses_is_asked_and_there_is_one_message(desk: DeskRuntime) -> None:
    await open_two(desk)
    said = await told(desk, "handover Priya")
    assert said.startswith("Priya has #2 now. #1 stays yours until Priya accepts it; the lead is asked")
    assert (await owner(desk, 1), await owner(desk, 2)) == (AGENT.id, LEAD.id)
    (message,) = await messages(desk, "handed_over")
    assert all(words in message for words in ("#1 Fibre cut", "#2 Odd lamp", "Accept #1", "I can't"))
    assert (await told(desk, "handover Priya")).startswith("There is nothing to hand over")
    taken = replace(call(desk, "", actor=LEAD), number=1, answers={"value": f"sure.{AGENT.id}."})
    await dispatch.pressed(taken, "take")
    assert await owner(desk, 1) == LEAD.id


async def test_whoever_cannot_declines(desk: DeskRuntime) -> None:
    await open_two(desk)
    await typed(desk, "handover Priya")
    said = await told(desk, "decline 1", actor=LEAD)
    assert said == "#1 stays where it is: the lead is asked who takes it."
    assert (await told(desk, "decline 2", actor=LEAD)).startswith("Nobody asks you")
    french = await told(desk, "décliner 1", actor=LEAD, language="fr")
    assert french.replace("\u00a0", " ") == "Vous l'avez déjà dit : le chef d'équipe est sollicité."


async def test_the_form_asks_to_whom_and_what(desk: DeskRuntime) -> None:
    await open_two(desk)
    answer = await dispatch.pressed(call(desk, ""), "handover")
    assert answer.form is not None
    assert [field.id for field in answer.form.fields] == ["to", "tickets"]
    assert answer.form.fields[1].initial == "1,2"
    for filled, field in (({"to": AGENT.id, "tickets": "1"}, "to"), ({"to": LEAD.id, "tickets": ""}, "to")):
        assert list((await dispatch.submitted(replace(call(desk, ""), answers=filled), "handover")).errors) == [field]
    sent = replace(call(desk, ""), answers={"to": LEAD.id, "tickets": "2"})
    await dispatch.submitted(sent, "handover")
    assert (await owner(desk, 1), await owner(desk, 2)) == (AGENT.id, LEAD.id)
    assert not await messages(desk, "nothing")


async def test_only_the_desk_hands_over_and_only_to_the_desk(desk: DeskRuntime) -> None:
    assert (await told(desk, "handover", actor=CUSTOMER)).startswith("Only")
    await open_two(desk)
    pressed = replace(call(desk, ""), answers={"value": Actor("slack:UNOBODY").id})
    answer = await dispatch.pressed(pressed, "handover")
    assert answer.card is not None
    assert await owner(desk, 2) == AGENT.id


async def test_whoever_says_that_they_are_away_is_offered_the_same(desk: DeskRuntime) -> None:
    answer = await typed(desk, "away")
    assert answer.card is not None
    assert not answer.card.elements, "there is nothing to hand over"
    await open_two(desk)
    answer = await typed(desk, "away until 16:00")
    assert "Hand over to Priya" in str(answer.card)


async def test_what_somebody_had_who_left_goes_back_to_the_queue_and_the_lead_is_told_once(desk: DeskRuntime) -> None:
    await open_two(desk)
    gone = [Account(AGENT.id, "Ana", is_active=False)]
    keep = partial(save_accounts, organisation_id=desk.organisation_id, accounts=gone, now=NOW)
    await desk.database.write(keep)
    for _ in range(2):
        await desk.refresh_people()
        desk.state.returned.clear()  # another process looks as well
    assert (await owner(desk, 1), await owner(desk, 2)) == (None, None)
    (message,) = await messages(desk, "returned", desk.now())
    assert all(words in message for words in ("has left", "#1 Fibre cut", "#2 Odd lamp"))


async def test_whoever_came_back_and_leaves_again_keeps_nothing_either(desk: DeskRuntime) -> None:
    for is_active in (False, True, False):
        account = [Account(AGENT.id, "Ana", is_active=is_active)]
        keep = partial(save_accounts, organisation_id=desk.organisation_id, accounts=account, now=NOW)
        await desk.database.write(keep)
        await desk.refresh_people()
        if is_active:
            await open_two(desk)
    assert (await owner(desk, 1), await owner(desk, 2)) == (None, None)


async def test_what_is_opened_again_after_its_owner_left_is_nobodys_and_the_lead_is_told_once(
    desk: DeskRuntime,
) -> None:
    await open_two(desk)
    for words in ("resolve 1 Done", "resolve 2 Done"):
        await typed(desk, words)
    gone = [Account(AGENT.id, "Ana", is_active=False)]
    await desk.database.write(partial(save_accounts, organisation_id=desk.organisation_id, accounts=gone, now=NOW))
    await desk.refresh_people()
    assert (await owner(desk, 1), await owner(desk, 2)) == (AGENT.id, AGENT.id), "whose they were stays known"
    await told(desk, "reopen 1 came back", actor=LEAD)
    assert (await owner(desk, 1), await owner(desk, 2)) == (None, AGENT.id)
    await desk.refresh_people()
    desk.state.returned.clear()
    await desk.refresh_people()
    (message,) = await messages(desk, "returned", desk.now())
    assert all(words in message for words in ("has left", "#1 Fibre cut"))
