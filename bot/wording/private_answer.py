"""The card of a private answer that goes through the outbox."""

from __future__ import annotations

from bot.wording.card import Button, Buttons, Card, Element, Line, Quote
from bot.wording.sentences import from_data
from bot.wording.speech import Speech
from triage.contents.privately import AnswerContent

#: A button's value: then the id of a text of that ticket, with which its form begins.
DRAFT = "draft."
#: A button's value: then what somebody was asked about, a dot, and the id of the text that was kept with it, if any.
SURE = "sure."


def private_card(said: AnswerContent, speech: Speech, body: str = "", body_id: int | None = None) -> Card:
    """The card of such a sentence, made of what the notice says and the text that was kept with it."""
    sentence = from_data(said.sentence)
    elements: list[Element] = [Line(sentence)]
    if body:
        elements.append(Quote(body))
    if said.offer is not None:
        verb, number, version = said.offer
        value = f"{DRAFT}{body_id}" if body_id is not None else ""
        if said.sure is not None:
            value = f"{SURE}{said.sure}.{body_id or ''}"
        label = speech.text(f"button.{said.label or verb}")
        choices = [Button(verb, label, number, version, value=value)]
        if said.redo is not None and body_id is not None:
            redo = speech.text(f"button.{said.redo}")
            choices.append(Button(verb, redo, number, version, value=f"{DRAFT}{body_id}"))
        elements.append(Buttons(tuple(choices)))
    if said.buttons:
        elements.append(Buttons(tuple(Button(**each) for each in said.buttons)))
    return Card(sentence, tuple(elements))
