"""Reads shapes out of the tree and collects every problem on the way, so that all are reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from bot.durations import Duration, parse_duration
from bot.policy_file.tree import Node

SEVERITIES = ("1", "2", "3")


class Reader:
    """Every method answers something usable (or None) for a bad node, after noting the problem."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def problem(self, node: Node, sentence: str) -> None:
        """Note what is wrong at `node` and what to write instead."""
        where = f"line {node.line}: " if node.line is not None else ""
        self.problems.append(f"{where}{node.path or 'the file'}: {sentence}")

    def mapping(self, node: Node, known: Iterable[str] | None = None) -> dict[str, Node]:
        """The keys under a node; unknown ones are problems when `known` is given. None counts as no keys."""
        if node.value is None:
            return {}
        if not isinstance(node.value, dict):
            example = f" such as `{next(iter(known), 'name')}:`" if known is not None else ""
            self.problem(node, f"write keys{example} below it.")
            return {}
        if known is None:
            return node.value
        names = list(known)
        for key, child in node.value.items():
            if key not in names:
                near = get_close_matches(key.lower(), names, n=1)
                hint = f"did you mean `{near[0]}`?" if near else f"use {_listed(names)}."
                self.problem(Node(node.path, None, child.line), f"unknown key `{key}`; {hint}")
        return {key: child for key, child in node.value.items() if key in names}

    def severities(self, node: Node) -> dict[str, Node]:
        """The keys under a node, which must be severities."""
        return self.mapping(node, SEVERITIES)

    def items(self, node: Node) -> list[Node]:
        """The entries of a list; a single value is a list of one, nothing is none."""
        if node.value is None:
            return []
        if isinstance(node.value, list):
            return node.value
        if isinstance(node.value, dict):
            self.problem(node, "write a list, for example [a, b].")
            return []
        return [node]

    def text(self, node: Node) -> str | None:
        """One line of text."""
        if isinstance(node.value, str) and node.value.strip():
            return " ".join(node.value.split())
        self.problem(node, "write a word or a line of text.")
        return None

    def choice(self, node: Node, options: Iterable[str]) -> str | None:
        """One of a few words."""
        names = list(options)
        if isinstance(node.value, str) and node.value in names:
            return node.value
        near = get_close_matches(str(node.value).lower(), names, n=1) if isinstance(node.value, str) else []
        hint = f"did you mean `{near[0]}`?" if near else f"use {_listed(names)}."
        self.problem(node, f"{_shown(node)} is not known here; {hint}")
        return None

    def number(self, node: Node, low: int, high: int) -> int | None:
        """A whole number within bounds."""
        value = node.value
        if isinstance(value, str) and value.isascii() and value.isdigit() and low <= int(value[:9]) <= high:
            return int(value)
        self.problem(node, f"{_shown(node)} is not a whole number from {low} to {high}.")
        return None

    def duration(self, node: Node) -> Duration | None:
        """A length of time."""
        found = parse_duration(node.value) if isinstance(node.value, str) else None
        if found is None:
            self.problem(
                node, f"{_shown(node)} is not a length of time up to a year; write 90s, 15m, 6h or 48 business hours."
            )
        return found

    def elapsed(self, node: Node) -> int | None:
        """Seconds around the clock."""
        found = self.duration(node)
        if found is not None and found.business:
            self.problem(node, f"{_shown(node)} cannot count in business time here; write 90s, 15m, 6h or 2d.")
            return None
        return found.seconds if found else None


def _shown(node: Node) -> str:
    if isinstance(node.value, str):
        return f"`{node.value[:60]}`"
    return "a list" if isinstance(node.value, list) else "a mapping" if node.value else "nothing"


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return f"`{names[0]}`"
    return f"{', '.join(f'`{name}`' for name in names[:-1])} or `{names[-1]}`"
