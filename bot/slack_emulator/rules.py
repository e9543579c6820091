"""Small rules that check JSON the way Slack does, each complaint naming the place as a JSON pointer.

A rule takes a value, its pointer and the list of complaints to add to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Problems = list[str]
Rule = Callable[[Any, str, Problems], None]


def complain(problems: Problems, message: str, pointer: str) -> None:
    """Adds a complaint in Slack's wording."""
    problems.append(f"[ERROR] {message} [json-pointer:{pointer}]")


def string(most: int | None = None, least: int = 1) -> Rule:
    """A string of `least` to `most` characters."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            complain(problems, "must provide a string", pointer)
        elif len(value) < least:
            complain(problems, f"must be more than {least - 1} characters", pointer)
        elif most is not None and len(value) > most:
            complain(problems, f"must be less than {most + 1} characters", pointer)

    return rule


def matching(pattern: str, what: str) -> Rule:
    """A string of a certain form, described by `what`."""
    compiled = re.compile(pattern)

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            complain(problems, f"must be {what}", pointer)

    return rule


def url(most: int = 3000) -> Rule:
    """An http(s) or mailto address."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        string(most)(value, pointer, problems)
        if isinstance(value, str) and value and not re.match(r"(https?://[^\s/]|mailto:|slack://)", value):
            complain(problems, "must be a valid URL", pointer)

    return rule


def boolean(value: Any, pointer: str, problems: Problems) -> None:
    """True or false."""
    if not isinstance(value, bool):
        complain(problems, "must provide a boolean", pointer)


def integer(least: int, most: int) -> Rule:
    """A whole number within bounds."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            complain(problems, "must provide an integer", pointer)
        elif not least <= value <= most:
            complain(problems, f"must be between {least} and {most}", pointer)

    return rule


def one_of(*allowed: str) -> Rule:
    """One of a few words."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if value not in allowed:
            complain(problems, f"must be a valid enum value: {', '.join(allowed)}", pointer)

    return rule


def array(item: Rule, most: int, least: int = 1) -> Rule:
    """A list of `least` to `most` items, each obeying `item`."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            complain(problems, "must provide an array", pointer)
            return
        if len(value) < least:
            complain(problems, f"no less than {least} items allowed", pointer)
        if len(value) > most:
            complain(problems, f"no more than {most} items allowed", pointer)
        for index, one in enumerate(value):
            item(one, f"{pointer}/{index}", problems)

    return rule


def fields(known: Mapping[str, Rule], required: Sequence[str] = ()) -> Rule:
    """An object with these fields, `type` aside, and no others."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            complain(problems, "must provide an object", pointer)
            return
        for name in required:
            if value.get(name) is None:
                complain(problems, f"missing required field: {name}", pointer)
        for name, one in value.items():
            if name == "type":
                continue
            if name not in known:
                complain(problems, f"invalid additional property: {name}", pointer)
            elif one is not None:
                known[name](one, f"{pointer}/{name}", problems)

    return rule


def typed_as(rules: Mapping[str, Rule]) -> Rule:
    """An object whose `type` picks the rule it must obey."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            complain(problems, "must provide an object", pointer)
        elif "type" not in value:
            complain(problems, "missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in rules:
            complain(problems, f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            rules[value["type"]](value, pointer, problems)

    return rule


def both(*rules: Rule) -> Rule:
    """Every one of several rules."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        for one in rules:
            one(value, pointer, problems)

    return rule
