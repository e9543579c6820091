"""The phrases that a suggestion rests on, from what each word was worth to it."""

from __future__ import annotations

from triage.suggesting.cues import find
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
        "arent",
        "wasnt",
        "werent",
        "dont",
        "doesnt",
        "didnt",
        "hasnt",
        "havent",
        "wont",
        "couldnt",
        "cant",
        "cannot",
        "aucun",
        "aucune",
    ]
)

#: What says nothing alone, only with the words beside it: numbers, question words, common verbs, and the like.
_SAYS_LITTLE = """
    able about after again all aller almost alors already also an another ans any anyone anything apres around aussi
    autre autres avant avez back bas because before besoin between bien bon bonne both came ceci cela celle celui
    ceux chaque chez combien come comes comme comment cote day days deja depuis dernier derniere deux didnt dire dit
    dont during each either else encore end entre even ever everything faire fait faites faudra faudrait faut few
    fine first fois four get gets go goes going good got great half here heure heures how ici jour jours just juste
    kindly know knows la last least less like look looking made maintenant make makes many maybe meme memes merci
    met mettre mis mois moitie month more most much need needs neither next non nothing now ok once one ones only
    other others oui over own part pendant people per personne peu peut peuvent peux please plusieurs plutot
    pourquoi pourriez pouvez premier premiere prend prendre puis put quand quatre quel quelle quelles quelqu quelque
    quelques quels qui quite quoi rather really rien run runs said sais sait same savoir say says second see semaine
    seul seule seulement si side since some someone something souvent still such svp take takes tell then there
    thing things third though three time today told too took toujours tous tout toute toutes tres trois twice two un
    under une until up va vais vas vers veut veux via vient voir vont voudrais vu want wants way week well went what
    when where whether which while who whom whose why year years yet
"""
_THIN = frozenset(_SAYS_LITTLE.split())
#: A phrase does not end with these: they lead on to what comes next.
_LEADS_ON = frozenset(
    [
        "neither",
        "either",
        "between",
        "before",
        "after",
        "since",
        "avant",
        "apres",
        "entre",
        "depuis",
        "alors",
        "instead",
    ]
)
#: In French these deny the verb before them, so a phrase may end with one: `marche pas`.
_DENIES_BEFORE = frozenset(["pas", "plus", "jamais"])


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
            name_alone = first == last and _is_a_name(reading, first)
            if total > 0 and _stands_alone(reading.words[first : last + 1]) and not name_alone:
                found.append((total / (last - first + 1) ** 0.5, first, last))
    return found


def _goes_on(reading: Reading, place: int) -> bool:
    """Whether only space, an apostrophe or a hyphen stands between a word and the one before it."""
    between = reading.text[reading.spans[place - 1][1] : reading.spans[place][0]]
    return reading.sentences[place] == reading.sentences[place - 1] and not between.strip(" '\u2019-\t")


def _is_a_name(reading: Reading, place: int) -> bool:
    """Whether a word within a sentence is written with a capital and means nothing to a desk: a city, a person."""
    begin, end = reading.spans[place]
    said = reading.text[begin:end]
    within = place > 0 and reading.sentences[place] == reading.sentences[place - 1]
    return within and said[0].isupper() and said[1:].islower() and not find([reading.words[place]])


def _stands_alone(words: list[str]) -> bool:
    """Whether it reads as a phrase: it says something, and does not begin or end in the middle."""
    first, last = words[0], words[-1]
    if last in SMALL or last in _LEADS_ON or (first in SMALL and first not in _DENYING):
        return False
    if last in _DENYING and not (
        last in _DENIES_BEFORE and len(words) > 1 and _tells(words[-2]) and words[-2] not in _THIN
    ):
        return False
    return any(map(_tells, words)) and not (len(words) == 1 and first in _THIN)


def _tells(word: str) -> bool:
    """Whether a word says something."""
    return len(word) > 2 and word[0].isalpha() and word not in SMALL and word not in _DENYING
