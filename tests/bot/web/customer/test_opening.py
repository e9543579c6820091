"""The form on a customer's page: it opens their ticket, once, within the limits of anybody outside."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from storage.errors import NoSuchTicketError
from storage.tickets import StoredTicket, get_ticket
from tests.bot.web.customer.test_page import client, link_for
from tests.bot.web.seen import NO_FORMS, Client, html, words

__all__ = ["client"]
TYPED = {"once": "a1", "summary": "Line <b>dead</b>", "description": "Since noon", "contact": "Carla, 555"}


def ticket(desk: DeskRuntime, number: int) -> StoredTicket | None:
    def look(session: Session) -> StoredTicket | None:
        try:
            return get_ticket(session, desk.organisation_id, number)
        except NoSuchTicketError:
            return None

    return desk.database.read_now(look)


async def send(client: Client, address: str, typed: dict[str, str], **headers: str) -> tuple[int, str]:
    answer = await client.post(address, data=typed, headers=headers, allow_redirects=False)
    return answer.status, answer.headers.get("Location", "")


async def test_it_opens_their_ticket_once_and_they_read_it(client: Client, desk: DeskRuntime) -> None:
    address = link_for(desk)
    assert await send(client, address, TYPED) == (303, f"{address}?opened=1")
    assert await send(client, address, TYPED) == (303, f"{address}?opened=1")
    made = ticket(desk, 1)
    assert made is not None
    assert made.ticket.customer == "Acme"
    assert made.ticket.requester.startswith("page:")
    assert not made.ticket.confirmed
    assert ticket(desk, 2) is None
    text = await words(client, f"{address}?opened=1")
    assert "#1: we have it." in text
    assert "Line <b>dead</b>" in text
    assert "Contact: Carla, 555" in text
    assert "<b>dead" not in await html(client, address)
    assert "we have it" not in await words(client, f"{address}?opened=2")


async def test_another_customer_sees_nothing_of_it(client: Client, desk: DeskRuntime) -> None:
    await send(client, link_for(desk), TYPED)
    assert "dead" not in await words(client, link_for(desk, "Globex"))


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client: Client, desk: DeskRuntime) -> None:
    answer = await client.post(link_for(desk), data={**TYPED, "summary": "  "})
    page = await answer.text()
    assert answer.status == 422
    assert "Say in a few words" in page
    assert "Since noon" in page
    assert ticket(desk, 1) is None


async def test_a_form_that_another_site_sends_is_refused(client: Client, desk: DeskRuntime) -> None:
    address = link_for(desk)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert (await send(client, address, TYPED, **headers))[0] == 403
    assert ticket(desk, 1) is None
    assert (await send(client, address, TYPED, **{"Origin": "null", "Sec-Fetch-Site": "same-origin"}))[0] == 303


async def test_too_many_become_additions_to_the_last(client: Client, desk: DeskRuntime) -> None:
    address, most = link_for(desk), desk.policy.flood_tickets
    for n in range(most + 2):
        assert (await send(client, address, {**TYPED, "once": f"n{n}"}))[0] == 303
    assert ticket(desk, most) is not None
    assert ticket(desk, most + 1) is None


@pytest.mark.parametrize(("kind", "body"), NO_FORMS)
async def test_what_is_no_form_is_asked_for_once_more(
    client: Client, desk: DeskRuntime, kind: str, body: bytes
) -> None:
    answer = await client.post(link_for(desk), data=body, headers={"Content-Type": kind})
    assert (answer.status, "Say in a few words" in await answer.text()) == (422, True)
    assert ticket(desk, 1) is None
