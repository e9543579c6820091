"""What the model sees of a text: words and their neighbours, pieces of words, and the groups of cues and how they meet.

A feature is a short string, known to the model by its checksum alone; so there is no table of words to keep in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

from triage.suggesting.cues import find
from triage.suggesting.reading import Reading

#: So many slots have weights; features whose checksums meet in one share it.
SLOTS = 1 << 17
_MASK = SLOTS - 1
#: Pieces of words are this long, the marks at both ends counted.
_PIECES = (3, 4, 5)

#: The kinds of features; each kind weighs the same in a short text and a long one.
WORDS, PIECES, CUES = range(3)


@dataclass(slots=True)
class Features:
    """The features of a text, by kind: the slot of each, and the places of the words it rests on."""

    #: One dictionary for each of `WORDS`, `PIECES` and `CUES`: slot to places.
    kinds: tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]


def slot(feature: str) -> int:
    """Where the weights of a feature stand."""
    return crc32(feature.encode("utf-8", "replace")) & _MASK


def features(reading: Reading) -> Features:
    """The features of what was read."""
    return Features((_words(reading), _pieces(reading), _cues(reading)))


def _words(reading: Reading) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    words, denied = reading.words, reading.denied
    last = len(words) - 1
    for place, word in enumerate(words):
        found.setdefault(slot(word), (place,))
        if denied[place]:
            found.setdefault(slot(f"!{word}"), (place,))
        if place < last:
            found.setdefault(slot(f"{word} {words[place + 1]}"), (place, place + 1))
        if place + 1 < last:
            found.setdefault(slot(f"{word} {words[place + 1]} {words[place + 2]}"), (place, place + 1, place + 2))
            found.setdefault(slot(f"{word} _ {words[place + 2]}"), (place, place + 2))
    if words:
        for count in range(1, min(3, len(words)) + 1):
            found.setdefault(slot(f"^{' '.join(words[:count])}"), tuple(range(count)))
            found.setdefault(slot(f"{' '.join(words[-count:])}$"), tuple(range(last - count + 1, last + 1)))
    return found


def _pieces(reading: Reading) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for place, word in enumerate(reading.words):
        marked = f"<{word}>"
        for size in _PIECES:
            for begin in range(len(marked) - size + 1):
                found.setdefault(slot(f"~{marked[begin : begin + size]}"), (place,))
    return found


def _cues(reading: Reading) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    places: dict[str, list[int]] = {}
    last = len(reading.ends) - 1
    by_sentence: list[dict[str, int]] = [{} for _ in reading.ends]
    for group, first, end in find(reading.words):
        name = f"-{group}" if reading.denied[first] else group
        sentence = reading.sentences[first]
        places.setdefault(name, []).extend(range(first, end + 1))
        by_sentence[sentence].setdefault(name, first)
        mark = reading.ends[sentence]
        found.setdefault(slot(f"={name}{mark}"), tuple(range(first, end + 1)))
        if sentence == 0:
            found.setdefault(slot(f"=^{name}"), tuple(range(first, end + 1)))
        if sentence == last:
            found.setdefault(slot(f"={name}$"), tuple(range(first, end + 1)))
    for name, where in places.items():
        found.setdefault(slot(f"={name}"), tuple(where))
        if len(where) > 2:
            found.setdefault(slot(f"={name}++"), tuple(where))
    for one, other in combinations(sorted(places), 2):
        found.setdefault(slot(f"={one}&{other}"), (places[one][0], places[other][0]))
    for groups in by_sentence:
        for one, other in combinations(sorted(groups), 2):
            found.setdefault(slot(f"={one}+{other}"), (groups[one], groups[other]))
    for shape in _shapes(reading):
        found.setdefault(slot(f"#{shape}"), ())
    return found


def _shapes(reading: Reading) -> list[str]:
    """What is so of the whole text."""
    questions = reading.ends.count("?")
    shapes = [
        f"questions {min(questions, 3)}",
        f"length {len(reading.words).bit_length()}",
        f"sentences {min(len(reading.ends), 6)}",
        f"ends {reading.ends[-1] if reading.ends else ''}",
        f"begins {reading.ends[0] if reading.ends else ''}",
    ]
    if reading.loud > 0.6:
        shapes.append("loud")
    if questions and questions == len(reading.ends):
        shapes.append("only questions")
    return shapes
