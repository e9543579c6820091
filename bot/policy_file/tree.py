"""YAML as a tree of text with line numbers. Nothing is interpreted: `no`, `09:00` and `+1` stay what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from triage.errors import PolicyError

DEEPEST = 20
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of the file: text, None, a list or a mapping; `path` is where it stands, `line` counts from 1."""

    path: str
    value: str | list[Node] | dict[str, Node] | None
    line: int | None = None


def parse_yaml(text: str) -> Node:
    """The tree of a YAML text. Raises PolicyError when it is not YAML, or uses tags, aliases or too many levels."""
    if not text.strip():
        raise PolicyError(["The policy file is empty: write at least `version: 1`."])
    try:
        _refuse_tricks(text)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise PolicyError([_located(error)]) from None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        raise PolicyError([f"This is not YAML ({reason}): save the file as plain UTF-8 text."]) from None
    problems: list[str] = []
    tree = _convert(root, "", problems)
    if problems:
        raise PolicyError(problems)
    return tree


def tree_of(data: object, path: str = "") -> Node:
    """The tree of values that are already read: mappings, lists, text, numbers, None."""
    if isinstance(data, Mapping):
        return Node(path, {str(k): tree_of(v, join(path, str(k))) for k, v in data.items()})
    if isinstance(data, list | tuple):
        return Node(path, [tree_of(v, f"{path}[{n}]") for n, v in enumerate(data, 1)])
    return Node(path, None if data is None else str(data))


def join(path: str, key: str) -> str:
    """The path of a key inside another."""
    return f"{path}.{key}" if path else key


def _refuse_tricks(text: str) -> None:
    """Before a tree is built: what would cost more than its size, or make something other than text."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise PolicyError([f"line {line}: nested more than {DEEPEST} levels deep: a policy needs six at most."])
        if isinstance(event, yaml.AliasEvent):
            raise PolicyError([f"line {line}: `*{event.anchor}` is not followed here: write the value out."])
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            raise PolicyError([f"line {line}: tags such as `{event.tag}` are not allowed: write plain values."])


def _convert(node: yaml.Node | None, path: str, problems: list[str]) -> Node:
    if node is None:
        return Node(path, None)
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Node(path, [_convert(item, f"{path}[{n}]", problems) for n, item in enumerate(node.value, 1)], line)
    if isinstance(node, yaml.MappingNode):
        return Node(path, _mapping(node.value, path, problems), line)
    return Node(path, None if node.tag == "tag:yaml.org,2002:null" else node.value, line)


def _mapping(pairs: list[tuple[Any, Any]], path: str, problems: list[str]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key, value in pairs:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            problems.append(f"line {line}: {path or 'the file'}: a key must be plain text.")
        elif key.value in found:
            problems.append(f"line {line}: {path or 'the file'}: `{key.value}` is there twice: keep one.")
        else:
            # The key's line, not the value's: it is where the reader looks.
            child = _convert(value, join(path, key.value), problems)
            found[key.value] = Node(child.path, child.value, line)
    return found


def _located(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}: " if mark else ""
    return f"{where}this is not YAML ({error.problem or error.context}): check indentation, colons and quotes."
