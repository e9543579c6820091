"""What may stand inside a block, with Slack's limits: texts, options, confirmations, buttons, menus, inputs."""

from __future__ import annotations

from typing import Any

from bot.slack_emulator.rules import (
    Problems,
    Rule,
    array,
    boolean,
    both,
    complain,
    fields,
    integer,
    matching,
    one_of,
    string,
    url,
)
from bot.slack_emulator.rules import typed_as as _typed_as

ACTION_ID = string(255)
BLOCK_ID = string(255)
DATE = matching(r"\d{4}-\d{2}-\d{2}", "a date as YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:mm")


def plain_text(most: int, least: int = 1) -> Rule:
    """A text object that is shown as it stands."""
    return _typed_as({"plain_text": fields({"text": string(most, least), "emoji": boolean}, ("text",))})


def any_text(most: int, least: int = 1) -> Rule:
    """A text object of either kind."""
    return _typed_as({
        "plain_text": fields({"text": string(most, least), "emoji": boolean}, ("text",)),
        "mrkdwn": fields({"text": string(most, least), "verbatim": boolean}, ("text",)),
    })  # fmt: skip


def option(*, markup: bool = False, link: bool = False) -> Rule:
    """One choice; `markup` where its text may be mrkdwn, `link` where it may carry a URL."""
    text = any_text if markup else plain_text
    known = {"text": text(75), "value": string(150), "description": text(75)}
    return fields(known | ({"url": url()} if link else {}), ("text", "value"))


CONFIRM = fields(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30),
     "style": one_of("primary", "danger")},
    ("title", "text", "confirm", "deny"),
)  # fmt: skip
GROUP = fields({"label": plain_text(75), "options": array(option(), 100)}, ("label", "options"))
DISPATCH = fields({"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)})
FILTER = fields({
    "include": array(one_of("im", "mpim", "private", "public"), 4), "exclude_external_shared_channels": boolean,
    "exclude_bot_users": boolean,
})  # fmt: skip

_FILE = fields({"id": string(), "url": url()})
_PICK: dict[str, Rule] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
_MENU = _PICK | {"placeholder": plain_text(150)}
_MANY = _MENU | {"max_selected_items": integer(1, 1000)}
_LINE: dict[str, Rule] = {
    "action_id": ACTION_ID, "placeholder": plain_text(150), "dispatch_action_config": DISPATCH,
    "focus_on_load": boolean,
}  # fmt: skip
_USER = matching(r"[UW][A-Z0-9]+", "a user id")
_PLACE = matching(r"[CGDUW][A-Z0-9]+", "a conversation id")


def offered(element: dict[str, Any]) -> list[Any]:
    """Every option of a menu, groups opened up."""
    options = element.get("options")
    found = list(options) if isinstance(options, list) else []
    groups = element.get("option_groups")
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, dict) and isinstance(group.get("options"), list):
            found += group["options"]
    return found


def _initial_is_offered(value: Any, pointer: str, problems: Problems) -> None:
    chosen = value.get("initial_options") if isinstance(value.get("initial_options"), list) else []
    if value.get("initial_option") is not None:
        chosen = [*chosen, value["initial_option"]]
    known = [o.get("value") for o in offered(value) if isinstance(o, dict)]
    for one in chosen:
        if not isinstance(one, dict) or one.get("value") not in known:
            complain(problems, "initial option must be one of the options", pointer)


def _options_or_groups(value: Any, pointer: str, problems: Problems) -> None:
    if ("options" in value) == ("option_groups" in value):
        complain(problems, "must provide either options or option_groups", pointer)


def _lengths_in_order(value: Any, pointer: str, problems: Problems) -> None:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        complain(problems, "min_length must not exceed max_length", pointer)


def _menu(extra: dict[str, Rule], *, many: bool) -> Rule:
    return fields((_MANY if many else _MENU) | extra)


def _static(*, many: bool) -> Rule:
    initial: dict[str, Rule] = {"initial_options": array(option(), 100)} if many else {"initial_option": option()}
    known = {"options": array(option(), 100), "option_groups": array(GROUP, 100)} | initial
    return both(_menu(known, many=many), _options_or_groups, _initial_is_offered)


def _choices(initial: dict[str, Rule]) -> Rule:
    known = _PICK | {"options": array(option(markup=True), 10)} | initial
    return both(fields(known, ("options",)), _initial_is_offered)


ELEMENTS: dict[str, Rule] = {
    "button": fields(
        {"action_id": ACTION_ID, "text": plain_text(75), "value": string(2000), "url": url(), "confirm": CONFIRM,
         "style": one_of("primary", "danger"), "accessibility_label": string(75)},
        ("text",),
    ),
    "checkboxes": _choices({"initial_options": array(option(markup=True), 10)}),
    "radio_buttons": _choices({"initial_option": option(markup=True)}),
    "overflow": fields(
        {"action_id": ACTION_ID, "options": array(option(link=True), 5), "confirm": CONFIRM}, ("options",)
    ),
    "image": fields({"image_url": url(), "alt_text": string(2000), "slack_file": _FILE}, ("alt_text",)),
    "static_select": _static(many=False),
    "multi_static_select": _static(many=True),
    "external_select": _menu({"initial_option": option(), "min_query_length": integer(0, 255)}, many=False),
    "multi_external_select": _menu(
        {"initial_options": array(option(), 100), "min_query_length": integer(0, 255)}, many=True
    ),
    "users_select": _menu({"initial_user": _USER}, many=False),
    "multi_users_select": _menu({"initial_users": array(_USER, 1000)}, many=True),
    "conversations_select": _menu(
        {"initial_conversation": _PLACE, "default_to_current_conversation": boolean, "response_url_enabled": boolean,
         "filter": FILTER}, many=False),
    "multi_conversations_select": _menu(
        {"initial_conversations": array(_PLACE, 1000), "default_to_current_conversation": boolean, "filter": FILTER},
        many=True),
    "channels_select": _menu({"initial_channel": _PLACE, "response_url_enabled": boolean}, many=False),
    "multi_channels_select": _menu({"initial_channels": array(_PLACE, 1000)}, many=True),
    "datepicker": fields(_MENU | {"initial_date": DATE}),
    "timepicker": fields(_MENU | {"initial_time": TIME, "timezone": string()}),
    "datetimepicker": fields(_PICK | {"initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": both(
        fields(_LINE | {"initial_value": string(3000, 0), "multiline": boolean, "min_length": integer(0, 3000),
                        "max_length": integer(1, 3000)}),
        _lengths_in_order,
    ),
    "email_text_input": fields(_LINE | {"initial_value": string(3000, 0)}),
    "url_text_input": fields(_LINE | {"initial_value": string(3000, 0)}),
    "number_input": fields(
        _LINE | {"is_decimal_allowed": boolean, "initial_value": string(100), "min_value": string(100),
                 "max_value": string(100)},
        ("is_decimal_allowed",),
    ),
}  # fmt: skip

MENUS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("checkboxes", "radio_buttons", "datepicker", "timepicker")
IN_ACTIONS = ("button", "overflow", "datetimepicker", *PICKERS, *MENUS)
IN_SECTION = ("button", "overflow", "image", *PICKERS, *MENUS)
IN_INPUT = (
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "datetimepicker", *PICKERS, *MENUS,
)  # fmt: skip


def element(*names: str) -> Rule:
    """One of the named elements."""
    return _typed_as({name: ELEMENTS[name] for name in names})
