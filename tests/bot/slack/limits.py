"""What Slack would say against a message or a form, and what a person would read in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.slack.render import unescape
from bot.slack_emulator.blocks import check_blocks, check_view, too_large

Json = dict[str, Any]

LONGEST_FALLBACK = 4000  # chat.update refuses more, chat.postMessage may split it
LONGEST_TOGETHER = 11_000  # undocumented: blocks that hold more are refused as a whole
_TOKEN = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&(?:amp|lt|gt);")


def against_message(message: Json) -> list[str]:
    """Every complaint about a message; empty when Slack would show it."""
    found = check_blocks(message["blocks"], least=1)
    unknown = ("data_table", "data_visualization")  # to slack_sdk
    known = [block for block in message["blocks"] if block["type"] not in unknown]
    for block in Block.parse_all(known):
        block.to_dict()  # raises on what slack_sdk knows to be too long
    if not message["text"].strip():
        found.append("there is nothing to show in a notification")
    if len(message["text"]) > LONGEST_FALLBACK:
        found.append(f"the text has {len(message['text'])} characters")
    together = sum(len(unescape(text)) for text in leaves(message["blocks"]))
    if together > LONGEST_TOGETHER:
        found.append(f"the blocks hold {together} characters together")
    found += [f"loose ends in {text!r}" for text in (message["text"], *marked(message["blocks"])) if loose_ends(text)]
    return found


def against_form(view: Json) -> list[str]:
    """Every complaint about a form."""
    View(**view).to_dict()
    return check_view(view) + (["too large"] if too_large(view) else [])


def loose_ends(text: str) -> bool:
    """Whether half a token or half an entity is left in text that Slack parses."""
    return bool(re.search(r"[<>]|&", _ENTITY.sub("", _TOKEN.sub("", text))))


def leaves(part: Any, *kinds: str) -> Iterator[str]:
    """Every piece of text in blocks; of `kinds` only, where some are named (mrkdwn, plain_text, text)."""
    if isinstance(part, list):
        for item in part:
            yield from leaves(item, *kinds)
    elif isinstance(part, dict):
        if isinstance(part.get("text"), str) and (not kinds or part.get("type") in kinds):
            yield part["text"]
        if part.get("type") == "link" and not kinds:
            yield part["url"]
        for value in part.values():
            yield from leaves(value, *kinds)


def marked(blocks: list[Json]) -> Iterator[str]:
    """Every text in which Slack looks for formatting."""
    return leaves(blocks, "mrkdwn")


def formatting_in(text: str) -> list[str]:
    """What Slack would take for formatting in mrkdwn, our own bold words aside (they hold none of it themselves)."""
    words = re.sub(r"\*[^*_~`\n]+\*", "", _TOKEN.sub("-", text))
    lines = [line for line in words.split("\n") if line.startswith("&gt;")]
    return re.findall(r"[*_~`]|:[\w+'-]+:", words) + lines


def shown(blocks: list[Json]) -> str:
    """What a person reads, block by block, each on its own line: rich text in one run, entities undone."""
    return "\n".join("".join(_read(block)) for block in blocks)


def _read(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _read(item)
    elif isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield unescape(part["text"])
        elif part.get("type") == "link":
            yield str(part.get("text") or part["url"])
        elif isinstance(part.get("text"), str):
            yield part["text"]
        else:
            yield from _read([part.get(key) for key in ("text", "fields", "elements")])
