"""What Teams would say against a card, and what a person would read in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator
from markdown_it import MarkdownIt

from bot.teams.fitting import MOST, weight
from bot.teams.render import VISIBLE, message
from bot.wording.card import Card
from bot.wording.sentences import Mention
from triage.keys import id_of

Json = dict[str, Any]

MOMENT = re.compile(r"\{\{(?:DATE|TIME)\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?:, SHORT)?\)\}\}")
_APART = "\u2060"


@cache
def schema() -> Draft6Validator:
    """The schema of Adaptive Cards 1.5."""
    found = json.loads(files("adaptive_cards").joinpath("schemas", "schema-1.5.json").read_text(encoding="utf-8"))
    return Draft6Validator(found)


def against(content: Json) -> list[str]:
    """Every complaint about a card; empty where Teams would show it. What Teams knows beyond the schema is taken out
    first: its own `msteams`, the search for people, and choices that grow fewer while one types."""
    bare = {name: value for name, value in content.items() if name != "msteams"}
    said = [error.message[:300] for error in schema().iter_errors(_bare(bare))]
    if weight({"type": "message", "attachments": [{"contentType": "x" * 60, "content": content}]}) > MOST:
        said.append(f"{weight(content)} bytes")
    ids = [each["id"] for each in parts(content) if "id" in each and "type" in each]
    said += [f"twice: {each}" for each in set(ids) if ids.count(each) > 1]
    for row in (each["actions"] for each in parts(content) if "actions" in each):
        if sum(each.get("mode") != "secondary" for each in row) > VISIBLE:
            said.append("more buttons than are shown")
    said += [f"is not read as it stands: {text!r}" for text in markdown(content) if not _is_plain(text, content)]
    said += [f"would be read: {text!r}" for text in runs(content) if _is_read(text)]
    texts = "\n".join(markdown(content))
    said += [f"mentioned nowhere: {each}" for each in mentioned(content) if f"<at>{each}</at>" not in texts]
    return said


def _is_read(text: str) -> bool:
    return re.search(r"\{\{|</?at\b|\]\(", MOMENT.sub("", text), re.IGNORECASE) is not None


_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _is_plain(text: str, content: Json) -> bool:
    """Whether a reader of Markdown shows a text as it stands, our own marks aside."""
    bare = _without_ours(text, content).strip(" \u2028\u2029\u00a0\u3000")
    if not bare.strip():
        return True
    found = [each for each in _MARKDOWN.parse(bare) if each.type not in {"paragraph_open", "paragraph_close"}]
    inside = [child for each in found for child in each.children or []]
    is_text = [each.type for each in found] == ["inline"] and {each.type for each in inside} <= {"text"}
    return is_text and "".join(each.content for each in inside).strip() == bare.strip()


def _without_ours(text: str, content: Json) -> str:
    """What is left where our own marks are taken away: names of the mentioned, moments, bold words, links."""
    for name in mentioned(content):
        text = text.replace(f"<at>{name}</at>", "§")  # no letter, and no part of an address
    text = re.sub(r"\[([^\[\]]*)\]\(https?://[^()\s]*\)", r"\1", MOMENT.sub("x", text))
    return re.sub(r"\*\*([^*]+)\*\*", r"\1", text)


def _bare(part: Any) -> Any:
    if isinstance(part, list):
        return [_bare(each) for each in part]
    if isinstance(part, dict):
        return {name: _bare(each) for name, each in part.items() if name != "choices.data" and each != "filtered"}
    return part


def parts(part: Any) -> Iterator[Json]:
    """Every object in a card but the data of its buttons."""
    if isinstance(part, list):
        for each in part:
            yield from parts(each)
    elif isinstance(part, dict):
        yield part
        for name, value in part.items():
            if name != "data":
                yield from parts(value)


def markdown(content: Json) -> list[str]:
    """Every text in which Markdown is read."""
    found = [each["text"] for each in parts(content["body"]) if each.get("type") == "TextBlock"]
    facts = [fact for each in parts(content["body"]) if each.get("type") == "FactSet" for fact in each["facts"]]
    return found + [fact[name] for fact in facts for name in ("title", "value")]


def runs(content: Json) -> list[str]:
    """Every text in which none is."""
    return [each["text"] for each in parts(content["body"]) if each.get("type") == "TextRun"]


def mentioned(content: Json) -> dict[str, str]:
    """Who is notified: the id of each, by the name that stands for them."""
    entities = content["msteams"].get("entities", [])
    return {each["mentioned"]["name"]: each["mentioned"]["id"] for each in entities}


def shown(content: Json) -> str:
    """What a person reads, element by element."""
    return "\n".join(_shown(content["body"])).replace(_APART, "")


def _shown(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _shown(each)
    elif isinstance(part, dict):
        match part.get("type"):
            case "TextBlock":
                yield re.sub(r"</?at>|\*\*", "", part["text"])
            case "RichTextBlock":
                yield "".join(run["text"] for run in part["inlines"])
            case "FactSet":
                yield from (f"{fact['title']} {fact['value']}".replace("**", "") for fact in part["facts"])
            case _:
                for name in ("items", "columns"):
                    yield from _shown(part.get(name, []))


def buttons(content: Json) -> list[Json]:
    """Every button, in order."""
    return [each for row in parts(content) if "actions" in row for each in row["actions"]]


def here(value: Any) -> Any:
    """The same card or sentence, with everybody whom it mentions on Teams."""
    if isinstance(value, Mention):
        return replace(value, person=f"teams:29:{id_of(value.person)}")
    if isinstance(value, tuple):
        return tuple(map(here, value))
    if is_dataclass(value) and not isinstance(value, type):
        own = {each.name: getattr(value, each.name) for each in fields(value)}
        return replace(value, **{name: here(each) for name, each in own.items() if isinstance(each, tuple)})
    return value


def rendered(card: Card) -> Json:
    """The content of a card, as Teams is given it."""
    content: Json = message(here(card))["attachments"][0]["content"]
    return content
