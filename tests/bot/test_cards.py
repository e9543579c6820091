"""The card of a ticket says at a glance what it is, who has it, how its clocks stand and what can be done."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Button, Buttons, Card, Facts, Line, Quote
from bot.cards import clock_line, menu_verbs, next_deadline, severity_sign, ticket_card
from bot.commands.dispatch import LOOKING, PRESSED
from bot.sentences import Strong, Typed, When, plain
from bot.slack.render import render_message
from tests.bot.samples import (
    CUSTOMER,
    PEOPLE,
    POLICY,
    READERS,
    STATES,
    Story,
    climbed,
    opened,
    people_called,
    promised,
    resolved,
    restored,
    taken,
    waiting,
)
from tests.factories import AGENT, NOW
from triage import lifecycle
from triage.terms import ClockKind

ENGLISH, FRENCH = READERS["en"], READERS["fr"]
STATE_WORDS = {"waiting", "promised", "breached", "restored", "resolved"}


def card_of(story: Story, language: str = "en") -> Card:
    return ticket_card(story.view(READERS[language]))


def lines(card: Card) -> list[str]:
    """Everything the card says, line by line."""
    found = [card.title or "", plain(card.brief)]
    for element in card.elements:
        match element:
            case Line(sentence, _):
                found.append(plain(sentence))
            case Quote(text):
                found.append(text)
            case Facts(rows):
                found += [f"{label}: {plain(value)}" for label, value in rows]
            case _:
                continue
    return found


def buttons(card: Card) -> list[Button]:
    return [button for element in card.elements if isinstance(element, Buttons) for button in element.buttons]


def verbs(card: Card) -> list[str]:
    return [button.verb for button in buttons(card)]


# -- what programs may look for (a contract) -------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_a_card_names_its_number_and_summary(state: str) -> None:
    card = card_of(STATES[state]())
    assert card.title is not None
    assert "#42 Link down in Sydney" in card.title
    assert plain(card.brief).startswith("#42 Link down in Sydney - ")


SEVERITIES = [("new", "Severity 1"), ("inquiry", "Severity 3"), ("provisioning", None), ("claimed by a customer", None)]


@pytest.mark.parametrize(("state", "said"), SEVERITIES)
def test_a_card_says_the_severity_in_force_and_no_other(state: str, said: str | None) -> None:
    card = card_of(STATES[state]())
    found = re.findall(r"Severity \d", "\n".join(lines(card)))
    assert set(found) == ({said} if said else set())


@pytest.mark.parametrize(("language", "usual"), [("en", "service loss"), ("fr", "service coupé")])
def test_a_severity_is_explained_in_the_policys_own_words_where_it_has_some(language: str, usual: str) -> None:
    assert f"1 ({usual})" in "\n".join(lines(card_of(opened(), language)))
    own = people_called(PEOPLE, replace(POLICY, meanings={1: "*nothing* works", 2: "some"}))
    assert "1 (*nothing* works)" in "\n".join(lines(card_of(opened(people=own), language)))


def test_a_severity_that_was_only_claimed_is_shown_as_claimed() -> None:
    text = "\n".join(lines(card_of(STATES["claimed by a customer"]())))
    assert "Severity not confirmed (claimed: 2)" in text
    assert "Severity not confirmed ·" in "\n".join(lines(card_of(STATES["not sorted yet"]())))


WORDS = [
    ("new", set()),
    ("taken", set()),
    ("promised", {"promised"}),
    ("waiting for the customer", {"waiting"}),
    ("waiting for a vendor", {"waiting"}),
    ("response breached", {"breached"}),
    ("breached for long", {"breached"}),
    ("restored", {"restored"}),
    ("resolved", {"resolved"}),
]


@pytest.mark.parametrize(("state", "words"), WORDS)
def test_a_card_says_where_the_ticket_stands(state: str, words: set[str]) -> None:
    standing = next(line for line in lines(card_of(STATES[state]()))[2:] if " · " in line)
    assert STATE_WORDS & set(re.findall(r"\w+", standing)) == words


def test_a_level_is_named_on_the_card_only_once_it_was_reached() -> None:
    for language, word in (("en", "Level"), ("fr", "Niveau")):
        assert word not in "\n".join(lines(card_of(taken(opened()), language)))
        assert f"{word} 2" in "\n".join(lines(card_of(climbed(taken(opened()), 2), language)))


# -- people and facts ------------------------------------------------------------------------------------------------


def test_nobody_is_notified_by_a_card_that_is_edited_in_place() -> None:
    for make in STATES.values():
        card = card_of(make())
        for element in card.elements:
            parts = element.sentence if isinstance(element, Line) else ()
            assert not any(type(part).__name__ == "Mention" for part in (*parts, *card.brief))


def test_a_card_says_who_has_the_ticket_and_what_it_is_about() -> None:
    said = lines(card_of(taken(opened())))
    assert {"Assignee: Ana", "Customer: Acme", "Requester: Carla", "Skills: network", "Since noon"} <= set(said)
    assert "Assignee: nobody yet" in lines(card_of(opened()))


def test_what_was_not_given_takes_no_room() -> None:
    said = "\n".join(lines(card_of(STATES["new without anything"]())))
    assert "Customer:" not in said
    assert "Skills:" not in said
    assert not any(isinstance(e, Quote) for e in card_of(STATES["new without anything"]()).elements)


def test_a_requested_date_is_on_the_card() -> None:
    said = lines(card_of(STATES["provisioning"]()))
    assert any(line.startswith("Requested for: Thu 5 Mar") for line in said)


def test_somebody_never_seen_is_called_by_their_id() -> None:
    story = opened(people=people_called({}))
    assert "Requester: UCUSTOMER" in lines(card_of(story))


def test_erased_text_says_so_and_the_figures_stay() -> None:
    story = waiting(taken(opened()))
    story.texts.clear()
    said = lines(card_of(story))
    assert "🔴 #42 (erased)" in said
    assert "(erased)" in said
    assert any(line.startswith("Restore paused") for line in said)


def test_what_it_waits_for_and_why_is_on_the_card() -> None:
    said = lines(card_of(waiting(taken(opened()))))
    assert any(line.startswith("Waiting for the customer since") and "reminder" in line for line in said)
    assert "Need the traceroute" in said
    assert any(
        line.startswith("En attente (un fournisseur)")
        for line in lines(card_of(STATES["waiting for a vendor"](), "fr"))
    )


def test_the_severity_has_a_sign_beside_the_words() -> None:
    assert len({severity_sign(n, "incident") for n in (1, 2, 3)} | {severity_sign(None, None)}) == 4
    assert severity_sign(None, "provisioning") not in {severity_sign(None, None), severity_sign(1, None)}
    assert (card_of(resolved(opened())).title or "").startswith("✅")


# -- clocks ----------------------------------------------------------------------------------------------------------

CLOCKS = [
    ("new", ClockKind.RESPONSE, "Response due Mon 2 Mar 10:15 GMT"),
    ("promised", ClockKind.UPDATE, "Update promised by Mon 2 Mar 11:00 GMT"),
    ("taken", ClockKind.RESPONSE, "Response met Mon 2 Mar 10:00 GMT"),
    ("waiting for the customer", ClockKind.RESTORE, "Restore paused, waiting for the customer"),
    ("waiting for a vendor", ClockKind.RESTORE, "Restore due Mon 2 Mar 16:00 GMT"),
    ("breached for long", ClockKind.RESTORE, "Restore breached, was due Mon 2 Mar 16:00 GMT"),
    ("resolved late", ClockKind.RESTORE, "Restore met Mon 2 Mar 17:00 GMT, 1 hour late"),
    ("resolved", ClockKind.UPDATE, "Update stopped"),
]


@pytest.mark.parametrize(("state", "kind", "said"), CLOCKS)
def test_a_clock_says_how_it_stands(state: str, kind: ClockKind, said: str) -> None:
    story = STATES[state]()
    assert plain(clock_line(ENGLISH, story.ticket.clocks[kind], story.now)) == said
    assert said in lines(card_of(story))


@pytest.mark.parametrize("state", STATES)
def test_a_card_has_one_line_for_each_clock_of_the_ticket(state: str) -> None:
    story = STATES[state]()
    card = card_of(story)
    found = [e.sentence[0] for e in card.elements if isinstance(e, Line) and isinstance(e.sentence[0], Strong)]
    for kind in ClockKind:
        name = Strong(ENGLISH.text(f"clock.{kind}"))
        assert found.count(name) == (kind in story.ticket.clocks)


def test_exactly_at_the_due_instant_is_in_time() -> None:
    story = opened()
    clock = story.ticket.clocks[ClockKind.RESPONSE]
    assert clock.due is not None
    assert "breached" not in plain(clock_line(ENGLISH, clock, clock.due))
    assert "breached" in plain(clock_line(ENGLISH, clock, clock.due + timedelta(seconds=1)))


def test_the_next_deadline_is_the_nearest_one_ahead() -> None:
    ticket = opened().ticket
    said = next_deadline(ENGLISH, ticket, NOW)
    assert plain(said) == " Next: Response due Mon 2 Mar 10:15 GMT."
    assert [part for part in said if isinstance(part, When)] == [ENGLISH.when(NOW + timedelta(minutes=15))]
    assert "Update" in plain(next_deadline(ENGLISH, ticket, NOW + timedelta(minutes=20)))
    assert next_deadline(ENGLISH, ticket, NOW + timedelta(days=2)) == ()
    assert next_deadline(ENGLISH, resolved(opened()).ticket, NOW) == ()


def test_times_are_said_in_the_readers_zone() -> None:
    said = "\n".join(lines(card_of(opened(), "fr")))
    assert "*" not in said
    assert "lun. 2 mars 11:15 CET" in said


# -- buttons ---------------------------------------------------------------------------------------------------------

BUTTONS = [
    ("new", "take update restored wait escalate resolve"),
    ("claimed by a customer", "severity take update restored wait escalate resolve"),
    ("not sorted yet", "severity take update promise wait escalate resolve"),
    ("inquiry", "take update promise wait escalate resolve"),
    ("provisioning", "take update promise wait escalate resolve"),
    ("taken", "update restored wait escalate resolve"),
    ("waiting for the customer", "update restored resume escalate resolve"),
    ("restored", "update relapsed wait escalate resolve"),
    ("level 3", "take update restored wait resolve"),  # there is no level above
    ("resolved", "reopen"),
]
MENUS = [
    ("new", "assign severity note promise more"),
    ("restored", "assign severity note promise more"),
    ("not sorted yet", "assign category note snooze more"),
    ("inquiry", "assign category note snooze more"),
    ("provisioning", "assign category note snooze more"),
    ("resolved", "note more"),
    ("merged", ""),
]


@pytest.mark.parametrize(("state", "offered"), BUTTONS)
def test_a_card_offers_what_can_be_done_and_nothing_that_would_be_refused(state: str, offered: str) -> None:
    assert verbs(card_of(STATES[state]())) == offered.split()


@pytest.mark.parametrize(("state", "held"), MENUS)
def test_the_menu_offers_nothing_that_would_be_refused(state: str, held: str) -> None:
    assert menu_verbs(STATES[state]().ticket) == tuple(held.split())


@pytest.mark.parametrize("state", STATES)
def test_a_button_carries_the_ticket_as_the_card_showed_it(state: str) -> None:
    story = STATES[state]()
    for button in buttons(card_of(story)):
        assert button.version == story.ticket.version
        assert button.number == 42 or f"#{button.number}" in button.label, "another ticket is named by its button"
        assert button.verb in PRESSED or button.verb in LOOKING


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", READERS)
def test_the_menu_holds_what_is_done_more_rarely_and_never_more_than_fits(state: str, language: str) -> None:
    story = STATES[state]()
    card = card_of(story, language)
    menu = [button for element in card.elements if isinstance(element, Buttons) for button in element.menu]
    merged = story.ticket.merged_into is not None
    assert [button.verb for button in menu] == list(menu_verbs(story.ticket))
    overflows = [
        element for block in render_message(card)["blocks"] for element in block.get("elements", ())
        if element.get("type") == "overflow"
    ]  # fmt: skip
    assert len(overflows) == (not merged)
    assert all(1 <= len(element["options"]) <= 5 for element in overflows)
    assert all(button.label == READERS[language].text(f"button.{button.verb}") for button in menu)


# -- every state in every language -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("state", STATES)
def test_the_card_of_every_state_is_spoken_in_every_language(state: str, language: str) -> None:
    said = lines(card_of(STATES[state](), language))
    assert all(line.strip() for line in said)
    assert not any("{" in line or "None" in line for line in said)


def test_what_was_typed_stays_typed_until_it_is_rendered() -> None:
    card = card_of(opened(summary="*Link* <!channel>", customer="_Acme_", skills=("`core`",)))
    assert Typed("#42 *Link* <!channel>") in card.brief
    facts = next(e for e in card.elements if isinstance(e, Facts))
    assert (Typed("_Acme_"),) in [value for _, value in facts.rows]
    assert (Typed("`core`"),) in [value for _, value in facts.rows]


def test_a_ticket_that_went_through_everything_still_reads() -> None:
    story = restored(promised(waiting(climbed(taken(opened()), 2))))
    story.does(lifecycle.relapsed(story.ticket, AGENT, story.now))
    story.does(lifecycle.customer_wrote(story.ticket, CUSTOMER, story.now, "Still down", at=story.now))
    said = lines(card_of(story))
    assert "Escalation: Level 2 (head of customer and network services)" in said
    assert f"Assignee: {PEOPLE[AGENT.id]}" in said


def test_a_long_description_leaves_clocks_and_buttons_in_sight_and_one_press_shows_it_all() -> None:
    story = waiting(taken(opened(description="d" * 8000)), text="r" * 8000)
    card = card_of(story)
    assert [len(e.text) for e in card.elements if isinstance(e, Quote)] == [1000, 1000]
    assert verbs(card)[-1] == "show"
    whole = ticket_card(story.view(ENGLISH), whole=True)
    assert [len(e.text) for e in whole.elements if isinstance(e, Quote)] == [8000, 8000]
    assert "show" not in verbs(whole)
    assert "show" not in verbs(card_of(opened(description="d" * 1000)))
