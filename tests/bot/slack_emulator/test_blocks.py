"""Blocks and views are checked against Slack's limits: at the limit they pass, one beyond they do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack_emulator.blocks import check_blocks, check_view, flat, with_ids
from bot.slack_emulator.text import pinged
from tests.bot.slack_emulator.fake_bot import Json, button, field, modal, mrkdwn, option, plain, section
from tests.examples import examples


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def menu(**more: object) -> Json:
    return {"type": "static_select", "action_id": "m", "options": [option("a")], **more}


def labelled(text: str) -> Json:
    return {**button("b"), "text": plain(text)}


def confirmed(**more: object) -> Json:
    confirm = {"title": plain("t"), "text": plain("x"), "confirm": plain("y"), "deny": plain("n"), **more}
    return actions({**button("b"), "confirm": confirm})


# What grows, how far it may, and the block that holds it at a given size.
LIMITS: list[tuple[str, int, Callable[[int], Json]]] = [
    ("section text", 3000, lambda n: section("x" * n)),
    ("section fields", 10, lambda n: {"type": "section", "fields": [mrkdwn("x")] * n}),
    ("field text", 2000, lambda n: {"type": "section", "fields": [mrkdwn("x" * n)]}),
    ("header text", 150, lambda n: {"type": "header", "text": plain("x" * n)}),
    ("context elements", 10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}),
    ("actions elements", 25, lambda n: actions(*(button(f"b{i}") for i in range(n)))),
    ("block_id", 255, lambda n: section("x", block_id="x" * n)),
    ("action_id", 255, lambda n: actions(button("x" * n))),
    ("button text", 75, lambda n: actions(labelled("x" * n))),
    ("button value", 2000, lambda n: actions(button("b", "x" * n))),
    ("button url", 3000, lambda n: actions({**button("b"), "url": "https://x".ljust(n, "x")})),
    ("option text", 75, lambda n: actions(menu(options=[{"text": plain("x" * n), "value": "a"}]))),
    ("option value", 150, lambda n: actions(menu(options=[option("x" * n) | {"text": plain("a")}]))),
    ("select options", 100, lambda n: actions(menu(options=[option(f"o{i}") for i in range(n)]))),
    ("placeholder", 150, lambda n: actions(menu(placeholder=plain("x" * n)))),
    ("radio options", 10, lambda n: actions(menu(type="radio_buttons", options=[option(f"o{i}") for i in range(n)]))),
    ("checkboxes", 10, lambda n: actions(menu(type="checkboxes", options=[option(f"o{i}") for i in range(n)]))),
    ("overflow options", 5, lambda n: actions(menu(type="overflow", options=[option(f"o{i}") for i in range(n)]))),
    ("input label", 2000, lambda n: field("f", {"type": "plain_text_input"}, label=plain("x" * n))),
    ("input hint", 2000, lambda n: field("f", {"type": "plain_text_input"}, hint=plain("x" * n))),
    ("input max_length", 3000, lambda n: field("f", {"type": "plain_text_input", "max_length": n})),
    ("confirm title", 100, lambda n: confirmed(title=plain("x" * n))),
    ("confirm text", 300, lambda n: confirmed(text=mrkdwn("x" * n))),
    ("confirm button", 30, lambda n: confirmed(confirm=plain("x" * n))),
    ("markdown", 12_000, lambda n: {"type": "markdown", "text": "x" * n}),
    ("alt text", 2000, lambda n: {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "x" * n}),
]


@pytest.mark.parametrize(("most", "block"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_a_block_may_reach_its_limit_but_not_pass_it(most: int, block: Callable[[int], Json]) -> None:
    assert check_blocks([block(most)]) == []
    assert check_blocks([block(most + 1)]) != []


VIEW_LIMITS: list[tuple[str, int, Callable[[int], Json]]] = [
    ("title", 24, lambda n: modal(section("x"), title=plain("x" * n))),
    ("submit", 24, lambda n: modal(section("x"), submit=plain("x" * n))),
    ("close", 24, lambda n: modal(section("x"), close=plain("x" * n))),
    ("private_metadata", 3000, lambda n: modal(section("x"), private_metadata="x" * n)),
    ("callback_id", 255, lambda n: modal(section("x"), callback_id="x" * n)),
    ("modal blocks", 100, lambda n: modal(*[{"type": "divider"}] * n)),
    ("home blocks", 100, lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n}),
]


@pytest.mark.parametrize(("most", "view"), [row[1:] for row in VIEW_LIMITS], ids=[row[0] for row in VIEW_LIMITS])
def test_a_view_may_reach_its_limit_but_not_pass_it(most: int, view: Callable[[int], Json]) -> None:
    assert check_view(view(most)) == []
    assert check_view(view(most + 1)) != []


def test_a_message_holds_fifty_blocks() -> None:
    assert check_blocks([{"type": "divider"}] * 50) == []
    assert check_blocks([{"type": "divider"}] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


WRONG: list[tuple[str, Json, str]] = [
    ("no type", {"text": plain("x")}, "missing required field: type"),
    ("unknown type", {"type": "sektion"}, "unsupported type: sektion"),
    ("a type that is no word", {"type": ["section"]}, "unsupported type"),
    ("unknown key", section("x", colour="red"), "invalid additional property: colour"),
    ("section without text", {"type": "section"}, "missing required field: text"),
    ("empty text", section(""), "must be more than 0 characters"),
    ("text that is a bare string", {"type": "section", "text": "x"}, "must provide an object"),
    ("text that is a number", {"type": "section", "text": {"type": "mrkdwn", "text": 5}}, "must provide a string"),
    ("markup in a header", {"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn"),
    ("verbatim on plain text", section("x", text={**plain("x"), "verbatim": True}), "invalid additional property"),
    ("emoji on markup", section("x", text={**mrkdwn("x"), "emoji": True}), "invalid additional property"),
    ("no elements", actions(), "no less than 1 items allowed"),
    ("a button without text", actions({"type": "button", "action_id": "b"}), "missing required field: text"),
    ("a style of one's own", actions({**button("b"), "style": "warning"}), "must be a valid enum value"),
    ("the same action twice", actions(button("b"), button("b")), "already exists"),
    ("an input in actions", actions({"type": "plain_text_input", "action_id": "i"}), "unsupported type"),
    ("a menu without options", actions({"type": "static_select", "action_id": "m"}), "either options or option_groups"),
    ("an empty menu", actions(menu(options=[])), "no less than 1 items allowed"),
    ("an option without value", actions(menu(options=[{"text": plain("x")}])), "missing required field: value"),
    ("an empty option value", actions(menu(options=[{"text": plain("x"), "value": ""}])), "more than 0 characters"),
    ("markup in a menu's option", actions(menu(options=[{"text": mrkdwn("x"), "value": "a"}])), "unsupported type"),
    ("an initial option nobody offers", actions(menu(initial_option=option("z"))), "one of the options"),
    ("an input without label", {"type": "input", "element": {"type": "datepicker"}}, "missing required field: label"),
    ("an input without element", {"type": "input", "label": plain("x")}, "missing required field: element"),
    ("a button as input", {"type": "input", "label": plain("x"), "element": button("b")}, "unsupported type: button"),
    ("lengths the wrong way", field("f", {"type": "plain_text_input", "min_length": 5, "max_length": 2}), "exceed"),
    ("a date in words", field("f", {"type": "datepicker", "initial_date": "tomorrow"}), "YYYY-MM-DD"),
    ("a time of day that is none", field("f", {"type": "timepicker", "initial_time": "24:00"}), "HH:mm"),
    ("an instant in milliseconds", field("f", {"type": "datetimepicker", "initial_date_time": 10**12}), "between"),
    ("an instant as text", field("f", {"type": "datetimepicker", "initial_date_time": "1800000000"}), "integer"),
    ("a number input that says nothing", field("f", {"type": "number_input"}), "is_decimal_allowed"),
    ("a boolean in quotes", field("f", {"type": "datepicker"}, optional="true"), "must provide a boolean"),
    ("an image without alt text", {"type": "image", "image_url": "https://x.example/i.png"}, "alt_text"),
    ("an image without source", {"type": "image", "alt_text": "x"}, "image_url or slack_file"),
    ("a link that is none", actions({**button("b"), "url": "javascript:alert(1)"}), "valid URL"),
    ("a confirmation without words", actions({**button("b"), "confirm": {}}), "missing required field: title"),
]


@pytest.mark.parametrize(("block", "complaint"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_block_is_named_with_what_is_wrong(block: Json, complaint: str) -> None:
    problems = check_blocks([block])
    assert any(complaint in problem for problem in problems), problems
    assert all("[json-pointer:/blocks/0" in problem for problem in problems)


def container(*children: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain("Details"), "child_blocks": list(children), **more}


def test_what_a_container_folds_away_is_checked_like_everything_else() -> None:
    folded = container(section("x"), actions(button("b")), is_collapsible=True, default_collapsed=True,
                       subtitle=plain("in short"), width="full")  # fmt: skip
    assert check_blocks([folded]) == []
    assert [one["type"] for one in flat([folded, section("y")])] == ["container", "section", "actions", "section"]
    (given,) = with_ids([folded])
    assert all(child["block_id"] for child in given["child_blocks"])


FOLDED_WRONG = [
    ({"type": "container", "title": plain("x")}, "missing required field: child_blocks"),
    (container(), "no less than 1 items"),
    (container(*(section(str(n)) for n in range(11))), "no more than 10 items"),
    (container(section("x"), title=plain("t" * 151)), "must be less than 151"),
    (container(section("x"), default_collapsed=True), "default_collapsed requires is_collapsible"),
    (container(section("x"), width="huge"), "valid enum value"),
    (container(container(section("x"))), "unsupported type: container"),
    (container(section("x" * 3001)), "must be less than 3001"),
    (container(section("x", block_id="same"), section("y", block_id="same")), "already exists"),
]


@pytest.mark.parametrize(("block", "complaint"), FOLDED_WRONG)
def test_a_wrong_container_is_named_with_what_is_wrong(block: Json, complaint: str) -> None:
    assert any(complaint in problem for problem in check_blocks([block])), check_blocks([block])


def test_ids_are_unique_within_a_message() -> None:
    twice = [section("x", block_id="same"), section("y", block_id="same")]
    assert any("already exists" in problem for problem in check_blocks(twice))
    assert check_blocks([actions(button("b")), actions(button("b"))]) == []


def test_only_one_element_takes_the_focus() -> None:
    focused = field("a", {"type": "plain_text_input", "focus_on_load": True})
    assert check_blocks([focused]) == []
    assert check_blocks([focused, {**focused, "block_id": "b"}]) != []


BAD_VIEWS: list[tuple[str, Json]] = [
    ("inputs without submit", {k: v for k, v in modal(field("f", {"type": "datepicker"})).items() if k != "submit"}),
    ("no title", {k: v for k, v in modal(section("x")).items() if k != "title"}),
    ("no blocks", {"type": "modal", "title": plain("x")}),
    ("blocks that are no list", modal() | {"blocks": {}}),
    ("a title with markup", modal(section("x"), title=mrkdwn("x"))),
    ("an unknown key", modal(section("x"), color="red")),
    ("a home tab with a title", {"type": "home", "title": plain("x"), "blocks": []}),
    ("an unknown type", {"type": "dialog", "blocks": []}),
    ("a bad block", modal(section(""))),
]


@pytest.mark.parametrize("view", [row[1] for row in BAD_VIEWS], ids=[row[0] for row in BAD_VIEWS])
def test_a_wrong_view_is_refused(view: Json) -> None:
    problems = check_view(view)
    assert problems
    assert all("[json-pointer:/view" in problem for problem in problems)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "element", "options", "accessory", "blocks"]),
                          inner | st.sampled_from(["section", "actions", "input", "static_select", "mrkdwn", "modal"]),
                          max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=examples(50))
@given(JSON)
def test_whatever_is_sent_is_judged_without_falling_over(value: object) -> None:
    problems = check_blocks([value]) + check_blocks(value) + check_view(value)
    assert all(problem.startswith("[ERROR] ") for problem in problems)
    assert isinstance(pinged("", value, value), list)


def test_ids_are_made_up_where_none_were_given_and_nothing_else_changes() -> None:
    given_blocks = [section("x"), actions(button("own")), section("y", accessory={**button("b"), "action_id": "kept"})]
    filled = with_ids(given_blocks)
    assert all(block["block_id"] for block in filled)
    assert len({block["block_id"] for block in filled}) == 3
    assert (filled[1]["elements"][0]["action_id"], filled[2]["accessory"]["action_id"]) == ("own", "kept")
    assert "block_id" not in given_blocks[0]


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


LINKED: Json = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
}


def data_table(*rows: list[Json], **more: Any) -> Json:
    return {"type": "data_table", "caption": "Queue", "rows": list(rows), **more}


def test_a_table_is_checked_cell_by_cell() -> None:
    number: Json = {"type": "raw_number", "value": -2.5, "text": "late"}
    rows: list[list[Json]] = [[cell(), cell()], [LINKED, number]]
    assert check_blocks([data_table(*rows, page_size=10, row_header_column_index=0)]) == []


TABLES_WRONG = [
    ({"type": "data_table", "rows": [[cell()], [cell()]]}, "missing required field: caption"),
    (data_table([cell()]), "no less than 2 items"),
    (data_table(*[[cell()]] * 102), "no more than 101 items"),
    (data_table([cell()] * 21, [cell()] * 21), "no more than 20 items"),
    (data_table([cell(), cell()], [cell()]), "same number of cells"),
    (data_table([LINKED], [cell()]), "not allowed in the header"),
    (data_table([cell()], [cell("")]), "must be more than 0"),
    (data_table([cell()], [{"type": "raw_number", "value": "1", "text": "1"}]), "must provide a number"),
    (data_table([cell()], [{"type": "raw_number", "value": 1}]), "missing required field: text"),
    (data_table([cell()], [cell()], page_size=101), "must be between 1 and 100"),
    (data_table([cell()], [cell("x" * 10_001)]), "must be less than 10001 characters"),
]


@pytest.mark.parametrize(("block", "complaint"), TABLES_WRONG)
def test_a_wrong_table_is_named_with_what_is_wrong(block: Json, complaint: str) -> None:
    assert any(complaint in problem for problem in check_blocks([block])), check_blocks([block])


def test_tables_of_one_message_share_their_room() -> None:
    long = data_table([cell()], [cell("x" * 6000)])
    assert check_blocks([long]) == []
    assert any("all tables together" in problem for problem in check_blocks([long, long]))
