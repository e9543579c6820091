"""A verb is read however a phone has written it; what is no verb stays as it was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.dispatch import verb_of
from bot.verbs.reading.verb_name import once
from bot.verbs.registry import KNOWN, typed_verb

TYPED = [
    ("take 1", ("take", "1")),
    ("Take. 1", ("take", "1")),
    ("TAKE: 1", ("take", "1")),
    ("take, 1", ("take", "1")),
    ("take#1", ("take", "#1")),
    ("take — 1", ("take", "1")),
    ("\u200btake\u200b\u00a01\ufeff", ("take", "1")),
    ("ta\u200bke 1", ("take", "1")),
    ("\u201ctake 1\u201d", ("take", "1")),
    ("`take 1`", ("take", "1")),
    ("(take 1)", ("take", "1")),
    ("\uff54\uff41\uff4b\uff45\u30001", ("take", "1")),
    ("take\u2013back 1", ("take-back", "1")),
    ("what\u2011if 1", ("what-if", "1")),
    ("mise\u2010\u00e0\u2010jour 1", ("update", "1")),
    ("re\u0301soudre 1", ("resolve", "1")),
    ("new\u2014sev1 Link down", ("new", "sev1 Link down")),
    ("new: sev1 Link down", ("new", "sev1 Link down")),
    ("new:sev1 Link down", ("new", "sev1 Link down")),
    ("list \u201csev1\u201d", ("list", "\u201csev1\u201d")),
    ("list\u201csev1\u201d", ("list", "\u201csev1\u201d")),
    ("help?", ("help", "")),
    ("", ("help", "")),
    ("\u200b", ("help", "")),
    ("update 1 it is \u201cfine\u201d", ("update", "1 it is \u201cfine\u201d")),
    ("open.example.com is down", ("open.example.com", "is down")),
    ("hello there", ("hello", "there")),
    ("\u2014", ("\u2014", "")),
]


@pytest.mark.parametrize(("words", "read"), TYPED)
def test_the_verb_is_read_through_what_phones_put_around_it(words: str, read: tuple[str, str]) -> None:
    assert verb_of(words) == read


AROUND = ["{} 1", "{}. 1", "{}: 1", "\u200b{}\ufe0f 1", "\u201c{}\u201d 1", "[{}] 1", "{}\u20141", "{}#1", "{} # 1."]


@pytest.mark.parametrize("form", AROUND)
def test_every_verb_is_read_so(form: str) -> None:
    for name in KNOWN:
        verb, rest = verb_of(form.format(name))
        assert verb == verb_of(name)[0], name
        assert typed_verb(verb) is not None, name
        assert rest in ("1", "#1", "# 1."), name


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("/ticket new sev1 Link down", "new sev1 Link down"),
        ("/ticket /ticket new", "new"),
        ("\u200b/Ticket\u00a0new", "new"),
        ("/ticket", ""),
        ("/tickets are slow", "/tickets are slow"),
        ("new /ticket is slow", "new /ticket is slow"),
        ("", ""),
    ],
)
def test_the_command_typed_twice_is_typed_once(words: str, left: str) -> None:
    assert once(words, "/ticket") == left


@given(st.text(max_size=60))
def test_of_what_follows_the_verb_no_word_is_lost(words: str) -> None:
    verb, rest = verb_of(f"note {words}")
    assert verb == "note"
    assert rest in words
    assert [c for c in words if c.isalnum()] == [c for c in rest if c.isalnum()]
