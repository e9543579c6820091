"""The live queue, read as text: in the order of work, three clocks each, narrowed down by its address alone."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.web.queue_page import ROWS, TITLE, Asked
from bot.web.words import typed
from storage.changes import record
from storage.tickets import get_ticket
from tests.bot.web.seen import Client, html, words
from tests.factories import AGENT, NOW, Home, open_stored, opening
from tests.statements import statements
from triage import owning
from triage.terms import Category
from triage.text import LONGEST_SUMMARY, LONGEST_TEXT

RIGHT_TO_LEFT = "\u202e"
HEAVIEST = 150_000  # bytes of a page


async def opened(desk: DeskRuntime, summary: str, **given: object) -> None:
    """A ticket that was opened just now."""
    home = Home(desk.organisation_id, desk.desk_id)
    now = given.pop("at", NOW)
    change = opening(now, summary=summary, **given)  # type: ignore[arg-type]
    await desk.write(lambda session: open_stored(session, home, now, change=change))  # type: ignore[arg-type]


async def test_the_queue_is_in_the_order_of_work_with_three_clocks_each(client: Client, desk: DeskRuntime) -> None:
    await opened(desk, "Report has a typo", severity=3)
    await opened(desk, "Fibre down", severity=1)
    text = await words(client, "/")
    assert text.index("#2 Fibre down") < text.index("#1 Report has a typo")
    assert "Response in 15 min 10:15" in text
    assert "Update in 30 min 10:30" in text
    assert "Restore in 6 h 0 min 16:00" in text
    assert "Due next in 15 min Response · 10:15 · #2 Fibre down" in text
    assert "2 open 0 late 2 within 30 min 2 unassigned" in text
    desk.now.offset += timedelta(minutes=17)
    assert "Response 2 min 0 s late 10:15" in await words(client, "/?state=late")


async def test_where_everything_that_is_due_is_late_the_longest_late_stands_first(
    client: Client, desk: DeskRuntime
) -> None:
    await opened(desk, "Report has a typo", severity=3)
    await opened(desk, "Fibre down", severity=1, at=NOW - timedelta(minutes=30))
    desk.now.offset += timedelta(hours=2)
    text = await words(client, "/")
    assert "Late for longest 2 h 15 min late Response · 09:45 · #2 Fibre down" in text
    assert "No deadline lies ahead" not in text


async def test_a_countdown_names_its_instant_for_the_script_that_goes_on_with_it(
    client: Client, desk: DeskRuntime
) -> None:
    await opened(desk, "Fibre down")
    text = await html(client, "/")
    assert 'data-due="2026-03-02T10:15:00Z"' in text
    assert re.search(r'data-now="2026-03-02T10:00:0\dZ"', text)


async def test_what_somebody_typed_shows_as_typed(client: Client, desk: DeskRuntime) -> None:
    hostile = '<script>alert("1")</script> & <img src=x onerror=alert(2)>'
    await opened(desk, hostile, customer='"><b>Acme')
    text = await html(client, "/")
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert (
        "<bdi>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &lt;img src=x onerror=alert(2)&gt;</bdi>" in text
    )
    assert "<bdi>&quot;&gt;&lt;b&gt;Acme</bdi>" in text
    assert 'value="&#34;&gt;&lt;b&gt;Acme"' in text
    assert typed(f"{RIGHT_TO_LEFT}desrever") == f"<bdi>{RIGHT_TO_LEFT}desrever</bdi>", "it turns nothing beside it"


async def test_a_ticket_of_thousands_of_characters_takes_no_more_room_than_another(
    client: Client, desk: DeskRuntime
) -> None:
    await opened(desk, "x" * LONGEST_SUMMARY, description="y" * LONGEST_TEXT, customer="z" * 200)
    page = await html(client, "/")
    assert "x" * (TITLE - 1) + "…" in page
    assert "yyy" not in page


NARROWED = {
    "/?severity=1": {"1"},
    "/?assignee=-": {"2", "3"},
    f"/?assignee={AGENT.id}": {"1"},
    "/?assignee=me": {"1"},  # who looks is Ana as long as they choose nobody else
    "/?customer=acme": {"2"},
    "/?customer=acme&severity=1": set(),
    "/?q=3": {"3"},
    "/?q=vpn": {"3"},
    "/?q=acm": {"2"},
    "/?q=ana": {"1"},
    "/?q=printer&severity=1": set(),
    "/?state=waiting": set(),
    "/?severity=9&state=nonsense&page=-1&assignee=": {"1", "2", "3"},
    "/?page=99": set(),
}


async def test_it_is_narrowed_down_by_its_address_alone(client: Client, desk: DeskRuntime) -> None:
    await opened(desk, "Fibre down", severity=1)
    await opened(desk, "The printer is slow", severity=2, customer="Acme")
    await opened(desk, "How do I get a VPN?", severity=None, category=Category.INQUIRY)
    home = Home(desk.organisation_id, desk.desk_id)
    await desk.write(partial(_take, home=home, number=1))
    for address, found in NARROWED.items():
        listed = (await html(client, address)).partition('<section id="list"')[2]
        assert set(re.findall(r'href="/tickets/(\d+)"', listed)) == found, address


def _take(session: Session, *, home: Home, number: int) -> None:
    stored = get_ticket(session, home.organisation_id, number, lock=True)
    record(session, stored, owning.take(stored.ticket, AGENT, NOW), NOW)


async def test_a_page_costs_the_same_however_many_tickets_there_are(client: Client, desk: DeskRuntime) -> None:
    for number in range(ROWS + 5):
        await opened(
            desk, f"Ticket {number} of many, whose title says at some length what it is about", customer="Acme"
        )
    with statements(desk.database) as asked:
        page = await html(client, "/")
    assert len(asked) < 20
    assert f"1 to {ROWS} of {ROWS + 5}" in page
    assert page.count('<li class="row') == ROWS
    assert len(page.encode()) < HEAVIEST * 0.6
    assert 'href="/?page=2"' in page
    rest = await html(client, "/?page=2")
    assert rest.count('<li class="row') == 5
    assert 'rel="prev" href="/"' in rest


def test_the_address_of_a_page_survives_its_being_read() -> None:
    asked = Asked.read({"q": " two  words ", "customer": "A&B", "severity": "2", "state": "late", "page": "3"})
    assert asked.address() == "/?q=two+words&customer=A%26B&severity=2&state=late&page=3"
    assert Asked.read({}).address() == "/"
