"""A title says what it is about; and what says nothing at all opens no ticket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.text import LONGEST_SUMMARY
from triage.titles import says_nothing, titled

LONG = "The VPN concentrator in Lyon drops every tunnel as soon as more than forty people are connected, " * 4

TITLES = [
    ("Link down", "Link down"),
    ("Link down\nsince noon", "Link down"),
    ("Hi team,\nour VPN concentrator in Lyon drops all tunnels", "our VPN concentrator in Lyon drops all tunnels"),
    ("Hello Support Desk,\n\nLink down", "Link down"),
    ("Dear all,\nLink down", "Link down"),
    ("Bonjour à tous,\nla liaison est coupée", "la liaison est coupée"),
    ("Good morning!\n:wave:\nLink down", "Link down"),
    ("Chère équipe,\nla liaison est coupée\nMerci", "la liaison est coupée"),
    ("Thanks!\nNow the portal is down", "Now the portal is down"),
    ("```\nERROR 1205 lock wait timeout\n```\nThis happens on every order", "ERROR 1205 lock wait timeout"),
    ("```ERROR 1205```", "ERROR 1205"),
    ("---\n***\nLink down", "Link down"),
    ("\u200b\n\nLink down", "Link down"),
    ("> Portal down\nis what they said", "Portal down"),
    ("• port 3\n• port 4", "port 3"),
    ("- port 3", "port 3"),
    ("-3 dB on port 3", "-3 dB on port 3"),
    ("@netops\nLink down", "Link down"),
    ("@Ana Reyes, @netops:\nLink down", "Link down"),
    ("@netops our VPN is down", "@netops our VPN is down"),
    ("https://x.example/1\nis down", "is down"),
    ("https://x.example/1", "https://x.example/1"),
    ("Hi, the VPN is down,\nsince noon", "Hi, the VPN is down,"),
    ("Hello all, hope you are well.\nPlease check why the link flaps", "Please check why the link flaps"),
    ("Bonjour,\nJ'espère que vous allez bien.\nla liaison est coupée", "la liaison est coupée"),
    ("Urgent!!\n\nSIP trunk does not register", "SIP trunk does not register"),
    ("FYI:\nthe mail relay refuses everything", "the mail relay refuses everything"),
    ("URGENT - Lyon is down\nsince noon", "URGENT - Lyon is down"),
    ("Très urgent !\nplus de téléphonie", "plus de téléphonie"),
    ("Hi,\nurgent", "urgent"),
    ("Hi team", "Hi team"),
    ("???", "???"),
    ("!!!\n???", "!!!"),
    ("通信断\n東京", "通信断"),
    ("", ""),
    (" \n ", ""),
]


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_the_title_is_the_first_line_that_says_what_it_is_about(text: str, title: str) -> None:
    assert titled(text) == title


def test_a_long_line_is_cut_at_a_word() -> None:
    title = titled(LONG)
    assert len(title) <= LONGEST_SUMMARY
    assert title.endswith("…")
    assert LONG.startswith((title[:-1] + " ", title[:-1] + ","))


def test_a_word_without_end_is_cut_where_the_room_ends() -> None:
    assert titled("x" * 9000) == "x" * (LONGEST_SUMMARY - 1) + "…"


@given(st.text(max_size=600))
def test_whatever_the_text_its_title_is_one_short_line(text: str) -> None:
    title = titled(text)
    assert len(title) <= LONGEST_SUMMARY
    assert title == " ".join(title.split())


SAYS = [
    ("@netops", ("@netops",), True),
    ("@Ana Reyes @netops!", ("@Ana Reyes", "@netops"), True),
    ("@channel", ("@channel",), True),
    ("@netops thanks", ("@netops",), True),
    ("@Ana Reyes good morning", ("@Ana Reyes",), True),
    ("@netops our VPN is down", ("@netops",), False),
    ("@netops ?", ("@netops",), True),
    ("@netops", (), False),  # nobody's name, so it may be a word
    ("42", (), False),
    ("???", (), False),
    ("🔥", (), False),
]


@pytest.mark.parametrize(("text", "names", "nothing"), SAYS)
def test_mentions_with_nothing_behind_them_say_nothing(text: str, names: tuple[str, ...], nothing: bool) -> None:
    assert says_nothing(text, names) is nothing
