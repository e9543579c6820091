"""Block Kit and views, checked against Slack's limits before anything is shown.

Blocks that Vigie has no use for (video, file, card, ...) are refused as unsupported rather than let through
unchecked.
"""

from __future__ import annotations

import json
from typing import Any

from bot.slack_emulator.charts import AT_MOST, CHART
from bot.slack_emulator.data_tables import CHARACTERS, DATA_TABLE, characters
from bot.slack_emulator.elements import (
    BLOCK_ID,
    ELEMENTS,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    any_text,
    element,
    plain_text,
)
from bot.slack_emulator.ids import new_id
from bot.slack_emulator.rules import (
    Problems,
    Rule,
    array,
    boolean,
    both,
    complain,
    fields,
    one_of,
    string,
    typed_as,
    url,
)
from bot.stand_in.shapes import Json, dumps

IN_MESSAGE = 50
IN_VIEW = 100
VIEW_BYTES = 250_000
IN_CONTAINER = 10
IN_MESSAGES_ALONE = ("data_table", "data_visualization")
MARKDOWN = 12_000
# Compared one by one: what an app sends as `type` may be anything, even something that cannot be looked up.
USABLE = tuple(name for name in ELEMENTS if name != "image")


def _text_or_fields(value: Any, pointer: str, problems: Problems) -> None:
    if not value.get("text") and not value.get("fields"):
        complain(problems, "missing required field: text", pointer)


def _distinct_actions(value: Any, pointer: str, problems: Problems) -> None:
    seen: set[str] = set()
    elements = value.get("elements")
    for index, one in enumerate(elements if isinstance(elements, list) else []):
        name = one.get("action_id") if isinstance(one, dict) else None
        if isinstance(name, str) and name in seen:
            complain(problems, f"`action_id` `{name}` already exists in this block", f"{pointer}/elements/{index}")
        elif isinstance(name, str):
            seen.add(name)


def _image_source(value: Any, pointer: str, problems: Problems) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        complain(problems, "must provide either image_url or slack_file", pointer)


def _collapsed_needs_collapsible(value: Any, pointer: str, problems: Problems) -> None:
    if value.get("default_collapsed") is True and value.get("is_collapsible") is not True:
        complain(problems, "default_collapsed requires is_collapsible", f"{pointer}/default_collapsed")


def _anything(_value: Any, _pointer: str, _problems: Problems) -> None:
    """Rich text is what Slack's own client writes; its inside is not checked."""


_ID: dict[str, Rule] = {"block_id": BLOCK_ID}
_IN_CONTEXT = typed_as({
    "plain_text": any_text(3000), "mrkdwn": any_text(3000), "image": both(ELEMENTS["image"], _image_source),
})  # fmt: skip
BLOCKS: dict[str, Rule] = {
    "section": both(
        fields(_ID | {"text": any_text(3000), "fields": array(any_text(2000), 10), "accessory": element(*IN_SECTION),
                      "expand": boolean}),
        _text_or_fields,
    ),
    "divider": fields(_ID),
    "header": fields(_ID | {"text": plain_text(150)}, ("text",)),
    "context": fields(_ID | {"elements": array(_IN_CONTEXT, 10)}, ("elements",)),
    "actions": both(fields(_ID | {"elements": array(element(*IN_ACTIONS), 25)}, ("elements",)), _distinct_actions),
    "image": both(
        fields(_ID | {"image_url": url(), "alt_text": string(2000), "title": plain_text(2000), "slack_file": _anything},
               ("alt_text",)),
        _image_source,
    ),
    "input": fields(
        _ID | {"label": plain_text(2000), "element": element(*IN_INPUT), "hint": plain_text(2000), "optional": boolean,
               "dispatch_action": boolean},
        ("label", "element"),
    ),
    "rich_text": fields(_ID | {"elements": _anything}, ("elements",)),
    "markdown": fields(_ID | {"text": string(MARKDOWN)}, ("text",)),
}  # fmt: skip
BLOCKS["data_table"] = DATA_TABLE
BLOCKS["data_visualization"] = CHART
# What may be folded away in a container, of what is known here.
_FOLDED = ("actions", "context", "divider", "header", "image", "rich_text", "section")
BLOCKS["container"] = both(
    fields(
        _ID | {"title": plain_text(150), "subtitle": any_text(150), "icon": ELEMENTS["image"],
               "child_blocks": array(typed_as({name: BLOCKS[name] for name in _FOLDED}), IN_CONTAINER),
               "width": one_of("narrow", "standard", "wide", "full"), "is_collapsible": boolean,
               "default_collapsed": boolean, "has_header_divider": boolean},
        ("title", "child_blocks"),
    ),
    _collapsed_needs_collapsible,
)  # fmt: skip
_BLOCK = typed_as(BLOCKS)


def check_blocks(blocks: Any, most: int = IN_MESSAGE, pointer: str = "/blocks", *, least: int = 0) -> Problems:
    """Everything Slack would say against these blocks; empty when it would show them."""
    problems: Problems = []
    array(_BLOCK, most, least)(blocks, pointer, problems)
    seen: set[str] = set()
    focused = markdown = cells = charts = 0
    for index, block in enumerate(flat(blocks)):
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            complain(problems, f"`block_id` `{name}` already exists", f"{pointer}/{index}/block_id")
        elif isinstance(name, str):
            seen.add(name)
        focused += sum(one.get("focus_on_load") is True for one in interactive(block))
        markdown += len(block["text"]) if block.get("type") == "markdown" and isinstance(block.get("text"), str) else 0
        charts += block.get("type") == "data_visualization"
        cells += characters(block) if block.get("type") == "data_table" else 0
    if charts > AT_MOST:
        complain(problems, f"no more than {AT_MOST} data_visualization blocks allowed", pointer)
    if cells > CHARACTERS:
        complain(problems, f"cells of all tables together must be less than {CHARACTERS + 1} characters", pointer)
    if focused > 1:
        complain(problems, "only one element may have focus_on_load", pointer)
    if markdown > MARKDOWN:
        complain(problems, f"markdown blocks together must be less than {MARKDOWN + 1} characters", pointer)
    return problems


def named_files(blocks: Any) -> list[Any]:
    """The ids of the files that these blocks show."""
    found = [block["slack_file"] for block in flat(blocks) if isinstance(block.get("slack_file"), dict)]
    return [each["id"] for each in found if "id" in each]


def flat(blocks: Any) -> list[Json]:
    """The blocks, each container's own ones after it."""
    found = []
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, dict):
            found += [block, *(flat(block.get("child_blocks")) if block.get("type") == "container" else [])]
    return found


def interactive(block: Json) -> list[Json]:
    """The elements of a block that a person could use."""
    elements = block.get("elements")
    found = [block.get("accessory"), block.get("element"), *(elements if isinstance(elements, list) else [])]
    return [one for one in found if isinstance(one, dict) and one.get("type") in USABLE]


_ANY_VIEW: dict[str, Rule] = {
    "blocks": lambda _value, _pointer, _problems: None, "private_metadata": string(3000, 0),
    "callback_id": string(255, 0), "external_id": string(255, 0),
}  # fmt: skip
_VIEW = typed_as({
    "modal": fields(
        _ANY_VIEW | {"title": plain_text(24), "submit": plain_text(24), "close": plain_text(24),
                     "clear_on_close": boolean, "notify_on_close": boolean, "submit_disabled": boolean},
        ("title", "blocks"),
    ),
    "home": fields(_ANY_VIEW, ("blocks",)),
})  # fmt: skip


def check_view(view: Any) -> Problems:
    """Everything Slack would say against this form or home tab."""
    problems: Problems = []
    _VIEW(view, "/view", problems)
    if not isinstance(view, dict) or "blocks" not in view:
        return problems
    problems += check_blocks(view["blocks"], IN_VIEW, "/view/blocks")
    blocks = view["blocks"] if isinstance(view["blocks"], list) else []
    for index, block in enumerate(blocks):
        if isinstance(block, dict) and block.get("type") in IN_MESSAGES_ALONE:
            complain(problems, f"unsupported type: {block['type']}", f"/view/blocks/{index}/type")
    inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if view.get("type") == "modal" and inputs and not view.get("submit"):
        complain(problems, "missing required field: submit (a view with input blocks needs one)", "/view")
    return problems


def too_large(view: Any) -> bool:
    """Whether the view is over Slack's 250 kB."""
    return len(dumps(view).encode()) > VIEW_BYTES


def with_ids(blocks: list[Json], before: list[Json] | None = None) -> list[Json]:
    """The blocks with the ids Slack makes up where an app gave none. One that was there `before`, the same, keeps its
    own."""
    known: dict[str, list[str]] = {}
    for block in before or ():
        known.setdefault(_content(block), []).append(block["block_id"])
    filled = []
    for block in blocks:
        block = dict(block)  # noqa: PLW2901 - a copy: what the caller sent stays as it was
        for key in ("accessory", "element"):
            if block.get(key):
                block[key] = _with_action_id(block[key])
        if block["type"] == "container":
            block["child_blocks"] = with_ids(block["child_blocks"])
        if block["type"] == "actions":
            block["elements"] = [_with_action_id(one) for one in block["elements"]]
        if "block_id" not in block:
            ids = known.get(_content(block))
            block = {"block_id": ids.pop(0) if ids else new_id("", 5), **block}  # noqa: PLW2901 - as above
        filled.append(block)
    return filled


def _content(block: Json) -> str:
    """A block without its name."""
    return json.dumps({key: value for key, value in block.items() if key != "block_id"}, sort_keys=True)


def _with_action_id(one: Json) -> Json:
    return one if one["type"] == "image" else {"action_id": new_id("", 5), **one}
