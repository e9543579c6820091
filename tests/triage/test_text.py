"""What people type is kept as they typed it, without what could do harm, or refused with the reason."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import Refusal
from triage.text import LONGEST_SUMMARY, LONGEST_TEXT, checked, clean, cut, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, ""),
        ("", ""),
        ("  link down  ", "link down"),
        ("a\x00b\x1bc\x7fd\x9fe", "abcde"),
        ("one\r\ntwo\rthree\u2028four\x0bfive\x85six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("a\tb", "a\tb"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("safe \u202egnp.exe\u202c now", "safe gnp.exe now"),
        ("\u2066isolated\u2069", "isolated"),
        ("הקו נפל בסידני", "הקו נפל בסידני"),
        ("الرابط معطل\u200f!", "الرابط معطل\u200f!"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 family", "\U0001f468\u200d\U0001f469\u200d\U0001f467 family"),
        ("flag \U0001f1eb\U0001f1f7 heart \u2764\ufe0f", "flag \U0001f1eb\U0001f1f7 heart \u2764\ufe0f"),
        ("half \ud83d pair", "half  pair"),
        ("\u200b\u200d\ufeff\u00a0", ""),
        ("\u202e\u2066", ""),
        ("<script>&amp;*_~`", "<script>&amp;*_~`"),
    ],
)
def test_text_is_kept_without_what_could_do_harm(typed: str | None, kept: str) -> None:
    assert clean(typed) == kept


@given(st.text())
def test_cleaning_leaves_nothing_that_is_unsafe_and_nothing_to_clean(typed: str) -> None:
    kept = clean(typed)
    assert clean(kept) == kept
    assert not [c for c in kept if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [
        c for c in kept if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "PDI")
    ]
    kept.encode()  # a database can hold it


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp", "Mn"))))
def test_what_can_be_seen_stays_as_it_was(typed: str) -> None:
    assert clean(typed) == typed


def test_a_summary_stands_on_one_line() -> None:
    assert one_line(" Link\ndown\t in \u2028 Sydney ") == "Link down in Sydney"


@pytest.mark.parametrize("length", [LONGEST_SUMMARY, LONGEST_SUMMARY + 1, 10_000])
def test_a_summary_that_is_too_long_is_refused_with_its_length(length: int) -> None:
    typed = "x" * length
    if length <= LONGEST_SUMMARY:
        assert one_line(typed) == typed
        return
    with pytest.raises(Refusal) as refused:
        one_line(typed)
    assert (refused.value.code, refused.value.values) == (
        "summary_too_long",
        {"length": length, "limit": LONGEST_SUMMARY},
    )


def test_text_that_is_too_long_is_refused_with_its_length() -> None:
    assert checked("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    with pytest.raises(Refusal) as refused:
        checked("x" * 10_000)
    assert (refused.value.code, refused.value.values) == ("text_too_long", {"length": 10_000, "limit": LONGEST_TEXT})


def test_text_that_stands_elsewhere_in_full_is_cut_instead() -> None:
    assert cut("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    assert cut("x" * 40_000) == "x" * (LONGEST_TEXT - 1) + "…"
