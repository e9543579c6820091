"""Forms ask within Slack's limits, show what was typed as typed, and every kind of answer is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.slack.forms import read_form, render_form
from bot.slack_emulator.text import pinged
from bot.wording.card import Field, FieldKind, Form
from bot.wording.sentences import Typed
from tests.bot.slack.hostile import hostile
from tests.bot.slack.limits import Json, against_form, formatting_in, marked
from tests.examples import examples

FIELDS = (
    Field("summary", FieldKind.LINE, "Summary", required=True, initial="s", placeholder="p", longest=250),
    Field("text", FieldKind.TEXT, "Text", hint="h", longest=8000),
    Field("what", FieldKind.CHOICE, "What", options=(("a", "A"), ("b", "B")), initial="b"),
    Field("skills", FieldKind.CHOICES, "Skills", options=(("a", "A"), ("b", "B"), ("c", "C")), initial="a,c"),
    Field("until", FieldKind.INSTANT, "Until", initial="1800000000", placeholder="ignored"),
)


def test_a_form_asks_each_field_in_slacks_form() -> None:
    view = render_form(Form("wait", "Wait", "Wait", "Cancel", FIELDS, ("What for?",), {"number": "42"}))
    assert against_form(view) == []
    intro, summary, text, what, skills, until = view["blocks"]
    assert intro["type"] == "section"
    assert all(block["element"]["action_id"] == "value" for block in view["blocks"][1:])
    assert [block["block_id"] for block in view["blocks"][1:]] == ["summary", "text", "what", "skills", "until"]
    assert summary["element"]["max_length"] == 250
    assert not summary["optional"]
    assert text["element"]["max_length"] == 3000  # Slack's own limit
    assert text["optional"]
    assert what["element"]["initial_option"]["value"] == "b"
    assert [option["value"] for option in skills["element"]["initial_options"]] == ["a", "c"]
    assert until["element"] == {"action_id": "value", "type": "datetimepicker", "initial_date_time": 1800000000}


@settings(max_examples=examples(40))
@given(hostile, hostile)
def test_a_form_shows_what_was_typed_as_typed(text: str, label: str) -> None:
    fields = (
        Field("summary", FieldKind.LINE, "Summary", initial=text, longest=250),
        Field("skills", FieldKind.CHOICES, "Skills", options=tuple((f"v{n}", label) for n in range(150)), initial="v3"),
        Field("empty", FieldKind.CHOICE, label, hint=text, placeholder=label, options=(("a", text),)),
    )
    view = render_form(Form("new", label or "x", "Open", "Cancel", fields, (Typed(text),)))
    assert against_form(view) == []
    assert pinged("", view["blocks"]) == []
    assert [one for one in marked(view["blocks"]) if formatting_in(one)] == []
    if text and len(text) <= 250:
        assert view["blocks"][1]["element"]["initial_value"] == text


def test_too_many_choices_are_left_out_rather_than_the_form_refused() -> None:
    options = tuple((str(n), "x" * 100) for n in range(150))
    view = render_form(
        Form("new", "New", "Open", "Cancel", (Field("skills", FieldKind.CHOICES, "Skills", options=options),))
    )
    assert against_form(view) == []
    assert len(view["blocks"][0]["element"]["options"]) == 100


ANSWERS = [
    ({"type": "plain_text_input", "value": "a & b"}, "a & b"),
    ({"type": "plain_text_input", "value": None}, None),
    ({"type": "static_select", "selected_option": {"value": "2", "text": {}}}, "2"),
    ({"type": "static_select", "selected_option": None}, None),
    ({"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]}, "a,b"),
    ({"type": "multi_static_select", "selected_options": []}, None),
    ({"type": "datetimepicker", "selected_date_time": 1800000000}, "1800000000"),
    ({"type": "datetimepicker", "selected_date_time": None}, None),
    ({"type": "users_select", "selected_user": "U123"}, "slack:U123"),
    ({"type": "users_select", "selected_user": None}, None),
]


@pytest.mark.parametrize(("value", "answer"), ANSWERS)
def test_a_submitted_answer_is_read_as_text(value: Json, answer: str | None) -> None:
    assert read_form({"values": {"field": {"value": value}}}, "slack:{}".format, "slack:{}".format) == (
        {} if answer is None else {"field": answer}
    )
    assert read_form({}, str, str) == {}
