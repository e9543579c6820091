"""What a person fills into a form: plain values become the state Slack sends, refused where its client refuses."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bot.slack_emulator.blocks import interactive
from bot.slack_emulator.elements import offered
from bot.stand_in.shapes import Json


class RefusedError(Exception):
    """Slack's client would not let this value through; the message says why."""


_MANY = {"multi_static_select": "selected_options", "checkboxes": "selected_options",
         "multi_external_select": "selected_options", "multi_users_select": "selected_users",
         "multi_conversations_select": "selected_conversations",
         "multi_channels_select": "selected_channels"}  # fmt: skip
_ONE = {"static_select": "selected_option", "radio_buttons": "selected_option", "external_select": "selected_option",
        "users_select": "selected_user", "conversations_select": "selected_conversation",
        "channels_select": "selected_channel", "datepicker": "selected_date", "timepicker": "selected_time",
        "datetimepicker": "selected_date_time", "overflow": "selected_option"}  # fmt: skip
_INITIAL = {"selected_options": "initial_options", "selected_option": "initial_option",
            "selected_users": "initial_users", "selected_user": "initial_user", "selected_date": "initial_date",
            "selected_time": "initial_time", "selected_date_time": "initial_date_time",
            "selected_conversation": "initial_conversation", "selected_conversations": "initial_conversations",
            "selected_channel": "initial_channel", "selected_channels": "initial_channels"}  # fmt: skip


def initial(element: Json) -> Json:
    """The state of an element nobody has touched."""
    kind = element["type"]
    if key := _MANY.get(kind):
        return {"type": kind, key: element.get(_INITIAL[key]) or []}
    if key := _ONE.get(kind):
        return {"type": kind, key: element.get(_INITIAL.get(key, ""))}
    return {"type": kind, "value": element.get("initial_value") or None}


def chosen(element: Json, value: Any) -> Json:
    """The state of an element set to a plain value: an option's value (or several), an ISO instant, an id or a text.

    Raises RefusedError for what Slack's client would not accept. None and "" empty the element.
    """
    kind = element["type"]
    if key := _MANY.get(kind):
        values = [] if value in (None, "") else value if isinstance(value, list) else [value]
        return {"type": kind, key: [_pick(element, one) if key == "selected_options" else str(one) for one in values]}
    if key := _ONE.get(kind):
        if value is None or value == "":
            return {"type": kind, key: None}
        return {"type": kind, key: _pick(element, value) if key == "selected_option" else _plain(kind, value)}
    return {"type": kind, "value": _text(element, "" if value is None else str(value)) or None}


def empty(state: Json) -> bool:
    """Whether nothing was filled in."""
    return not any(value for key, value in state.items() if key != "type")


def present(view: Json) -> Json:
    """The values of a view as they stand: what was filled in so far, else what the elements start with."""
    known = view["state"]["values"]
    values: Json = {}
    for block in view["blocks"]:
        for element in interactive(block):
            if element["type"] in {"button", "overflow"}:
                continue
            state = known.get(block["block_id"], {}).get(element["action_id"]) or initial(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def fill(view: Json, given: Json) -> tuple[Json, dict[str, str]]:
    """The view's values with `given` (plain values by block_id) filled in, and what is wrong, by block_id."""
    values = present(view)
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    wrong = {block_id: "The form has no such field." for block_id in given if block_id not in values}
    for block_id, value in given.items():
        block = next((b for b in view["blocks"] if b.get("block_id") == block_id), None)
        if block is None or block_id not in values:
            continue
        element = next(one for one in interactive(block) if one["type"] not in {"button", "overflow"})
        try:
            values[block_id][element["action_id"]] = chosen(element, value)
        except RefusedError as refused:
            wrong[block_id] = str(refused)
    for block_id, block in inputs.items():
        if block_id not in wrong and not block.get("optional") and all(empty(s) for s in values[block_id].values()):
            wrong[block_id] = "Please complete this required field."
    return values, wrong


def keep_typed(old: Json, new: Json) -> Json:
    """What stays filled in when a view is replaced: fields whose block_id and action_id are the same."""
    kept: Json = {}
    known = old["state"]["values"]
    for block in new["blocks"]:
        for element in interactive(block):
            state = known.get(block["block_id"], {}).get(element["action_id"])
            if state is not None and state["type"] == element["type"]:
                kept.setdefault(block["block_id"], {})[element["action_id"]] = state
    return kept


def _pick(element: Json, value: Any) -> Json:
    wanted = value.get("value") if isinstance(value, dict) else value
    for option in offered(element):
        if option["value"] == wanted:
            return dict(option)
    raise RefusedError(f"There is no option {wanted!r}; choose one of those offered.")


def _plain(kind: str, value: Any) -> Any:
    if kind == "datetimepicker":
        return _instant(value)
    patterns = {"datepicker": r"\d{4}-\d{2}-\d{2}", "timepicker": r"([01]\d|2[0-3]):[0-5]\d"}
    if kind in patterns and not re.fullmatch(patterns[kind], str(value)):
        raise RefusedError("Enter a valid date." if kind == "datepicker" else "Enter a valid time.")
    return str(value)


def _instant(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise RefusedError("Enter a valid date and time.") from error
    if instant.tzinfo is None:
        raise RefusedError("The date and time need an offset, such as Z.")
    return int(instant.timestamp())


def _text(element: Json, value: str) -> str:
    kind = element["type"]
    if kind == "plain_text_input" and value:
        most, least = element.get("max_length", 3000), element.get("min_length", 0)
        if len(value) > most:
            raise RefusedError(f"This field can hold {most} characters at most; you entered {len(value)}.")
        if len(value) < least:
            raise RefusedError(f"This field needs at least {least} characters.")
        if not element.get("multiline"):
            return " ".join(value.splitlines())
    if kind == "email_text_input" and value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise RefusedError("Enter a valid email address.")
    if kind == "url_text_input" and value and not re.match(r"https?://[^\s/]", value):
        raise RefusedError("Enter a valid URL, with http:// or https://.")
    if kind == "number_input" and value:
        _check_number(element, value)
    return value


def _check_number(element: Json, value: str) -> None:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        raise RefusedError("Enter a number.")
    if "min_value" in element and float(value) < float(element["min_value"]):
        raise RefusedError(f"Enter {element['min_value']} or more.")
    if "max_value" in element and float(value) > float(element["max_value"]):
        raise RefusedError(f"Enter {element['max_value']} or less.")
