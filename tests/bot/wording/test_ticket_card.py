"""The card of a ticket says at a glance what it is, who has it, how its clocks stand and what can be done."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.directory import Directory
from bot.slack.render import render_message
from bot.verbs.registry import VERBS
from bot.wording.card import Button, Buttons, Card, Element, Facts, Fold, Line, Quote
from bot.wording.card_buttons import menu_verbs
from bot.wording.clock_lines import clock_line, next_deadline
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Link, Typed, When, plain
from bot.wording.signs import LATE, MET, NEAR, PAUSED, RUNNING, STOPPED, severity_sign
from bot.wording.ticket_card import ticket_card
from tests.bot.samples import (
    CUSTOMER,
    PEOPLE,
    POLICY,
    READERS,
    STATES,
    SUGGESTED,
    Story,
    climbed,
    merged,
    opened,
    people_called,
    promised,
    resolved,
    restored,
    taken,
    waiting,
)
from tests.factories import AGENT, NOW
from triage import answering, resolving, restoring, updating
from triage.assigning import Choosing
from triage.facts.sorting import Opened
from triage.offering import offer
from triage.terms import Agreement, ClockKind, LeadTime, Target

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
            case Fold(title, teaser, inside):
                found += [title, *([teaser] if teaser else []), *lines(Card((), inside))[2:]]
            case _:
                continue
    return found


def clocks(card: Card) -> list[str]:
    """What the card says of each clock, with its mark, the most pressing first."""
    names = tuple(mark for mark in (MET, RUNNING, NEAR, PAUSED, STOPPED, LATE))
    said = [plain(e.sentence) for e in card.elements if isinstance(e, Line)]
    return [one for line in said if line.startswith(names) for one in re.split(r"\n| · ", line)]


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
    assert {"Assignee: Ana", "Customer: Acme", "Skills: network", "Since noon"} <= set(said)
    assert "Reported by Carla Mon 2 Mar 10:00 GMT" in said
    assert "Assignee: nobody yet" in lines(card_of(opened()))


@pytest.mark.parametrize(("severity", "shown"), [(1, True), (3, False)])
def test_somebody_whose_quiet_hours_have_begun_is_proposed_no_more_for_what_can_wait(
    severity: int, *, shown: bool
) -> None:
    story = opened(severity=severity)
    story.does(offer(story.ticket, Choosing(story.people.roster), NOW))
    assert "Assign to Ana" in [button.label for button in buttons(card_of(story))]
    quiet = {AGENT.id: ((NOW.hour * 60 - 60) % 1440, NOW.hour * 60 + 60, NOW)}
    story.people = PhraseBook(Directory(POLICY, story.people.directory.accounts, quiet_hours=quiet))
    assert ("Assign to Ana" in [button.label for button in buttons(card_of(story))]) is shown


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
    assert "Reported by UCUSTOMER Mon 2 Mar 10:00 GMT" in lines(card_of(story))


def test_erased_text_says_so_and_the_figures_stay() -> None:
    story = waiting(taken(opened()))
    story.texts.clear()
    said = lines(card_of(story))
    assert "🔴 #42 (erased)" in said
    assert "(erased)" in said
    assert any(line.endswith("Restore paused, waiting for the customer") for line in clocks(card_of(story)))


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
    assert said in [line.partition(" ")[2] for line in clocks(card_of(story))]


@pytest.mark.parametrize("state", STATES)
def test_a_card_has_one_line_for_each_clock_of_the_ticket(state: str) -> None:
    story = STATES[state]()
    found = [line.split(" ")[1] for line in clocks(card_of(story))]
    for kind in ClockKind:
        assert found.count(ENGLISH.text(f"clock.{kind}")) == (kind in story.ticket.clocks)


MARKED = [
    ("new", f"{RUNNING} Response due {RUNNING} Update due {RUNNING} Restore due"),
    ("taken", f"{RUNNING} Update due {RUNNING} Restore due {MET} Response met"),
    ("promised", f"{RUNNING} Update promised {RUNNING} Restore due {MET} Response met"),
    ("waiting for the customer", f"{RUNNING} Update due {PAUSED} Restore paused, {MET} Response met"),
    ("response breached", f"{LATE} Response breached, {NEAR} Update due {RUNNING} Restore due"),
    ("breached for long", f"{LATE} Response breached, {LATE} Update breached, {LATE} Restore breached,"),
    ("restored", f"{RUNNING} Update due {MET} Response met {MET} Restore met"),
    ("resolved", f"{MET} Response met {STOPPED} Update stopped {MET} Restore met"),
    ("provisioning", ""),
]


@pytest.mark.parametrize(("state", "said"), MARKED)
def test_each_clock_has_a_mark_and_what_is_due_next_comes_first(state: str, said: str) -> None:
    found = clocks(card_of(STATES[state]()))
    assert " ".join(" ".join(line.split(" ")[:3]) for line in found) == said


def test_a_deadline_that_was_warned_of_is_near_until_it_moves() -> None:
    story = taken(opened()).later(21)  # an update is due after 30 minutes, and warned of 10 minutes before
    assert clocks(card_of(story))[0].startswith(f"{NEAR} Update due")
    assert clocks(card_of(story))[1].startswith(f"{RUNNING} Restore due")
    story.does(updating.update(story.ticket, AGENT, story.now, "Still looking"))
    assert clocks(card_of(story))[0].startswith(f"{RUNNING} Update due")
    half = taken(opened()).later(181)  # of the six hours to restore
    assert any(line.startswith(f"{RUNNING} Restore due") for line in clocks(card_of(half))), "half of it is not near"
    assert any(line.startswith(f"{NEAR} Restore due") for line in clocks(card_of(half.later(150))))


def test_what_is_due_next_and_what_is_late_stand_out() -> None:
    def bold(story: Story) -> list[bool]:
        (line, *_) = (e for e in card_of(story).elements if isinstance(e, Line) and "Restore" in plain(e.sentence))
        parts = [part for part in line.sentence if isinstance(part, When)]
        return [part.strong for part in parts]

    assert bold(opened()) == [True, False, False]
    assert bold(opened().later(20)) == [True, False, False]
    assert bold(opened().later(13 * 60)) == [True, True, True]


def test_a_breach_is_seen_in_the_headline() -> None:
    assert (card_of(opened().later(20)).title or "").startswith(f"🔴 {LATE} #42 ")
    assert LATE not in (card_of(opened()).title or "")
    assert LATE not in (card_of(STATES["resolved late"]()).title or "")


def test_no_time_left_stands_on_a_card_and_an_answer_says_it() -> None:
    """A card stands for hours; what is asked for is read at once."""
    story = opened()
    assert "in 15 minutes" not in "\n".join(lines(card_of(story)))
    assert f"{RUNNING} Response due Mon 2 Mar 10:15 GMT, in 15 minutes" in clocks(
        ticket_card(story.view(ENGLISH), whole=True)
    )


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
def test_what_has_a_button_on_the_card_does_not_stand_in_its_menu_again(state: str) -> None:
    story = STATES[state]()
    assert not set(verbs(card_of(story))) & set(menu_verbs(story.ticket))


@pytest.mark.parametrize("state", STATES)
def test_a_button_carries_the_ticket_as_the_card_showed_it(state: str) -> None:
    story = STATES[state]()
    for button in buttons(card_of(story)):
        assert button.version == story.ticket.version
        assert button.number == 42 or f"#{button.number}" in button.label, "another ticket is named by its button"
        assert button.verb in VERBS


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
    inside = [e for fold in card.elements if isinstance(fold, Fold) for e in fold.elements]
    facts = [value for e in (*card.elements, *inside) if isinstance(e, Facts) for _, value in e.rows]
    assert (Typed("_Acme_"),) in facts
    assert (Typed("`core`"),) in facts


def test_a_ticket_that_went_through_everything_still_reads() -> None:
    story = restored(promised(waiting(climbed(taken(opened()), 2))))
    story.does(restoring.relapsed(story.ticket, AGENT, story.now))
    story.does(answering.customer_wrote(story.ticket, CUSTOMER, story.now, "Still down", at=story.now))
    said = lines(card_of(story))
    assert "Escalation: Level 2 (head of customer and network services)" in said
    assert f"Assignee: {PEOPLE[AGENT.id]}" in said


def test_a_long_description_leaves_clocks_and_buttons_in_sight_and_one_press_shows_it_all() -> None:
    story = waiting(taken(opened(description="d" * 8000)), text="r" * 8000)
    card = card_of(story)
    assert [len(e.text) for e in card.elements if isinstance(e, Quote)] == [280]
    assert [len(e.text) for e in folded(card) if isinstance(e, Quote)] == [1000]
    assert verbs(card)[-1] == "show"
    whole = ticket_card(story.view(ENGLISH), whole=True)
    assert [len(e.text) for e in whole.elements if isinstance(e, Quote)] == [8000, 8000]
    assert folded(whole) == []
    assert "show" not in verbs(whole)
    assert "show" not in verbs(card_of(opened(description="d" * 1000)))


def folded(card: Card) -> list[Element]:
    return [e for fold in card.elements if isinstance(fold, Fold) for e in fold.elements]


@pytest.mark.parametrize(("length", "open_"), [(280, True), (281, False)])
def test_a_short_description_stands_in_the_open_and_a_long_one_is_folded_away(length: int, open_: bool) -> None:
    card = card_of(opened(description="d" * length, skills=()))
    (quote,) = [e for e in (*card.elements, *folded(card)) if isinstance(e, Quote)]
    assert len(quote.text) == length
    assert (folded(card) == []) is open_


def test_nothing_is_folded_away_where_there_is_nothing() -> None:
    assert folded(card_of(opened(skills=()))) == []


# -- what the customer was told ---------------------------------------------------------------------------------------


def told(story: Story) -> str:
    said = lines(card_of(story))
    return next(
        (f"{line} | {said[n + 1]}" for n, line in enumerate(said) if line.startswith(("Last", "Reso", "Serv"))), ""
    )


def test_a_card_says_the_last_update_and_who_gave_it() -> None:
    story = taken(opened())
    assert told(story) == "", "that somebody has it is no update"
    story.does(updating.update(story.ticket, AGENT, story.now, "We found the fault"))
    assert told(story) == "Last update by Ana, Mon 2 Mar 10:00 GMT | We found the fault"
    promised(story, "Splicing now")
    assert told(story) == "Last update by Ana, with a promise, Mon 2 Mar 10:00 GMT | Splicing now"
    restored(story)
    assert told(story) == "Last update by Ana, that service is back, Mon 2 Mar 10:00 GMT | Moved to the other port"


def test_a_card_says_the_resolution_while_the_ticket_is_resolved() -> None:
    story = resolved(taken(opened()))
    assert told(story) == "Resolution by Ana, Mon 2 Mar 10:00 GMT | The port is replaced"
    story.does(resolving.reopen(story.ticket, AGENT, story.now, counts=False))
    assert told(story).startswith("Last update by Ana, before it was opened again")


@pytest.mark.parametrize("language", READERS)
def test_a_word_for_where_a_ticket_stands_is_said_of_how_it_stands_now_alone(language: str) -> None:
    """What the customer was told last may be long past: it was restored and is down again."""
    words = [READERS[language].text(f"state.{name}") for name in STATE_WORDS]
    for name in ("update", "promise", "restored", "resolved", "resolution"):
        said = READERS[language].text(f"last.{name}", who="", at="")
        assert not [word for word in words if re.search(rf"\b{word}\b", said)]


def test_a_long_update_is_shortened_on_the_card_and_whole_when_it_is_shown() -> None:
    story = taken(opened(description=None))
    story.does(updating.update(story.ticket, AGENT, story.now, "u" * 2000))
    assert [len(e.text) for e in card_of(story).elements if isinstance(e, Quote)] == [280]
    assert verbs(card_of(story))[-1] == "show"
    whole = ticket_card(story.view(ENGLISH), whole=True)
    assert [len(e.text) for e in whole.elements if isinstance(e, Quote)] == [2000]


# -- where it leads ---------------------------------------------------------------------------------------------------


def links(card: Card) -> dict[str, str]:
    parts = [part for e in card.elements if isinstance(e, Line) for part in e.sentence]
    facts = [p for e in (*card.elements, *folded(card)) if isinstance(e, Facts) for _, value in e.rows for p in value]
    return {part.text: part.url for part in (*parts, *facts) if isinstance(part, Link)}


def address(channel: str, message_id: str, root_id: str) -> str:
    return f"https://chat.example/{channel}/{message_id}/{root_id}"


def test_a_card_leads_to_the_customers_thread_and_to_the_message_it_was_made_from() -> None:
    story = opened()
    shown = replace(story.view(ENGLISH), link=address)
    assert links(ticket_card(shown)) == {"Customer's thread": address("slack:CACME", "2.0", "2.0")}
    assert links(ticket_card(shown, inside=False)) == {}
    assert links(card_of(story)) == {}, "where nobody knows addresses there are no links"
    fact = story.events[0].fact
    assert isinstance(fact, Opened)
    story.events[0] = replace(story.events[0], fact=replace(fact, origin=("slack:CACME", "1.5", "1.0")))
    assert links(ticket_card(replace(story.view(ENGLISH), link=address)))["The customer's message"] == address(
        "slack:CACME", "1.5", "1.0"
    )


def test_other_tickets_that_a_card_names_lead_to_their_cards() -> None:
    story = merged(opened())
    shown = replace(story.view(ENGLISH), cards={40: "https://chat.example/40"})
    assert links(ticket_card(shown)) == {"#40": "https://chat.example/40"}


@pytest.mark.parametrize(("confidence", "shown"), [(1.0, "99 % sure"), (0.9999, "99 % sure"), (0.929, "92 % sure")])
def test_nothing_that_is_read_out_of_a_text_is_shown_as_certain(confidence: float, shown: str) -> None:
    story = opened(actor=CUSTOMER, severity=None, suggestion=replace(SUGGESTED, confidence=confidence))
    assert any(shown in line for line in lines(card_of(story)))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_desk_sees_how_other_agreements_stand_and_nobody_else_does(language: str) -> None:
    story = opened()
    fact = story.events[0].fact
    assert isinstance(fact, Opened)
    inner = Agreement("inner circle", replace(fact.terms, targets={ClockKind.RESTORE: Target(3600)}))
    story.events[0] = replace(story.events[0], fact=replace(fact, terms=replace(fact.terms, agreements=(inner,))))
    view = story.view(READERS[language])
    (clocks,) = (each for each in lines(ticket_card(view, whole=True)) if "inner circle" in each)
    *customers, last = clocks.splitlines()
    assert last.startswith(f"{RUNNING} inner circle"), "in a line of its own, below what the customer was promised"
    assert len(customers) == 3
    assert "inner circle" not in "\n".join(lines(ticket_card(view, whole=True, inside=False)))
    assert "inner" not in str(ticket_card(view, inside=False))


def test_a_deadline_of_an_agreement_is_near_when_it_was_warned_of_itself() -> None:
    story = opened()
    fact = story.events[0].fact
    assert isinstance(fact, Opened)
    leads: dict[ClockKind, tuple[LeadTime, ...]] = {ClockKind.RESTORE: (LeadTime(seconds=600),)}
    inner = Agreement("inner circle", replace(fact.terms, targets={ClockKind.RESTORE: Target(3600)}, leads=leads))
    story.events[0] = replace(story.events[0], fact=replace(fact, terms=replace(fact.terms, agreements=(inner,))))

    def its_line(after: Story) -> str:
        return next(line for line in clocks(card_of(after)) if "inner circle" in line)

    assert its_line(story.later(45)).startswith(f"{RUNNING} inner circle: Restore due")
    warned = story.later(6)
    assert its_line(warned).startswith(f"{NEAR} inner circle: Restore due")
    assert f"{RUNNING} Restore due" in "\n".join(clocks(card_of(warned))), "nobody was warned of the customer's"
    assert its_line(warned.later(10)).startswith(f"{LATE} inner circle: Restore breached")
