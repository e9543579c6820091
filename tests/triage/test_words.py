"""What people type, as the words by which tickets are found."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.words import MOST_ASKED, MOST_MISSPELT, misspelt, read_query, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Routers DOWN in Sydney", ("router", "down", "sydney")),
        ("Réseaux coupés à l'Œuvre", ("reseau", "coupe", "oeuvre")),
        ("the link of the site is status down", ("link", "site", "status", "down")),
        ("CKT-4471/B", ("ckt4471b", "ckt", "4471")),
        ("10.0.0.1", ("10001", "10", "0", "1")),
        ("follow-up, e-mail", ("follow", "up", "mail")),  # joined by a hyphen, but no id: there is no figure in it
        ("loss loss Loss", ("loss",)),
        ("東京", ("東京",)),
        ("", ()),
    ],
)
def test_a_text_is_read_as_its_words_each_once(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    "text",
    ['"', "' OR 1=1; --", "NEAR(router link)", "opening : router", "-router ^link*", "(((", "a* AND", "\\", "%_", "'"],
)
def test_the_operators_of_no_database_come_through(text: str) -> None:
    for asked in read_query(text).words:
        for word in (*asked.exact, *asked.beginnings, *asked.parts):
            assert word.isalnum()


@given(st.text(max_size=4000))
def test_whatever_is_typed_is_a_few_words_of_letters_and_figures(text: str) -> None:
    query = misspelt(read_query(text))
    assert len(query.words) <= MOST_ASKED
    assert all(
        word.isalnum() or not word.isascii() for a in query.words for word in (*a.exact, *a.beginnings, *a.parts)
    )


@given(st.text(max_size=200))
def test_what_was_written_is_found_by_itself(text: str) -> None:
    words = set(words_of(text))
    for asked in read_query(text).words:
        if asked.exact[0] in words:
            continue
        assert not words_of(asked.exact[0]), "only what says nothing is left out of a text"


def test_a_number_is_a_ticket_and_a_word() -> None:
    assert (read_query("#42").number, read_query(" 42 ").number, read_query("42 router").number) == (42, 42, None)
    assert read_query("9" * 30).number is None


def test_words_that_say_nothing_are_looked_for_where_there_are_no_others() -> None:
    assert [a.exact[0] for a in read_query("the router").words] == ["router"]
    assert [a.exact[0] for a in read_query("the").words] == ["the"]


@pytest.mark.parametrize("typo", ["roter", "rouuter", "ruoter", "rauter"])
def test_a_word_with_one_wrong_letter_is_near_the_right_one(typo: str) -> None:
    assert "router" in misspelt(read_query(typo)).words[0].exact


def test_an_id_is_right_or_wrong() -> None:
    query = read_query("ckt4471")
    assert misspelt(query) == query


def test_what_is_looked_for_is_bounded_however_much_is_typed() -> None:
    query = misspelt(read_query(" ".join(letter * 12 for letter in "abcdefghijkl")))
    assert sum(len(asked.exact) for asked in query.words if len(asked.exact) > 1) <= MOST_MISSPELT
    assert [len(asked.exact) > 1 for asked in query.words] == [True] * 6 + [False] * 6


@pytest.mark.parametrize("run", ["a" * 40_000, "漢" * 40_000, "ﬃ" * 13_000])
def test_a_text_without_a_space_is_read_once(run: str) -> None:
    """The time it takes grows with its length, not with the square of it."""
    begun = perf_counter()
    words_of(run)
    read_query(run)
    assert perf_counter() - begun < 1
