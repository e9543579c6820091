"""The records of the verbs agree with one another, with their files and with their words."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.desk.policy_file.reactions import VERBS as REACTED
from bot.desk.runtime import DeskRuntime
from bot.verbs import registry
from bot.verbs.base.verb import ButtonOn, StandaloneVerb, TicketVerb
from bot.verbs.registry import BUTTONS, FORMS, IN_MORE, ON_TICKETS, TYPED, VERBS, AnyVerb
from bot.wording.app_home import home_page, read_home
from bot.wording.card import Buttons, Card
from bot.wording.notices import notice_card
from bot.wording.refusals import OFFERS
from bot.wording.speech import catalogue, speech
from bot.wording.ticket_card import ticket_card
from storage.app_home import AppHome
from tests.bot.asking import typed
from tests.bot.samples import READERS, STATES
from tests.bot.sayings import every_notice
from tests.bot.sources import refusals_raised
from tests.factories import AGENT, MANAGER, NOW, REQUESTER
from triage.notice import NoticeKind
from triage.people import Actor, Role

ENGLISH = speech("en")
FOLDER = Path(registry.__file__).parent
IN_ITS_OWN_FOLDER = {"setup": "setup/setup.py"}
EVERY = pytest.mark.parametrize("verb", [*TYPED, *BUTTONS], ids=lambda verb: verb.name)
ON_A_TICKET = pytest.mark.parametrize("verb", ON_TICKETS, ids=lambda verb: verb.name)


@EVERY
def test_a_verb_has_a_file_of_its_name(verb: AnyVerb) -> None:
    file = FOLDER / IN_ITS_OWN_FOLDER.get(verb.name, f"{verb.name.replace('-', '_')}.py")
    assert f'name="{verb.name}"' in file.read_text(encoding="utf-8")


def test_a_name_leads_to_one_verb() -> None:
    names = Counter(name for verb in TYPED for name in (verb.name, *verb.aliases))
    assert not [name for name, times in names.items() if times > 1]
    assert len(VERBS) == len(TYPED) + len(BUTTONS)


def test_what_can_be_typed_is_in_help_and_what_cannot_is_a_button() -> None:
    assert all(verb.is_typed for verb in TYPED)
    assert not any(verb.is_typed for verb in BUTTONS)


@EVERY
def test_what_a_verb_answers_has_its_words(verb: AnyVerb) -> None:
    if verb.is_typed:
        assert ENGLISH.has(f"help.{verb.name}")
    if verb.in_more:
        assert ENGLISH.has(f"more.{verb.name}")
    if isinstance(verb, TicketVerb):
        assert any(key.startswith(f"done.{verb.name}") for key in catalogue("en")), verb.name
        assert verb.form is None or (ENGLISH.has(f"form.{verb.name}") and ENGLISH.has(f"button.{verb.name}"))


def test_each_place_behind_more_is_taken_once_and_by_what_has_a_form_or_an_answer() -> None:
    assert [verb.in_more for verb in IN_MORE] == list(range(1, len(IN_MORE) + 1))
    assert all(isinstance(verb, StandaloneVerb) or verb.form is not None for verb in IN_MORE)


def test_a_form_says_where_a_refusal_stands_for_refusals_that_exist() -> None:
    codes = {raised.code for raised in refusals_raised()}
    for name, owner in FORMS.items():
        form = owner.form if isinstance(owner, TicketVerb) else owner
        assert form is not None
        assert set(form.refused_under) <= codes, name


@ON_A_TICKET
def test_a_question_that_is_asked_first_is_a_refusal_with_words(verb: TicketVerb) -> None:
    assert all(ENGLISH.has(f"refusal.{code}") for code in verb.questions)
    if verb.questions and verb.form is not None and verb.form.needed:
        assert ENGLISH.has(f"button.{verb.name}_sure")


def test_a_reaction_means_what_the_policy_file_lets_it_mean_and_every_such_verb_knows_how() -> None:
    by_reaction = {verb.name for verb in ON_TICKETS if verb.by_reaction is not None}
    opening = {verb.name for verb in TYPED if isinstance(verb, StandaloneVerb) and verb.opens_ticket}
    assert by_reaction | opening == set(REACTED)
    assert all(ENGLISH.has(f"unchanged.{name}") or name == "escalate" for name in by_reaction)


# -- buttons ----------------------------------------------------------------------------------------------------------


def declared(place: ButtonOn) -> set[str]:
    return {verb.name for verb in VERBS.values() if place in verb.button_on}


def shown(card: Card, *, menu: bool = False) -> set[str]:
    rows = [element for element in card.elements if isinstance(element, Buttons)]
    return {button.verb for row in rows for button in (row.menu if menu else row.buttons)}


def test_a_card_has_the_buttons_of_the_verbs_that_say_so() -> None:
    cards = [ticket_card(state().view(READERS["en"])) for state in STATES.values()]
    assert set().union(*map(shown, cards)) == declared(ButtonOn.CARD)
    assert {verb for card in cards for verb in shown(card, menu=True)} == declared(ButtonOn.MENU)


def test_what_is_said_has_buttons_of_verbs_that_say_so_beside_it() -> None:
    said = [
        notice_card(state().saying(notice, body, READERS["en"]))
        for state in STATES.values()
        for notice, body in every_notice()
        if notice.kind is not NoticeKind.CARD
    ]
    assert set().union(*map(shown, said)) | {offer.verb for offer in OFFERS.values()} <= declared(ButtonOn.BESIDE)


async def test_somebodys_own_page_has_the_buttons_of_the_verbs_that_say_so(desk: DeskRuntime) -> None:
    for words in (
        "new sev1 Link down", "new sev2 Link down too", "take 2", "wait 2 for them", "new sev3 And this", "take 3",
        "new sev2 Never taken", "escalate 4 it burns",
    ):  # fmt: skip
        await typed(desk, words)
    await typed(desk, "new Not sorted yet", actor=REQUESTER)
    page = set()
    for actor in (MANAGER, AGENT, REQUESTER, Actor("slack:UADMIN", frozenset({Role.ADMIN}))):
        for _ in ("here", "away"):
            read = desk.database.read_now(
                lambda session, actor=actor: read_home(session, desk, actor, AppHome(), now=NOW)  # type: ignore[misc]
            )
            page |= shown(home_page(read))
            await typed(desk, "away", actor=actor)
    assert page == declared(ButtonOn.PAGE)


@EVERY
def test_what_has_a_button_does_something_when_it_is_pressed(verb: AnyVerb) -> None:
    assert isinstance(verb, TicketVerb) or bool(verb.button_on) == (verb.press is not None)
    assert verb.is_typed or verb.button_on
