"""Which messages ask for nothing, in English and French; a real message is never taken for one."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.thanks import is_thanks

NOTHING = [
    "Thanks!",
    "thank you",
    "Thank you so much!!",
    "THANK YOU",
    "thx",
    "many thanks",
    "Thanks a lot, Ana",
    "Thanks Ana!",
    "Thank you, John.",
    "thanks @ana",
    "<@U012AB3CD> thanks",
    "ok thanks",
    "great, thanks!",
    "Perfect, thank you",
    "got it, thanks",
    "noted, thanks",
    "Thanks for the quick fix!",
    "thank you for your help",
    "thanks again",
    "Thanks in advance",
    "thanks everyone \U0001f64f",
    "\U0001f64f",
    ":pray:",
    "\u2764\ufe0f",
    "hi",
    "Hello!",
    "Good morning",
    "hi there",
    "Have a nice day!",
    "merci",
    "Merci !",
    "Merci beaucoup",
    "un grand merci",
    "merci bien",
    "Merci à tous, bonne journée",
    "bien reçu, merci",
    "parfait, merci",
    "Merci pour votre aide",
    "merci d'avance",
    "Merci d’avance",
    "merci pour l’info",
    "Merci de votre retour",
    "Merci Hélène",
    "merci encore \U0001f44d",
    "je vous remercie",
    "Bonjour",
    "bonsoir,",
    "Bonne journée !",
    "Super merci",
    "Automatic reply: I am away",
    "Auto-reply: closed",
    "Out of office",
    "Out of the office until Monday",
    "I am currently out of office and will be back on Monday. For urgent matters call +33 1 23 45 67 89.",
    "Réponse automatique : absente jusqu'au 3",
    "Absence du bureau : retour lundi",
    "Je suis actuellement absent du bureau",
    "",
    "   ",
]

ASKS = [
    "Thanks, but it is still down",
    "thanks. Down again",
    "Thanks, Still down",
    "Thank you. Not working",
    "thanks?",
    "Any news?",
    "hello?",
    "Hello, the link is down",
    "hi, are you there",
    "still down",
    "It works for Ana only, thanks",
    "thanks we will call you",
    "Thanks for nothing",
    "merci mais ça ne marche pas",
    "Merci, toujours en panne",
    "Merci Encore rien",
    "Bonjour, le lien est tombé",
    "bonjour quand sera-t-il rétabli",
    "toujours rien",
    "merci de nous rappeler",
    "merci de rappeler",
    "non",
    "no",
    "no thanks",
    "Thanks 42",
    "out of office router is down",
    "Out of memory on the office router",
    "תודה",
    "merci, le 2e lien est tombé",
    "Thanks Ana Still down",
    "thank",
    "thanksgiving maintenance",
    "12345",
    "?",
    "yes, thanks",
    "oui merci",
    "Merci, ça marche",
    "It works now, thanks",
]

# An answer while somebody waits for one; nothing once the ticket is resolved.
DEPENDS = [
    "ok",
    "OK!",
    "okay",
    "perfect",
    "Great",
    "parfait",
    "super",
    "noted",
    "bien reçu",
    "\U0001f44d",
    ":+1:",
    ":thumbsup::skin-tone-3:",
    "d'accord",
    "it works now",
    "works",
    "ça marche",
    "c'est bon",
    "yes",
    "oui",
    "All good",
    "Fixed, thanks",
    "...",
]


@pytest.mark.parametrize("text", NOTHING)
def test_thanks_greetings_and_auto_replies_ask_for_nothing(text: str) -> None:
    assert is_thanks(text)
    assert is_thanks(text, resolved=True)


@pytest.mark.parametrize("text", ASKS[:-4])
def test_anything_else_is_a_real_message(text: str) -> None:
    assert not is_thanks(text)
    assert not is_thanks(text, resolved=True)


@pytest.mark.parametrize("text", [*DEPENDS, *ASKS[-4:]])
def test_a_short_word_answers_an_open_ticket_and_asks_nothing_of_a_resolved_one(text: str) -> None:
    assert not is_thanks(text)
    assert is_thanks(text, resolved=True)


@pytest.mark.parametrize("text", ["\U0001f44e", ":x:", "\U0001f621", ":thumbsdown:"])
def test_displeasure_is_a_real_message(text: str) -> None:
    assert not is_thanks(text, resolved=True)


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize(
    "text", [":ok" * 60, ":a:" * 50 + "x", "merci " * 25 + "x", "thanks " * 20 + "?", "é" * 8000, "ok " * 3000]
)
def test_no_text_makes_it_slow(text: str) -> None:
    begun = perf_counter()
    is_thanks(text, resolved=True)
    assert perf_counter() - begun < 1


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert is_thanks(text) in (True, False)
    assert not (is_thanks(text) and not is_thanks(text, resolved=True))
