"""In which of our languages somebody wrote, by the small words that every text in it has and others have not."""

from __future__ import annotations

import re
from functools import cache

from bot.desk.languages import LANGUAGES
from bot.wording.speech import Speech
from triage.words import folded

ENOUGH = 2  # such words
MOST_READ = 2000  # characters
_WORD = re.compile(r"[^\W\d_]+")


def written_in(text: str) -> str | None:
    """The language of that text; None where it is none of ours, or too short to tell."""
    words = set(_WORD.findall(folded(text[:MOST_READ])))
    count = {language: len(words & small) for language, small in _small_words().items()}
    first, *others = sorted(count, key=lambda language: -count[language])
    most, next_best = count[first], max((count[language] for language in others), default=0)
    return first if most >= ENOUGH and most >= 2 * next_best else None


@cache
def _small_words() -> dict[str, frozenset[str]]:
    """By language: its small words, as the catalogues have them, without those that two of ours share."""
    found = {
        language: frozenset(folded(Speech(language).text("language.small_words")).split()) for language in LANGUAGES
    }
    return {
        language: words.difference(*(other for name, other in found.items() if name != language))
        for language, words in found.items()
    }
