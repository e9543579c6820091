"""What is on record of a customer is set by leads and admins, in one line or by a form, and the desk is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from bot.commands.dispatch import pressed, submitted
from bot.desk.binding import Binding
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer
from bot.wording.card import Row
from bot.wording.sentences import plain
from storage.announcements.announcement import AnnouncementKind
from storage.customers import Customer, find_customer, save_customers
from storage.tables.outbox import OutboxRow
from tests.bot.asking import call, told, typed
from tests.bot.samples import POLICY
from tests.factories import AGENT
from triage.desk import Region
from triage.people import Actor, Role
from triage.terms import ClockKind, Target

GOLD = {severity: {ClockKind.RESTORE: Target(3600)} for severity in (1, 2, 3)}
PRIYA = Actor("slack:ULEAD", frozenset({Role.LEAD}))
GLOBEX = Customer("Globex", "gold", channels=("slack:CGLOBEX",), domains=("globex.example",))


@pytest.fixture
def led(desk: DeskRuntime) -> DeskRuntime:
    """A desk with a plan, a region, and one customer on record."""
    own = replace(POLICY.desk, regions={"EMEA": Region(language="fr")})
    desk.policy = replace(POLICY, plans={"gold": GOLD, "silver": GOLD}, desk=own)
    desk.database.write_now(lambda session: save_customers(session, desk.organisation_id, [GLOBEX]))
    return desk


async def says(desk: DeskRuntime, words: str, language: str = "en") -> str:
    return (await told(desk, words, actor=PRIYA, language=language)).replace("\u00a0", " ")


def of(desk: DeskRuntime, name: str) -> Customer | None:
    return desk.database.read_now(lambda session: find_customer(session, desk.organisation_id, name))


async def test_what_is_typed_behind_a_name_is_set_and_the_rest_stays(led: DeskRuntime) -> None:
    said = await says(led, "customers Acme Ltd plan Gold, language French, region emea, domains acme.example x.example")
    assert said == (
        "On record for Acme Ltd: Plan gold, Language French, Region EMEA, Email domains acme.example, x.example. "
        "Open tickets keep their terms."
    )
    acme = Customer("Acme Ltd", "gold", "EMEA", "fr", domains=("acme.example", "x.example"))
    assert of(led, "acme ltd") == acme
    await says(led, "customers acme ltd plan none channels C0123ABC vip yes")
    assert of(led, "Acme Ltd") == replace(acme, plan=None, channels=("slack:C0123ABC",), is_vip=True)
    assert "Connu d'Acme Ltd : Langue Français" in await says(led, "clients Acme Ltd domaines aucun", "fr")
    listed = (await typed(led, "customers", actor=PRIYA)).card
    assert listed is not None
    rows = [f"{plain(each.title)}: {plain(each.state)}" for each in listed.elements if isinstance(each, Row)]
    assert rows == ["Acme Ltd: French · EMEA · yes · C0123ABC", "Globex: gold · CGLOBEX · globex.example"]


async def test_the_desk_is_told_who_changed_what_and_nothing_of_what_was_so_already(led: DeskRuntime) -> None:
    await says(led, "customers Globex plan silver domains globex.example")
    await says(led, "customers Globex plan silver")
    kind = AnnouncementKind.CUSTOMER_SET.value
    query = select(OutboxRow).where(OutboxRow.kind == kind)
    (found,) = led.database.read_now(lambda session: [row.data for row in session.exec(query)])
    assert found == {"by": PRIYA.id, "customer": "Globex", "facts": [["plan", "silver"]]}


@pytest.mark.parametrize(
    ("words", "en", "fr"),
    [
        ("plan golt", "There is no plan golt; the policy has gold, silver.", "Il n'y a pas de plan golt"),
        ("region apac", "There is no region apac; the policy has EMEA.", "Il n'y a pas de région apac"),
        ("language de", "de is not spoken here; write en or fr.", "de n'est pas parlé ici"),
        ("domains acme", "acme is not a domain; write one such as acme.example.", "acme n'est pas un domaine"),
        ("channels #acme", "#acme is not a channel's id", "#acme n'est pas l'identifiant d'un canal"),
        ("channels CDESK", "CDESK is the desk's own channel", "CDESK est le canal du support"),
        ("channels CGLOBEX", "CGLOBEX is the channel of Globex already", "CGLOBEX est déjà le canal de Globex"),
    ],
)
async def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_is_changed(
    led: DeskRuntime, words: str, en: str, fr: str
) -> None:
    assert (await says(led, f"customers Acme vip yes {words}")).startswith(en)
    assert (await says(led, f"clients Acme vip oui {words}", "fr")).startswith(fr)
    assert of(led, "Acme") is None


async def test_a_desk_that_is_only_in_teams_has_no_channels_of_slacks(led: DeskRuntime) -> None:
    teams = led.on(Binding("teams"))
    slack = led.state.bindings.pop("slack")
    assert (await says(teams, "customers Acme channels C0123ABC")).startswith("C0123ABC is no channel of Teams")
    assert of(led, "Acme") is None
    led.state.bindings["slack"] = slack
    await says(led, "customers Acme channels C0123ABC")
    assert of(led, "Acme") == Customer("Acme", channels=("slack:C0123ABC",))


@pytest.mark.parametrize("domain", ["gmail.com", "globex.example"])
async def test_a_domain_by_which_nobody_is_found_is_said(led: DeskRuntime, domain: str) -> None:
    assert f"By {domain} nobody is found" in await says(led, f"customers Acme domains {domain}")


async def test_the_form_shows_what_is_so_and_what_is_emptied_is_taken_away(led: DeskRuntime) -> None:
    form = (await typed(led, "customers globex", actor=PRIYA)).form
    assert form is not None
    shown = {field.id: field.initial for field in form.fields}
    assert shown == {"name": "Globex", "plan": "gold", "language": "-", "region": "-", "vip": "no",
                     "channels": "slack:CGLOBEX", "domains": "globex.example"}  # fmt: skip
    answers = {**{name: value or "" for name, value in shown.items()}, "plan": "-", "region": "EMEA", "domains": ""}
    sent = replace(call(led, "", actor=PRIYA), answers=answers, context=form.context)
    assert (await submitted(sent, "customers")).errors == {}
    assert of(led, "Globex") == Customer("Globex", None, "EMEA", channels=("slack:CGLOBEX",))
    wrong = await submitted(replace(sent, answers={**answers, "domains": "x"}), "customers")
    assert list(wrong.errors) == ["domains"]


@pytest.mark.parametrize("words", ["customers", "customers Globex", "customers Globex plan silver"])
async def test_an_agent_is_told_who_may(led: DeskRuntime, words: str) -> None:
    said = await told(led, words, actor=AGENT)
    assert said.startswith("Only the shift lead or admins can do that")
    assert of(led, "Globex") == GLOBEX
    answer: Answer = await pressed(call(led, "", actor=AGENT), "customers")
    assert answer.form is None
    assert not [each for each in (answer.card.elements if answer.card else ()) if isinstance(each, Row)]
