"""What a ticket's text suggests, in words: what it looks like, how sure that is, and by which words."""

from __future__ import annotations

from bot.wording.card import Button, Line
from bot.wording.sentences import Sentence, Typed, join
from bot.wording.speech import Speech
from bot.wording.view import View, glance
from triage.suggested import Suggested, of_word

PHRASE = 60  # characters of a phrase that are shown
MOST_SURE = 99  # per cent: nothing that is read out of a text is certain


def suggestion_lines(view: View) -> list[Line]:
    """What it looks like, or the question what it is. Nothing where a person has said so, or nothing was suggested."""
    found, speech = view.stored.ticket.suggestion, view.speech
    if found is None:
        return []
    if found.asks:
        return [Line(speech("suggested.asks"))]
    key = "sure" if found.confidence >= view.people.policy.suggestions.sure else "unsure"
    what, percent = looks_like(speech, found), _percent(found.confidence)
    return [Line(speech(f"suggested.{key}", what=what, percent=percent, because=_because(view, found)))]


def _percent(confidence: float) -> int:
    """How sure that is, as it is shown: never more than it was, and never certain."""
    return min(int(confidence * 100), MOST_SURE)


def looks_like(speech: Speech, found: Suggested) -> str:
    """What is suggested, in a word or two."""
    if found.category is None:
        return speech.text(f"suggested.for_{found.redirect}")
    category = speech.text(f"category.{found.category}")
    if found.category == "incident":
        return speech.text("suggested.graded", category=category, severity=found.severity)
    return category


def said_in_a_word(speech: Speech, word: str) -> str:
    """What was suggested or chosen, as `triage.suggested.in_a_word` keeps it, for a reader."""
    category, severity = of_word(word)
    if category is None:
        return speech.text(f"suggested.for_{word}")
    named = speech.text(f"category.{category}")
    return speech.text("suggested.graded", category=named, severity=severity) if severity else named


def _because(view: View, found: Suggested) -> Sentence:
    """The words of the text that it rests on, as they were typed."""
    phrases = found.phrases(view.text(view.stored.events[0].body_id))
    quoted = [view.speech("suggested.phrase", phrase=Typed(glance(phrase, PHRASE))) for phrase in phrases]
    return view.speech("suggested.because", phrases=join(quoted, ", ")) if quoted else ()


def confirm_buttons(view: View) -> list[Button]:
    """What puts the suggestion in force by one press, and the form in which another choice is made."""
    stored, speech = view.stored, view.speech
    found, version = stored.ticket.suggestion, stored.ticket.version
    if found is None:
        return []
    if not found.can_be_confirmed:
        return [Button("category", speech.text("button.say_what"), stored.number, version, "primary")]
    what = speech.text("card.severity", severity=found.severity) if found.category == "incident" else ""
    label = speech.text("button.confirm_as", what=what or speech.text(f"category.{found.category}"))
    return [
        Button("confirm", label, stored.number, version, "primary"),
        Button("category", speech.text("button.change"), stored.number, version),
    ]
