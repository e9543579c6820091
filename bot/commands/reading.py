"""Reading what people type after the verb: ticket numbers, severities, categories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from triage.errors import Refusal
from triage.terms import Category

_NUMBER = re.compile(r"(#?)(\d{1,9})[:,;]?")
_LOOKS_LIKE_NUMBER = re.compile(r"#|\d")
_SEVERITY = re.compile(
    r"(?:(?:sev(?:erity)?|prio(?:rity)?|gravit[eé]|s[eé]v[eé]rit[eé])\s?[-:]?\s?|[sp])(-?\d+)(?=[\s,:;\-]|\.(?!\d)|$)",
    re.IGNORECASE,
)
_BETWEEN = {"into", "in", "with", "to", "and", "from", "&", "+", "dans", "avec", "à", "et", "de"}
CATEGORIES = {
    "incident": Category.INCIDENT,
    "panne": Category.INCIDENT,
    "provisioning": Category.PROVISIONING,
    "activation": Category.PROVISIONING,
    "inquiry": Category.INQUIRY,
    "question": Category.INQUIRY,
    "demande": Category.INQUIRY,
}


def is_number(word: str) -> bool:
    """Whether a word is a ticket's number, `42` or `#42`."""
    return _NUMBER.fullmatch(word) is not None


def take_number(words: str, default: int | None, verb: str) -> tuple[int, str]:
    """The ticket number at the start of `words` and the rest.

    Inside a ticket's thread (`default`) it may be left out. A text may well begin with a figure there, so a number that
    stands before one must then carry its `#`, or be the thread's own.
    """
    first, rest = _first_word(words)
    match = _NUMBER.fullmatch(first)
    if match and (default is None or match[1] or not rest or int(match[2]) == default):
        return int(match[2]), rest
    if default is not None:
        return default, words.strip()
    if _LOOKS_LIKE_NUMBER.match(first):
        raise Refusal("malformed_number", text=first, verb=verb)
    raise Refusal("no_number", verb=verb)


@contextmanager
def about(number: int | None) -> Iterator[None]:
    """What is refused inside suggests what to type for this very ticket."""
    try:
        yield
    except Refusal as refusal:
        if number is not None:
            refusal.values.setdefault("number", number)
        raise


def read_number(text: str, verb: str) -> int:
    """A ticket's number that stands alone."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise Refusal("malformed_number", text=text.strip()[:60], verb=verb)
    return int(match[2])


def take_pair(words: str, default: int | None, verb: str) -> tuple[int, str]:
    """Two tickets, `42 43`, `42 into 43`, `#42 with #43`: the first number and the other (empty where there is none).

    Inside a ticket's thread (`default`) one number is the other.
    """
    found = [word for word in words.split() if word.lower() not in _BETWEEN]
    if default is not None and len(found) < 2:
        return default, found[0] if found else ""
    number, rest = take_number(" ".join(found), None, verb)
    return number, rest


def take_severity(words: str) -> tuple[int | None, str]:
    """A severity at the start of `words` (`sev1`, `sev 1`, `s1`, `p1`, `gravité 1`) and the rest.

    Which figures exist is the policy's business.
    """
    match = _SEVERITY.match(words.strip())
    if match is None:
        return None, words.strip()
    # `sev1: Link down` and `sev1 - Link down`, but the summary keeps what is its own: `sev1 :fire: in Sydney`.
    return int(match[1]), re.sub(r"^(?:[,:;.\-]|\s+[,:;.\-](?=\s))", "", words.strip()[match.end() :]).strip()


def read_severity(text: str) -> int:
    """A severity that stands alone, `2` or `sev2`."""
    severity, rest = take_severity(text)
    if severity is None and re.fullmatch(r"-?\d{1,3}", text.strip()):
        return int(text)
    if severity is None or rest:
        raise Refusal("no_such_severity", severity=text.strip())
    return severity


def take_category(words: str) -> tuple[Category | None, str]:
    """A category at the start of `words` and the rest."""
    first, rest = _first_word(words)
    category = CATEGORIES.get(first.lower().rstrip(":,"))
    return (category, rest) if category is not None else (None, words.strip())


def take_kind(words: str) -> tuple[Category | None, int | None, str]:
    """Category and severity in either order, and the rest: the summary."""
    category, rest = take_category(words)
    severity, rest = take_severity(rest)
    if category is None and severity is not None:
        category, rest = take_category(rest)
    return category, severity, rest


def _first_word(words: str) -> tuple[str, str]:
    """The first word and what follows it, be it on the next line."""
    first, *rest = words.split(None, 1) or [""]
    return first, rest[0].strip() if rest else ""
