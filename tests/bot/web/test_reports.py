"""What tickets came to, drawn and in numbers, and a customer's month as it is proven to them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from functools import partial

import pytest

from bot.desk.runtime import DeskRuntime
from storage.changes import Place, record
from storage.customers import Customer, save_customers
from storage.tickets import get_ticket
from tests.bot.web.seen import Client, html, words, words_of
from tests.factories import AGENT, CARD_PLACE, MANAGER, NOW, Home, agreed, open_stored, opening
from triage import awaiting, escalation, noting, resolving, updating
from triage.due import decide_due

MINUTE = timedelta(minutes=1)
DAYS = "days=-&from=2026-02-01&to=2026-03-31"


async def a_month(desk: DeskRuntime, after: int = 0) -> None:
    """Two tickets of Acme's that were resolved, one of them answered late; one that goes on, and one of Globex'. So
    many tickets were opened before."""
    of = Home(desk.organisation_id, desk.desk_id)
    named = partial(
        save_customers, organisation_id=of.organisation_id, customers=[Customer("Acme"), Customer("Globex")]
    )
    await desk.write(named)
    places = (CARD_PLACE, Place("slack:CACME", "customer"))
    for customer in ("Acme", "Acme", "Globex", "Acme"):
        change = opening(summary="=HYPERLINK(1) <b>down</b>", description="within", customer=customer)
        change = agreed(change, "the team's own", 60)
        await desk.write(lambda session, change=change: open_stored(session, of, NOW, *places, change=change))  # type: ignore[misc]

    async def does(number: int, act: object, minutes: int) -> None:
        def transaction(session: object) -> None:
            stored, now = get_ticket(session, of.organisation_id, number + after), NOW + minutes * MINUTE  # type: ignore[arg-type]
            record(session, stored, act(stored.ticket, now), now)  # type: ignore[arg-type, operator]

        await desk.write(transaction)

    for number, start in ((1, 5), (2, 50), (3, 6)):
        if number == 2:
            await does(number, decide_due, 31)
        await does(number, lambda ticket, now: updating.update(ticket, AGENT, now, "on it"), start)
        await does(number, lambda ticket, now: noting.note(ticket, AGENT, now, "between us"), start + 1)
        await does(number, lambda ticket, now: awaiting.wait(ticket, AGENT, now, "their fault"), start + 2)
        if number == 2:
            await does(number, lambda ticket, now: escalation.escalate(ticket, MANAGER, now, "worse"), start + 3)
        await does(number, lambda ticket, now: resolving.resolve(ticket, AGENT, now), start + 90)
    desk.now.machine = lambda: NOW + timedelta(days=20)


async def test_a_report_is_drawn_and_beneath_each_chart_are_its_numbers(client: Client, desk: DeskRuntime) -> None:
    await a_month(desk)
    page = await html(client, f"/reports?{DAYS}")
    charts = re.findall(r"<figure.*?</figure>", page, flags=re.DOTALL)
    titles = [re.search(r"<title>(.*?)</title>", each)[1] for each in charts]  # type: ignore[index]
    assert titles[:2] == ["Targets met", "When tickets are opened"]
    assert {"How long it took", "Open at the end", "Waited for", "Escalations"} <= set(titles)
    assert all("<table>" in each and 'role="img"' in each for each in charts)
    assert "Response 1 2 1" in words_of(charts[0]), "in time, missed"
    text = await words(client, f"/reports?{DAYS}")
    assert "Opened: 4. Resolved: 3." in text
    assert "data-follow" not in page, "it does not change by itself"
    mine = await words(client, f"/reports?{DAYS}&customer=globex")
    assert "Report on Globex" in mine
    assert "Resolved: 1." in mine
    assert "the team's own · Restore 0% (0 of 3)" in text
    assert "the team" not in mine, "it is none of a customer's business"
    assert "/proof?customer=Globex&amp;month=2026-03" in await html(client, f"/reports?{DAYS}&customer=globex")


async def test_who_had_how_much_to_do_is_for_those_who_lead(client: Client, desk: DeskRuntime) -> None:
    await a_month(desk)
    assert "Who put it on hold" not in await words(client, f"/reports?{DAYS}")
    lead = {"Cookie": "vigie_as=slack:ULEAD"}
    assert "Who put it on hold" in await words(client, f"/reports?{DAYS}", **lead)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "nothing was resolved in these days"),
        ("days=month", "Report"),
        ("days=-&from=yesterday", "yesterday"),
        ("days=-&from=2026-13-01", "2026-13-01"),
        ("days=-&from=2026-03-02&to=2026-03-01", "2026-03-02"),
        ("days=-&from=2026-03-02+Acme", "Acme"),
        ("days=' OR 1=1", "Report"),
        ("customer=Acne", "Acme"),
        ("customer=<script>", "script"),
        ("days=-&from=%00&to=%ff", "reports"),
    ],
)
async def test_whatever_is_asked_for_is_answered_in_words(
    client: Client, desk: DeskRuntime, query: str, said: str
) -> None:
    await desk.write(partial(save_customers, organisation_id=desk.organisation_id, customers=[Customer("Acme")]))
    page = await html(client, f"/reports?{query}")
    assert said in page
    assert "<script>" not in page


async def test_a_customer_s_month_is_proven_ticket_by_ticket(client: Client, desk: DeskRuntime) -> None:
    await a_month(desk)
    address = "/proof?customer=acme&month=2026-03"
    text = await words(client, address)
    assert "2 tickets resolved." in text
    assert "#1 =HYPERLINK(1) <b>down</b>" in text
    assert "#3" not in text, "which is somebody else's"
    assert "#4" not in text, "which goes on"
    assert "missed" in text
    assert "Why it was due then" in text
    for inside in ("between us", "their fault", "worse", "within", "Ana", "Marcus", "the team"):
        assert inside not in text.partition("CSV")[2], inside
    assert '<div class="proof" lang="en">' in await html(client, address)
    assert '<div class="proof" lang="fr">' in await html(client, f"{address}&language=fr")
    assert "No" not in (await words(client, "/proof?customer=Globex&month=2025-01")).partition("Globex")[0]
    assert "Choose a customer and a month" in await words(client, "/proof?month=2026-99")
    assert "Acme" in await words(client, "/proof?customer=Acne")


async def test_the_same_is_a_file_that_no_spreadsheet_runs(client: Client, desk: DeskRuntime) -> None:
    await a_month(desk)
    async with client.get("/proof.csv?customer=Acme&month=2026-03") as answer:
        assert (answer.status, answer.content_type) == (200, "text/csv")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="proof-2026-03.csv"'
        rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert {row["Ticket"] for row in rows} == {"#1", "#2"}
    assert {row["Summary"] for row in rows} == {"'=HYPERLINK(1) <b>down</b>"}
    assert "missed" in {row["Result"] for row in rows}
    assert "the team" not in str(rows)
    async with client.get("/proof.csv?customer=Nobody") as answer:
        assert (answer.status, answer.content_type) == (404, "text/html")
