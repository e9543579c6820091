"""Opening intervals as people write them, and the days that they are for."""

from __future__ import annotations

import re

from bot.desk.policy_file.reader import Reader, shown
from bot.desk.policy_file.yaml_nodes import Node
from triage.recurring import DAYS

OPEN, CLOSED = ("open", "ouvert"), ("closed", "fermé")

_CLOCK = r"(\d{1,2}(?:[:h]\d\d|h)?)"
_SPAN = re.compile(rf"{_CLOCK} ?(?:-|–|to|à) ?{_CLOCK}( next day| le lendemain)?", re.ASCII)
_TIME = re.compile(r"([01]?\d|2[0-3])(?:[:h]([0-5]\d)|h)?|(24)(?:[:h]00|h)?", re.ASCII)
_LONGEST_NIGHT = 12 * 60


def read_days(reader: Reader, node: Node, text: str) -> list[str]:
    """The days that `mon`, `mon-fri` or `sat,sun` mean."""
    days: list[str] = []
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            reader.problem(
                node, f"`{text[:60]}` names no days; write {', '.join(DAYS)}, a range (mon-fri) or a list (sat,sun)."
            )
            return []
        start, end = DAYS.index(first), DAYS.index(last or first)
        days.extend(DAYS[(start + n) % 7] for n in range((end - start) % 7 + 1))
    return days


def read_spans(reader: Reader, node: Node) -> list[list[str]]:
    """Intervals: `09:00-17:00`, a list of such, or [["09:00", "17:00"], ...]; nothing means closed."""
    if isinstance(node.value, str) and node.value.lower() in CLOSED:
        return []
    entries = reader.items(node)
    if len(entries) == 2 and all(isinstance(e.value, str) and not _SPAN.fullmatch(e.value.strip()) for e in entries):
        entries = [Node(node.path, entries, node.line)]
    return [span for entry in entries if (span := _span(reader, entry))]


def _span(reader: Reader, node: Node) -> list[str] | None:
    """One interval. A night's may end the next day; a longer one must say so, for it is rather a slip."""
    text = node.value
    if isinstance(text, list):
        text = "-".join(item.value if isinstance(item.value, str) else "?" for item in text)
    match = _SPAN.fullmatch(" ".join(text.split())) if isinstance(text, str) else None
    start, close = (_minute(match[1]), _minute(match[2])) if match else (None, None)
    if match is None or start is None or close is None or start == 1440:
        quoted = shown(Node("", text))
        reader.problem(node, f"{quoted} is not an interval; write 09:00-17:00, with times from 00:00 to 24:00.")
        return None
    night = 0 < close <= start
    if night and match[3] is None and close + 1440 - start > _LONGEST_NIGHT:
        hours = (close + 1440 - start) // 60
        reader.problem(
            node,
            f"`{text}` closes before it opens, so it would run on for {hours} hours, into the next day; write the "
            f"closing time on the 24-hour clock, or `{text} next day` if that is meant.",
        )
        return None
    if match[3] is not None and not night:
        reader.problem(node, f"`{text}` closes on the same day: leave `next day` out.")
        return None
    return [_written(start), _written(close)]


def _minute(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    return 1440 if match[3] else int(match[1]) * 60 + int(match[2] or 0)


def _written(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
