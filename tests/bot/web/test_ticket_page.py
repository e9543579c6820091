"""One ticket as a page: what is due next, its clocks, what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlencode

import pytest
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.wording.speech import speech
from storage.changes import Place, record
from storage.tickets import StoredTicket, get_ticket
from tests.bot.samples import CUSTOMER
from tests.bot.web.seen import Client, html, words, words_of
from tests.factories import AGENT, CARD_PLACE, MANAGER, NOW, Home, agreed, open_stored, opening
from triage import answering, awaiting, escalation, noting, updating
from triage.change import Change
from triage.due import decide_due
from triage.people import Actor
from triage.text import LONGEST_TEXT
from triage.ticket import Ticket

LONG = LONGEST_TEXT - 50
MINUTE = timedelta(minutes=1)
AT_CUSTOMER = Place("slack:CACME", "customer")


async def told(desk: DeskRuntime, change: Callable[[Ticket, datetime], Change], minutes: float) -> None:
    """Something happens to ticket 1, so many minutes after it was opened."""
    now = NOW + minutes * MINUTE

    def write(session: Session) -> StoredTicket:
        stored = get_ticket(session, desk.organisation_id, 1, lock=True)
        return record(session, stored, change(stored.ticket, now), now)

    await desk.write(write)
    desk.now.offset += now - desk.now()


async def a_story(desk: DeskRuntime) -> None:
    home = Home(desk.organisation_id, desk.desk_id)
    change = opening(
        summary="Fibre <b>down</b>", description="Since this morning\n" + "y" * LONG, customer="Acme",
        requester=CUSTOMER.id,
    )  # fmt: skip
    await desk.write(lambda session: open_stored(session, home, NOW, CARD_PLACE, AT_CUSTOMER, change=change))
    await told(desk, lambda ticket, now: updating.update(ticket, AGENT, now, "We are on it"), 5)
    await told(desk, lambda ticket, now: noting.note(ticket, AGENT, now, "The vendor is slow"), 6)
    await told(desk, lambda ticket, now: answering.customer_wrote(ticket, CUSTOMER, now, "Hurry up", at=now), 7)
    await told(
        desk, lambda ticket, now: updating.promise(ticket, AGENT, now, now + 20 * MINUTE, "Then we know more"), 10
    )


async def test_both_sides_of_the_talk_stand_apart_and_notes_are_marked(client: Client, desk: DeskRuntime) -> None:
    await a_story(desk)
    page = await html(client, "/tickets/1")
    entries = page.partition('<ol class="entries"')[2].split("<li ")[1:]
    sides = [(each.split('"')[1].split()[1], each) for each in entries]
    assert [side for side, _ in sides] == ["desk", "customer", "note", "desk", "customer"], "the newest first"
    assert ["We are on it" in each for _, each in sides].index(True) == 3
    assert "internal" in sides[2][1]
    assert "Fibre &lt;b&gt;down&lt;/b&gt;\nSince this morning" in page
    assert "y" * LONG in page


async def test_its_clocks_are_bars_that_say_the_same_in_words(client: Client, desk: DeskRuntime) -> None:
    await a_story(desk)
    page = await html(client, "/tickets/1")
    assert page.count("<svg") == 3
    assert 'role="img" aria-label="Update promised by Mon 2 Mar 10:30 UTC"' in page
    assert 'class="mark promise"' in page
    assert "Update in 20 min" in await words(client, "/tickets/1")


async def test_pauses_and_breaches_are_on_the_bars_and_below_them(client: Client, desk: DeskRuntime) -> None:
    await a_story(desk)
    await told(desk, lambda ticket, now: awaiting.wait(ticket, AGENT, now, "Traceroute"), 12)
    await told(desk, lambda ticket, now: awaiting.resume(ticket, AGENT, now), 22)
    await told(desk, decide_due, 31)
    text = await words(client, "/tickets/1")
    assert "paused 10:12 to 10:22" in text
    assert "breached 10:30" in text
    page = await html(client, "/tickets/1")
    assert 'class="paused"' in page
    assert 'class="mark breach"' in page


async def test_why_a_deadline_is_when_it_is_stands_there_once_it_is_asked_for(
    client: Client, desk: DeskRuntime
) -> None:
    await a_story(desk)
    assert "Counts from the report" not in await words(client, "/tickets/1")
    why = await words(client, "/tickets/1?why=restore")
    assert "Counts from the report: Mon 2 Mar 10:00 UTC" in why
    assert "Target: 6h, around the clock" in why


async def test_a_level_and_whoever_answers_for_it_are_on_the_page_of_escalations(
    client: Client, desk: DeskRuntime
) -> None:
    await a_story(desk)
    assert "No escalation is running" in await words(client, "/escalations")
    head = Actor("slack:UHEAD", MANAGER.roles)
    await told(desk, lambda ticket, now: escalation.escalate(ticket, head, now, "It grew"), 12)
    text = await words(client, "/escalations")
    assert "Level 1" in text
    assert "It grew" in text


async def test_a_ticket_that_does_not_exist_is_said_to_be_none(client: Client) -> None:
    async with client.get("/tickets/4711", headers={"Accept-Language": "fr"}) as answer:
        assert answer.status == 404
        assert "Il n&#39;y a pas de ticket #4711" in (await answer.text()).replace("&#x27;", "&#39;")
    for odd in ("0x1", "1e3", "-1", "99999999999", "1/../../etc"):
        async with client.get(f"/tickets/{odd}") as answer:
            assert answer.status == 404


async def test_what_if_shows_what_chat_would_and_changes_nothing(client: Client, desk: DeskRuntime) -> None:
    await a_story(desk)
    before = await words(client, "/tickets/1")
    said = await words(client, "/tickets/1?if=severity+2")
    assert "Restore Mon 2 Mar 16:00 UTC would become Tue 3 Mar 10:00 UTC" in said
    assert "Nothing was changed." in said
    assert await words(client, "/tickets/1") == before
    french = await words(client, "/tickets/1?if=gravit%C3%A9+2", **{"Accept-Language": "fr"})
    assert "passerait de" in french


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("dance", "What if what?"),
        ("note hello", "moves no deadline"),
        ("42 severity 2", "What if what?"),  # of this ticket alone
        ('"><script>', "What if what?"),
    ],
)
async def test_what_cannot_be_supposed_is_said_and_what_was_typed_stands(
    client: Client, desk: DeskRuntime, typed: str, said: str
) -> None:
    await a_story(desk)
    page = await html(client, f"/tickets/1?{urlencode({'if': typed})}")
    assert said in words_of(page)
    assert "<script>" not in page
    assert f'value="{escape(typed)}"'.replace("&quot;", "&#34;") in page


@pytest.mark.parametrize("hint", ["en", "fr"])
async def test_what_is_suggested_to_suppose_can_be(client: Client, desk: DeskRuntime, hint: str) -> None:
    home = Home(desk.organisation_id, desk.desk_id)
    await desk.write(lambda session: open_stored(session, home, NOW, CARD_PLACE, change=opening(severity=3)))
    _, _, examples = speech(hint).text("web.what_if.hint").partition(":")
    for each in examples.split(".")[0].split(" - "):
        page = await html(client, f"/tickets/1?{urlencode({'if': each.strip()})}", **{"Accept-Language": hint})
        assert 'class="supposed"' in page, each


async def test_an_agreement_beside_the_customers_has_its_bar_and_its_sum(client: Client, desk: DeskRuntime) -> None:
    home = Home(desk.organisation_id, desk.desk_id)
    change = agreed(opening(summary="Fibre down"), "network <team>")
    await desk.write(lambda session: open_stored(session, home, NOW, CARD_PLACE, change=change))
    page = await html(client, "/tickets/1")
    assert 'id="restore-1"' in page
    assert "/tickets/1?why=restore/network%20%3Cteam%3E#restore-1" in page
    assert (await words(client, "/tickets/1")).count("network <team>: ") == 1, "what is drawn is not said again"
    shown = await words(client, "/tickets/1?" + urlencode({"why": "restore/network <team>"}))
    assert "Target: 2h, around the clock" in shown
    supposed = await words(client, "/tickets/1?" + urlencode({"if": "reported 09:15"}))
    assert "network <team>: Restore Mon 2 Mar 12:00 UTC would become Mon 2 Mar 11:15 UTC" in supposed
    for odd in ("restore/", "restore/nobody", "lunch/network <team>", "/", "restore/network <team>/x"):
        assert (await client.get("/tickets/1?" + urlencode({"why": odd}))).status == 200
