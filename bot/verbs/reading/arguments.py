"""Reading what people type after the verb: ticket numbers, severities, categories.

What phones and copying put around them is read through (`marks`). At the beginning of a summary a keyword counts
only where no sentence can go on from it: `S3 bucket is not reachable` is about a bucket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bot.verbs.reading.marks import BLANK, CLOSING, DASHES, INVISIBLE, OPENING, bare, shed, unclosed
from triage.errors import Refusal
from triage.terms import Category

_NUMBER = re.compile(
    rf"{BLANK}*+(?P<open>[{OPENING}]*)(?P<sign>(?:(?:tickets?|n[°º]\.?|№|no\.|nr\.?|num(?:é|e\u0301?)ro|number){BLANK}*+)?"
    rf"(?:[#＃]{BLANK}*+)?)(?P<figures>\d[\d{INVISIBLE}]{{0,30}}+)[{CLOSING}]*+[:,;.!…{INVISIBLE}]*+"
    rf"(?=\s|[{DASHES}]|$)(?:{BLANK}*+[{DASHES}]+)?",
    re.IGNORECASE,
)
_LONGEST_NUMBER = 9
_SPACED_SIGN = re.compile(rf"[#＃]{BLANK}+(?=\d)")
_LOOKS_LIKE_NUMBER = re.compile(r"[#＃]|\d")
_BETWEEN = {"into", "in", "with", "to", "and", "from", "&", "+", "dans", "avec", "à", "et", "de", "ticket", "tickets"}
# A mark that ends a keyword, and the keyword's end in general.
_ENDS = rf"(?=\s|[{INVISIBLE},:;!…{DASHES}{CLOSING}-]|\.(?!\d)|$)"
_CLOSE = rf"(?P<close>(?:\s?[\u00bb\u203a]|[{CLOSING}])*+)"
_E, _FEW = "(?:\u00e9|e\u0301?)", BLANK + "{0,9}"
_SEVERITY = re.compile(
    rf"{BLANK}*+(?P<open>(?:[{OPENING}]{BLANK}*+)*+)(?:"
    rf"(?:sev(?:erity)?|prio(?:rity)?|gravit{_E}|s{_E}v{_E}rit{_E}){_FEW}[-:{DASHES}]?{_FEW}"
    rf"|(?P<letter>[sp])[{INVISIBLE}]*+)"
    rf"(?P<figure>-?\d+){_ENDS}[{INVISIBLE}]*+{_CLOSE}",
    re.IGNORECASE,
)
CATEGORIES = {
    "incident": Category.INCIDENT,
    "panne": Category.INCIDENT,
    "provisioning": Category.PROVISIONING,
    "activation": Category.PROVISIONING,
    "inquiry": Category.INQUIRY,
    "question": Category.INQUIRY,
    "demande": Category.INQUIRY,
}
_CATEGORY = re.compile(
    rf"{BLANK}*+(?P<open>(?:[{OPENING}]{BLANK}*+)*+)(?P<word>{'|'.join(CATEGORIES)}){_ENDS}"
    rf"[{INVISIBLE}]*+{_CLOSE}",
    re.IGNORECASE,
)
# What parts a keyword from the summary: `sev1: Link down`, `sev1 - Link down`. What is the summary's own stays, as in
# `sev1 :fire: in Sydney` and `sev1 -3 dB`.
_PARTING = re.compile(rf"(?:{BLANK}|[,:;.!…-]|[{DASHES}])?(?:{BLANK}*+(?:[{DASHES}]+|[,:;.-](?=\s|$)))*")
# After these no sentence goes on from the word before.
_STOP = re.compile(rf"[{INVISIBLE}]*+(?:{BLANK}*+$|[ \t]*\n|:|[.…!](?=\s|$)|[ \t]*[{DASHES}]|[ \t]*[:-](?=\s|$))")
_BRACKETS = "([{（［"


class Keyword(NamedTuple):
    """A severity or a category at the beginning of words."""

    #: Which one.
    value: int | Category
    #: Where it ends in the words.
    end: int
    #: The brackets and quotes that were opened before it.
    opened: str
    #: Whether it was meant; else it is a word of the sentence that it begins.
    counts: bool


def is_number(words: str) -> bool:
    """Whether words are a ticket's number and nothing else: `42`, `#42`, `ticket 42.`."""
    match = _match_number(words)
    return match is not None and not shed(words[match.end() :])


def starts_with_number(words: str) -> bool:
    """Whether words begin with a ticket's number."""
    return _match_number(words) is not None


def take_number(words: str, default: int | None, verb: str) -> tuple[int, str]:
    """The ticket number at the start of `words` and the rest.

    Inside a ticket's thread (`default`) it may be left out. A text may well begin with a figure there, so a number that
    stands before one must then carry its `#`, or be the thread's own.
    """
    match = _match_number(words)
    if match is not None:
        number, rest = _figure(match["figures"]), unclosed(match["open"], shed(words[match.end() :]))
        signed = "#" in match["sign"] or "＃" in match["sign"]
        if default is None or signed or not rest or number == default:
            return number, rest
    words = words.strip()
    if default is not None:
        return default, words if shed(words) else ""
    first = shed(words).split(None, 1)[:1]
    if first and _LOOKS_LIKE_NUMBER.match(first[0]):
        raise Refusal("malformed_number", text=first[0], verb=verb)
    raise Refusal("no_number", verb=verb)


def _match_number(words: str) -> re.Match[str] | None:
    match = _NUMBER.match(words)
    return match if match is not None and len(str(_figure(match["figures"]))) <= _LONGEST_NUMBER else None


def _figure(figures: str) -> int:
    return int("".join(each for each in figures[:60] if each.isdigit()))


@contextmanager
def suggesting(number: int | None) -> Iterator[None]:
    """A context in which every `Refusal` suggests commands with this ticket's number."""
    try:
        yield
    except Refusal as refusal:
        if number is not None:
            refusal.values.setdefault("number", number)
        raise


def read_number(text: str, verb: str) -> int:
    """A ticket's number that stands alone."""
    match = _match_number(text)
    if match is None or shed(text[match.end() :]):
        raise Refusal("malformed_number", text=text.strip()[:60], verb=verb)
    return _figure(match["figures"])


def take_pair(words: str, default: int | None, verb: str) -> tuple[int, str]:
    """Two tickets, `42 43`, `42 into 43`, `#42 with #43`: the first number and the other (empty where there is none).

    Inside a ticket's thread (`default`) one number is the other.
    """
    found = [word for word in _SPACED_SIGN.sub("#", words).split() if bare(word).lower() not in _BETWEEN | {""}]
    if default is not None and len(found) < 2:
        return default, found[0] if found else ""
    number, rest = take_number(" ".join(found), None, verb)
    return number, rest


def take_severity(words: str) -> tuple[int | None, str]:
    """A severity at the start of `words` (`sev1`, `sev 1`, `s1`, `p1`, `gravité 1`) and the rest.

    Which figures exist is the policy's business.
    """
    return _taken(words, _severity(words))  # type: ignore[return-value]


def read_severity(text: str) -> int:
    """A severity that stands alone, `2` or `sev2`."""
    severity, rest = take_severity(text)
    if severity is None and re.fullmatch(r"-?\d{1,3}", bare(text)):
        return int(bare(text))
    if severity is None or rest:
        raise Refusal("no_such_severity", severity=text.strip())
    return severity


def take_category(words: str) -> tuple[Category | None, str]:
    """A category at the start of `words` and the rest."""
    return _taken(words, _category(words))  # type: ignore[return-value]


def take_kind(words: str) -> tuple[Category | None, int | None, str]:
    """Category and severity in either order, as far as no sentence goes on from them, and the rest: the summary."""
    category, severity, rest = None, None, words.strip()
    for _ in range(2):
        found = keyword(rest, paired=category is not None)
        if found is None or not found.counts or (category if isinstance(found.value, Category) else severity):
            break
        rest = _rest(rest, found)
        if isinstance(found.value, Category):
            category = found.value
        else:
            severity = found.value
    return category, severity, rest


def doubted(summary: str, category: Category | None, severity: int | None) -> int | Category | None:
    """The severity or category that the summary begins with, but that was read as part of the sentence. None where none
    does, or where one of its kind was read already."""
    found = keyword(summary)
    if found is None or found.counts or severity is not None:
        return None
    if isinstance(found.value, Category):
        return found.value if category is None else None
    return found.value if found.value in range(1, 4) else None


def keyword(words: str, *, paired: bool = False, far: bool = True) -> Keyword | None:
    """The severity or category that `words` begin with, and whether it counts or is a word of the sentence. `paired`:
    they follow a category; not `far`: what follows them is not looked at for a further one."""
    return _severity(words, paired=paired, far=far) or _category(words, far=far)


def _severity(words: str, *, paired: bool = False, far: bool = True) -> Keyword | None:
    match = _SEVERITY.match(words)
    if match is None or len(match["figure"]) > _LONGEST_NUMBER:
        return None
    letter, following = match["letter"], shed(words[match.end() :])
    # Typed small before a capital, as keywords are: `p1 Link down`. By itself only where it hurries: of `s3 Bucket` it
    # would make what can wait for days.
    is_typed = (
        bool(letter) and letter.islower() and following[:1].isupper() and (paired or match["figure"] in {"1", "2"})
    )
    counts = not letter or is_typed or _is_alone(words, match, far=far)
    return Keyword(int(match["figure"]), match.end(), match["open"], counts)


def _category(words: str, *, far: bool = True) -> Keyword | None:
    match = _CATEGORY.match(words)
    if match is None:
        return None
    # Typed small before a capital, as keywords are: in a sentence it would stand the other way round.
    following = shed(words[match.end() :]).lstrip(",; ")
    is_typed = match["word"].islower() and following[:1].isupper()
    counts = _is_alone(words, match, far=far) or (is_typed and keyword(following, far=False) is None)
    return Keyword(CATEGORIES[match["word"].lower()], match.end(), match["open"], counts)


def _is_alone(words: str, match: re.Match[str], *, far: bool) -> bool:
    """Whether no sentence can go on from the keyword: it ends there, or stands in brackets, or another one follows."""
    rest = words[match.end() :]
    if _STOP.match(rest) or any(mark in _BRACKETS for mark in match["open"] if match["close"]):
        return True
    following = keyword(rest, paired=match.re is _CATEGORY, far=False) if far else None
    return following is not None and following.counts


def _taken(words: str, found: Keyword | None) -> tuple[int | Category | None, str]:
    return (None, words.strip()) if found is None else (found.value, _rest(words, found))


def _rest(words: str, found: Keyword) -> str:
    rest = words[found.end :]
    return unclosed(found.opened, shed(rest[_PARTING.match(rest).end() :]))  # type: ignore[union-attr]
