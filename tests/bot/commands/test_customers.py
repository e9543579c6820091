"""A customer's plan holds their tickets; one whom nobody knows is asked about; any way to write them lists them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from bot.card import Facts, Row
from bot.commands.dispatch import submitted
from bot.desk import Desk
from bot.sentences import plain
from storage.customers import Customer, save_customers
from storage.tables import OutboxRow
from storage.tickets import get_ticket
from tests.bot.commands.asking import call, told, typed
from tests.bot.samples import POLICY
from triage.terms import ClockKind, Target

GOLD = {severity: {ClockKind.RESTORE: Target(3600)} for severity in (1, 2, 3)}


@pytest.fixture
def desk_of_globex(desk: Desk) -> Desk:
    """A desk whose customer Globex has the plan gold."""
    desk.policy = replace(POLICY, plans={"gold": GOLD})
    globex = [Customer("Globex", "gold")]
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, globex))
    return desk


async def open_for(desk: Desk, customer: str) -> None:
    answers = {"category": "incident", "severity": "1", "summary": "Down", "customer": customer}
    assert (await submitted(replace(call(desk, ""), answers=answers, is_answered=False), "new")).errors == {}


async def test_a_customers_plan_holds_their_tickets_and_is_shown(desk_of_globex: Desk) -> None:
    await open_for(desk_of_globex, "globex")
    terms = desk_of_globex.database.read_now(
        lambda session: get_ticket(session, desk_of_globex.organisation_id, 1)
    ).ticket.terms
    assert (terms.plan, terms.targets[ClockKind.RESTORE].seconds) == ("gold", 3600)
    shown = (await typed(desk_of_globex, "show 1")).card
    assert shown is not None
    facts = [plain(value) for element in shown.elements if isinstance(element, Facts) for _, value in element.rows]
    assert "globex (plan gold)" in facts


@pytest.mark.parametrize(
    ("customer", "codes"),
    [("Globex", []), ("GLOBEX", []), ("Globx", ["unknown_customer_close"]), ("Initech", ["unknown_customer"])],
)
async def test_a_customer_whom_nobody_knows_is_asked_about_and_loses_nothing(
    desk_of_globex: Desk, customer: str, codes: list[str]
) -> None:
    await open_for(desk_of_globex, customer)
    told_privately = select(OutboxRow.data).where(OutboxRow.kind == "refusal")
    found = desk_of_globex.database.read_now(lambda session: session.exec(told_privately).all())
    assert [data["code"] for data in found] == codes


async def test_where_no_customer_is_on_record_none_is_asked_about(desk: Desk) -> None:
    await open_for(desk, "Initech")
    told_privately = select(OutboxRow.data).where(OutboxRow.kind == "refusal")
    assert desk.database.read_now(lambda session: session.exec(told_privately).all()) == []


async def test_a_customers_tickets_are_listed_however_the_name_is_written(desk_of_globex: Desk) -> None:
    assert "No open ticket matches" in await told(desk_of_globex, "list globex")
    await open_for(desk_of_globex, "Globex")
    listed = (await typed(desk_of_globex, "list GLOBEX")).card
    assert listed is not None
    assert [element.title[-7:] for element in listed.elements if isinstance(element, Row)] == ["#1 Down"]
    assert "is not a list" in await told(desk_of_globex, "list Initech")
