"""Reads values out of the tree and collects problems on the way, so that all are reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches

from bot.desk.policy_file.yaml_nodes import Node
from triage.durations import IN_DAYS, Duration, parse_duration
from triage.errors import PolicyError
from triage.text import clean

SEVERITIES = ("1", "2", "3")
MOST_PROBLEMS, LONGEST_TEXT = 100, 300
NONE = ("none", "off")
_LAST = 10**9


class Reader:
    """Every method answers something usable (or None) for a bad node, after noting the problem.

    Holidays are worked out from `today` on. Doubts are what is legal, but hardly meant.
    """

    def __init__(self, today: date) -> None:
        self.today = today
        self._problems: list[tuple[int, str]] = []
        self._doubts: list[tuple[int, str]] = []

    def problem(self, node: Node, sentence: str) -> None:
        """Note what is wrong at `node` and what to write instead. Raises PolicyError when there are too many: the file
        is hardly a policy then."""
        self._problems.append(_placed(node, sentence))
        if len(self._problems) >= MOST_PROBLEMS:
            self.refuse()

    def doubt(self, node: Node, sentence: str) -> None:
        """Note what is legal at `node`, but hardly meant."""
        self._doubts.append(_placed(node, sentence))

    @property
    def noted(self) -> int:
        """How many problems there are so far."""
        return len(self._problems)

    @property
    def doubts(self) -> list[str]:
        """The doubts by line, those without one last."""
        return [text for _, text in sorted(self._doubts, key=_by_line)]

    def refuse(self) -> None:
        """Raises PolicyError with every problem by line, if there is one."""
        told = [text for _, text in sorted(self._problems, key=_by_line)]
        if len(told) >= MOST_PROBLEMS:
            told.append("There may be more: correct these first.")
        if told:
            raise PolicyError(told)

    def names(self, node: Node, such_as: str) -> dict[str, Node]:
        """The keys under a node, whatever they are. None counts as no keys."""
        if node.value is not None and not isinstance(node.value, dict):
            self.problem(node, f"write keys such as `{such_as}:` below it.")
        return node.value if isinstance(node.value, dict) else {}

    def mapping(self, node: Node, known: Iterable[str], needs: str | None = None) -> dict[str, Node]:
        """The keys under a node, all of them `known`. `needs` is what to write for the first one where it must stand:
        without it there are no keys."""
        names, noted = list(known), self.noted
        found = self.names(node, names[0])
        for key, child in found.items():
            if key not in names:
                hint = _near(key, names)
                self.problem(Node(node.path, None, child.line), f"unknown key `{key[:60]}`; {hint}")
        if needs is not None and names[0] not in found:
            if self.noted == noted:
                self.problem(node, needs)
            return {}
        return {key: child for key, child in found.items() if key in names}

    def severities(self, node: Node) -> dict[str, Node]:
        """The keys under a node, which must be severities."""
        return self.mapping(node, SEVERITIES)

    def items(self, node: Node, most: int | None = None, such_as: str = "a, b") -> list[Node]:
        """The entries of a list, not more than `most`; a single value is a list of one, nothing and `none` are none."""
        if node.value is None or is_none(node):
            return []
        if isinstance(node.value, list):
            if most is not None and len(node.value) > most:
                self.problem(node, f"{len(node.value):,} entries are too many here: write up to {most}.")
            return node.value[:most]
        if isinstance(node.value, dict):
            self.problem(node, f"write a list, for example [{such_as}].")
            return []
        return [node]

    def text(self, node: Node) -> str | None:
        """One line of text."""
        text = " ".join(node.value.split()) if isinstance(node.value, str) else ""
        if not text:
            self.problem(node, "write a word or a line of text.")
        elif len(text) > LONGEST_TEXT:
            self.problem(node, f"`{text[:60]}...` is too long: use up to {LONGEST_TEXT} characters.")
        else:
            return text
        return None

    def choice(self, node: Node, options: Iterable[str]) -> str | None:
        """One of a few words."""
        names = list(options)
        if isinstance(node.value, str) and node.value in names:
            return node.value
        hint = _near(node.value if isinstance(node.value, str) else "", names)
        self.problem(node, f"{shown(node)} is not known here; {hint}")
        return None

    def number(self, node: Node, low: int, high: int) -> int | None:
        """A whole number within bounds."""
        value = node.value
        digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9
        if digits and low <= int(str(value)) <= high:
            return int(str(value))
        self.problem(node, f"{shown(node)} is not a whole number from {low} to {high}.")
        return None

    def duration(self, node: Node) -> Duration | None:
        """A length of time."""
        found = parse_duration(node.value) if isinstance(node.value, str) and len(node.value) < 200 else None
        if found is None:
            what = f"{shown(node)} is not a length of time up to a year"
            self.problem(node, f"{what}; write 90s, 15m, 6h, 48 business hours or 6 business days.")
        return found

    def elapsed(self, node: Node) -> int | None:
        """Seconds around the clock."""
        found = self.duration(node)
        if found is not None and found.business:
            self.problem(node, f"{shown(node)} cannot count in business time here; write 90s, 15m, 6h or 2d.")
            return None
        return found.seconds if found else None

    def opening(self, node: Node) -> Duration | None:
        """A length of time that counts in opening hours, whether it says so or not."""
        found = self.duration(node)
        return None if found is None or self.vague_days(node, found) else found

    def vague_days(self, node: Node, found: Duration) -> bool:
        """Whether a length in opening hours is written in days without saying of which kind; then it is a problem."""
        vague = not found.business and IN_DAYS.search(str(node.value)) is not None
        if vague:
            days = found.seconds // 86400
            whole = "1 business day" if days == 1 else f"{days} business days"
            better = f"write `{whole}`, or" if found.seconds % 86400 == 0 else "write"
            self.problem(node, f"{shown(node)} counts in opening hours here; {better} hours of opening.")
        return vague


def is_none(node: Node) -> bool:
    """Whether `none` stands there: there shall be no such thing."""
    return isinstance(node.value, str) and node.value.lower() in NONE


def shown(node: Node) -> str:
    """What stands there, as a sentence can quote it."""
    if isinstance(node.value, str):
        return f"`{' '.join(clean(node.value[:60]).split())}`"
    return "a list" if isinstance(node.value, list) else "a mapping" if node.value else "nothing"


def listed(names: Iterable[str], last: str = "or") -> str:
    """Names as alternatives, in quotes."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def _near(text: str, names: list[str]) -> str:
    """What to write instead."""
    near = get_close_matches(text[:60].lower(), names, n=1)
    return f"did you mean `{near[0]}`?" if near else f"use {listed(names)}."


def _placed(node: Node, sentence: str) -> tuple[int, str]:
    where = f"line {node.line}: " if node.line is not None else ""
    text = " ".join(f"{where}{node.path or 'the file'}: {sentence}".split())
    return _LAST if node.line is None else node.line, text


def _by_line(entry: tuple[int, str]) -> int:
    return entry[0]
