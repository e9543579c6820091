"""What a text suggests: what it is, how severe, what it takes, how sure that is, and why."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.triage_model.texts import Labelled, asked_outages, sample_texts, unseen_texts
from triage.suggesting import SKILLS, SURE, Suggestion, suggest, understand
from triage.suggesting.lines import suggest_line
from triage.suggesting.model import ModelError, read_model, shipped
from triage.suggesting.reading import HEAD, TAIL, read

SAMPLE = sample_texts()
UNSEEN = unseen_texts()
told = lru_cache(maxsize=None)(suggest)

# Text, kind, some of its skills.
PLAIN = [
    ("both our ports in Kyoto are dark, nobody can work", "incident 1", "network"),
    ("plus aucun trafic sur nos deux liens, toute l'usine est à l'arrêt", "incident 1", "network"),
    ("the backup link is down, the main one carries everything", "incident 2", "network"),
    ("la session bgp de secours est tombée, la principale tient", "incident 2", "routing"),
    ("the graph in the portal is blank, traffic is fine, no rush", "incident 3", "portal"),
    ("faute d'orthographe dans le portail, rien d'urgent", "incident 3", "portal"),
    ("the port you delivered this morning never came up", "provisioning", "network"),
    ("première mise en service de notre vxc, elle ne monte pas", "provisioning", "network"),
    ("how do I reset the key of the API?", "inquiry", "portal"),
    ("c'était quoi la coupure d'hier ? tout est rétabli depuis", "inquiry", ""),
    ("the invoice for October is wrong, please refund us", "billing", ""),
    ("un avoir pour la panne du mois dernier svp", "billing", ""),
    ("how much is a second 10G port in Oslo?", "sales", ""),
    ("pourriez-vous nous faire un devis pour deux ports ?", "sales", ""),
]


def kind(found: Suggestion) -> str:
    if found.category == "incident":
        return f"incident {found.severity}"
    return found.redirect or found.category


def test_plain_texts_are_what_they_say() -> None:
    for text, expected, skill in PLAIN:
        found = suggest(text)
        assert (text, kind(found)) == (text, expected)
        assert set(filter(None, [skill])) <= set(found.skills), text


def test_severity_redirect_and_skills_go_with_the_category() -> None:
    for each in SAMPLE:
        found = suggest(each.text)
        assert (found.redirect is not None) == (found.category == "redirect")
        assert found.severity in {"incident": (1, 2, 3), "inquiry": (3,)}.get(found.category, (None,))
        assert found.category != "redirect" or found.skills == ()
        assert list(found.skills) == [skill for skill in SKILLS if skill in found.skills]
        assert 0 <= found.confidence <= 1
        assert found.is_sure == (found.confidence >= SURE)


@pytest.mark.parametrize("texts", [SAMPLE, UNSEEN], ids=["sample", "unseen"])
def test_texts_that_nothing_was_learned_from_are_told_as_often_as_promised(texts: list[Labelled]) -> None:
    found = [(each, told(each.text)) for each in texts]

    def share(chosen: list[tuple[Labelled, Suggestion]]) -> float:
        return sum(kind(suggestion) == each.kind for each, suggestion in chosen) / len(chosen)

    category = {"billing": "redirect", "sales": "redirect"}
    right = sum(one.category == category.get(each.kind, each.kind.split()[0]) for each, one in found) / len(found)
    assert right >= 0.93
    assert share([each for each in found if each[0].kind.startswith("incident")]) >= 0.85
    assert share([each for each in found if each[0].kind in category]) >= 0.95
    assert share([each for each in found if each[1].is_sure]) >= 0.95


def test_a_loss_of_service_is_never_surely_an_inquiry_or_a_redirect() -> None:
    texts = [each.text for each in [*SAMPLE, *UNSEEN] if each.kind == "incident 1"]
    asked = [
        "outage in Nantes?",
        "is it normal that everything is down?",
        "vous pouvez me dire pourquoi plus rien ne marche ?",
        "we paid the invoice and both ports are down, why?",
        "combien de temps encore tout est coupé ?",
    ]
    for text in [*texts, *asked, *(each.text for each in asked_outages())]:
        found = told(text)
        assert found.category in ("incident", "provisioning") or not found.is_sure, text


@pytest.mark.parametrize(
    "frame",
    [
        "Could you please tell me why {}? Thank you very much.",
        "Thanks, the ticket was closed yesterday. However {}.",
        "I just have a question, what does the status page mean by 'all good' when {}?",
        "Sorry to bother you. {}. When you have a minute, what was the cause?",
        "What happened? {}. My boss would like an explanation and a report.",
        "How much will we be credited? {}.",
        "Do you offer something better? {}.",
    ],
)
def test_however_politely_it_is_put_an_outage_is_not_surely_a_question(frame: str) -> None:
    for outage in (
        "none of our sites has been reachable since 7",
        "both our lines have had no traffic since noon",
        "main and backup were gone at 2 am and still are",
        "no one here can reach anything since 5",
        "the plant has been standing still since 4 for want of a network",
    ):
        found = suggest(frame.format(outage))
        assert found.category == "incident" or not found.is_sure, frame.format(outage)


def test_an_outage_that_is_over_may_surely_be_a_question() -> None:
    for text in (
        "Our ports were down last Thursday for three hours, all fine since. What was the cause?",
        "la coupure de mardi est réglée depuis, pouvez-vous nous envoyer le compte rendu ?",
        "If the main line is cut one day, how long does a repair take?",
    ):
        found = suggest(text)
        assert (found.category, found.is_sure) == ("inquiry", True), text


def test_capitals_accents_and_apostrophes_as_they_are_typed_change_little() -> None:
    for plain, other in [
        ("la liaison est coupée, plus rien ne passe", "la liaison est coupee plus rien ne passe"),
        ("it isn't urgent, the graph doesn't load", "it isn\u2019t urgent, the graph doesn\u2019t load"),
        ("how much for a port in Oslo?", "HOW MUCH FOR A PORT IN OSLO?"),
    ]:
        assert kind(suggest(plain)) == kind(suggest(other))


def test_its_phrases_stand_in_the_text_as_typed_in_reading_order() -> None:
    explained = 0
    for each in SAMPLE:
        said, begin = told(each.text).because, 0
        text = " ".join(each.text.split())
        assert len(said) <= 3
        for phrase in said:
            begin = text.index(phrase, begin)
            assert len(re.findall(r"[^\W\d_]", phrase)) > 2, phrase
        explained += bool(said)
    assert explained >= 0.9 * len(SAMPLE)


def test_the_name_of_a_town_alone_is_no_reason() -> None:
    for text in ("the session to Madrid resets whenever it rains", "notre port de Quimper coupe, le reste va bien"):
        assert {"Madrid", "Quimper"}.isdisjoint(suggest(text).because)


def test_what_says_nothing_alone_is_no_reason() -> None:
    alone = "one two other what who which how first rather anything end avant deux autre quoi qui didn't pas plus"
    said = [phrase for each in [*SAMPLE, *UNSEEN] for phrase in told(each.text).because]
    assert set(alone.split()).isdisjoint(map(str.lower, said))
    assert [phrase for phrase in said if re.search(r" (neither|between|alors|entre|the|le|de)$", phrase.lower())] == []


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\n", "\U0001f525\U0001f525\U0001f525", "\u200b\u200d", "?!?", "...", "\x00\ud800"]
)
def test_a_text_without_words_suggests_nothing(text: str) -> None:
    found = suggest(text)
    assert (found.category, found.skills, found.confidence, found.because) == ("inquiry", (), 0, ())


@pytest.mark.parametrize(
    "text",
    ["наш порт не работает со вчерашнего дня", "专线今天早上断了", "الخط مقطوع", "asdkjh qwpoeiru zxmcnvb wlkejr"],
)
def test_what_it_cannot_read_it_is_not_sure_of(text: str) -> None:
    assert suggest(text).confidence < SURE


@given(st.text(max_size=300))
def test_any_text_is_answered_and_always_alike(text: str) -> None:
    assert suggest(text) == suggest(text)


def test_of_a_very_long_text_the_beginning_and_the_end_are_read() -> None:
    begin, end = "both ports are down " * (HEAD // 20), " nobody can work" * (TAIL // 16)
    for middle in ("invoice " * 200_000, "x" * 1_000_000, "'" * 1_000_000, "a@" * 500_000, "< " * 500_000):
        assert len(read(begin + middle + end).words) < HEAD + TAIL
        assert suggest(begin + middle + end).category == "incident"


def test_invisible_characters_hide_no_word() -> None:
    assert suggest("both ports are do\u200bwn") == suggest("both ports are down")


def test_only_skills_of_the_desk_are_suggested() -> None:
    text = "bgp session to azure is down"
    assert set(suggest(text).skills) >= {"routing"}
    assert "routing" not in suggest(text, skills=("cloud", "voice")).skills
    assert suggest(text, skills=()).skills == ()


def test_a_file_that_is_no_model_is_refused() -> None:
    for data in (b"", b"no model", b'vigie triage model 1\n{"rows": 4, "base": [0.0]}\n\x00'):
        with pytest.raises(ModelError):
            read_model(data)


def test_the_order_in_which_texts_come_changes_no_answer() -> None:
    texts = [each.text for each in SAMPLE]
    expected = Counter(map(suggest, texts))
    random.Random(3).shuffle(texts)  # noqa: S311  a test may shuffle
    assert Counter(map(suggest, texts)) == expected
    assert shipped() is shipped()


def test_the_page_shows_a_text_and_what_is_answered() -> None:
    page = (Path(__file__).parents[2] / "docs" / "triage-suggestions.md").read_text(encoding="utf-8")
    asked, answered = re.findall(r"```json\n(.*)\n```", page)
    found = suggest_line(1, asked.encode())
    shown = json.loads(answered)
    assert list(shown) == list(found)
    told = ("id", "category", "redirect", "severity", "skills")
    assert {name: shown[name] for name in told} == {name: found[name] for name in told}
    assert all(phrase in json.loads(asked)["text"] for phrase in shown["because"])


@pytest.mark.parametrize("text", ["", "Both our links are down, nobody can work", "how much is a second port in Oslo?"])
def test_what_is_suggested_is_the_same_where_nobody_asks_which_phrases_decided_it(text: str) -> None:
    explained = suggest(text)
    assert understand(text).suggest(explained=False) == replace(explained, because=())
    assert understand(text).suggest() == explained
