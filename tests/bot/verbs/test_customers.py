"""A customer's plan holds their tickets; one whom nobody knows is asked about; any way to write them lists them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands import dispatch
from bot.commands.dispatch import pressed, submitted
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Reply
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.shared.open_ticket import open_from
from bot.wording.card import Buttons, Card, Facts, Line, Row
from bot.wording.private_answer import private_card
from bot.wording.sentences import plain
from storage.customers import Customer, save_customers
from storage.picked_messages import Picked, keep_picked
from storage.tickets import get_ticket
from tests.bot.asking import call, told, typed
from tests.bot.samples import CUSTOMER, POLICY, READERS
from tests.factories import AGENT, NOW, OTHER_AGENT, REQUESTER
from tests.outbox import private_data
from triage.contents.privately import AnswerContent
from triage.people import Actor
from triage.terms import ClockKind, Target
from triage.ticket import Ticket

GOLD = {severity: {ClockKind.RESTORE: Target(3600)} for severity in (1, 2, 3)}


@pytest.fixture
def desk_of_globex(desk: DeskRuntime) -> DeskRuntime:
    """A desk whose customer Globex has the plan gold."""
    desk.policy = replace(POLICY, plans={"gold": GOLD})
    globex = [Customer("Globex", "gold")]
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, globex))
    return desk


async def open_for(desk: DeskRuntime, customer: str) -> None:
    answers = {"category": "incident", "severity": "1", "summary": "Down", "customer": customer}
    assert (await submitted(replace(call(desk, ""), answers=answers, reply=Reply.AS_POSTED), "new")).errors == {}


async def typed_in(desk: DeskRuntime, channel: str, words: str) -> Answer:
    return await dispatch.typed(replace(call(desk, words), channel=channel))


def customer_of(desk: DeskRuntime, number: int = 1) -> str | None:
    return ticket_of(desk, number).customer


def ticket_of(desk: DeskRuntime, number: int = 1) -> Ticket:
    return desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, number)).ticket


def private_cards(desk: DeskRuntime) -> list[Card]:
    """What was planned to be said to one person alone."""
    found = desk.database.read_now(lambda session: private_data(session, kind="answer"))
    return [
        private_card(AnswerContent.from_data(data), READERS["en"]) for _, data in found if "is on record" in str(data)
    ]


async def test_a_customers_plan_holds_their_tickets_and_is_shown(desk_of_globex: DeskRuntime) -> None:
    await open_for(desk_of_globex, "globex")
    terms = desk_of_globex.database.read_now(
        lambda session: get_ticket(session, desk_of_globex.organisation_id, 1)
    ).ticket.terms
    assert (terms.plan, terms.targets[ClockKind.RESTORE].seconds) == ("gold", 3600)
    shown = (await typed(desk_of_globex, "show 1")).card
    assert shown is not None
    facts = [plain(value) for element in shown.elements if isinstance(element, Facts) for _, value in element.rows]
    assert "Globex (plan gold)" in facts


ASKED = "No customer called {} is on record, so no plan applies to the ticket."


@pytest.mark.parametrize(
    ("customer", "asked", "meant"),
    [
        ("Globex", None, None), ("GLOBEX", None, None), ("acme", None, None),
        ("Globx", f"{ASKED.format('Globx')} Did you mean Globex?", "Globex"),
        ("globx", f"{ASKED.format('globx')} Did you mean Globex?", "Globex"),
        ("Hooli", f"{ASKED.format('Hooli')} Import them, or leave it so.", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", ["new", "form", "typed"])
async def test_a_customer_whom_nobody_knows_is_asked_about_alike_everywhere_and_loses_nothing(
    desk_of_globex: DeskRuntime, customer: str, asked: str | None, meant: str | None, how: str
) -> None:
    if how == "new":
        await open_for(desk_of_globex, customer)
        card = private_cards(desk_of_globex)
    else:
        await typed_in(desk_of_globex, "slack:CDESK", "new sev1 Down")
        if how == "typed":
            answer = await typed_in(desk_of_globex, "slack:CDESK", f"customer 1 {customer}")
        else:
            filled = replace(call(desk_of_globex, ""), number=1, answers={"customer": customer})
            answer = await submitted(filled, "customer")
        assert answer.card is not None
        card = [answer.card]
    said = " ".join(plain(each.brief) for each in card)
    assert (asked in said) if asked is not None else ("No customer called" not in said)
    uses = [b for each in card for e in each.elements if isinstance(e, Buttons) for b in e.buttons]
    assert [use.label for use in uses] == ([f"Use {meant}"] if meant else [])
    assert (customer_of(desk_of_globex) or "").casefold() == customer.casefold()
    for use in uses:
        press = replace(call(desk_of_globex, ""), number=use.number, answers={"value": use.value})
        await pressed(press, use.verb)
        assert customer_of(desk_of_globex) == meant


@pytest.mark.parametrize(
    ("asked", "plan", "standard"),
    [
        ("why 1 restore", "made it subject to the plan gold.", "made it subject to the standard targets."),
        ("pourquoi 1 rétablissement", "l'a passé en contrat gold.", "l'a passé en délais standard."),
    ],
)
async def test_why_says_which_plan_a_ticket_was_held_to(
    desk_of_globex: DeskRuntime, asked: str, plan: str, standard: str
) -> None:
    desk_of_globex.database.write_now(
        lambda session: save_customers(session, desk_of_globex.organisation_id, [Customer("Initech", None)])
    )
    await typed_in(desk_of_globex, "slack:CDESK", "new sev1 Down")
    language = "fr" if asked.startswith("pourquoi") else "en"
    for customer, said in (("Globex", plan), ("Initech", standard)):
        await typed_in(desk_of_globex, "slack:CDESK", f"customer 1 {customer} plan")
        card = (await typed(desk_of_globex, asked, language=language)).card
        assert card is not None
        assert any(
            said in plain(line.sentence).replace("\u00a0", " ") for line in card.elements if isinstance(line, Line)
        )


async def test_the_plan_of_a_customer_whom_nobody_knows_is_refused(desk_of_globex: DeskRuntime) -> None:
    await typed_in(desk_of_globex, "slack:CDESK", "new sev1 Down")
    answer = await typed_in(desk_of_globex, "slack:CDESK", "customer 1 Nosuch plan")
    assert answer.card is not None
    assert plain(answer.card.brief).startswith("No customer called Nosuch is on record, so there is no plan to hold #1")
    assert customer_of(desk_of_globex) is None


async def test_where_no_customer_is_on_record_none_is_asked_about(desk: DeskRuntime) -> None:
    await open_for(desk, "Initech")
    assert private_cards(desk) == []


async def test_a_customers_tickets_are_listed_however_the_name_is_written(desk_of_globex: DeskRuntime) -> None:
    assert "No open ticket matches" in await told(desk_of_globex, "list globex")
    await open_for(desk_of_globex, "Globex")
    listed = (await typed(desk_of_globex, "list GLOBEX")).card
    assert listed is not None
    assert [plain(element.title)[-7:] for element in listed.elements if isinstance(element, Row)] == ["#1 Down"]
    assert "is not a list. Type" in await told(desk_of_globex, "list Initech")
    assert (await told(desk_of_globex, "list Globx")).endswith("is not a list. Did you mean /ticket list Globex?")
    assert (await told(desk_of_globex, "list Globx", language="fr")).endswith("/ticket liste Globex\xa0?")


# -- a customer's channel ---------------------------------------------------------------------------------------------

ACME, GLOBEX = "slack:CACME", "slack:CGLOBEX"


@pytest.fixture
def desk_of_two(desk: DeskRuntime) -> DeskRuntime:
    """A desk that knows the channel of Acme Corporation from its record, and by another name from its policy; that of
    Globex from the record alone."""
    desk.policy = replace(POLICY, plans={"gold": GOLD})
    known = [
        Customer("Acme Corporation", "gold", channels=(ACME,), domains=("acme.example",)),
        Customer("Globex", channels=(GLOBEX, "slack:CGLOBEX2")), Customer("Hooli Secret Client"),
    ]  # fmt: skip
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, known))
    return desk


def places(desk: DeskRuntime, number: int = 1) -> dict[str, str]:
    found = desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, number))
    return {each.side: each.channel for each in found.conversations}


async def test_a_ticket_in_a_customers_channel_is_that_customers_on_their_plan(desk_of_two: DeskRuntime) -> None:
    await typed_in(desk_of_two, ACME, "new sev1 Down")
    ticket = ticket_of(desk_of_two)
    assert (ticket.customer, ticket.terms.plan) == ("Acme Corporation", "gold")
    assert places(desk_of_two) == {"desk": "slack:CDESK", "customer": ACME}
    await typed_in(desk_of_two, GLOBEX, "new sev1 Down")
    assert customer_of(desk_of_two, 2) == "Globex"
    assert places(desk_of_two, 2) == {"desk": "slack:CDESK", "customer": GLOBEX}


@pytest.mark.parametrize(
    ("actor", "channel", "named", "customer", "beside"),
    [
        (AGENT, ACME, "", "Acme Corporation", ACME),
        (AGENT, "slack:CDESK", "globex", "Globex", GLOBEX),
        (AGENT, ACME, "Globex", "Globex", GLOBEX),
        (AGENT, ACME, "Hooli Secret Client", "Hooli Secret Client", None),
        (AGENT, ACME, "nobody knows", "nobody knows", None),
        (REQUESTER, "slack:CDESK", "Globex", "Globex", None),
        (REQUESTER, ACME, "Globex", "Acme Corporation", ACME),
        *((CUSTOMER, ACME, named, "Acme Corporation", ACME) for named in ("", "Globex", "globx", "Hooli Secret Clint")),
        *((CUSTOMER, "DDIRECT", named, None, None) for named in ("", "Globex", "globx", "Hooli Secret Client")),
    ],
)  # fmt: skip
async def test_what_is_filled_in_chooses_a_customer_only_for_the_desk_and_its_colleagues(  # noqa: PLR0917
    desk_of_two: DeskRuntime, actor: Actor, channel: str, named: str, customer: str | None, beside: str | None
) -> None:
    answers = {"category": "incident", "severity": "1", "summary": "Down", "customer": named}
    filled = replace(call(desk_of_two, "", actor=actor), channel=channel, answers=answers, reply=Reply.AS_POSTED)
    assert (await submitted(filled, "new")).errors == {}
    assert customer_of(desk_of_two) == customer
    assert places(desk_of_two).get("customer") == beside
    assert bool(private_cards(desk_of_two)) is (named == "nobody knows")


@pytest.mark.parametrize("channel", [ACME, "DDIRECT", "slack:CDESK"])
async def test_the_form_of_somebody_outside_asks_for_no_customer_and_no_skills(
    desk_of_two: DeskRuntime, channel: str
) -> None:
    policy = replace(desk_of_two.policy, skills={"fibre": (AGENT.id,)})
    desk_of_two.policy, desk_of_two.directory = policy, replace(desk_of_two.directory, policy=policy)
    for actor, asked in ((CUSTOMER, False), (AGENT, True)):
        answer = await dispatch.typed(replace(call(desk_of_two, "new", actor=actor), channel=channel))
        assert answer.form is not None
        fields = {field.id for field in answer.form.fields}
        assert fields >= {"category", "severity", "summary", "description", "reported_at", "requested_date"}
        assert ({"customer", "skills"} <= fields) is asked
        assert asked or not {"customer", "skills"} & fields


async def test_somebody_outside_who_asks_elsewhere_is_known_by_their_address(desk_of_two: DeskRuntime) -> None:
    people = desk_of_two.directory
    carla = replace(people.accounts[CUSTOMER.id], email="carla@ACME.example")
    desk_of_two.directory = replace(people, accounts={**people.accounts, CUSTOMER.id: carla})
    await dispatch.typed(replace(call(desk_of_two, "new VPN down", actor=CUSTOMER), channel="DDIRECT"))
    assert customer_of(desk_of_two) == "Acme Corporation"
    assert places(desk_of_two) == {"desk": "slack:CDESK"}
    shown = await dispatch.typed(replace(call(desk_of_two, "show 1", actor=CUSTOMER), channel="DDIRECT"))
    assert "Acme Corporation" not in str(shown), "an address is no proof to tell names for"


@pytest.mark.parametrize(
    ("author", "email", "customer"),
    [
        (CUSTOMER.id, "carla@acme.example", "Acme Corporation"),
        (CUSTOMER.id, "carla@gmail.com", None),
        (CUSTOMER.id, "carla@shared.example", None),
        (REQUESTER.id, "rita@acme.example", None),  # somebody inside is never a customer by their address
    ],
)
async def test_a_message_that_somebody_makes_a_ticket_of_is_its_authors_by_their_address(
    desk_of_two: DeskRuntime, author: str, email: str, customer: str | None
) -> None:
    more = [Customer(name, domains=("gmail.com", "shared.example")) for name in ("Initech", "Umbrella")]
    desk_of_two.database.write_now(lambda session: save_customers(session, desk_of_two.organisation_id, more))
    people = desk_of_two.directory
    known = replace(people.accounts[author], email=email)
    desk_of_two.directory = replace(people, accounts={**people.accounts, author: known})
    source = SourceMessage("slack:CELSE", "7.0", "7.0", author, NOW, "VPN down")
    await open_from(replace(call(desk_of_two, ""), source=source))
    ticket = ticket_of(desk_of_two)
    assert (ticket.customer, ticket.terms.plan) == (customer, "gold" if customer else None)


async def test_a_message_in_a_customers_channel_makes_no_ticket_of_another(desk_of_two: DeskRuntime) -> None:
    source = SourceMessage(ACME, "7.0", "7.0", CUSTOMER.id, NOW)
    picked = Picked(ACME, "7.0", "7.0", CUSTOMER.id, NOW)
    desk_of_two.database.write_now(lambda session: keep_picked(session, desk_of_two.organisation_id, picked, NOW))
    answers = {"category": "incident", "severity": "1", "summary": "Down", "customer": "Globex"}
    filled = replace(call(desk_of_two, ""), answers=answers, source=source, reply=Reply.AS_POSTED)
    refused = await submitted(filled, "new")
    assert refused.errors["customer"].startswith("That message stands in the channel of Acme Corporation")
    assert (await submitted(replace(filled, answers={**answers, "customer": ""}), "new")).errors == {}
    assert ticket_of(desk_of_two).requester == CUSTOMER.id


@pytest.mark.parametrize("actor", [AGENT, CUSTOMER])
async def test_whose_message_it_was_is_not_believed_from_the_form(desk_of_two: DeskRuntime, actor: Actor) -> None:
    forged = SourceMessage(ACME, "7.0", "6.0", OTHER_AGENT.id, NOW)
    answers = {"category": "inquiry", "summary": "How?"}
    filled = replace(call(desk_of_two, "", actor=actor), answers=answers, source=forged, reply=Reply.AS_POSTED)
    assert (await submitted(filled, "new")).errors == {}
    assert ticket_of(desk_of_two).requester == actor.id


@pytest.mark.parametrize(
    "words", ["customer 1 Globex", "customer 1 nobody", "customer 1 Nosuch", "client 1 globex plan"]
)
async def test_a_ticket_is_given_to_nobody_else_while_its_customer_reads_along(
    desk_of_two: DeskRuntime, words: str
) -> None:
    await typed_in(desk_of_two, ACME, "new sev1 Down")
    before = ticket_of(desk_of_two)
    answer = await typed_in(desk_of_two, "slack:CDESK", words)
    assert answer.card is not None
    assert plain(answer.card.brief).startswith("Acme Corporation reads along in the thread of #1, so it stays theirs.")
    assert ticket_of(desk_of_two) == before


async def test_by_whichever_name_a_customer_stands_their_own_thread_is_no_hindrance(desk_of_two: DeskRuntime) -> None:
    await typed_in(desk_of_two, GLOBEX, "new sev1 Down")
    renamed = [Customer("Globex Industries", "gold", channels=(GLOBEX,))]
    desk_of_two.database.write_now(lambda session: save_customers(session, desk_of_two.organisation_id, renamed))
    await typed_in(desk_of_two, "slack:CDESK", "customer 1 globex industries plan")
    assert (customer_of(desk_of_two), ticket_of(desk_of_two).terms.plan) == ("Globex Industries", "gold")


async def test_tickets_are_merged_only_where_the_same_customer_reads_both(desk_of_two: DeskRuntime) -> None:
    for channel in (ACME, GLOBEX, GLOBEX, "slack:CGLOBEX2"):
        await typed_in(desk_of_two, channel, "new sev1 Down")
    await typed_in(desk_of_two, "slack:CDESK", "new sev1 Down")
    await typed_in(desk_of_two, "slack:CDESK", "customer 5 Globex")
    for pair, is_merged in (
        ("1 2", False),
        ("2 1", False),
        ("5 1", False),
        ("2 3", True),
        ("4 3", True),
        ("5 3", True),
    ):
        answer = await typed_in(desk_of_two, "slack:CDESK", f"merge {pair}")
        assert answer.card is not None
        assert ("goes on for both" in plain(answer.card.brief)) is is_merged, pair


@pytest.mark.parametrize("language", READERS)
async def test_a_ticket_without_such_a_thread_is_given_to_whoever_is_named(
    desk_of_two: DeskRuntime, language: str
) -> None:
    await typed_in(desk_of_two, "slack:CDESK", "new sev1 Down")
    said = await told(desk_of_two, "customer 1 Globex", language=language)
    assert said.startswith({"en": "#1 belongs to Globex now.", "fr": "#1 est maintenant à Globex."}[language])


@pytest.mark.parametrize("verb", ["customer", "new"])
async def test_a_name_that_no_database_takes_is_read_without_what_it_does_not_take(
    desk_of_globex: DeskRuntime, verb: str
) -> None:
    await typed(desk_of_globex, "new sev1 Link down")
    answers = {"summary": "Fibre cut", "category": "inquiry", "customer": "Ac\ud800me\x00"}
    asked = replace(call(desk_of_globex, ""), number=1, answers=answers, reply=Reply.AS_POSTED)
    assert (await submitted(asked, verb)).errors == {}
    number = 1 if verb == "customer" else 2
    assert customer_of(desk_of_globex, number) == "Acme"
