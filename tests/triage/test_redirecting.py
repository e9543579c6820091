"""Who is told that their question belongs to billing or sales, and what never is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.triage.story import ANA, CLEO, POLICY, REX
from triage.people import Actor
from triage.policy import Policy
from triage.redirecting import Redirect, redirected, speaks_of_outage
from triage.suggested import Suggestions
from triage.suggesting import Suggestion

PLACES = replace(POLICY, redirects={"billing": "billing@example.com"})
BILLING = Suggestion("redirect", "billing", None, (), 0.93, ("invoice",))
TEXT = "Could you resend invoice 4411?"


@pytest.mark.parametrize("actor", [REX, CLEO])
def test_a_sure_question_for_somebody_else_is_sent_to_its_place(actor: Actor) -> None:
    assert redirected(PLACES, actor, BILLING, TEXT) == Redirect("billing", "billing@example.com")


@pytest.mark.parametrize(
    ("policy", "suggestion"),
    [
        (PLACES, None),
        (POLICY, BILLING),
        (PLACES, replace(BILLING, redirect="sales")),
        (PLACES, replace(BILLING, confidence=0.79)),
        (replace(PLACES, suggestions=Suggestions(sure=0.95)), BILLING),
        (PLACES, replace(BILLING, category="inquiry", redirect=None)),
    ],
    ids=["nothing suggested", "no places", "no place for sales", "not sure", "not as sure as wanted", "for the desk"],
)
def test_whatever_else_is_a_ticket(policy: Policy, suggestion: Suggestion | None) -> None:
    assert redirected(policy, CLEO, suggestion, TEXT) is None


def test_what_staff_open_is_never_redirected() -> None:
    assert redirected(PLACES, ANA, BILLING, TEXT) is None


@pytest.mark.parametrize(
    "text",
    [
        "Invoice for the outage, please",
        "We did not pay and now everything is down",
        "our link isn't working since you changed the contract",
        "Internet coupé à Lyon, et la facture ?",
        "plus de réseau depuis ce matin, c'est à cause de l'impayé ?",
        "la ligne ne marche plus, je veux un remboursement",
        "You suspended us over a paid bill",
        "How much for a second port? The first one keeps flapping",
        "Devis pour un deuxième lien, le premier est instable",
        "OUTAGE!! who do I pay",
        "hors service depuis hier - avoir ?",
    ],
)
def test_nothing_that_speaks_of_an_outage_is_redirected(text: str) -> None:
    assert speaks_of_outage(text)
    assert redirected(PLACES, CLEO, BILLING, text) is None


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "What would a 10G port in Paris cost per month?",
        "Combien coûte un port 10G à Lyon ?",
        "Bonjour, la TVA de la facture 4411 est fausse, 500 euros de trop",
        "Merci de nous envoyer le RIB",
        "We would like to talk about prices for 1000 Mb/s with low latency",
    ],
)
def test_questions_of_money_alone_are_no_outage(text: str) -> None:
    assert not speaks_of_outage(text)
