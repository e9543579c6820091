"""Canned replies: texts to choose from where something is written to the customer."""

from __future__ import annotations

from bot.desk.languages import LANGUAGES
from bot.desk.policy_file.reader import Reader
from bot.desk.policy_file.yaml_nodes import Node

LONGEST_NAME, LONGEST = 75, 3000
ANY = ""  # whatever the desk's language is


def read_replies(reader: Reader, node: Node) -> dict[str, dict[str, str]]:
    """By name the text, by language: `{name: text}`, or `{name: {en: text, fr: text}}`."""
    found: dict[str, dict[str, str]] = {}
    for name, child in reader.names(node, "looking").items():
        if len(name) > LONGEST_NAME:
            reader.problem(child, f"the name is too long: use up to {LONGEST_NAME} characters.")
            continue
        texts = {ANY: child}
        if isinstance(child.value, dict):
            texts = reader.mapping(child, LANGUAGES)
        said = {language: text for language, each in texts.items() if (text := _text(reader, each))}
        if said:
            found[name] = said
    return found


def _text(reader: Reader, node: Node) -> str | None:
    text = node.value.strip() if isinstance(node.value, str) else ""
    if not text:
        reader.problem(node, "write the text of the reply.")
    elif len(text) > LONGEST:
        reader.problem(node, f"the reply is too long: use up to {LONGEST:,} characters.")
    else:
        return text
    return None
