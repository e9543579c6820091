"""What is kept of a suggestion with a ticket, and what a person makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.triage.story import ANA, CLEO, POLICY, at
from triage.change import Change
from triage.errors import Refusal
from triage.facts.sorting import Opened
from triage.fold import fold
from triage.opening import open_ticket
from triage.people import Actor
from triage.sorting import change_category, confirm
from triage.suggested import Suggestions, in_a_word, kept, of_word, skills_of, suggested_from_data, suggested_word
from triage.suggesting import Suggestion
from triage.terms import Category, ClockKind
from triage.ticket import Ticket

SURE = Suggestion("incident", None, 2, ("network",), 0.93, ("Link flaps", "since this morning"))
TEXT = "Link  flaps\nsince this\nmorning, every few minutes"


def opening(suggestion: Suggestion | None = SURE, actor: Actor = CLEO, **more: Any) -> Change:
    summary, _, description = TEXT.partition("\n")
    return open_ticket(
        POLICY, actor, at("09:00"), summary=summary, description=description, suggestion=suggestion, **more
    )


def ticket(change: Change, *more: Change) -> Ticket:
    events = [event for each in (change, *more) for event in each.events]
    return fold(replace(event, seq=seq) for seq, event in enumerate(events, 1))


def test_the_words_it_rests_on_are_kept_as_places_alone() -> None:
    (opened,) = opening().events
    assert isinstance(opened.fact, Opened)
    found = opened.fact.suggested
    assert found is not None
    assert opened.text is not None
    assert found.phrases(opened.text) == ("Link flaps", "since this morning")
    assert "flaps" not in str(opened.fact.to_data())
    assert Opened.from_data(opened.fact.to_data()) == opened.fact
    assert suggested_from_data(found.to_data()) == found


def test_an_erased_text_has_no_words_left_to_show() -> None:
    assert kept(SURE, Suggestions(), TEXT).phrases("") == ()


def test_it_decides_nothing() -> None:
    found = ticket(opening())
    assert (found.category, found.severity, found.claimed, found.confirmed) == (None, None, None, False)
    assert found.clocks[ClockKind.RESPONSE].due == at("09:15")


def test_what_staff_have_said_is_never_suggested_over() -> None:
    found = ticket(opening(actor=ANA, category=Category.INQUIRY))
    assert found.suggested is None
    assert ticket(opening(severity=1)).claimed == 1


def test_confirmed_it_is_in_force() -> None:
    opened = opening()
    found = ticket(opened, confirm(ticket(opened), ANA, at("09:05"), POLICY))
    assert (found.category, found.severity, found.confirmed) == (Category.INCIDENT, 2, True)
    assert found.suggestion is None
    assert not confirm(found, ANA, at("09:06"), POLICY)


def test_a_person_may_say_otherwise() -> None:
    opened = opening()
    change = change_category(ticket(opened), ANA, at("09:05"), POLICY, Category.INQUIRY)
    assert ticket(opened, change).category is Category.INQUIRY


@pytest.mark.parametrize(
    "suggestion",
    [None, replace(SURE, confidence=0.4), Suggestion("redirect", "sales", None, (), 0.9, ())],
    ids=["nothing", "too unsure", "not for the desk"],
)
def test_what_is_not_suggested_cannot_be_confirmed(suggestion: Suggestion | None) -> None:
    with pytest.raises(Refusal) as refused:
        confirm(ticket(opening(suggestion)), ANA, at("09:05"), POLICY)
    assert refused.value.code == "nothing_suggested"


def test_customers_confirm_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        confirm(ticket(opening()), CLEO, at("09:05"), POLICY)
    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (("network", "cloud"), ("network",)),
        (("Réseau", "Portail"), ("Réseau",)),
        (("BGP", "cloud"), ()),
        ((), ()),
    ],
)
def test_skills_are_those_that_the_desk_has_under_its_own_names(known: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert skills_of(SURE, Suggestions(), known) == found
    assert skills_of(replace(SURE, confidence=0.49), Suggestions(), known) == ()


def test_skills_that_somebody_chose_stay() -> None:
    policy = replace(POLICY, skills={"network": (), "cloud": ()})

    def skills(chosen: tuple[str, ...] | None) -> tuple[str, ...]:
        change = open_ticket(policy, ANA, at("09:00"), summary="Link flaps", skills=chosen, suggestion=SURE)
        return ticket(change).skills

    assert [skills(chosen) for chosen in (None, (), ("cloud",))] == [("network",), (), ("cloud",)]


@pytest.mark.parametrize(
    ("category", "severity"), [(Category.INCIDENT, 2), (Category.INQUIRY, None), (Category.PROVISIONING, None)]
)
def test_a_word_says_what_it_is(category: Category, severity: int | None) -> None:
    assert of_word(in_a_word(category, severity)) == (category, severity)
    billing = kept(Suggestion("redirect", "billing", None, (), 0.9, ()), Suggestions(), "")
    assert suggested_word(billing) == "billing"
