"""The phrases that a suggestion rests on, from what each word was worth to it."""

from __future__ import annotations

from triage.suggesting.reading import Reading
from triage.suggesting.terms import SMALL

MOST = 3
_LONGEST = 5  # words
_WEAK = 0.3  # of what the strongest phrase is worth: what is weaker explains nothing
_DENYING = frozenset(
    [
        "not",
        "no",
        "never",
        "pas",
        "plus",
        "jamais",
        "sans",
        "ne",
        "n",
        "isnt",
        "wasnt",
        "dont",
        "doesnt",
        "cant",
        "cannot",
        "aucun",
        "aucune",
    ]
)


def phrases(reading: Reading, worth: list[float]) -> tuple[str, ...]:
    """At most `MOST` phrases, in reading order, as they were typed."""
    found = _strongest(reading, worth)
    if not found:
        return ()
    strong = sorted((first, last) for value, first, last in found if value >= _WEAK * found[0][0])
    said = [" ".join(reading.text[reading.spans[a][0] : reading.spans[b][1]].split()) for a, b in strong]
    return tuple(dict.fromkeys(said))


def _strongest(reading: Reading, worth: list[float]) -> list[tuple[float, int, int]]:
    """The phrases that are worth most and have no word in common: worth, place of the first word and of the last."""
    found: list[tuple[float, int, int]] = []
    taken: set[int] = set()
    for value, first, last in sorted(_phrases(reading, worth), key=lambda each: (-each[0], each[1], each[2])):
        if len(found) == MOST:
            break
        # Beside a phrase that is told already, its neighbours would only say more of the same.
        if taken.isdisjoint(range(first - 1, last + 2)):
            found.append((value, first, last))
            taken.update(range(first, last + 1))
    return found


def _phrases(reading: Reading, worth: list[float]) -> list[tuple[float, int, int]]:
    """Every phrase within a sentence and without a pause that speaks for it, by what it is worth for its length."""
    found: list[tuple[float, int, int]] = []
    for first, speaks in enumerate(worth):
        if speaks <= 0 and reading.words[first] not in _DENYING:
            continue
        total = 0.0
        for last in range(first, min(first + _LONGEST, len(worth))):
            if last > first and not _goes_on(reading, last):
                break
            total += worth[last]
            if total > 0 and _stands_alone(reading.words[first : last + 1]):
                found.append((total / (last - first + 1) ** 0.5, first, last))
    return found


def _goes_on(reading: Reading, place: int) -> bool:
    """Whether only space, an apostrophe or a hyphen stands between a word and the one before it."""
    between = reading.text[reading.spans[place - 1][1] : reading.spans[place][0]]
    return reading.sentences[place] == reading.sentences[place - 1] and not between.strip(" '\u2019-\t")


def _stands_alone(words: list[str]) -> bool:
    """Whether it reads as a phrase: it says something, and does not begin or end in the middle."""
    if words[-1] in SMALL or words[-1] in _DENYING or (words[0] in SMALL and words[0] not in _DENYING):
        return False
    return any(len(word) > 2 and word[0].isalpha() and word not in SMALL and word not in _DENYING for word in words)
