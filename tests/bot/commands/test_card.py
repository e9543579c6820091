"""What the card's buttons and menu do: forms with canned replies, more in a second form, cards that are out of date."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import dispatch
from bot.desk.directory import Directory
from bot.desk.runtime import DeskRuntime
from bot.slack.forms import render_form, render_view
from bot.verbs.base.call import Answer, Call, Reply
from bot.verbs.base.verb import StandaloneVerb
from bot.verbs.registry import IN_MORE
from bot.wording.card import Button, Buttons
from bot.wording.sentences import plain
from storage.texts import load_texts
from storage.tickets import StoredTicket, get_ticket
from tests.bot.asking import call, typed
from tests.bot.samples import READERS
from tests.bot.slack.limits import against_form
from tests.factories import AGENT, MANAGER
from triage import rights
from triage.event import Kind
from triage.people import Actor, Role

LEAD = Actor("slack:ULEAD", frozenset({Role.LEAD}))
REPLIES = {"looking": {"": "We are looking into it."}, "logs": {"en": "Send us the logs.", "fr": "Les journaux ?"}}


def look(desk: DeskRuntime) -> StoredTicket:
    return desk.database.read_now(lambda session: get_ticket(session, desk.organisation_id, 1))


def last_text(desk: DeskRuntime) -> str:
    body = next(event.body_id for event in reversed(look(desk).events) if event.body_id is not None)
    return desk.database.read_now(lambda session: load_texts(session, desk.organisation_id, [body]))[body]


def pressing(desk: DeskRuntime, actor: Actor = AGENT, language: str = "en", **answers: str) -> Call:
    return replace(call(desk, "", actor=actor, language=language), number=1, answers=answers)


def said(answer: Answer) -> str:
    assert answer.card is not None
    return plain(answer.card.brief)


def fields(answer: Answer) -> dict[str, bool]:
    assert answer.form is not None
    return {field.id: field.required for field in answer.form.fields}


def keep_ready(desk: DeskRuntime, language: str = "en") -> None:
    policy = replace(desk.policy, replies=REPLIES, desk=replace(desk.policy.desk, language=language))
    desk.policy, desk.directory = policy, Directory(policy, desk.directory.accounts)


@pytest.mark.parametrize("verb", ["update", "promise", "wait", "resolve"])
async def test_a_canned_reply_is_offered_where_there_are_some_and_used_where_nothing_was_written(
    desk: DeskRuntime, verb: str
) -> None:
    await typed(desk, "new sev2 Link down")
    assert "reply" not in fields(await dispatch.pressed(pressing(desk), verb))
    keep_ready(desk)
    offered = fields(await dispatch.pressed(pressing(desk), verb))
    assert (offered["text"], offered["reply"]) == (False, False)
    until = str(int(pressing(desk).now.timestamp()) + 1800)
    answer = await dispatch.submitted(pressing(desk, reply="looking", until=until), verb)
    assert answer.errors == {}
    assert last_text(desk) == "We are looking into it."


async def test_what_was_written_wins_over_a_reply_and_neither_is_refused_under_the_text(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Link down")
    keep_ready(desk)
    await dispatch.submitted(pressing(desk, reply="looking", text="In my own words"), "update")
    assert last_text(desk) == "In my own words"
    assert (await dispatch.submitted(pressing(desk), "update")).errors.keys() == {"text"}
    assert (await dispatch.submitted(pressing(desk, reply="gone"), "update")).errors.keys() == {"text"}


@pytest.mark.parametrize(("language", "text"), [("en", "Send us the logs."), ("fr", "Les journaux ?")])
async def test_a_reply_is_given_in_the_desks_language(desk: DeskRuntime, language: str, text: str) -> None:
    await typed(desk, "new sev2 Link down")
    keep_ready(desk, language)
    await dispatch.submitted(pressing(desk, reply="logs"), "update")
    assert last_text(desk) == text


AGENTS_MORE = [verb.name for verb in IN_MORE if rights.may(AGENT, verb.name)]


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("verb", AGENTS_MORE)
async def test_more_leads_to_the_form_or_the_answer_of_what_is_picked(
    desk: DeskRuntime, verb: str, language: str
) -> None:
    for words in ("new sev2 Link down", "new sev2 Link down too", "link 1 2", "ref 1 X-9", "update 1 on it"):
        await typed(desk, words)
    answer = await dispatch.pressed(pressing(desk, language=language), "more")
    assert answer.form is not None
    assert against_form(render_form(answer.form)) == []
    assert [value for value, _ in answer.form.fields[0].options] == AGENTS_MORE
    picked = await dispatch.submitted(pressing(desk, language=language, what=verb), "more")
    if verb == "why":
        assert picked.card is not None
        assert against_form(render_view(picked.card, "Close")) == []
    else:
        assert picked.form is not None
        assert picked.form.verb == verb
        assert picked.form.context["number"] == "1"


async def test_more_offers_nothing_that_makes_no_sense_and_says_under_the_choice_why_it_cannot_be(
    desk: DeskRuntime,
) -> None:
    await typed(desk, "new sev2 Link down")
    answer = await dispatch.pressed(pressing(desk), "more")
    assert answer.form is not None
    assert "unlink" not in [value for value, _ in answer.form.fields[0].options]
    refused = await dispatch.submitted(pressing(desk, what="edit"), "more")
    assert refused.errors["what"].startswith("You have given no update")
    assert (await dispatch.submitted(pressing(desk, what="redact"), "more")).errors.keys() == {"what"}


async def test_take_it_pressed_after_somebody_else_took_it_takes_it_from_nobody(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Link down")
    await typed(desk, "take 1", actor=MANAGER)
    answer = await dispatch.pressed(pressing(desk), "take")
    assert said(answer) == "Marcus has #1 since. Take it over all the same?"
    assert look(desk).ticket.ownership.assignee == MANAGER.id
    await typed(desk, "take 1")
    assert look(desk).ticket.ownership.assignee == AGENT.id, "who types it means it"


async def test_the_button_beside_the_question_takes_the_ticket_over_from_that_very_person(desk: DeskRuntime) -> None:
    for words in ("new sev2 Link down", "take 1"):
        await typed(desk, words, actor=MANAGER)
    over = offered(await dispatch.pressed(pressing(desk), "take"))
    assert (over.verb, over.label) == ("take", "Take it over")
    await typed(desk, "take 1", actor=LEAD)
    again = await dispatch.pressed(pressing(desk, value=over.value), "take")
    assert look(desk).ticket.ownership.assignee == LEAD.id, "it was somebody else's when they were asked"
    await dispatch.pressed(pressing(desk, value=offered(again).value), "take")
    assert look(desk).ticket.ownership.assignee == AGENT.id


def offered(answer: Answer) -> Button:
    """The one button beside a private answer."""
    assert answer.card is not None
    ((button,),) = [each.buttons for each in answer.card.elements if isinstance(each, Buttons)]
    return button


@pytest.mark.parametrize("verb", ["take", "update", "promise", "wait", "escalate", "resolve", "severity", "snooze"])
async def test_a_button_pressed_after_the_ticket_was_resolved_says_so_at_once(desk: DeskRuntime, verb: str) -> None:
    for words in ("new sev2 Link down", "resolve 1 done"):
        await typed(desk, words)
    before = look(desk)
    answer = await dispatch.pressed(pressing(desk), verb)
    assert said(answer).startswith("This ticket is resolved. To go on with it, type /ticket reopen")
    assert look(desk) == before


@pytest.mark.parametrize("verb", ["take", "update", "resolve", "reopen", "more", "link"])
async def test_a_button_pressed_after_the_ticket_was_merged_names_the_one_that_goes_on(
    desk: DeskRuntime, verb: str
) -> None:
    for words in ("new sev2 Link down", "new sev2 Same", "new sev2 Same again", "merge 1 into 2", "merge 2 into 3"):
        await typed(desk, words)
    assert said(await dispatch.pressed(pressing(desk), verb)).startswith("This ticket was merged and goes on as #3.")


@pytest.mark.parametrize("verb", ["frobnicate", "", "reason."])
async def test_a_button_of_another_release_is_answered_with_one_sentence(desk: DeskRuntime, verb: str) -> None:
    await typed(desk, "new sev2 Link down")
    assert said(await dispatch.pressed(pressing(desk), verb)).startswith("That button is out of date.")


async def test_a_button_pressed_twice_is_one_act_and_the_second_press_is_told_so(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Link down")
    twice = replace(pressing(desk), key="button:1:take:1::UAGENT")
    assert (await dispatch.pressed(twice, "take")).quiet
    answer = await dispatch.pressed(twice, "take")
    assert said(answer) == "That was done already on #1."
    assert [event.kind for event in look(desk).events].count(Kind.ASSIGNED) == 1


# -- service back, down again, the end -------------------------------------------------------------------------------


def seconds(desk: DeskRuntime, minutes: float = 0) -> str:
    return str(int(pressing(desk).now.timestamp() + minutes * 60))


async def after(desk: DeskRuntime, minutes: float, verb: str, **answers: str) -> Answer:
    call = replace(pressing(desk), answers=answers, reply=Reply.AS_POSTED)
    return await dispatch.submitted(replace(call, now=call.now + timedelta(minutes=minutes)), verb)


async def test_service_restored_asks_since_when_and_the_restore_clock_ends_there(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    answer = await dispatch.pressed(pressing(desk), "restored")
    assert fields(answer) == {"at": True, "text": False}
    assert answer.form is not None
    assert answer.form.fields[0].initial == seconds(desk), "prefilled with now"
    assert (await after(desk, 60, "restored", at=seconds(desk, 20))).errors == {}
    assert look(desk).ticket.outage.restored_at == pressing(desk).now + timedelta(minutes=20)
    assert look(desk).ticket.is_open


async def test_down_again_asks_since_when(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    await typed(desk, "restored 1")
    answer = await dispatch.pressed(pressing(desk), "relapsed")
    assert fields(answer) == {"at": True, "text": False}
    assert (await after(desk, 60, "relapsed", at=seconds(desk, 20))).errors == {}
    assert look(desk).ticket.outage.restored_at is None


async def test_resolve_asks_since_when_service_is_back_once(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    answer = await typed(desk, "resolve 1")
    assert fields(answer) == {"text": False, "restored_at": False}
    assert look(desk).ticket.is_open, "without a text nothing is resolved yet"
    assert (await after(desk, 60, "resolve", text="Spliced", restored_at=seconds(desk, 20))).errors == {}
    ticket = look(desk).ticket
    assert (ticket.is_open, ticket.outage.restored_at) == (False, pressing(desk).now + timedelta(minutes=20))


@pytest.mark.parametrize("words", ["new sev1 Link down", "new provisioning A line", "new inquiry How fast?"])
async def test_what_was_never_down_or_is_back_is_not_asked_about(desk: DeskRuntime, words: str) -> None:
    await typed(desk, words)
    if "sev1" in words:
        await typed(desk, "restored 1")
    assert fields(await dispatch.pressed(pressing(desk), "resolve")) == {"text": False}


async def test_a_wrong_time_is_said_under_the_field_that_has_it(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    for verb, field in (("resolve", "restored_at"), ("restored", "at")):
        for minutes in (-90, 90):
            answer = await after(desk, 60, verb, text="Spliced", **{field: seconds(desk, minutes)})
            assert answer.errors.keys() == {field}, (verb, minutes)
    assert look(desk).ticket.outage.restored_at is None


async def test_the_minute_in_which_it_went_down_is_early_enough(desk: DeskRuntime) -> None:
    """Forms know minutes: what was reported at 10:00:20 and is picked as 10:00 was not back before it was down."""
    await typed(desk, "new sev1 Link down")
    assert (await after(desk, 1, "restored", at=seconds(desk, -0.5))).errors == {}
    assert look(desk).ticket.outage.restored_at == look(desk).ticket.report.at


FITS = [
    ("new sev1 Link down", "reopen", "This ticket is not resolved"),
    ("new sev1 Link down", "relapsed", "Service is not marked as restored."),
    ("restored 1", "restored", "Service was restored"),
]


@pytest.mark.parametrize(("words", "verb", "refusal"), FITS)
async def test_nobody_fills_in_a_form_in_vain(desk: DeskRuntime, words: str, verb: str, refusal: str) -> None:
    await typed(desk, "new sev1 Link down")
    if not words.startswith("new"):
        await typed(desk, words)
    assert said(await dispatch.pressed(pressing(desk), verb)).startswith(refusal)
    assert said(await typed(desk, f"{verb} 1")).startswith(refusal)


async def test_a_report_typed_without_its_time_opens_the_form(desk: DeskRuntime) -> None:
    await typed(desk, "new sev1 Link down")
    assert fields(await typed(desk, "reported 1")) == {"reported_at": True, "text": True}
    answer = await after(desk, 10, "reported", reported_at=seconds(desk, -60), text="They called an hour before")
    assert answer.errors == {}
    assert look(desk).ticket.report.at == pressing(desk).now - timedelta(minutes=60)


async def test_more_offers_what_the_menu_has_not(desk: DeskRuntime) -> None:
    await typed(desk, "new inquiry How fast?")
    answer = await dispatch.pressed(pressing(desk), "more")
    assert answer.form is not None
    assert not {"category", "snooze"} & {value for value, _ in answer.form.fields[0].options}
    await typed(desk, "resolve 1 answered")
    answer = await dispatch.pressed(pressing(desk), "more")
    assert answer.form is not None
    offered = [value for value, _ in answer.form.fields[0].options]
    fitting = [verb for verb in IN_MORE if isinstance(verb, StandaloneVerb) or verb.on_resolved]
    assert offered == [verb.name for verb in fitting if verb.name not in {"unlink", "unref"}]
    assert {"why", "reported", "edit"} <= set(offered)
    assert not {"merge", "snooze", "category"} & set(offered)


# -- pairs, and windows with a name of their own ----------------------------------------------------------------------


async def to_choose(desk: DeskRuntime, verb: str) -> list[str]:
    answer = await dispatch.pressed(pressing(desk), verb)
    assert answer.form is not None
    (field,) = answer.form.fields
    assert against_form(render_form(answer.form)) == []
    return [label for _, label in field.options]


async def test_link_unlink_and_merge_offer_the_tickets_that_make_a_pair(desk: DeskRuntime) -> None:
    for words in ("One", "Two *bold*", "Three", "Four"):
        channel = "slack:CDESK" if words == "Three" else "slack:CACME"
        await dispatch.typed(replace(call(desk, f"new sev2 {words}"), channel=channel))
    await typed(desk, "link 1 2")
    await typed(desk, "resolve 4 done")
    assert await to_choose(desk, "link") == ["#3 Three"], "open, and not linked yet"
    assert await to_choose(desk, "merge") == ["#2 Two *bold*"], "open, and of the same customer"
    assert await to_choose(desk, "unlink") == ["#2 Two *bold*"]
    await typed(desk, "resolve 2 done")
    assert await to_choose(desk, "unlink") == ["#2 Two *bold*"], "linked, open or not"
    assert await to_choose(desk, "merge") == [], "where there is none to choose from, its number is typed"
    answer = await dispatch.submitted(replace(pressing(desk, other="3"), reply=Reply.AS_POSTED), "link")
    assert answer.errors == {}
    assert look(desk).ticket.links == (2, 3)


async def test_what_is_shown_in_a_window_says_above_it_what_it_is(desk: DeskRuntime) -> None:
    await typed(desk, "new sev2 Link down")
    for words, title in (("why 1", "Why: #1"), ("show 1", "#1"), ("help", "Help")):
        card = (await typed(desk, words)).card
        assert card is not None
        assert render_view(card, "Close")["title"]["text"] == title


async def test_waiting_is_for_the_customer_only_where_there_is_one(desk: DeskRuntime) -> None:
    for channel in ("slack:CDESK", "slack:CACME"):
        await dispatch.typed(replace(call(desk, "new sev2 One"), channel=channel))
    for number, asker in ((1, "the requester"), (2, "the customer")):
        form = (await dispatch.typed(call(desk, f"wait {number}"))).form
        assert form is not None
        assert form.fields[0].options == (("customer", asker), ("vendor", "a vendor"), ("maintenance", "a maintenance"))
