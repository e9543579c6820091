"""Numbers, severities and categories are read however people type them; anything else stays the text's own."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.dispatch import verb_of
from bot.verbs.reading.arguments import (
    CATEGORIES,
    doubted,
    is_number,
    read_severity,
    take_category,
    take_kind,
    take_number,
    take_pair,
    take_severity,
)
from bot.verbs.reading.verb_name import once
from triage.errors import Refusal
from triage.terms import Category

NUMBERS = [
    ("42", (42, "")),
    ("#42", (42, "")),
    (" 42  we are on it ", (42, "we are on it")),
    ("#42 we\nare on it", (42, "we\nare on it")),
    ("42\nwe are on it", (42, "we are on it")),
    ("42: we are on it", (42, "we are on it")),
    ("#42, we are on it", (42, "we are on it")),
    ("007", (7, "")),
]


@pytest.mark.parametrize(("words", "read"), NUMBERS)
def test_a_number_stands_first_with_or_without_its_sign(words: str, read: tuple[int, str]) -> None:
    assert take_number(words, None, "update") == read


PHONES = [
    ("1.", (1, "")),
    ("1. We see it", (1, "We see it")),
    ("# 1", (1, "")),
    ("＃1", (1, "")),
    ("ticket 2", (2, "")),
    ("Ticket #2: on it", (2, "on it")),
    ("n° 2", (2, "")),
    ("(3)", (3, "")),
    ("“4” on it", (4, "on it")),
    ("[5] on it", (5, "on it")),
    ("6 — we are on it", (6, "we are on it")),
    ("6—we are on it", (6, "we are on it")),
    ("\u200b7\ufeff", (7, "")),
    ("8\u200b\u00a0on it", (8, "on it")),
    ("9\ufe0f\u20e3", (9, "")),
    ("“10 on it”", (10, "on it")),
    ("11 say “yes”", (11, "say “yes”")),
    ("12 - an item", (12, "- an item")),
]  # fmt: skip


@pytest.mark.parametrize(("words", "read"), PHONES)
def test_a_number_is_read_through_what_phones_and_copying_put_around_it(words: str, read: tuple[int, str]) -> None:
    assert take_number(words, None, "update") == read
    assert is_number(words) is (not read[1])


REFUSED = [
    ("", "no_number", {"verb": "take"}),
    ("the link", "no_number", {"verb": "take"}),
    ("#", "malformed_number", {"text": "#", "verb": "take"}),
    ("#abc", "malformed_number", {"text": "#abc", "verb": "take"}),
    ("4x2", "malformed_number", {"text": "4x2", "verb": "take"}),
    ("12345678901", "malformed_number", {"text": "12345678901", "verb": "take"}),
    ("42abc text", "malformed_number", {"text": "42abc", "verb": "take"}),
    ("-1", "no_number", {"verb": "take"}),
]


@pytest.mark.parametrize(("words", "code", "values"), REFUSED)
def test_what_is_no_number_is_refused_with_what_to_type(words: str, code: str, values: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        take_number(words, None, "take")
    assert (refused.value.code, refused.value.values) == (code, values)


IN_A_THREAD = [
    ("", (7, "")),
    ("we are on it", (7, "we are on it")),
    ("7 we are on it", (7, "we are on it")),
    ("42", (42, "")),
    ("#42 we are on it", (42, "we are on it")),
    ("3 of 5 links are back", (7, "3 of 5 links are back")),  # no other customer's ticket is told
    ("1. restart the router", (7, "1. restart the router")),
    ("ticket 3 is the same", (7, "ticket 3 is the same")),
    ("# 42 we are on it", (42, "we are on it")),
    ("\u200b", (7, "")),
    ("16:30", (7, "16:30")),
    ("2h", (7, "2h")),
]


@pytest.mark.parametrize(("words", "read"), IN_A_THREAD)
def test_inside_a_tickets_thread_a_figure_that_begins_a_text_is_no_ticket(words: str, read: tuple[int, str]) -> None:
    assert take_number(words, 7, "update") == read


SEVERITIES = [
    ("sev1", 1, ""),
    ("sev 1", 1, ""),
    ("SEV-1", 1, ""),
    ("sev:2 x", 2, "x"),
    ("s1 Link down", 1, "Link down"),
    ("p2: Link down", 2, "Link down"),
    ("P3 - Link down", 3, "Link down"),
    ("severity 2, Link down", 2, "Link down"),
    ("prio 1 x", 1, "x"),
    ("priority1", 1, ""),
    ("gravité 1 Liaison coupée", 1, "Liaison coupée"),
    ("GRAVITE1", 1, ""),
    ("sévérité 3", 3, ""),
    ("sev1\nLink down", 1, "Link down"),
    ("sev9 x", 9, "x"),  # refused later, by what the policy knows
    ("sev0", 0, ""),
    ("sev1.", 1, ""),
    ("sev1—Link down", 1, "Link down"),
    ("sev1 — Link down", 1, "Link down"),
    ("sev1 – Link down", 1, "Link down"),
    ("“sev1” Link down", 1, "Link down"),
    ("«\u00a0sev1\u00a0» Link down", 1, "Link down"),
    ("'sev1' Link down", 1, "Link down"),
    ("“sev1 Link down”", 1, "Link down"),
    ("[sev1] Link down", 1, "Link down"),
    ("(sev2) Link down", 2, "Link down"),
    ("*sev2* Link down", 2, "Link down"),
    ("`p1`: Link down", 1, "Link down"),
    ("sev\u20111 Link down", 1, "Link down"),
    ("sev\u00a01 Link down", 1, "Link down"),
    ("\ufeffsev1\u200b Link down", 1, "Link down"),
    ("sev1… Link down", 1, "Link down"),
    ("sev１ Link down", 1, "Link down"),
    ("gravite\u0301 1 Liaison", 1, "Liaison"),
    ("sev1 :fire: in Sydney", 1, ":fire: in Sydney"),
    ("sev1 -3 dB", 1, "-3 dB"),
    ("sev1 say “no”", 1, "say “no”"),
]


@pytest.mark.parametrize(("words", "severity", "rest"), SEVERITIES)
def test_a_severity_is_read_in_every_way_it_is_written(words: str, severity: int, rest: str) -> None:
    assert take_severity(words) == (severity, rest)


NO_SEVERITIES = [
    "", "Link down", "several links", "p2p link", "s1x", "sev", "s 1 x", "P 5 printers", "sev1.5 x", "server 1",
    "1 link", "spam", "sev one", "s3a bucket",
]  # fmt: skip


@pytest.mark.parametrize("words", NO_SEVERITIES)
def test_what_only_looks_like_a_severity_stays_text(words: str) -> None:
    assert take_severity(words) == (None, words)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("2", 2),
        (" 2 ", 2),
        ("sev2", 2),
        ("p1", 1),
        ("-1", -1),
        ("99", 99),
        ("“2”", 2),
        ("(2)", 2),
        ("2.", 2),
        ("２", 2),
    ],
)
def test_a_severity_that_stands_alone_may_be_the_bare_figure(text: str, severity: int) -> None:
    assert read_severity(text) == severity


@pytest.mark.parametrize("text", ["", "high", "two", "2.5", "sev2 x", "1234", "1 2"])
def test_a_severity_that_cannot_be_read_is_refused_with_what_was_typed(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_severity(text)
    assert refused.value.code == "no_such_severity"
    assert refused.value.values == {"severity": text}


@pytest.mark.parametrize(("word", "category"), CATEGORIES.items())
def test_a_category_is_read_in_both_languages(word: str, category: Category) -> None:
    assert take_category(f"{word.upper()}: the rest") == (category, "the rest")
    assert take_category(f"{word}\nthe rest") == (category, "the rest")
    assert take_category(f"{word}s the rest") == (None, f"{word}s the rest")


KINDS = [
    ("Link down", (None, None, "Link down")),
    ("sev1 Link down", (None, 1, "Link down")),
    ("incident Link down", (Category.INCIDENT, None, "Link down")),
    ("incident sev1 Link down", (Category.INCIDENT, 1, "Link down")),
    ("sev1 incident Link down", (Category.INCIDENT, 1, "Link down")),
    ("panne gravité 2 : Liaison coupée", (Category.INCIDENT, 2, "Liaison coupée")),
    ("question How do I add a user?", (Category.INQUIRY, None, "How do I add a user?")),
    ("provisioning p1 New port", (Category.PROVISIONING, 1, "New port")),
    ("sev1 sev2 x", (None, 1, "sev2 x")),
    ("sev1—incident: Link down", (Category.INCIDENT, 1, "Link down")),
    ("[incident] Link down", (Category.INCIDENT, None, "Link down")),
    ("(p1) Link down", (None, 1, "Link down")),
    ("p1 Link down", (None, 1, "Link down")),
    ("s2 Paquets perdus", (None, 2, "Paquets perdus")),
    ("p1: Link down", (None, 1, "Link down")),
    ("s1 - Link down", (None, 1, "Link down")),
    ("s1—Link down", (None, 1, "Link down")),
    ("s1\nLink down", (None, 1, "Link down")),
    ("s1 incident Link down", (Category.INCIDENT, 1, "Link down")),
    ("p1", (None, 1, "")),
    ("panne : lien coupé", (Category.INCIDENT, None, "lien coupé")),
    ("incident incident x", (None, None, "incident incident x")),
    ("sev1", (None, 1, "")),
    ("", (None, None, "")),
]


@pytest.mark.parametrize(("words", "read"), KINDS)
def test_category_and_severity_come_in_either_order_before_the_summary(
    words: str, read: tuple[Category | None, int | None, str]
) -> None:
    assert take_kind(words) == read


# What begins like a keyword and goes on as a sentence, and what is asked about then.
SENTENCES: list[tuple[str, int | Category | None]] = [
    ("S3 bucket is not reachable", 3),
    ("s3 Bucket is not reachable", 3),
    ("S3, our storage, is down", 3),
    ("S3-bucket is not reachable", 3),
    ("P1 printer jams", 1),
    ("p1 printer jams", 1),
    ("P5 printers jam", None),
    ("panne totale du lien Lyon", Category.INCIDENT),
    ("Panne Orange sur Lyon", Category.INCIDENT),
    ("Incident on core router", Category.INCIDENT),
    ("incident S3 bucket is gone", Category.INCIDENT),
    ("Question about billing", Category.INQUIRY),
    ("Link down", None),
    ("panneau solaire", None),
]


@pytest.mark.parametrize(("words", "doubt"), SENTENCES)
def test_a_word_that_a_sentence_goes_on_from_stays_in_it_and_is_asked_about(
    words: str, doubt: int | Category | None
) -> None:
    assert take_kind(words) == (None, None, words)
    assert doubted(words, None, None) == doubt


@pytest.mark.parametrize(
    ("words", "left", "doubt"),
    [
        ("sev2 S3 bucket is gone", "S3 bucket is gone", None),
        ("sev1 Incident on core router", "Incident on core router", None),
        ("incident: S3 bucket is gone", "S3 bucket is gone", 3),
    ],
)
def test_nothing_is_asked_where_it_was_said(words: str, left: str, doubt: int | None) -> None:
    category, severity, summary = take_kind(words)
    assert summary == left
    assert doubted(summary, category, severity) == doubt


LONG = 20_000
ENDLESS = [
    " " * LONG + "x", "#" * LONG, "“" * LONG, "\u200b" * LONG + "x", "1" * LONG, "sev" + " " * LONG, ":" * LONG,
    "sev1" + " -" * LONG, "ticket " * LONG, "new" + "—" * LONG, "1" + "\u200b" * LONG + "x", "incident " * LONG,
    "s1 " * LONG, "s1" + "\u200b " * LONG + "x", "# " * LONG, "(“" * LONG + "sev1",
]  # fmt: skip


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("words", ENDLESS, ids=range(len(ENDLESS)))
def test_no_text_makes_reading_slow(words: str) -> None:
    began = process_time()
    take_kind(words)
    doubted(words, None, None)
    take_number(words, 7, "update")
    with suppress(Refusal):
        take_pair(words, 7, "link")
    verb_of(words)
    once(words, "/ticket")
    assert process_time() - began < 1


@given(st.text(max_size=40), st.none() | st.integers(1, 10**6))
def test_whatever_is_typed_is_read_or_refused_and_nothing_of_it_is_lost(words: str, default: int | None) -> None:
    category, severity, rest = take_kind(words)
    assert rest in words
    if category is None and severity is None:
        assert rest == words.strip()
    if default is not None:
        number, text = take_number(words, default, "update")
        assert number >= 0
        assert text in words
