"""What one person is told through the outbox, as a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.wording.card import Button, Buttons, Card, Element, Line, Quote
from bot.wording.sentences import from_data
from bot.wording.speech import Speech

#: A button's value: then the id of a text of that ticket, with which its form begins.
DRAFT = "draft."
#: A button's value: then what somebody was asked about, a dot, and the id of the text that was kept with it, if any.
SURE = "sure."


def private_card(data: Mapping[str, Any], speech: Speech, body: str = "", body_id: int | None = None) -> Card:
    """The card of such a sentence, made of the notice's data and the text that was kept with it."""
    sentence = from_data(data["sentence"])
    elements: list[Element] = [Line(sentence)]
    if body:
        elements.append(Quote(body))
    if "offer" in data:
        verb, number, version = data["offer"]
        value = f"{DRAFT}{body_id}" if body_id is not None else ""
        if "sure" in data:
            value = f"{SURE}{data['sure']}.{body_id or ''}"
        label = speech.text(f"button.{data.get('label', verb)}", **data.get("values", {}))
        elements.append(Buttons((Button(verb, label, number, version, value=value),)))
    if "buttons" in data:
        elements.append(Buttons(tuple(Button(**each) for each in data["buttons"])))
    return Card(sentence, tuple(elements))
