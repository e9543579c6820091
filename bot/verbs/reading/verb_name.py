"""Reading the verb that a command begins with, however a phone has written it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.verbs.reading.marks import BLANK, DASHES, INVISIBLE, OPENING, bare, shed, unclosed, unquoted

LONGEST_VERB = 30
_FIRST = re.compile(rf"(?P<opened>(?:{BLANK}*+[{OPENING}])*+){BLANK}*+(?P<word>\S+)")
# Where a verb ends that has no blank behind it: a dash, a quote, `take#1`, `new:sev1`, `take.1`.
_GLUED = re.compile(rf"[{DASHES}{INVISIBLE}#\uff03{OPENING}]|:(?!/)|[.,;](?=[#\d])")
_APART = re.compile(rf"(?:{BLANK}|[{DASHES}:.,;])*+")
_SET_APART = re.compile(rf"{BLANK}*+[{DASHES}]+{BLANK}*+")


def read_verb(words: str, names: Mapping[str, str]) -> tuple[str, str]:
    """The verb that words begin with, by its own name where `names` has one for it, and the rest; what is no verb is
    answered as it was typed, in small letters."""
    typed, words = shed(words), unquoted(words)
    first = _FIRST.match(words)
    if first is None:
        return (typed, "") if typed else (names.get("", ""), "")
    word, rest, opened = first["word"], words[first.end() :], first["opened"]
    verb = _known(word, names)
    if verb is None:
        for mark in _GLUED.finditer(word[:LONGEST_VERB]):
            verb = _known(word[: mark.start()], names)
            if verb is not None:
                rest, opened = words[first.start("word") + mark.start() :], ""
                rest = rest[_APART.match(rest).end() :]  # type: ignore[union-attr]
                break
    if verb is None:
        said = re.split(r"\s+", typed, maxsplit=1)
        return said[0].lower(), shed(said[1]) if len(said) > 1 else ""
    if dash := _SET_APART.match(rest):
        rest = rest[dash.end() :]
    return verb, unclosed(opened, shed(rest))


def _known(word: str, names: Mapping[str, str]) -> str | None:
    plain = bare(word[: 2 * LONGEST_VERB]).lower()
    for each in (word.lower(), plain, plain.rstrip("?")):
        if each and each in names:
            return names[each]
    return None


def once(words: str, command: str) -> str:
    """Words without the command itself, where it was typed or pasted twice: `/ticket new` after `/ticket`."""
    while True:
        rest = shed(words)
        if not rest.lower().startswith(command.lower()):
            return words
        rest = rest[len(command) :]
        if rest and not re.match(BLANK, rest):
            return words
        words = shed(rest)
