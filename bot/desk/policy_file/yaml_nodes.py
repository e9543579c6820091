"""YAML as a tree of text with line numbers. Nothing is interpreted: `no`, `09:00` and `+1` stay what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from triage.errors import PolicyError

DEEPEST, MOST_VALUES, LONGEST_KEY = 20, 20_000, 200
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of the file."""

    #: Where it stands: keys joined by dots, `[2]` for the second of a list.
    path: str
    #: Text, a list, a mapping, or None where nothing was written.
    value: str | list[Node] | dict[str, Node] | None
    #: The line it begins on, from 1; None: it was not read from a file.
    line: int | None = None


Note = Callable[[Node, str], None]


def parse_yaml(text: str, note: Note) -> Node:
    """The tree of a YAML text; what is wrong with a key is told to `note`, and the key left out.

    Raises PolicyError when there is no tree to speak of: the text is empty or not YAML, uses tags or aliases, or is
    larger or deeper than a policy is.
    """
    if not text.strip():
        raise PolicyError(["The policy file is empty: write at least `version: 1`."])
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER), note).document()
    except yaml.MarkedYAMLError as error:
        raise PolicyError([_located(error)]) from None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        raise PolicyError([f"This is not YAML ({reason}): save the file as plain UTF-8 text."]) from None


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


def lines(node: Node) -> Iterator[tuple[str, int | None]]:
    """Every path below a node, and its line."""
    yield node.path, node.line
    inside = node.value.values() if isinstance(node.value, dict) else node.value if isinstance(node.value, list) else ()
    for child in inside:
        yield from lines(child)


class _Builder:
    """Builds the tree from what the parser meets, so that a file costs no more than the part of it that is read."""

    def __init__(self, events: Iterator[Any], note: Note) -> None:
        self._events = events
        self._note = note
        self._met = 0

    def document(self) -> Node:
        root = Node("", None, 1)
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise PolicyError([f"line {_line(event)}: a second document begins here: keep one."])
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, "", 0)
        return root

    def _node(self, event: Any, path: str, depth: int) -> Node:
        line = _line(event)
        self._refuse_tricks(event, line, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(path, self._items(path, depth), line)
        if isinstance(event, yaml.MappingStartEvent):
            return Node(path, self._keys(path, depth), line)
        # A plain word that says nothing; in quotes it is text.
        return Node(path, None if event.implicit[0] and event.value in _NOTHING else event.value, line)

    def _refuse_tricks(self, event: Any, line: int, depth: int) -> None:
        """Refuse what costs more than its size, or makes no text: aliases, tags, too much of anything."""
        self._met += 1
        if self._met > MOST_VALUES:
            raise PolicyError([f"line {line}: more than {MOST_VALUES:,} values: a policy needs some hundred."])
        if depth > DEEPEST:
            raise PolicyError([f"line {line}: nested more than {DEEPEST} levels deep: a policy needs six at most."])
        if isinstance(event, yaml.AliasEvent):
            raise PolicyError([f"line {line}: `*{str(event.anchor)[:60]}` is not followed here: write the value out."])
        if event.tag is not None:
            raise PolicyError([f"line {line}: tags such as `{event.tag[:60]}` are not allowed: write plain values."])

    def _items(self, path: str, depth: int) -> list[Node]:
        found: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._node(event, f"{path}[{len(found) + 1}]", depth + 1))
        return found

    def _keys(self, path: str, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            self._node(event, path, depth + 1)
            # A key that says nothing is the text it is written with: `null:` and `~:` are names like others.
            scalar = isinstance(event, yaml.ScalarEvent)
            wrong = _wrong_key(event.value, found) if scalar else "a key must be plain text."
            name = "" if wrong else event.value
            child = self._node(next(self._events), join(path, name) if name else path, depth + 1)
            # The key's line, not the value's: it is where the reader looks.
            if wrong:
                self._note(Node(path, None, _line(event)), wrong)
            else:
                found[name] = Node(child.path, child.value, _line(event))
        return found


def _wrong_key(name: str, found: Mapping[str, Node]) -> str | None:
    if not name.strip():
        return "a key is missing before the colon."
    if len(name) > LONGEST_KEY:
        return f"`{name[:20]}...` is too long for a key: use up to {LONGEST_KEY} characters."
    return f"`{name}` is there twice: keep one." if name in found else None


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _located(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}: " if mark else ""
    return f"{where}this is not YAML ({error.problem or error.context}): check indentation, colons and quotes."
