"""A customer's own page: what they were told, and nothing that is the desk's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.web.customer import page
from bot.web.customer.route import add_customer_route
from storage.changes import Place
from storage.customer_links import add_link, list_links, revoke_link
from storage.customers import Customer, save_customers
from tests.bot.samples import CUSTOMER
from tests.bot.web.seen import Client, html, words
from tests.bot.web.test_ticket_page import a_story, told
from tests.factories import AGENT, CARD_PLACE, MANAGER, NOW, REQUESTER, Home, open_stored, opening
from triage import correcting, escalation, resolving, sorting, updating
from triage.people import Actor, Role

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def client(desk: DeskRuntime) -> AsyncIterator[Client]:
    desk.now.machine = lambda: NOW
    app, refusals = web.Application(), Refusals()

    def find(organisation_id: int, desk_id: int) -> DeskRuntime | None:
        return desk if (organisation_id, desk_id) == (desk.organisation_id, desk.desk_id) else None

    add_customer_route(app, desk.database, desk.now, find, refusals)
    async with TestClient(TestServer(app)) as found:
        yield found
    refusals.close()


def link_for(desk: DeskRuntime, customer: str = "Acme", *, minutes: float | None = None) -> str:
    until = None if minutes is None else NOW + minutes * MINUTE
    _, token = desk.database.write_now(
        lambda session: add_link(session, desk.organisation_id, desk.desk_id, customer, until=until, by="ada", now=NOW)
    )
    return f"/c/{token}"


async def opened(desk: DeskRuntime, *places: Place, **given: object) -> None:
    home, change = Home(desk.organisation_id, desk.desk_id), opening(**given)  # type: ignore[arg-type]
    await desk.write(lambda session: open_stored(session, home, NOW, *places, change=change))


async def test_a_customer_reads_what_they_were_told_and_what_was_promised(client: Client, desk: DeskRuntime) -> None:
    await a_story(desk)
    text = await words(client, link_for(desk))
    assert "#1 Fibre <b>down</b>" in text
    assert "We are on it" in text
    assert "Hurry up" in text
    assert "Then we know more" in text
    assert "Our next message promised by" in text
    assert "1 open ticket" in text


async def test_nothing_internal_is_on_it(client: Client, desk: DeskRuntime) -> None:
    await a_story(desk)
    await told(desk, lambda ticket, now: escalation.escalate(ticket, MANAGER, now, "They are furious"), 12)
    await told(
        desk, lambda ticket, now: sorting.change_severity(ticket, AGENT, now, desk.policy, 2, "it is not that bad"), 13
    )
    await told(desk, lambda ticket, now: updating.update(ticket, AGENT, now, "Said by phone", at=now - MINUTE), 14)
    page = await html(client, link_for(desk))
    inside = ("The vendor is slow", "furious", "not that bad", "Said by phone", "Marcus", "everity", "scalat", "slack:")
    assert [each for each in inside if each in page] == []


async def test_what_was_taken_back_is_gone_and_what_was_corrected_reads_so(client: Client, desk: DeskRuntime) -> None:
    await a_story(desk)
    await told(desk, lambda ticket, now: updating.update(ticket, AGENT, now, "wrong ticket"), 12)
    await told(desk, lambda ticket, now: correcting.take_back(ticket, AGENT, now), 13)
    await told(desk, lambda ticket, now: updating.update(ticket, AGENT, now, "by noone"), 14)
    await told(desk, lambda ticket, now: correcting.edit(ticket, AGENT, now, "by noon"), 15)
    text = await words(client, link_for(desk))
    assert "wrong ticket" not in text
    assert "by noone" not in text
    assert "by noon" in text


async def test_tickets_that_they_never_saw_are_not_theirs_to_read(client: Client, desk: DeskRuntime) -> None:
    other = Place("slack:CGLOBEX", "customer")
    known = [Customer("Globex", channels=("slack:CGLOBEX",)), Customer("Acme", channels=("slack:CACME",))]
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, known))
    await opened(desk, CARD_PLACE, other, summary="Of Globex", customer="Globex", requester=CUSTOMER.id)
    await opened(desk, CARD_PLACE, other, summary="Said in their thread", customer="Acme", requester=CUSTOMER.id)
    await opened(desk, CARD_PLACE, summary="The desk's own", customer="Acme", requester=REQUESTER.id, actor=AGENT)
    await opened(desk, CARD_PLACE, summary="Asked by one of them", customer="Acme", requester=CUSTOMER.id)
    text = await words(client, link_for(desk))
    shown = [each for each in ("Of Globex", "Said in their", "desk's own", "Asked by one") if each in text]
    assert shown == ["Asked by one"]


async def test_what_the_desk_wrote_behind_the_first_line_stays_with_the_desk(client: Client, desk: DeskRuntime) -> None:
    await opened(
        desk, CARD_PLACE, Place("slack:CACME", "customer"), summary="Fibre down", description="They never pay",
        customer="Acme", requester=CUSTOMER.id, actor=AGENT,
    )  # fmt: skip
    page = await html(client, link_for(desk))
    assert "Fibre down" in page
    assert "They never pay" not in page


async def test_resolved_tickets_stay_for_thirty_days(client: Client, desk: DeskRuntime) -> None:
    await a_story(desk)
    await told(desk, lambda ticket, now: resolving.resolve(ticket, AGENT, now, "A new card"), 20)
    address = link_for(desk)
    text = await words(client, address)
    assert "Nothing is open." in text
    assert "A new card" in text
    desk.now.offset += timedelta(days=31)
    assert "A new card" not in await words(client, address)


async def test_it_speaks_the_customers_language(client: Client, desk: DeskRuntime) -> None:
    known = [Customer("Acme", language="fr", channels=("slack:CACME",))]
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, known))
    await a_story(desk)
    page = await html(client, link_for(desk))
    assert '<html lang="fr">' in page
    assert "ticket ouvert" in page


async def test_a_link_opens_until_it_is_revoked_or_over(client: Client, desk: DeskRuntime) -> None:
    address, short = link_for(desk), link_for(desk, minutes=5)
    assert (await client.get(address)).status == 200
    for wrong in (address[:-1] + ("A" if address[-1] != "A" else "B"), address + "A", "/c/x", "/c/" + "a" * 4000):
        assert (await client.get(wrong)).status == 404, wrong
    await asyncio.gather(*desk.state.spawned)  # that it was used is put on record beside the answer
    desk.now.offset += 5 * MINUTE
    assert (await client.get(short)).status == 404
    found = desk.database.read_now(lambda session: list_links(session, desk.organisation_id))[0]
    assert found.used_at is not None
    desk.database.write_now(
        lambda session: revoke_link(session, desk.organisation_id, found.id, by="ada", now=desk.now())
    )
    assert (await client.get(address)).status == 404


async def test_the_address_leaks_nowhere_and_nothing_is_loaded(client: Client, desk: DeskRuntime) -> None:
    answer = await client.get(link_for(desk))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    page = await answer.text()
    assert "<script" not in page
    assert " src=" not in page
    assert " href=" not in page


async def test_whoever_guesses_is_held_up_and_whoever_knows_is_not(client: Client, desk: DeskRuntime) -> None:
    address = link_for(desk)
    assert (await client.get(address)).status == 200
    answers = [(await client.get(f"/c/{n:012x}")).status for n in range(70)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert (await client.get(address)).status == 200


async def test_tickets_that_the_desk_opened_for_itself_push_none_of_theirs_off_the_page(
    client: Client, desk: DeskRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST", 3)
    theirs, own = Place("slack:CACME", "customer"), Place("slack:CGLOBEX", "customer")
    known = [Customer("Acme", channels=(theirs.channel,)), Customer("Globex", channels=(own.channel,))]
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, known))
    for number in range(3):
        await opened(desk, CARD_PLACE, theirs, summary=f"Told {number}", customer="Acme", actor=AGENT)
    for number in range(9):
        await opened(desk, CARD_PLACE, summary=f"Own {number}", customer="Acme", actor=AGENT)
        await opened(desk, CARD_PLACE, own, summary=f"Elsewhere {number}", customer="Acme", actor=AGENT)
    address = link_for(desk)
    text = await words(client, address)
    assert [each for each in ("Told 0", "Told 1", "Told 2") if each not in text] == []
    assert "Own" not in text
    assert "Elsewhere" not in text
    assert "more than this page shows" not in text
    await opened(desk, CARD_PLACE, theirs, summary="Told 3", customer="Acme", actor=AGENT)
    text = await words(client, address)
    assert ("Told 3" in text, "Told 0" in text, "more than this page shows" in text) == (True, False, True)


@pytest.mark.parametrize("roles", [{Role.AGENT}, {Role.REQUESTER}])
async def test_what_a_program_of_the_desks_opened_was_not_told_to_the_customer(
    client: Client, desk: DeskRuntime, roles: set[Role]
) -> None:
    program = Actor("api:3", frozenset(roles), "api")
    given = {"customer": "Acme", "actor": program, "description": "They never pay"}
    await opened(desk, CARD_PLACE, summary="Probe 7 is red", **given)
    await opened(desk, CARD_PLACE, Place("slack:CACME", "customer"), summary="Fibre down", **given)
    page = await html(client, link_for(desk))
    assert ("Fibre down" in page, "Probe 7" in page, "never pay" in page) == (True, False, False)
