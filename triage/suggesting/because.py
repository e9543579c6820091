"""The phrases that a suggestion rests on, from what each word was worth to it."""

from __future__ import annotations

from triage.suggesting.reading import Reading

MOST = 3
_LONGEST = 6  # words
_WEAK = 0.25  # of what the strongest phrase is worth: what is weaker explains nothing
# Words that say nothing alone, and are not what a phrase begins or ends with.
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "and",
        "or",
        "so",
        "it",
        "its",
        "is",
        "are",
        "was",
        "be",
        "been",
        "has",
        "have",
        "had",
        "do",
        "does",
        "this",
        "that",
        "these",
        "those",
        "i",
        "we",
        "you",
        "he",
        "she",
        "they",
        "me",
        "us",
        "my",
        "our",
        "your",
        "their",
        "as",
        "if",
        "than",
        "then",
        "there",
        "here",
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "des",
        "du",
        "de",
        "d",
        "et",
        "ou",
        "a",
        "au",
        "aux",
        "en",
        "dans",
        "sur",
        "par",
        "pour",
        "avec",
        "ce",
        "c",
        "ca",
        "cet",
        "cette",
        "ces",
        "est",
        "sont",
        "etait",
        "il",
        "elle",
        "on",
        "nous",
        "vous",
        "ils",
        "elles",
        "je",
        "j",
        "me",
        "m",
        "mon",
        "ma",
        "mes",
        "nos",
        "notre",
        "vos",
        "votre",
        "leur",
        "se",
        "s",
        "que",
        "qu",
        "qui",
        "y",
        "ai",
        "as",
        "avez",
        "avons",
        "ont",
        "ete",
        "son",
        "sa",
        "ses",
        "tu",
        "te",
        "t",
        "but",
        "mais",
        "very",
        "just",
        "also",
        "am",
        "im",
        "ive",
        "can",
        "will",
        "would",
        "could",
    ]
)
_DENYING = frozenset(["not", "no", "never", "pas", "plus", "jamais", "sans", "ne", "n"])


def phrases(reading: Reading, worth: list[float]) -> tuple[str, ...]:
    """At most `MOST` phrases, in reading order."""
    found = sorted(_stretches(reading, worth), reverse=True)
    if not found:
        return ()
    strong = [each for each in found[:MOST] if each[0] >= _WEAK * found[0][0]]
    spans = sorted((first, last) for _, first, last in strong)
    said = [" ".join(reading.text[reading.spans[a][0] : reading.spans[b][1]].split()) for a, b in spans]
    return tuple(dict.fromkeys(said))


def _stretches(reading: Reading, worth: list[float]) -> list[tuple[float, int, int]]:
    """The runs of words that speak for it, within a sentence, at most `_LONGEST` long: worth, first and last place."""
    found: list[tuple[float, int, int]] = []
    place = 0
    while place < len(worth):
        last = place
        while (
            last + 1 < len(worth)
            and last + 1 - place < _LONGEST
            and reading.sentences[last + 1] == reading.sentences[place]
            and (worth[last + 1] > 0 or reading.words[last + 1] in _SMALL)
        ):
            last += 1
        if worth[place] > 0 and (trimmed := _trimmed(reading.words, place, last)):
            first, end = trimmed
            found.append((sum(worth[first : end + 1]), first, end))
        place = last + 1
    return found


def _trimmed(words: list[str], first: int, last: int) -> tuple[int, int] | None:
    while first <= last and words[first] in _SMALL:
        first += 1
    while last >= first and (words[last] in _SMALL or words[last] in ("ne", "n")):
        last -= 1
    said = words[first : last + 1]
    if not any(len(word) > 2 and word not in _DENYING for word in said):
        return None
    return first, last
