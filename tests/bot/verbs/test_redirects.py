"""A question for billing or sales, asked by `new`: the right place in the reader's language, and a ticket on demand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands import dispatch
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer
from bot.wording.app_home import Figures, read_week, said_of_week
from bot.wording.card import Button, Buttons, Facts
from bot.wording.sentences import Link, plain
from storage.tickets import get_ticket
from tests.bot.asking import call, told, typed
from tests.bot.samples import CUSTOMER, READERS
from tests.factories import AGENT, NOW, REQUESTER
from triage.people import Actor
from triage.terms import Category

INVOICE = "Could you please resend invoice 4411? The VAT on it is wrong"
FACTURE = "Bonjour, merci de renvoyer la facture 4411, la TVA est fausse"


@pytest.fixture
def asked(desk: DeskRuntime) -> DeskRuntime:
    """A desk whose policy says where such questions belong."""
    places = {"billing": "<billing> & co, https://billing.example.com/ask.", "sales": "your *account* manager"}
    desk.policy = replace(desk.policy, redirects=places)
    return desk


def button(answer: Answer) -> Button:
    assert answer.card is not None
    (found,) = [b for each in answer.card.elements if isinstance(each, Buttons) for b in each.buttons]
    return found


@pytest.mark.parametrize(
    ("language", "text", "actor", "said"),
    [
        ("en", INVOICE, REQUESTER, "This looks like a question for billing"),
        ("fr", FACTURE, REQUESTER, "Cela ressemble à une question pour la facturation"),
        ("en", "What would a 10G port in Lyon cost per month?", CUSTOMER, "This looks like a question for sales"),
    ],
)
async def test_whoever_asks_is_told_where_in_their_language(
    asked: DeskRuntime, language: str, text: str, actor: Actor, said: str
) -> None:
    answer = await typed(asked, f"new {text}", actor=actor, language=language)
    assert answer.card is not None
    assert plain(answer.card.brief).startswith(said)
    if "billing" in said or "facturation" in said:
        assert "<billing> & co" in plain(answer.card.brief)
        assert Link("https://billing.example.com/ask", "https://billing.example.com/ask") in answer.card.brief
    assert button(answer).verb == "open-redirected"


async def test_it_is_opened_once_as_of_when_it_was_asked(asked: DeskRuntime) -> None:
    shown = button(await typed(asked, f"new {INVOICE}", actor=REQUESTER))
    later = NOW.replace(hour=(NOW.hour + 1) % 24)
    press = replace(call(asked, "", actor=AGENT, now=later), answers={"value": shown.value}, channel="slack:CDESK")
    first = await dispatch.pressed(press, shown.verb)
    assert first.card is not None
    assert plain(first.card.brief).startswith("Ticket #1 is open")
    again = await dispatch.pressed(replace(press, actor=REQUESTER), shown.verb)
    assert again.card is not None
    assert "#1" in plain(again.card.brief)
    ticket = asked.database.read_now(lambda session: get_ticket(session, asked.organisation_id, 1)).ticket
    assert (ticket.report.at, ticket.requester, ticket.confirmed) == (NOW, REQUESTER.id, False)
    assert ticket.suggested is not None
    assert ticket.suggested.redirect == "billing"
    counted = asked.database.read_now(lambda session: read_week(session, asked, NOW).redirects)
    assert counted == {"billing": (1, 1)}
    week = Figures(1, 0, {}, redirects={**counted, "sales": (2, 0)})
    (facts,) = said_of_week(week, READERS["en"])
    assert isinstance(facts, Facts)
    assert {name: plain(value) for name, value in facts.rows}["Sent elsewhere"] == (
        "1 to billing and 2 to sales; one of them became a ticket"
    )


async def test_nobody_opens_what_somebody_else_asked(asked: DeskRuntime) -> None:
    shown = button(await typed(asked, f"new {INVOICE}", actor=REQUESTER))
    press = replace(call(asked, "", actor=CUSTOMER), answers={"value": shown.value})
    answer = await dispatch.pressed(press, shown.verb)
    assert answer.card is not None
    assert "#1" not in plain(answer.card.brief)


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        (INVOICE, AGENT),
        (f"sev3 {INVOICE}", REQUESTER),
        (f"inquiry {INVOICE}", REQUESTER),
        (f"{INVOICE} and by the way our link is down", REQUESTER),
    ],
    ids=["by an agent", "with a severity", "with a category", "with an outage"],
)
async def test_whatever_else_becomes_a_ticket(asked: DeskRuntime, text: str, actor: Actor) -> None:
    assert (await told(asked, f"new {text}", actor=actor)).startswith("Ticket #1 is open")


async def test_without_a_place_or_with_suggestions_off_it_becomes_a_ticket(desk: DeskRuntime) -> None:
    assert (await told(desk, f"new {INVOICE}", actor=REQUESTER)).startswith("Ticket #1 is open")


async def test_whoever_asks_too_much_is_told_no_more_and_nothing_is_lost(asked: DeskRuntime) -> None:
    most = asked.policy.flood_tickets
    for n in range(most):
        assert button(await typed(asked, f"new {INVOICE} {n}", actor=CUSTOMER)).value
    answer = await typed(asked, f"new {INVOICE} once more", actor=CUSTOMER)
    assert answer.card is not None
    assert not [each for each in answer.card.elements if isinstance(each, Buttons)]
    counted = asked.database.read_now(lambda session: read_week(session, asked, NOW).redirects)
    assert counted == {"billing": (most, 0)}


async def test_the_form_of_a_suggested_ticket_begins_with_the_suggestion(desk: DeskRuntime) -> None:
    await typed(desk, "new VPN to Frankfurt flapping every few minutes since this morning, people can work")
    answer = await dispatch.pressed(replace(call(desk, ""), number=1), "category")
    assert answer.form is not None
    initial = {field.id: field.initial for field in answer.form.fields}
    assert (initial["category"], initial["severity"]) == (Category.INCIDENT, "2")
