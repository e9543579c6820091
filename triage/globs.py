"""A word with stars, found in a text in time that grows with the text alone, whatever the word and the text are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_WORDS = re.compile(r"\S+")

Parts = Sequence[str]
"""What stands between the stars of one word."""


class _Word(NamedTuple):
    text: str
    begin: int


def erase(text: str, glob: str, by: str) -> str:
    """`text` with `by` in the place of whatever `glob` stands for: that text in any case, anywhere; a star stands for
    the rest of a word, or for as much of it as there is before what follows the star."""
    kept, at = [], 0
    for begin, end in _found(_same_case(text), _same_case(glob)):
        kept += [text[at:begin], by]
        at = end
    return "".join((*kept, text[at:]))


def _same_case(text: str) -> str:
    """The text without case, character for character."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def _found(text: str, glob: str) -> Iterator[tuple[int, int]]:
    """Where it stands: begin and end of each place, none in another."""
    if "*" not in glob:
        yield from _literally(text, glob)
        return
    wanted = [tuple(word.split("*")) for word in glob.split()]
    words = [_Word(match[0], match.start()) for match in _WORDS.finditer(text)]
    place = 0
    while place <= len(words) - len(wanted):
        found = _here(words[place : place + len(wanted)], wanted)
        if found is not None:
            yield found
        place += 1 if found is None else len(wanted)


def _literally(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at, at + len(wanted)
        at = text.find(wanted, at + len(wanted))


def _here(words: Sequence[_Word], wanted: Sequence[Parts]) -> tuple[int, int] | None:
    """The first of several wanted words may begin inside the first of these, the last may end inside the last; those
    between are whole words."""
    first, last = words[0], words[-1]
    if len(words) == 1:
        span = _inside(first.text, wanted[0])
        return None if span is None else (first.begin + span[0], first.begin + span[1])
    between = zip(words[1:-1], wanted[1:-1], strict=True)
    if not all(_is(word.text, parts) for word, parts in between):
        return None
    begin, end = _ending(first.text, wanted[0]), _beginning(last.text, wanted[-1])
    return None if begin is None or end is None else (first.begin + begin, last.begin + end)


def _inside(word: str, parts: Parts) -> tuple[int, int] | None:
    """Where in a word: from the first place on, as far as it goes."""
    begin = word.find(parts[0])
    if begin < 0:
        return None
    end = _beginning(word[begin:], parts)
    return None if end is None else (begin, begin + end)


def _beginning(word: str, parts: Parts) -> int | None:
    """How much of the beginning of a word it is, as far as it goes."""
    if not word.startswith(parts[0]):
        return None
    at = _after(word, parts[:-1], 0)
    if len(parts) == 1:
        return len(parts[0])
    last = None if at is None else word.rfind(parts[-1], at)
    return None if last is None or last < 0 else last + len(parts[-1])


def _ending(word: str, parts: Parts) -> int | None:
    """Where in a word it begins that goes to the word's end."""
    if len(parts) == 1:
        return len(word) - len(parts[0]) if word.endswith(parts[0]) else None
    begin = word.find(parts[0])
    return begin if begin >= 0 and _is(word[begin:], parts) else None


def _is(word: str, parts: Parts) -> bool:
    """Whether it is the whole word."""
    if len(parts) == 1:
        return word == parts[0]
    at = _after(word, parts[:-1], 0) if word.startswith(parts[0]) else None
    return at is not None and len(word) - at >= len(parts[-1]) and word.endswith(parts[-1])


def _after(word: str, parts: Parts, at: int) -> int | None:
    """Where the parts have passed, each at its first place after the one before."""
    for part in parts:
        found = word.find(part, at)
        if found < 0:
            return None
        at = found + len(part)
    return at
