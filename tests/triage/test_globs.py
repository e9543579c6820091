"""A word with stars is found as an expression would find it, in time that grows with the text alone."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.globs import erase

pytestmark = pytest.mark.usefixtures("measured")


def reference(text: str, glob: str) -> str:
    """The same by an expression, which is right, and slow on texts that are made to slow it."""
    parts = [r"\S*".join(map(re.escape, word.split("*"))) for word in glob.split()]
    return re.sub(r"\s+".join(parts), "#", text, flags=re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "glob", "left"),
    [
        ("the password is hunter2, yes", "hunter2", "the password is #, yes"),
        ("Hunter2 HUNTER2 xhunter2x", "hunter2", "# # x#x"),
        ("call ana.reyes@acme.example now", "ana*", "call # now"),
        ("call ana.reyes@acme.example now", "*acme*", "call # now"),
        ("key=abc123; next", "key=*;", "# next"),
        ("key=a;b;c next", "key=*;", "#c next"),
        ("Ana Maria Reyes was here", "ana * rey*", "# was here"),
        ("Ana Reyes", "ana reyes", "#"),
        ("ana\nreyes", "ana rey*", "#"),
        ("Savannah Reyesson", "ana* rey*", "Savannah Reyesson"),
        ("Savannah Reyesson", "annah rey*", "Sav#"),
        ("nothing here", "ana*", "nothing here"),
        ("Straße STRASSE straße", "straße", "# STRASSE #"),
        ("İstanbul istanbul", "istanbul*", "İstanbul #"),
        ("a.b axb", "a.b*", "# axb"),
    ],
)
def test_what_a_word_with_stars_stands_for(text: str, glob: str, left: str) -> None:
    assert erase(text, glob, "#") == left


@given(text=st.text("aAbB \n", max_size=14), glob=st.text("ab*", min_size=1, max_size=6).filter(lambda g: "*" in g))
def test_one_word_is_found_as_an_expression_finds_it(text: str, glob: str) -> None:
    if glob.strip("*"):
        assert erase(text, glob, "#").replace("##", "#") == reference(text, glob).replace("##", "#")


@given(
    text=st.text("aAb \n", max_size=16),
    glob=st.lists(st.text("ab*", min_size=1, max_size=4).filter(lambda g: g.strip("*")), min_size=2, max_size=3),
)
def test_several_words_are_found_as_an_expression_finds_them(text: str, glob: list[str]) -> None:
    joined = " ".join((*glob[:-1], f"{glob[-1]}*"))
    assert (erase(text, joined, "#") == text) is (reference(text, joined) == text)


HOSTILE = ["a" * 8000, "ab" * 4000, "a " * 4000, "a" * 4000 + " " + "b" * 4000, "a*" * 4000]
GLOBS = [
    "a*a*a*a*a*a*a*a*b", "*a*a*a*a*a*a*a*b", "a*" * 60 + "b", " ".join(["a*"] * 8) + "b", "a a a a a a a a*b",
    "ab" * 90,
]  # fmt: skip


@pytest.mark.parametrize("glob", GLOBS)
def test_no_word_and_no_text_make_it_slow(glob: str) -> None:
    for text in HOSTILE:
        best = min(_seconds(text, glob) for _ in range(3))
        assert best < 1, (text[:8], glob, best)


def _seconds(text: str, glob: str) -> float:
    begun = time.thread_time()
    erase(text, glob, "#")
    return time.thread_time() - begun
