"""dateutil and dateparser are shown nothing but what they cannot get wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from dateutil import parser
from hypothesis import given
from hypothesis import strategies as st

from bot.verbs.reading.times import libraries, take_when, warm_up
from bot.verbs.reading.times.libraries import number_in_words
from triage.errors import Refusal

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


class Shown:
    """What the two libraries were shown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.dateutil: list[str] = []
        self.dateparser: list[str] = []
        number_in_words.cache_clear()
        parse, seconds = parser.parse, libraries._seconds  # noqa: SLF001  the one place where dateparser is called

        def parsed(text: str) -> datetime:
            self.dateutil.append(text)
            return parse(text)

        def counted(language: str, text: str) -> float:
            self.dateparser.append(text)
            return seconds(language, text)

        monkeypatch.setattr(parser, "parse", parsed)
        monkeypatch.setattr(libraries, "_seconds", counted)

    def by(self, text: str) -> None:
        """Forget what was shown, and read `text`."""
        self.dateutil.clear()
        self.dateparser.clear()
        for future in (True, False):
            try:
                take_when(text, NOW, PARIS, "en", future=future)
            except Refusal:
                continue


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    return Shown(monkeypatch)


@pytest.mark.parametrize(
    "text",
    ["16:30 we look", "in 2h", "tomorrow 9am", "lundi 9h", "le 3 à 10h", "10", "may", "1.5", "10:00 EST", "soon",
     "fix the 2 printers by may", "le 3 decembre a dix heures", "in 3 business days", "1 Dec 10:00", "x" * 8000],
)  # fmt: skip
def test_what_the_grammar_knows_and_what_is_no_time_reaches_neither(shown: Shown, text: str) -> None:
    shown.by(text)
    assert (shown.dateutil, shown.dateparser) == ([], [])


def test_dateutil_is_shown_the_whole_of_what_a_machine_wrote_and_no_more(shown: Shown) -> None:
    shown.by("2026-12-01T10:00:00.123+01:00 in the log of 3 May")
    assert set(shown.dateutil) == {"2026-12-01T10:00:00.123+01:00".upper()}


def test_dateparser_is_shown_one_word_and_a_unit(shown: Shown) -> None:
    shown.by("in two hours and ten minutes we look again, by may at the latest")
    assert {text.split()[1] for text in shown.dateparser} == {"two", "ten"}
    assert {len(text.split()) for text in shown.dateparser} == {3}


ADVERSARIAL = [
    "in " + "a " * 4000, "in " + "a-" * 4000 + " hours", "in " + "a" * 4000 + " hours", "a hours " * 1000,
    "in two hours and " * 500, "il y a " * 1000 + "deux heures", "1" * 5000, "/" * 5000, "20261201T" * 500,
    "2026-12-01 10:00:00," + "1" * 5000,
]  # fmt: skip


WORDS = st.sampled_from(["in", "two", "ten", "a-b", "hours", "h", "days", "and", "ago", "x", "at", "9"])


@given(st.sampled_from(ADVERSARIAL) | st.lists(WORDS, max_size=200).map(" ".join))
def test_however_long_a_text_is_little_of_it_is_shown(text: str) -> None:
    """Each word costs dateparser half a millisecond or two: so many are harmless, and none is long."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        shown = Shown(monkeypatch)
        shown.by(text)
        assert len(shown.dateutil) <= 2
        assert len({text.split()[1] for text in shown.dateparser}) <= 4
        assert all(len(text) <= 40 for text in (*shown.dateutil, *shown.dateparser))


NUMBERS = [
    ("one", 1), ("a", 1), ("an", 1), ("two", 2), ("twelve", 12), ("twenty", 20), ("twenty-five", 25), ("ninety", 90),
    ("une", 1), ("deux", 2), ("sept", 7), ("douze", 12), ("quinze", 15), ("vingt", 20), ("quarante-cinq", 45),
]  # fmt: skip


@pytest.mark.parametrize(("word", "number"), NUMBERS)
def test_a_number_in_words(word: str, number: int) -> None:
    assert number_in_words(word) == number


@pytest.mark.parametrize(
    "word",
    ["tomorrow", "demain", "yesterday", "hier", "today", "now", "may", "second", "half", "few", "hundred", "business",
     "and", "the", "ago", "in", "apres-demain", "x", "a" * 5000, ""],
)  # fmt: skip
def test_a_word_that_is_no_number_is_none_whatever_dateparser_makes_of_it(word: str) -> None:
    assert number_in_words(word) is None


def test_a_warm_dateparser_has_both_languages_loaded(shown: Shown) -> None:
    warm_up()
    assert {text.split()[0] for text in shown.dateparser} == {"in", "dans"}
