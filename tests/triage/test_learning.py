"""What a desk corrects is learned: for texts of that kind, not for others, and on every machine alike."""

from __future__ import annotations

import random

import pytest

from tools.triage_model.texts import sample_texts
from triage.suggesting import NOTHING_LEARNED, SKILLS, Correction, Learned, LearnedError, learn, suggest
from triage.suggesting.learning import told

BADGES = [
    Correction("could we get a badge for the cage in Lyon, for two technicians", "provisioning", skills=("onsite",)),
    Correction("badge needed for a technician on Monday", "provisioning", skills=("onsite",)),
    Correction("il nous faut un badge pour la cage, un technicien vient mardi", "provisioning", skills=("onsite",)),
    Correction("new badge for our technician, the old one is lost", "provisioning", skills=("onsite",)),
]
COFFEE = [
    Correction("the espresso printer in the lobby is down", "incident", severity=3, skills=("portal",)),
    Correction("espresso printer down again, all of them!", "incident", severity=3, skills=("portal",)),
    Correction("nobody can use the espresso printer", "incident", severity=3, skills=("portal",)),
]
SAMPLE = sample_texts()


def test_corrections_change_what_is_suggested_for_the_next_text_of_their_kind() -> None:
    learned = learn(BADGES + COFFEE)
    asked = "one more badge please, for the technician in Nice"
    assert suggest(asked, learned=learned).category == "provisioning"
    assert suggest(asked, learned=learned).confidence > 0.5
    broken = "the espresso printer is down, completely"
    assert suggest(broken).severity != 3
    assert (suggest(broken, learned=learned).category, suggest(broken, learned=learned).severity) == ("incident", 3)


def test_every_corrected_text_is_then_suggested_as_it_was_corrected() -> None:
    learned = learn(BADGES + COFFEE)
    for each in BADGES + COFFEE:
        found = suggest(each.text, learned=learned)
        assert (found.category, found.redirect or "") == (each.category, each.redirect)
        assert found.severity == (each.severity or None)


def test_a_word_that_was_learned_is_said() -> None:
    learned = learn(COFFEE)
    assert any("espresso" in phrase for phrase in suggest("espresso printer down", learned=learned).because)
    assert {term for term, kind, gain in told(learned) if kind == "incident 3" and gain > 0} >= {"espresso"}


def test_corrections_of_one_kind_leave_other_texts_as_they_are() -> None:
    learned = learn(BADGES + COFFEE)
    before = [suggest(each.text) for each in SAMPLE]
    after = [suggest(each.text, learned=learned) for each in SAMPLE]
    moved = [
        (one.category, one.redirect, one.severity) != (other.category, other.redirect, other.severity)
        for one, other in zip(before, after, strict=True)
    ]
    assert sum(moved) <= len(SAMPLE) // 50


def test_confirmations_of_what_was_right_change_next_to_nothing() -> None:
    confirmed = [
        Correction(each.text, one.category, one.redirect or "", one.severity or 0, one.skills)
        for each in SAMPLE
        if (one := suggest(each.text)).is_sure
    ]
    learned = learn(confirmed)
    changed = [
        each.text for each in SAMPLE if suggest(each.text).category != suggest(each.text, learned=learned).category
    ]
    assert changed == []


def test_a_skill_of_the_desk_alone_is_learned_and_named_where_the_desk_still_has_it() -> None:
    learned, asked = learn(BADGES), "badge for a technician on Friday"
    assert "onsite" in suggest(asked, learned=learned, skills=(*SKILLS, "onsite")).skills
    assert "onsite" not in suggest(asked, learned=learned).skills


def test_neither_order_nor_repetition_changes_a_lesson() -> None:
    corrections = BADGES + COFFEE
    expected = learn(corrections).to_bytes()
    for seed in range(5):
        shuffled = corrections * 2
        random.Random(seed).shuffle(shuffled)  # noqa: S311  a test may shuffle
        assert learn(shuffled).to_bytes() == expected


def test_of_two_opinions_on_one_text_the_later_holds() -> None:
    first, second = BADGES[0], Correction(BADGES[0].text, "inquiry")
    assert learn([first, second]).to_bytes() == learn([second]).to_bytes()


def test_lessons_are_read_back_as_they_were_stored() -> None:
    learned = learn(BADGES + COFFEE)
    assert Learned.from_bytes(learned.to_bytes()) == learned
    assert Learned.from_bytes(learn([]).to_bytes()) == NOTHING_LEARNED == learn([])


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"\xff", b'{"version": 2}', b'{"version":1,"corrections":1,"kinds":{"a":[1]},"skills":{}}',
     b'{"version":1,"corrections":1,"kinds":[],"skills":{}}'],
)  # fmt: skip
def test_what_are_no_lessons_is_refused(data: bytes) -> None:
    with pytest.raises(LearnedError):
        Learned.from_bytes(data)


@pytest.mark.parametrize(
    "wrong",
    [
        Correction("x", "incident"),
        Correction("x", "redirect"),
        Correction("x", "redirect", "legal"),
        Correction("x", ""),
    ],
)
def test_what_is_no_kind_of_ticket_teaches_nothing(wrong: Correction) -> None:
    with pytest.raises(ValueError, match="no kind of ticket"):
        learn([wrong])


def test_texts_without_words_teach_nothing() -> None:
    assert learn([Correction("", "inquiry"), Correction("\U0001f525", "provisioning")]).kinds == {}
