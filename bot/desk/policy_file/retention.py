"""For how long is kept what nobody looks for again."""

from __future__ import annotations

import re

from bot.desk.policy_file.reader import Reader, shown
from bot.desk.policy_file.yaml_nodes import Node

KEPT = ("messages", "texts")
FOREVER = "forever"
FEWEST, MOST = 30, 36_500  # days
# As long as the longest month and the longest year: nothing goes earlier than it says.
MONTH, YEAR = 31, 366
_UNITS = {
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours"), 1),
    **dict.fromkeys(("w", "week", "weeks", "sem", "semaine", "semaines"), 7),
    **dict.fromkeys(("month", "months", "mois"), MONTH),
    **dict.fromkeys(("y", "year", "years", "an", "ans", "année", "années"), YEAR),
}
_LENGTH = re.compile(r"(\d{1,6}) ?([^\W\d_]{1,8})")
_INSTEAD = "write 90 days, 18 months, 2 years or forever."


def read_retention(reader: Reader, node: Node) -> dict[str, int | None]:
    """The days for which `messages` and `texts` are kept, as far as they are named; None: for good."""
    found: dict[str, int | None] = {}
    for name, child in reader.mapping(node, KEPT).items():
        text = " ".join(child.value.split()) if isinstance(child.value, str) else ""
        if text.lower() == FOREVER:
            found[name] = None
        elif (days := _days(reader, child, text)) is not None:
            found[name] = days
    return found


def _days(reader: Reader, node: Node, text: str) -> int | None:
    match = _LENGTH.fullmatch(text)
    unit = None if match is None else _UNITS.get(match[2].lower())
    if match is None or unit is None:
        reader.problem(node, f"{shown(node)} is no length of time to keep something for; {_INSTEAD}")
        return None
    days = int(match[1]) * unit
    if FEWEST <= days <= MOST:
        return days
    wrong = "short; write 30 days or more" if days < FEWEST else "long; write up to 99 years"
    reader.problem(node, f"{shown(node)} is too {wrong}, or forever.")
    return None
