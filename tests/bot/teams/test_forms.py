"""Forms ask within what Teams shows, show what was typed as typed, and every kind of answer is read, whatever comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.binding import Limits
from bot.teams.form_as_text import packed, unpacked
from bot.teams.forms import LIMITS, Submitted, dialog, show, values
from bot.teams.inputs import Offered
from bot.verbs.base.verb import FormContext, TicketVerb
from bot.verbs.registry import VERBS
from bot.wording.card import Button, Buttons, Card, Facts, Field, FieldKind, Form, Line, Quote
from bot.wording.sentences import Typed
from bot.wording.speech import speech
from tests.bot.samples import READERS, opened, promised, taken, waiting
from tests.bot.teams.reading import Json, against, buttons, parts, shown
from tests.examples import examples
from tests.factories import AGENT

EN = speech("en", "Europe/Paris")
PEOPLE = Offered({"29:ana": "Ana Reyes", "29:ben": "Ben Okri"}, {"19:desk": "support", "19:acme": "acme"})
FIELDS = (
    Field("summary", FieldKind.LINE, "Summary", required=True, initial="s", placeholder="p", longest=250),
    Field("text", FieldKind.TEXT, "Text", hint="h", longest=8000),
    Field("what", FieldKind.CHOICE, "What", options=(("a", "A"), ("b", "B")), initial="b"),
    Field("skills", FieldKind.CHOICES, "Skills", options=(("a", "A"), ("b", "B"), ("c", "C")), initial="a,c"),
    Field("until", FieldKind.INSTANT, "Until", initial="1800000000", placeholder="ignored"),
    Field("who", FieldKind.PERSON, "Who", initial="teams:29:ben"),
    Field("agents", FieldKind.PEOPLE, "Agents", initial="teams:29:zoe,teams:29:ana"),
    Field("channel", FieldKind.CHANNEL, "Channel", initial="teams:19:desk"),
)
FORM = Form("wait", "Wait", "Wait", "Cancel", FIELDS, ("What for?",), {"number": "42"})


def fields_of(content: Json) -> dict[str, Json]:
    return {each["id"]: each for each in parts(content) if str(each.get("type", "")).startswith("Input.")}


def filled(form: Form, **answers: object) -> Json:
    """What Teams sends of a form: the data of its button, and what stands in its fields."""
    content = dialog(form, EN, PEOPLE)["card"]["content"]
    (send,) = buttons(content)
    initial = {name: each["value"] for name, each in fields_of(content).items() if "value" in each}
    return {**send["data"], **initial, **answers}


def read(data: object) -> Submitted:
    return values(data, EN, "teams:{}".format, "teams:{}".format)


# -- asked -----------------------------------------------------------------------------------------------------------


def test_a_form_asks_each_field_in_teams_form() -> None:
    shown_as = dialog(FORM, EN, PEOPLE)
    assert (shown_as["title"], shown_as["height"]) == ("Wait", "large")
    content = shown_as["card"]["content"]
    assert against(content) == []
    asked = fields_of(content)
    assert list(asked) == ["summary", "text", "what", "skills", "until.date", "until.time", "who", "agents", "channel"]
    assert asked["summary"] == {
        "type": "Input.Text", "id": "summary", "label": "Summary", "isRequired": True, "placeholder": "p",
        "errorMessage": "This has to be filled in.", "isMultiline": False, "maxLength": 250, "value": "s",
    }  # fmt: skip
    assert (asked["text"]["isMultiline"], asked["text"]["maxLength"]) == (True, 3000)
    assert (asked["what"]["value"], asked["what"]["isMultiSelect"]) == ("b", False)
    assert (asked["skills"]["value"], asked["skills"]["isMultiSelect"]) == ("a,c", True)
    assert (asked["until.date"]["value"], asked["until.time"]["value"]) == ("2027-01-15", "09:00")
    assert asked["until.time"]["label"] == "Time (Europe/Paris)"
    assert asked["who"]["value"] == "29:ben"
    assert asked["who"]["choices"][0] == {"title": "Ben Okri", "value": "29:ben"}
    assert asked["who"]["choices.data"] == {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
    assert asked["agents"]["value"] == "29:zoe,29:ana"
    assert asked["channel"]["choices"][0] == {"title": "support", "value": "19:desk"}
    (send,) = buttons(content)
    assert (send["type"], send["title"], send["data"]["action"]) == ("Action.Submit", "Wait", "form.wait")


def test_a_form_that_only_tells_has_no_button() -> None:
    content = dialog(Form("help", "Help", "", "Close", (), ("Words.",)), EN)["card"]["content"]
    assert against(content) == []
    assert buttons(content) == []


def test_a_card_in_a_window_of_its_own_has_no_buttons() -> None:
    card = Card(("x",), (Line(("said",)), Buttons((Button("take", "Take", 1, 1),))), title="🔴 #1", name="#1")
    found = show(card)
    assert (found["title"], buttons(found["card"]["content"])) == ("#1", [])
    assert against(found["card"]["content"]) == []
    assert shown(show(Card(("brief",)))["card"]["content"]) == "brief"


def test_no_card_in_a_window_is_larger_than_teams_takes() -> None:
    content = show(Card(("x",), (Quote("語" * 8000), Quote("w" * 8000), Facts(()))))["card"]["content"]
    assert against(content) == []


@pytest.mark.parametrize("language", READERS)
def test_every_form_about_a_ticket_is_one_that_teams_shows(language: str) -> None:
    story, reader = waiting(promised(taken(opened())), question="Which floor?"), READERS[language]
    for name, verb in VERBS.items():
        if not isinstance(verb, TicketVerb) or verb.form is None:
            continue
        context = FormContext(AGENT, story.people, reader, story.ticket, story.now, story.texts, limits=LIMITS)
        title, submit = reader.text(f"form.{name}", number=42), reader.text(f"button.{name}")
        form = Form(name, title, submit, "x", verb.form.fields(context), context={"number": "42"})
        assert against(dialog(form, reader, PEOPLE)["card"]["content"]) == [], name


def test_a_form_with_a_whole_company_to_choose_from_is_no_larger_than_teams_takes() -> None:
    many = Offered({f"29:{'x' * 90}{n}": f"Person {n}" for n in range(400)})
    fields = tuple(Field(str(n), FieldKind.PEOPLE, "Who") for n in range(6))
    content = dialog(Form("setup", "Setup", "Go", "x", fields), EN, many)["card"]["content"]
    assert against(content) == []
    assert fields_of(content)["0"]["choices"]


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept() -> None:
    sent = read(filled(FORM, summary="Mine", text="<b>typed</b>", what="a"))
    assert sent.form is not None
    content = dialog(sent.form, EN, PEOPLE, {"text": "Too long.", "elsewhere": "Not now."})["card"]["content"]
    assert against(content) == []
    asked = fields_of(content)
    assert (asked["summary"]["value"], asked["text"]["value"], asked["what"]["value"]) == ("Mine", "<b>typed</b>", "a")
    assert shown(content).split("\n")[0] == "⚠ Not now."
    after = content["body"][content["body"].index(asked["text"]) + 1 :]
    assert [each["inlines"][0]["text"] for each in after[:2]] == ["h", "⚠ Too long."]
    assert read({**buttons(content)[0]["data"], "summary": "again"}).context == {"number": "42"}


# -- answered --------------------------------------------------------------------------------------------------------


def test_an_answer_comes_back_as_from_every_platform() -> None:
    data = filled(FORM, text="a & b\nc", **{"until.date": "2027-03-28", "until.time": "02:30"})
    assert read(data).answers == {
        "summary": "s", "text": "a & b\nc", "what": "b", "skills": "a,c", "who": "teams:29:ben",
        "agents": "teams:29:zoe,teams:29:ana", "channel": "teams:19:desk",
        "until": str(int(datetime(2027, 3, 28, 1, 30, tzinfo=UTC).timestamp())),  # a time that a change of clocks skips
    }  # fmt: skip
    sent = read(data)
    assert (sent.verb, sent.context, sent.errors) == ("wait", {"number": "42"}, {})


def test_an_instant_that_is_left_as_it_stood_keeps_its_seconds() -> None:
    form = Form("reported", "x", "y", "z", (Field("at", FieldKind.INSTANT, "At", initial="1800000042"),))
    assert read(filled(form)).answers == {"at": "1800000042"}
    assert read(filled(form, **{"at.time": "09:01"})).answers == {"at": "1800000060"}


def test_an_instant_is_read_in_the_zone_in_which_it_was_asked_for() -> None:
    """The first thing that somebody does tells us their zone: while the form is open, it becomes another."""
    form = Form("reported", "x", "y", "z", (Field("at", FieldKind.INSTANT, "At", initial="1800000042"),))
    sent = filled(form, **{"at.time": "09:01"})
    elsewhere = speech("en", "Australia/Sydney")
    for data, answer in ((sent, "1800000060"), ({**sent, "zone": "Nowhere/At_all"}, "1799964060")):
        assert values(data, elsewhere, str, str).answers == {"at": answer}


@pytest.mark.parametrize(
    ("day", "time"),
    [("2027-01-15", ""), ("", "09:00"), ("2027-13-01", "09:00"), ("15.1.2027", "09:00"), ("2027-01-15", "25:00"),
     ("2027-01-15", 9), (["2027-01-15"], "09:00"), ("9999-12-31", "23:59"), ("0001-01-01", "00:00"),
     ({}, {"a": 1})],
)  # fmt: skip
def test_an_instant_of_which_half_is_missing_or_wrong_is_asked_for_again(day: object, time: object) -> None:
    sent = read(filled(FORM, **{"until.date": day, "until.time": time}))
    assert sent.errors == {"until": "Give both a date and a time."}
    assert sent.answers["summary"] == "s"


def test_what_has_to_be_filled_in_is_asked_for_again() -> None:
    assert read(filled(FORM, summary="")).errors == {"summary": "This has to be filled in."}


@pytest.mark.parametrize(
    "data",
    [None, 1, "x", [], {}, {"action": "form."}, {"action": "form.wait"}, {"action": ["form.wait"], "form": "{}"},
     {"action": "form.wait", "form": "["}, {"action": "form.wait", "form": "[" * 100_000}, {"form": {}},
     {"action": "form.wait", "form": '{"fields": [{"id": 1}]}'}, {"action": "form.wait", "form": "null"},
     {"action": "form.wait", "form": '{"title": "t", "submit": "", "close": "", "intro": [{"is": "x"}], "fields": []}'},
     {"action": "form.wait", "form": '{"title": "t", "submit": "", "close": "", "intro": [], "fields": {"a": 1}}'}],
)  # fmt: skip
def test_what_is_no_form_of_ours_reads_as_none(data: object) -> None:
    sent = read(data)
    assert (sent.form, sent.answers, sent.errors) == (None, {}, {})


ODD: list[Any] = [None, 7, 1.5, True, [], ["a"], {}, {"a": []}, "x" * 100_000, "\0", "\ud800", ",,,", "🙂"]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_whatever_stands_in_a_field_is_an_answer_or_none(odd: object) -> None:
    for name in [*fields_of(dialog(FORM, EN, PEOPLE)["card"]["content"]), "context", "form", "action", "unknown"]:
        sent = read({**filled(FORM), name: odd})
        assert all(isinstance(each, str) for each in (*sent.answers.values(), *sent.context.values()))
        if sent.form is not None:
            dialog(sent.form, EN, PEOPLE, sent.errors)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["action", "context", "form", "summary", "until.date", "until.time", "who", "agents", "skills"])


@settings(max_examples=examples(100))
@given(st.dictionaries(names, json_values, max_size=4))
def test_no_answer_whatever_stops_the_world(odd: Json) -> None:
    sent = read({**filled(FORM), **odd})
    if sent.form is not None:
        assert json.dumps(dialog(sent.form, EN, PEOPLE, sent.errors))


@settings(max_examples=15)
@given(st.text(max_size=60), st.text(max_size=60))
def test_a_form_shows_what_was_typed_as_typed(text: str, label: str) -> None:
    fields = (
        Field("summary", FieldKind.LINE, "Summary", initial=text, longest=250),
        Field("skills", FieldKind.CHOICES, "Skills", options=tuple((f"v{n}", label) for n in range(150)), initial="v3"),
        Field("empty", FieldKind.CHOICE, label or "x", hint=text, placeholder=label, options=(("a", text),)),
    )
    content = dialog(Form("new", label or "x", "Open", "Cancel", fields, (Typed(text),)), EN)["card"]["content"]
    assert against(content) == []
    assert fields_of(content)["summary"].get("value", "") == text
    skills = fields_of(content)["skills"]
    assert 0 < len(skills["choices"]) <= 100
    assert "v3" in [each["value"] for each in skills["choices"]]


@pytest.mark.parametrize("change", [lambda form: form, lambda form: Form("x", "", "", "", ())])
def test_a_form_comes_back_as_it_went_out(change: Callable[[Form], Form]) -> None:
    form = change(FORM)
    back = unpacked(packed(form), form.verb, form.context)
    assert back is not None
    assert [each.id for each in back.fields] == [each.id for each in form.fields]
    assert (back.intro, back.context, back.title, back.submit) == (form.intro, form.context, form.title, form.submit)
    assert packed(back) == packed(form)


def test_what_may_have_arrived_in_teams_cannot_be_looked_up() -> None:
    assert Limits() != LIMITS
    assert not LIMITS.can_look_up
