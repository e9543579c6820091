"""What one person is told through the outbox, where nothing can be answered at once: after a form, by a mention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.verbs.call import Call
from bot.verbs.reading.figures import figure
from bot.wording.card import Button, Buttons, Card, Element, Line, Quote
from bot.wording.sentences import Sentence, from_data, to_data
from bot.wording.speech import Speech
from triage.notice import Audience, Notice, NoticeKind, typed

DRAFT = "draft."  # then the id of a text of that ticket


def draft_of(call: Call) -> int | None:
    """The id of the text that the form behind the pressed button begins with, if it has one."""
    value = call.answers.get("value", "")
    written = value.removeprefix(DRAFT)
    return figure(written) if written != value else None


SURE = "sure."  # then what somebody was asked about, a dot, and the id of the text that was kept with it, if any


def sure_of(value: str) -> tuple[str, int | None]:
    """What somebody says yes to by pressing a button of that value, and the text that was kept; nothing where they were
    asked nothing."""
    if not value.startswith(SURE):
        return "", None
    token, _, kept = value.removeprefix(SURE).rpartition(".")
    return token, figure(kept)


def private_notice(
    call: Call,
    sentence: Sentence,
    *,
    offer: tuple[str, int, int] | None = None,
    draft: str | None = None,
    sure: tuple[str, str] | None = None,
    buttons: Sequence[Button] = (),
) -> Notice:
    """That sentence, to the person who acted, where they acted. `offer`: the verb of a button beside it, with ticket
    and version; `draft`: text that is quoted, and that the button's form begins with. `sure`: pressing it says yes to
    this, for which the draft is kept, under a label of that name. `buttons`: others, as they stand."""
    data: dict[str, Any] = {**call.where.to_data(), "sentence": to_data(sentence)}
    if offer is not None:
        data["offer"] = list(offer)
    if sure is not None:
        data["sure"], data["label"] = sure
    if buttons:
        data["buttons"] = [asdict(button) for button in buttons]
    return Notice(NoticeKind.ANSWER, Audience.PERSON, data, body=draft)


def private_card_notice(call: Call, card: Card) -> Notice:
    """A card of one sentence, with its quote and its buttons."""
    quote = next((each.text for each in card.elements if isinstance(each, Quote)), None)
    buttons = [button for each in card.elements if isinstance(each, Buttons) for button in each.buttons]
    return private_notice(call, card.brief, draft=quote, buttons=buttons)


def look_up_notice(call: Call) -> Notice:
    """What they asked to see, looked up when it is sent, so that no copy of it is kept."""
    data = {**call.where.to_data(), "words": typed(call.words), "number": call.number, "asked_in": call.channel}
    return Notice(NoticeKind.ANSWER, Audience.PERSON, data)


def private_card(data: Mapping[str, Any], speech: Speech, body: str = "", body_id: int | None = None) -> Card:
    """The card of such a sentence."""
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
