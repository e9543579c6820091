"""The words of a text as they are looked for: without case and accents, plurals as singulars, ids whole and in parts.

Both databases are given these words and nothing else, so that the same ticket is found on either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LONGEST_WORD = 40  # characters; what is longer is nothing that anybody types again
MOST_WORDS = 2000  # of one text, each once
MOST_ASKED = 12  # words that are looked for together
MOST_READ = 4000  # characters of what is asked for
SHORTEST_BEGINNING = 3  # characters that a longer word may begin with
SHORTEST_MISSPELT = 4
MOST_MISSPELT = 4000  # ways of writing that are looked for together: those of eight words or so

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "'"})
_RUN = re.compile(r"[^\W_]+")
# Parts that are joined, or one that is not. (Were only joined ones matched, a long run without any, such as a text of a
# script that writes no spaces, would be read again from each of its letters.)
_CHAIN = re.compile(r"[^\W_]+(?:[-/.:_][^\W_]+)*")
_PLURAL = re.compile(r"(?:(?<=[^su])s|(?<=[ea]u)x)$")
# What says nothing of a trouble, in English and French.
COMMON = frozenset(
    _RUN.findall(
        "a an the of to in on at is are was were be been it its this that these those and or but not no for from with "
        "by as we i you he she they our your their my me us them has have had do does did can could will would should "
        "may there here all any some so if when since what which who how please hello hi thanks thank dear "
        "le la les un une des du de d l et ou mais ne pas non pour par avec sans sur sous dans en au aux est sont ete "
        "etre ce cet cette ces il elle ils elles nous vous je tu on se sa son ses leur leurs mon ma mes notre nos "
        "votre vos que qui quoi quand depuis plus y ai ont avons avez bonjour merci svp"
    )
)


def folded(text: str) -> str:
    """The text without case and accents."""
    text = text.casefold().translate(_LETTERS)
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def words_of(*texts: str) -> tuple[str, ...]:
    """The words of these texts, each once, in the order in which they first come. An id (`CKT-4471/B`) is there whole,
    without what joins it, and in its parts."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _words(folded(text)):
            if not says_nothing(word):
                found[word] = None
                if len(found) == MOST_WORDS:
                    return tuple(found)
    return tuple(found)


def says_nothing(word: str) -> bool:
    """Whether a word stands in so many texts that it tells none from another."""
    return word in COMMON or (len(word) == 1 and word.isascii() and word.isalpha())


def _words(text: str) -> Iterator[str]:
    for each in _ids(text):
        yield _joined(each)
    for match in _RUN.finditer(text):
        yield _single(match.group())


def _ids(text: str) -> Iterator[str]:
    """The ids in a text: parts that are joined, with a figure somewhere."""
    for match in _CHAIN.finditer(text):
        if not match.group().isalnum() and any(c.isdigit() for c in match.group()):
            yield match.group()


def _joined(text: str) -> str:
    return "".join(_RUN.findall(text))[:LONGEST_WORD]


def _single(word: str) -> str:
    """A word without its plural, of either language: nobody remembers which it was."""
    if len(word) > SHORTEST_BEGINNING and word.isalpha():
        word = _PLURAL.sub("", word)
    return word[:LONGEST_WORD]


@dataclass(frozen=True, slots=True)
class Asked:
    """One word that somebody looks for."""

    #: It is found by any of these.
    exact: tuple[str, ...]
    #: It is found by any word that begins so.
    beginnings: tuple[str, ...] = ()
    #: An id that was typed with its parts apart: it is found by all of these together as well.
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for."""

    #: Every one of these has to be found.
    words: tuple[Asked, ...]
    #: A ticket's number, where one was typed.
    number: int | None = None
    #: All of it, as the number of another help desk would stand; empty: it has no figure, and is none.
    ref: str = field(default="", compare=False)


def read_query(text: str) -> Query:
    """What somebody typed, as words: nothing in it means anything else. Words that say nothing are left out, unless
    there are no others."""
    text = folded(text[:MOST_READ])
    chunks = [chunk for chunk in text.split() if _RUN.search(chunk)]
    found: dict[str, Asked] = {}
    for telling in (True, False):
        for chunk in chunks:
            for asked in _asked(chunk):
                if not telling or not says_nothing(asked.exact[0]):
                    found.setdefault(asked.exact[0], asked)
        if found:
            break
    number = re.fullmatch(r"#?([0-9]{1,9})", text.strip())
    ref = " ".join(text.split())
    return Query(
        tuple(found.values())[:MOST_ASKED], None if number is None else int(number.group(1)),
        ref if any(each.isdigit() for each in ref) else "",
    )  # fmt: skip


def _asked(chunk: str) -> Iterator[Asked]:
    for each in list(_ids(chunk)):
        whole, parts = _joined(each), _RUN.findall(each)
        yield Asked((whole,), _beginnings(whole), tuple(_single(part) for part in parts))
        chunk = chunk.replace(each, " ", 1)
    for word in _RUN.findall(chunk):
        single = _single(word)
        yield Asked((single,), _beginnings(single))


def _beginnings(word: str) -> tuple[str, ...]:
    return (word,) if len(word) >= SHORTEST_BEGINNING else ()


def misspelt(query: Query) -> Query:
    """The same, and each word is found as well where one letter of it is wrong, lacks, is too many, or stands the other
    way round. Words with figures in them are ids: they are right or wrong. So is whatever comes after very many."""
    words, left = [], MOST_MISSPELT
    for asked in query.words:
        near = _misspelt(asked)
        left -= len(near.exact)
        words.append(near if left >= 0 else asked)
    return Query(tuple(words), query.number)


def _misspelt(asked: Asked) -> Asked:
    word = asked.exact[0]
    if not SHORTEST_MISSPELT <= len(word) <= 20 or not (word.isascii() and word.isalpha()):
        return asked
    return Asked(tuple(dict.fromkeys((word, *_near(word)))), asked.beginnings, asked.parts)


_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def _near(word: str) -> Iterable[str]:
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        for letter in _ALPHABET:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
