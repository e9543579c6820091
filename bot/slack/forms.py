"""Forms as Slack's modal views, and their answers. What a person typed stays plain text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.desk.binding import Limits
from bot.slack.platform import PLATFORM
from bot.slack.render import Block, cut, line_block, plain_text, render_message
from bot.wording.card import Buttons, Card, Chart, Field, FieldKind, Form, Line, Table
from triage.keys import id_of, platform_of

TITLE, PLACEHOLDER, LABEL = 24, 150, 2000
OPTION_LABEL, OPTIONS = 75, 100
BLOCKS = 100
LONGEST_ANSWER = 3000
LIMITS = Limits(most_choices=OPTIONS, longest_choice=70, most_lines=44, commands_in_threads=False)


KeyOf = Callable[[str], str]
"""The key of what Slack calls by that id."""


def _of_slack(person: str) -> str | None:
    return person if platform_of(person) == PLATFORM else None


def render_form(form: Form, account: Callable[[str], str | None] = _of_slack) -> Block:
    """A modal view. `account` is a person's account here, None where they have none: they cannot be shown in it."""
    blocks: list[Block] = []
    if form.intro:
        blocks.append(line_block(form.intro, small=False))
    blocks.extend(_field(_with_account(field, account)) for field in form.fields)
    return {
        "type": "modal",
        "callback_id": f"ticket.{form.verb}",
        "title": plain_text(form.title, TITLE),
        **({"submit": plain_text(form.submit, TITLE)} if form.submit else {}),
        "close": plain_text(form.close, TITLE),
        "private_metadata": json.dumps(form.context),
        "blocks": blocks,
    }


def render_view(card: Card, close: str) -> Block:
    """A modal view that only shows something: a card without its buttons, which belong to the message,
    and without charts, which stand in messages alone."""
    shown = tuple(
        each
        for element in card.elements or (Line(card.brief),)
        for each in (element.as_rows() if isinstance(element, Table) else (element,))
        if not isinstance(each, Buttons | Chart)
    )
    blocks = render_message(replace(card, elements=shown))["blocks"]
    name = card.name or "Vigie"
    return {"type": "modal", "title": plain_text(name, TITLE), "close": plain_text(close, TITLE), "blocks": blocks}


def _with_account(field: Field, account: Callable[[str], str | None]) -> Field:
    if field.kind is not FieldKind.PERSON or not field.initial:
        return field
    return replace(field, initial=account(field.initial))


def _field(field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.id,
        "label": plain_text(field.label, LABEL),
        "optional": not field.required,
        "element": _input(field),
    }
    if field.hint:
        block["hint"] = plain_text(field.hint, LABEL)
    return block


def _input(field: Field) -> Block:
    element: Block = {"action_id": "value"}
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            element |= _text(field)
        case FieldKind.INSTANT:
            element["type"] = "datetimepicker"
            if field.initial:
                element["initial_date_time"] = int(field.initial)
            return element  # Slack's datetimepicker takes no placeholder
        case FieldKind.PERSON:
            element["type"] = "users_select"
            if field.initial:
                element["initial_user"] = id_of(field.initial)
        case FieldKind.PEOPLE:
            element["type"] = "multi_users_select"
            if field.initial:
                element["initial_users"] = [id_of(key) for key in field.initial.split(",")]
        case FieldKind.CHANNEL:
            element |= {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
            if field.initial:
                element["initial_conversation"] = id_of(field.initial)
        case FieldKind.CHOICE | FieldKind.CHOICES:
            element |= _select(field)
    if field.placeholder:
        element["placeholder"] = plain_text(field.placeholder, PLACEHOLDER)
    return element


def _text(field: Field) -> Block:
    longest = min(field.longest or LONGEST_ANSWER, LONGEST_ANSWER)
    element = {"type": "plain_text_input", "multiline": field.kind is FieldKind.TEXT, "max_length": longest}
    return {**element, "initial_value": cut(field.initial, longest)} if field.initial else element


def _select(field: Field) -> Block:
    offered = field.options[:OPTIONS]
    options = [{"text": plain_text(label, OPTION_LABEL), "value": value} for value, label in offered]
    chosen = [option for option in options if option["value"] in (field.initial or "").split(",")]
    if field.kind is FieldKind.CHOICE:
        element: Block = {"type": "static_select", "options": options}
        return {**element, "initial_option": chosen[0]} if chosen else element
    element = {"type": "multi_static_select", "options": options}
    return {**element, "initial_options": chosen} if chosen else element


def read_form(state: dict[str, Any], person: KeyOf, channel: KeyOf) -> dict[str, str]:
    """The answers of a submitted view by block id: option values joined by commas, instants as unix seconds, people and
    channels by the key that `person` and `channel` make of their id."""
    answers: dict[str, str] = {}
    values = state.get("values")
    for block_id, actions in values.items() if isinstance(values, dict) else ():
        for value in actions.values() if isinstance(actions, dict) else ():
            found = _answer(value, person, channel) if isinstance(value, dict) else ""
            if found:
                answers[block_id] = found
    return answers


def _answer(value: dict[str, Any], person: KeyOf, channel: KeyOf) -> str:
    if value.get("selected_user"):
        return person(str(value["selected_user"]))
    if isinstance(value.get("selected_users"), list):
        return ",".join(person(str(each)) for each in value["selected_users"])
    if value.get("selected_conversation"):
        return channel(str(value["selected_conversation"]))
    if isinstance(value.get("selected_option"), dict):
        return str(value["selected_option"].get("value") or "")
    if isinstance(value.get("selected_options"), list):
        chosen = (option.get("value") for option in value["selected_options"] if isinstance(option, dict))
        return ",".join(str(each) for each in chosen if each)
    if value.get("selected_date_time"):
        return str(value["selected_date_time"])
    return str(value.get("value") or "")
