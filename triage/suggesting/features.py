"""What the model sees of a text: words and their neighbours, pieces of words, and the groups of cues and how they meet.

A feature is a short string, known to the model by its checksum alone; so there is no table of words to keep in memory.
"""

from __future__ import annotations

from enum import IntEnum
from itertools import combinations
from zlib import crc32

from triage.suggesting.cues import find
from triage.suggesting.reading import Reading


class Sort(IntEnum):
    """The sorts of features. Each counts the same in a short text and in a long one, however many there are."""

    WORDS = 0  # words, two and three in a row, and how the text begins and ends
    PIECES = 1  # of words: they still tell something of a word that is misspelt or was never seen
    CUES = 2  # groups of cues: denied or not, in which sentence, and the shape of the text
    MEETINGS = 3  # two groups in one sentence
    PLACES = 4  # words by what ends their sentence, and whether that is the first or the last


_PIECES = (3, 4, 5)  # so long, the marks at both ends counted

#: For each sort: the checksum of a feature, and the places of the words that it rests on.
Features = tuple[dict[int, tuple[int, ...]], ...]


def features(reading: Reading) -> Features:
    """The features of what was read, in the order of `Sort`."""
    cues, meetings = _cues(reading)
    return _words(reading), _pieces(reading), cues, meetings, _places(reading)


def _sum(feature: str) -> int:
    return crc32(feature.encode())


def _words(reading: Reading) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    words, denied = reading.words, reading.denied
    last = len(words) - 1
    for place, word in enumerate(words):
        found.setdefault(_sum(word), (place,))
        if denied[place]:
            found.setdefault(_sum(f"!{word}"), (place,))
        if place < last:
            found.setdefault(_sum(f"{word} {words[place + 1]}"), (place, place + 1))
        if place + 1 < last:
            found.setdefault(_sum(f"{word} {words[place + 1]} {words[place + 2]}"), (place, place + 1, place + 2))
            found.setdefault(_sum(f"{word} _ {words[place + 2]}"), (place, place + 2))
    for count in range(1, min(3, len(words)) + 1):
        found.setdefault(_sum(f"^{' '.join(words[:count])}"), tuple(range(count)))
        found.setdefault(_sum(f"{' '.join(words[-count:])}$"), tuple(range(last - count + 1, last + 1)))
    return found


def _pieces(reading: Reading) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for place, word in enumerate(reading.words):
        marked = f"<{word}>"
        for size in _PIECES:
            for begin in range(len(marked) - size + 1):
                found.setdefault(_sum(f"~{marked[begin : begin + size]}"), (place,))
    return found


def _cues(reading: Reading) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
    cues: dict[int, tuple[int, ...]] = {}
    meetings: dict[int, tuple[int, ...]] = {}
    places: dict[str, list[int]] = {}
    by_sentence: list[dict[str, int]] = [{} for _ in reading.ends]
    last = len(reading.ends) - 1
    for group, first, end in find(reading.words):
        name = f"-{group}" if reading.denied[first] else group
        sentence, where = reading.sentences[first], tuple(range(first, end + 1))
        places.setdefault(name, []).extend(where)
        by_sentence[sentence].setdefault(name, first)
        cues.setdefault(_sum(f"={name}{reading.ends[sentence]}"), where)
        if sentence == 0:
            cues.setdefault(_sum(f"=^{name}"), where)
        if sentence == last:
            cues.setdefault(_sum(f"={name}$"), where)
    for name, all_places in places.items():
        cues.setdefault(_sum(f"={name}"), tuple(all_places))
        if len(all_places) > 2:
            cues.setdefault(_sum(f"={name}++"), tuple(all_places))
    for shape in _shapes(reading):
        cues.setdefault(_sum(f"#{shape}"), ())
    for groups in by_sentence:
        for one, other in combinations(sorted(groups), 2):
            meetings.setdefault(_sum(f"={one}+{other}"), (groups[one], groups[other]))
    return cues, meetings


def _places(reading: Reading) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    last = len(reading.ends) - 1
    for place, (word, sentence) in enumerate(zip(reading.words, reading.sentences, strict=True)):
        found.setdefault(_sum(f"{reading.ends[sentence]}{word}"), (place,))
        if last > 0 and sentence in (0, last):
            found.setdefault(_sum(f"{'^' if sentence == 0 else '$'}:{word}"), (place,))
    return found


def _shapes(reading: Reading) -> list[str]:
    """What is so of the whole text."""
    questions = reading.ends.count("?")
    shapes = [
        f"questions {min(questions, 3)}",
        f"length {len(reading.words).bit_length()}",
        f"sentences {min(len(reading.ends), 6)}",
        f"ends {reading.ends[-1]}",
        f"begins {reading.ends[0]}",
    ]
    if reading.loud > 0.6:
        shapes.append("loud")
    if questions == len(reading.ends):
        shapes.append("only questions")
    return shapes
