"""What is done from a page is done as in chat: by the same records, with the same rights, once."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.desk.runtime import DeskRuntime
from bot.verbs.registry import ON_TICKETS
from storage.tickets import StoredTicket, get_ticket
from tests.bot.web.seen import NO_FORMS, Client, html, words, words_of
from tests.bot.web.test_queue_page import opened
from tests.bot.web.test_ticket_page import a_story
from tests.factories import AGENT, MANAGER, NOW
from triage.event import Kind

MINUTE = timedelta(minutes=1)


def ticket(desk: DeskRuntime) -> StoredTicket:
    return desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, 1))


def hidden(page: str, form: str = "asks") -> dict[str, str]:
    """What a form carries that nobody sees."""
    own = page.partition(f'class="{form}"' if form == "asks" else f'id="{form}"')[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', own)
    return {name: markup.unescape(value) for name, value in found}


async def sent(client: Client, address: str, given: Mapping[str, str]) -> tuple[int, str]:
    """A form that a browser sends from a page of ours, and what is seen then."""
    headers = {"Origin": str(client.make_url("/")).rstrip("/"), "Accept-Language": "en"}
    async with client.post(address, data=given, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_button_that_asks_nothing_does_it_at_once_and_says_so_once(client: Client, desk: DeskRuntime) -> None:
    await opened(desk, "Fibre down")
    page = await html(client, "/tickets/1")
    assert 'formaction="/tickets/1/take"' in page
    form = {**hidden(page, "act"), "value": ""}
    status, seen = await sent(client, "/tickets/1/take", form)
    assert status == 200
    assert "#1 is yours" in words_of(seen)
    assert ticket(desk).ticket.ownership.assignee == AGENT.id
    assert "#1 is yours" not in await words(client, "/tickets/1")
    await sent(client, "/tickets/1/take", form)
    assert [each.kind for each in ticket(desk).events].count(Kind.ASSIGNED) == 1, "a double click is one"


async def test_a_form_asks_what_the_verbs_own_form_asks_and_reads_times_in_the_readers_zone(
    client: Client, desk: DeskRuntime
) -> None:
    await a_story(desk)
    page = await html(client, "/tickets/1/promise")
    assert 'type="datetime-local" name="until"' in page
    given = {**hidden(page), "until": "2026-03-02T11:00", "text": "Two <b>lines</b>\r\nof it"}
    status, seen = await sent(client, "/tickets/1/promise", given)
    assert (status, ticket(desk).ticket.promise) == (200, NOW + 60 * MINUTE)
    assert "Two &lt;b&gt;lines&lt;/b&gt;\nof it" in seen


async def test_what_is_wrong_is_said_under_its_field_and_nothing_typed_is_lost(
    client: Client, desk: DeskRuntime
) -> None:
    await a_story(desk)
    page = await html(client, "/tickets/1/promise")
    given = {**hidden(page), "until": "2026-03-02T09:00", "text": "I typed this & that"}
    status, seen = await sent(client, "/tickets/1/promise", given)
    assert status == 422
    assert 'aria-invalid="true"' in seen
    assert 'aria-describedby="problem-until"' in seen
    assert "I typed this &amp; that</textarea>" in seen
    assert 'value="2026-03-02T09:00"' in seen
    status, _ = await sent(client, "/tickets/1/promise", {**hidden(seen), "until": "soon", "text": "x"})
    assert status == 422


async def test_a_question_of_a_verb_is_asked_and_sending_it_once_more_says_yes(
    client: Client, desk: DeskRuntime
) -> None:
    await a_story(desk)
    page = await html(client, "/tickets/1/escalate")
    given = {**hidden(page), "reason": "impact", "text": "It grew"}
    assert (await sent(client, "/tickets/1/escalate", given))[0] == 200
    again = await html(client, "/tickets/1/escalate")
    status, seen = await sent(client, "/tickets/1/escalate", {**hidden(again), "reason": "slow", "text": "Still"})
    assert status == 422
    assert ticket(desk).ticket.level == 1
    status, _ = await sent(client, "/tickets/1/escalate", {**hidden(seen), "reason": "slow", "text": "Still"})
    assert (status, ticket(desk).ticket.level) == (200, 2)


async def test_rights_are_those_of_whoever_one_is(client: Client, desk: DeskRuntime) -> None:
    await opened(desk, "Fibre down")
    page = await html(client, "/tickets/1")
    token = hidden(page, "act")
    status, seen = await sent(client, "/tickets/1/redact", {**token, "value": ""})
    assert status in (409, 422)
    assert "Only" in words_of(seen)
    await sent(client, "/look", {**token, "as": MANAGER.id, "back": "/"})
    page = await html(client, "/tickets/1/note")
    status, _ = await sent(client, "/tickets/1/note", {**hidden(page), "text": "Seen"})
    assert (status, ticket(desk).events[-1].actor) == (200, MANAGER.id)


async def test_a_form_of_another_site_does_nothing(client: Client, desk: DeskRuntime) -> None:
    await opened(desk, "Fibre down")
    form = {**hidden(await html(client, "/tickets/1"), "act"), "value": ""}
    for given, origin in (({}, None), ({**form, "token": "x"}, None), (form, "http://evil.example"), (form, "null")):
        headers = {"Origin": origin or str(client.make_url("/")).rstrip("/")}
        async with client.post("/tickets/1/take", data=given, headers=headers) as answer:
            assert answer.status == 403
    assert ticket(desk).ticket.ownership.assignee is None


async def test_what_more_there_is_leads_to_forms_and_what_there_is_not_is_no_page(
    client: Client, desk: DeskRuntime
) -> None:
    await opened(desk, "Fibre down")
    more = await html(client, "/tickets/1/more")
    assert 'href="/tickets/1/reported"' in more
    for address in re.findall(r'href="(/tickets/1/[a-z-]+)"', more):
        async with client.get(address, headers={"Accept-Language": "en"}) as answer:
            assert answer.status in (200, 409), address
    for odd in ("/tickets/1/nonsense", "/tickets/1/setup", "/tickets/9/note"):
        async with client.get(odd) as answer:
            assert answer.status in (404, 409), odd


@pytest.mark.parametrize("body", [b"\xff\xfe", b"token=%ff&value=%00", b"a=1&" * 3000])
async def test_what_is_no_form_of_ours_is_refused_as_one(client: Client, desk: DeskRuntime, body: bytes) -> None:
    await opened(desk, "Fibre down")
    for kind in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "text/x",
    ):
        async with client.post("/tickets/1/take", data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status in (400, 403, 413), kind


@pytest.mark.parametrize(("kind", "body"), NO_FORMS)
async def test_what_says_that_it_is_a_form_and_cannot_be_read_is_refused(
    client: Client, desk: DeskRuntime, kind: str, body: bytes
) -> None:
    await opened(desk, "Fibre down")
    for address in ("/tickets/1/take", "/look", "/new"):
        async with client.post(address, data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status in (400, 403), address


async def test_every_form_can_be_shown(client: Client, desk: DeskRuntime) -> None:
    await a_story(desk)
    for verb in ON_TICKETS:
        async with client.get(f"/tickets/1/{verb.name}", headers={"Accept-Language": "fr"}) as answer:
            assert answer.status in (200, 409), verb.name
            assert "<form" in await answer.text()


async def test_a_ticket_is_opened_from_a_page(client: Client, desk: DeskRuntime) -> None:
    page = await html(client, "/new")
    given = {**hidden(page), "summary": "Fibre <b>down</b>", "category": "incident", "severity": "", "customer": "Acme"}
    status, seen = await sent(client, "/new", given)
    assert (status, 'aria-describedby="hint-severity problem-severity"' in seen) == (422, True)
    status, seen = await sent(
        client, "/new", {**hidden(seen), **{k: given[k] for k in ("summary", "category", "customer")}, "severity": "1"}
    )
    assert status == 200
    assert "#1 is open." in words_of(seen)
    assert (ticket(desk).ticket.severity, ticket(desk).ticket.customer) == (1, "Acme")
