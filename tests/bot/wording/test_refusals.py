"""A refusal says why and what to do instead for this person, in this place: every refusal there is, to everyone who may
be refused, wherever they may act."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.binding import NAME
from bot.desk.languages import LANGUAGES
from bot.desk.where import Where
from bot.slack.render import render_message
from bot.verbs.registry import NAMES, TYPED
from bot.wording.card import Buttons
from bot.wording.phrase_book import PhraseBook
from bot.wording.refusals import OFFERS, explain, own_names, refusal_card, stand
from bot.wording.sentences import plain
from bot.wording.speech import catalogue
from tests.bot.samples import CUSTOMER, PEOPLE, POLICY, READERS, people_called
from tests.bot.slack.limits import against_message
from tests.bot.sources import refusals_raised
from tests.factories import AGENT, MANAGER, NOW, REQUESTER
from triage.errors import Refusal
from triage.people import Role
from triage.terms import Category

COMMAND, NUMBER = "/ticket", 7
ROOM = replace(POLICY, desk=replace(POLICY.desk, channels=("slack:CDESK",), customer_channels={"slack:CACME": "Acme"}))
VALUES: dict[str, object] = {
    "file": "policy.yaml", "at": NOW, "until": NOW, "earliest": NOW - timedelta(hours=1), "number": NUMBER, "other": 8,
    "who": [Role.ADMIN, Role.MANAGER], "name": "Somebody", "text": "soon", "customer": "Globx", "near": "Globex",
    "verb": "update", "close": "update", "said": "sev1", "what": "godot", "severity": 2, "level": 3, "next": 4,
    "category": Category.PROVISIONING, "length": 9001, "limit": 8000, "owner": MANAGER.id, "quote": None, "seq": 3,
    "ago": 3, "sure": "3", "url": "", "value": "golt", "known": "gold", "language": "de",
    "count": 2, "recipients": "Globex (#8), Initech (#9)",
}  # fmt: skip
# These were asked of no ticket that is there: the number in what they suggest is an example.
NUMBERLESS = {"no_number", "malformed_number", "group_takes_over"}
RAISED = sorted({(r.code, r.values) for r in refusals_raised()}, key=lambda r: (r[0], sorted(r[1])))
PEOPLES = {"agent": AGENT, "manager": MANAGER, "requester": REQUESTER, "customer": CUSTOMER}
# Where somebody may act: what stands in the channel, or in a thread alone, at the desk or where the customer reads.
PLACES = {
    "channel": Where("", "slack:CDESK"),
    "thread": Where("", "slack:CDESK", "1.0"),
    "customer's channel": Where("", "slack:CACME"),
    "customer's thread": Where("", "slack:CACME", "2.0"),
    "own page": Where(""),
}
STAFF_NAMES = {name for key, name in PEOPLE.items() if key not in (CUSTOMER.id, REQUESTER.id)}


def people() -> PhraseBook:
    return people_called({**PEOPLE, REQUESTER.id: "Rui"}, ROOM)


def said(
    code: str, values: frozenset[str], person: str, place: str, language: str, *, in_form: bool = False,
    heard: bool = True,
) -> str:  # fmt: skip
    """The whole refusal, buttons and all, as they read it."""
    refusal = Refusal(code, **{name: VALUES.get(name, name) for name in values} | {"number": NUMBER})
    where = replace(PLACES[place], person=PEOPLES[person].id)
    to = replace(stand(people(), where, COMMAND, heard=heard), speech=READERS[language], in_form=in_form)
    card = refusal_card(refusal, to, shows=True)
    assert against_message(render_message(card)) == []
    labels = [b.label for each in card.elements if isinstance(each, Buttons) for b in each.buttons]
    return " | ".join([plain(card.brief), *labels])


BESIDE_A_CUSTOMER = {"update", "escalate"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("person", PEOPLES)
def test_nothing_is_suggested_that_would_not_work_there(person: str, place: str, language: str) -> None:
    outside, in_thread = person == "customer", PLACES[place].thread is not None
    beside = in_thread and PLACES[place].channel == "slack:CACME"
    for code, values in RAISED:
        text = said(code, values, person, place, language)
        assert text.endswith((".", "?", "7")) or "|" in text, (code, text)
        typed = re.findall(rf"(?:{COMMAND}|{NAME}) ([\w-]+)", text)
        if outside:
            assert COMMAND not in text, (code, text)
            allowed = (
                BESIDE_A_CUSTOMER
                if beside and code != IN_A_NEW_MESSAGE
                else BESIDE_A_CUSTOMER | {"new", "list", "show", "help"}
            )
            assert {NAMES.get(verb, verb) for verb in typed} <= allowed, (code, text)
            assert not [name for name in STAFF_NAMES if name in text], (code, text)
        elif beside and COMMAND in text:
            assert text.rstrip().count(".") > 1, text
            assert READERS[language].text("mention.elsewhere") in text, (code, text)
        elif in_thread:
            assert COMMAND not in text, (code, text)
        else:
            assert NAME not in text, (code, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("person", PEOPLES)
def test_a_form_is_refused_in_terms_of_its_fields(person: str, language: str) -> None:
    """Nobody can type a command while a form is open."""
    for code, values in RAISED:
        if code in NOT_IN_A_FORM:
            continue
        text = said(code, values, person, "channel", language, in_form=True)
        assert COMMAND not in text, (code, text)
        assert NAME not in text, (code, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_where_not_all_is_heard_nobody_outside_is_told_to_just_write_in_a_thread(place: str, language: str) -> None:
    """What a customer writes there reaches the desk by a button, or with the bot's name in front."""
    asked, named = {
        "en": (r"[Ww]rite [^.]*\bthread", "my name"), "fr": (r"[Éé]crivez[^.]*\bfil\b", "mon nom")
    }[language]  # fmt: skip
    answer = READERS[language].text("button.answer")
    for code, values in RAISED:
        text = said(code, values, "customer", place, language, heard=False)
        if re.search(asked, text):
            assert any(way in text for way in (answer, NAME, named)), (code, text)


IN_A_NEW_MESSAGE = "message_unreadable"  # what it suggests is to be written outside the thread, and it says so
# Of words that were typed, of a button or a reaction; never of what was filled in.
NOT_IN_A_FORM = {
    "account_taken", "ambiguous_account", "code_old", "code_used", "code_wrong", "no_such_account",
    "ambiguous_person", "form_not_opened", "intake_off", "message_says_nothing", "message_unreadable",
    "new_needs_summary", "no_clocks", "no_number", "no_such_clock", "no_such_filter", "no_such_filter_close",
    "no_such_mode", "siren_agent", "siren_requester", "no_such_person", "resolve_no_time", "unknown_verb",
    "no_such_person_no_groups", "group_takes_over", "group_on_call",
    "unknown_verb_close", "wait_needs_until", "what_if_nothing", "what_if_what",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("person", PEOPLES)
def test_what_is_suggested_names_the_ticket_that_is_meant(person: str, place: str, language: str) -> None:
    for code, values in RAISED:
        if code not in NUMBERLESS:
            text = said(code, values, person, place, language)
            assert not re.search(r"\b42\b", text), (code, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["severity_on_provisioning", "severity_on_inquiry"])
def test_of_a_ticket_that_is_only_about_to_be_opened_no_number_is_named(language: str, code: str) -> None:
    to = replace(stand(people(), Where(AGENT.id, "slack:CDESK"), COMMAND), speech=READERS[language])
    text = plain(explain(Refusal(code), to))
    assert not re.search(r"\d\d", text), text
    assert len(re.findall(rf"{COMMAND} (?:new|nouveau)\b", text)) == 2


def test_what_a_button_can_do_instead_is_offered_for_that_very_ticket() -> None:
    for code, offer in OFFERS.items():
        refusal = Refusal(code, **VALUES | {"version": 5})
        card = refusal_card(refusal, stand(people(), Where(AGENT.id, "slack:CDESK"), COMMAND))
        ((button,),) = [each.buttons for each in card.elements if isinstance(each, Buttons)]
        assert (button.verb, button.number, button.version) == (offer.verb, NUMBER, 5)
        assert "{" not in button.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_types_each_verb_by_a_name_of_that_very_verb(language: str) -> None:
    names = own_names(language)
    assert {NAMES[typed] for typed in names} == {verb.name for verb in TYPED}
    assert all(NAMES[typed] == name for typed, name in names.items())
    for key in catalogue(language):
        suggested = {verb for verb in READERS[language].suggested(key) if not verb.startswith("{")}
        assert suggested <= set(names), key


def test_what_somebody_typed_is_said_back_only_as_far_as_a_message_holds() -> None:
    to = stand(people(), Where(AGENT.id, "slack:CDESK"), COMMAND)
    words = plain(explain(Refusal("unknown_verb", verb="z" * 50_000), to))
    assert "zzz…" in words
    assert len(words) < 1000
