"""What one person is told through the outbox, where nothing can be answered at once: after a form, by a mention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.card import Button, Buttons, Card, Element, Line, Quote
from bot.commands.call import Call
from bot.commands.figures import figure
from bot.sentences import Sentence, from_data, to_data
from bot.speech import Speech
from triage.notice import Audience, Notice, NoticeKind

DRAFT = "draft."  # then the id of a text of that ticket


def draft_of(call: Call) -> int | None:
    """The id of the text that the form behind the pressed button begins with, if it has one."""
    value = call.answers.get("value", "")
    written = value.removeprefix(DRAFT)
    return figure(written) if written != value else None


def whisper(
    call: Call,
    sentence: Sentence,
    *,
    offer: tuple[str, int, int] | None = None,
    choice: Button | None = None,
    draft: str | None = None,
) -> Notice:
    """That sentence, to the person who acted, where they acted. `offer`: the verb of a button beside it, with ticket
    and version; `choice`: a button as it is. `draft`: text that is quoted, and that the offered form begins with."""
    data: dict[str, Any] = {**call.where.to_data(), "sentence": to_data(sentence)}
    if choice is not None:
        data["choice"] = asdict(choice)
    if offer is not None:
        data["offer"] = list(offer)
    return Notice(NoticeKind.ANSWER, Audience.PERSON, data, body=draft)


def look_up(call: Call) -> Notice:
    """What they asked to see, looked up when it is sent, so that no copy of it is kept."""
    data = {**call.where.to_data(), "words": call.words, "number": call.number, "asked_in": call.channel}
    return Notice(NoticeKind.ANSWER, Audience.PERSON, data)


def whispered(data: Mapping[str, Any], speech: Speech, body: str = "", body_id: int | None = None) -> Card:
    """The card of such a sentence."""
    sentence = from_data(data["sentence"])
    elements: list[Element] = [Line(sentence)]
    if body:
        elements.append(Quote(body))
    if "offer" in data:
        verb, number, version = data["offer"]
        value = f"{DRAFT}{body_id}" if body_id is not None else ""
        elements.append(Buttons((Button(verb, speech.text(f"button.{verb}"), number, version, value=value),)))
    if "choice" in data:
        elements.append(Buttons((Button(**data["choice"]),)))
    return Card(sentence, tuple(elements))
