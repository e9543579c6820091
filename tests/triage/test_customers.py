"""Whose ticket it is, and whose it was when something was said of it."""

from __future__ import annotations

from tests.triage.story import POLICY, Story
from triage.customers import correct_customer, customer_at


def test_whose_it_was_is_read_from_what_had_happened_until_then() -> None:
    story = Story("09:00")
    story.act(correct_customer, "09:10", POLICY, "Acme", None)
    story.act(correct_customer, "09:20", POLICY, "Globex", None)
    story.act(correct_customer, "09:30", POLICY, None, None)
    assert [customer_at(story.events, seq) for seq in (1, 2, 3, 4)] == [None, "Acme", "Globex", None]


def test_without_a_seq_it_is_whose_it_is_now() -> None:
    story = Story("09:00")
    story.act(correct_customer, "09:10", POLICY, "Acme", None)
    assert customer_at(story.events, None) == story.ticket.customer == "Acme"
