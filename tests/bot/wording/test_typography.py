"""No French line begins with a colon or a closing quote, ends with an opening one, or parts a figure from its unit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.wording
from bot.wording.sentences import Typed, plain
from bot.wording.speech import catalogue, speech
from bot.wording.typography import no_break

FRENCH = speech("fr")
TORN = re.compile(r"« | [;?!»%](?!\w)| :(?![\w+-])|\d (?:secondes?|minutes?|min|heures?|h|jours?|j)(?!\w)")


def sentences() -> list[tuple[str, str]]:
    """Every French sentence with its key, plurals one by one."""
    found = []
    for key, value in catalogue("fr").items():
        found += (
            [(f"{key}.{form}", text) for form, text in value.items()] if isinstance(value, dict) else [(key, value)]
        )
    return found


def whole(text: str) -> str:
    """That sentence with something in its gaps."""
    gaps = {name: ("12" if name in ("count", "length", "limit") else "x") for name in re.findall(r"\{(\w+)\}", text)}
    return plain(FRENCH._fill(text, gaps))  # noqa: SLF001  plurals are filled without counting


def test_no_french_text_can_be_torn() -> None:
    assert {key: text for key, text in sentences() if TORN.search(whole(text))} == {}


@pytest.mark.parametrize("seconds", [0, 1, 59, 60, 300, 900, 3600, 5400, 86400, 90000, 200_000])
def test_no_french_length_can_be_torn(seconds: int) -> None:
    for said in (FRENCH.duration(seconds), FRENCH.exact(seconds)):
        assert TORN.search(said) is None, said
        assert re.search(r"\d[a-z]", said) is None, said


def test_what_somebody_typed_stays_as_it_was_typed() -> None:
    said = FRENCH("refusal.unknown_verb", verb=Typed("a : b ?"), command="/ticket")
    assert Typed("a : b ?") in said


def test_the_name_of_an_emoji_and_another_language_stay_as_they_are() -> None:
    assert no_break("mettez :eyes: ou :+1: : voilà", "fr") == "mettez :eyes: ou :+1:\u00a0: voilà"
    assert no_break("5 min : so ?", "en") == "5 min : so ?"


@pytest.mark.parametrize(
    ("sentence", "who", "reads"),
    [
        ("Note de {who} :", "Ana", "Note d'Ana :"),
        ("Note de {who} :", "Élodie", "Note d'Élodie :"),
        ("Note de {who} :", "Priya", "Note de Priya :"),
        ("que {who} a atteint", "Ana", "qu'Ana a atteint"),
        ("la fiche de {who}", "", "la fiche de "),
        ("à côté de: {who}", "Ana", "à côté de: Ana"),
        ("Laide {who}", "Ana", "Laide Ana"),
    ],
)
def test_a_letter_gives_way_to_the_vowel_of_a_name(sentence: str, who: str, reads: str) -> None:
    assert plain(FRENCH._fill(sentence, {"who": who})).replace("\u00a0", " ") == reads  # noqa: SLF001  as above
    assert plain(speech("en")._fill(sentence, {"who": who})) == sentence.format(who=who)  # noqa: SLF001  as above


@pytest.mark.parametrize(
    ("sentence", "typed", "reads"),
    [
        ("dépassé sur {what}. Échéance", "MTU ?", "dépassé sur MTU ? Échéance"),
        ("dépassé sur {what}. Échéance", "MTU", "dépassé sur MTU. Échéance"),
        ("{what}", "MTU ?", "MTU ?"),
        ("{what} .", "MTU ?", "MTU ? ."),
    ],
)
def test_a_question_that_somebody_typed_needs_no_full_stop(sentence: str, typed: str, reads: str) -> None:
    filled = speech("en")._fill(sentence, {"what": typed})  # noqa: SLF001  as above
    assert plain(filled) == reads


def test_no_french_sentence_puts_de_before_an_instant_that_the_readers_client_words() -> None:
    """It may word it `aujourd'hui`, before which French writes d'."""
    french = (Path(bot.wording.__file__).parent / "locales" / "fr.yaml").read_text()
    assert re.findall(r".*(?: [dD]e \{start\} jusqu|partir de \{at\}).*", french) == []
