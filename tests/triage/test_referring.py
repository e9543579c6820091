"""What a ticket is called elsewhere: set, changed, removed; no link that leads where it should not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.story import ANA, CLEO, Story, at
from triage import referring
from triage.change import Change
from triage.errors import Refusal
from triage.people import Actor
from triage.referring import Elsewhere, read
from triage.text import clean

TEN = at("09:10")


class Called:
    """A ticket, with its references as texts."""

    def __init__(self) -> None:
        self.story, self.texts = Story("09:00", severity=2), dict[int, str]()

    def keep(self, change: Change) -> Change:
        """Record it; the texts are kept as storage does."""
        events = []
        for each in change.events:
            if each.text is not None:
                self.texts[body_id := 1000 + len(self.texts)] = each.text
                events.append(replace(each, body_id=body_id, text=None))
            else:
                events.append(each)
        self.story.record(replace(change, events=tuple(events)))
        return change

    def ref(self, number: str, link: str = "", by: Actor = ANA, now: datetime = TEN) -> Change:
        return self.keep(referring.refer(self.story.ticket, by, now, Elsewhere(number, link), self.texts))

    def unref(self, number: str, by: Actor = ANA, now: datetime = TEN) -> Change:
        return self.keep(referring.unrefer(self.story.ticket, by, now, number, self.texts))

    def shown(self) -> list[Elsewhere]:
        ids = [each.body_id for each in self.story.ticket.references]
        return [read(self.texts[body_id]) for body_id in ids if body_id is not None]


def test_a_ticket_has_several_numbers_elsewhere_until_they_are_removed() -> None:
    called, before = Called(), Called().story.ticket.clocks
    called.ref("CARRIER-123", "https://carrier.example/t/123")
    called.ref("INC 9")
    assert called.shown() == [Elsewhere("CARRIER-123", "https://carrier.example/t/123"), Elsewhere("INC 9")]
    called.unref("carrier-123")
    assert called.shown() == [Elsewhere("INC 9")]
    assert called.story.ticket.clocks == before, "no clock moves"


def test_the_same_number_is_kept_once_with_the_link_that_was_said_last() -> None:
    called = Called()
    called.ref("INC-9", "https://one.example/9")
    assert not called.ref("inc-9")
    assert not called.ref("INC-9", "https://one.example/9")
    called.ref("INC-9", "https://two.example/9")
    assert called.shown() == [Elsewhere("INC-9", "https://two.example/9")]


def test_a_link_alone_is_called_by_its_end() -> None:
    called = Called()
    called.ref("", "https://help.example/tickets/T-77/?from=mail")
    called.ref("", "https://help.example/")
    assert [each.number for each in called.shown()] == ["T-77", "help.example"]
    called.unref("https://help.example/")
    assert [each.number for each in called.shown()] == ["T-77"]


def test_only_the_desk_says_what_it_is_called_elsewhere() -> None:
    called = Called()
    called.ref("CARRIER-123")
    for act in (called.ref, called.unref):
        with pytest.raises(Refusal, match="not_allowed"):
            act("CARRIER-123", by=CLEO)


@pytest.mark.parametrize(
    "link",
    [
        "javascript://carrier.example/%0aalert(1)", "ftp://carrier.example/", "https://", "https:///9", "x.example",
        "https://ana@carrier.example/", "https://ana:secret@carrier.example/", "https://carrier.example:99999999/",
        "https://[::1/", "https://good.example\\@evil.example/", "https://carrier.example/|here>", "https://a b/",
        "https://carrier.example/" + "9" * 1000, "//carrier.example/9", "https://carr%69er.example/",
    ],
)  # fmt: skip
def test_a_link_that_could_lead_astray_is_refused(link: str) -> None:
    with pytest.raises(Refusal, match="bad_reference_link"):
        Called().ref("X", link)


@pytest.mark.parametrize(("number", "code"), [("", "ref_needs_number"), (" \u200b ", "ref_needs_number"),
                                              ("9" * 61, "reference_too_long")])  # fmt: skip
def test_a_number_is_something_and_short(number: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        Called().ref(number)


def test_there_is_an_end_to_them() -> None:
    called = Called()
    for number in range(referring.MOST):
        called.ref(f"N-{number}")
    with pytest.raises(Refusal, match="too_many_references"):
        called.ref("ONE-MORE")
    assert not called.ref("N-3"), "what is there already is no refusal"


@given(st.text(max_size=70), st.text(max_size=30))
def test_whatever_is_written_is_refused_or_reads_as_it_was_written(number: str, link: str) -> None:
    called = Called()
    try:
        called.ref(number, f"https://{link}" if link else "")
    except Refusal:
        return
    (shown,) = called.shown()
    assert shown.link in {"", clean(f"https://{link}")}
    called.unref(shown.number)
    assert called.shown() == []
