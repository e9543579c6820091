"""Reading the values of buttons, forms and their contexts. They come back from the person's client, so nothing about
them is trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from triage.errors import Refusal
from triage.terms import Category

_FIGURE = re.compile(r"[0-9]{1,9}")
_SECONDS = re.compile(r"-?[0-9]{1,12}")
LONGEST = 60  # of what is said back


def figure(text: object) -> int | None:
    """The whole number that `text` is. None where it is none, or beyond every number that is used here."""
    written = str(text)
    return int(written) if _FIGURE.fullmatch(written) else None


def severity_of(answers: Mapping[str, str]) -> int | None:
    """The answer `severity`. None where it was left open. Raises `Refusal` where it is no number."""
    given = answers.get("severity")
    if not given:
        return None
    found = figure(given)
    if found is None:
        raise Refusal("no_such_severity", severity=given[:LONGEST])
    return found


def category_of(answers: Mapping[str, str]) -> Category | None:
    """The answer `category`. None where it was left open. Raises `Refusal` where there is no such category."""
    given = answers.get("category")
    if not given:
        return None
    if given not in list(Category):
        raise Refusal("no_such_category", text=given[:LONGEST])
    return Category(given)


def instant_of(answers: Mapping[str, str], field: str) -> datetime | None:
    """The answer `field` as an instant (UTC). None where it was left open. Raises `Refusal` where it is no instant."""
    given = answers.get(field)
    if not given:
        return None
    try:
        found = datetime.fromtimestamp(int(given), UTC) if _SECONDS.fullmatch(given) else None
    except (ValueError, OverflowError, OSError):
        found = None
    if found is None:
        raise Refusal("unknown_button")
    return found
