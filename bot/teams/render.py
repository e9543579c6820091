"""Cards as Adaptive Cards 1.5. What a person typed becomes runs of text: never markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.teams.fitting import fitted
from bot.teams.texts import Element, Writer, has_markup, linked, literal
from bot.verbs.base.verb import TicketVerb
from bot.verbs.registry import VERBS
from bot.wording.card import Button, Buttons, Card, Chart, Facts, Fold, Heading, Line, Quote, Row, Table
from bot.wording.card import Element as CardElement
from bot.wording.private_answer import DRAFT
from bot.wording.sentences import Link, Part, Sentence, Strong, Typed
from bot.wording.signs import DONE, LATE, MET, NEAR, PAUSED, RUNNING, SIGNS, STOPPED

SCHEMA, VERSION = "http://adaptivecards.io/schemas/adaptive-card.json", "1.5"
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
VISIBLE = 6  # buttons of a row that every client of Teams shows; the others wait behind "..."
LABEL, SUMMARY, ROW = 75, 500, 120  # characters
#: Where a button keeps what it does, and what narrows that.
ACTION, VALUE = "action", "value"
# Colours are Teams' own, by name: they suit a light screen, a dark one and one of high contrast.
_TITLES = {SIGNS[1]: "attention", SIGNS[2]: "warning", SIGNS[3]: "accent", DONE: "good"}
_COLOURS = {LATE: "Attention", NEAR: "Warning", MET: "Good"}
_MARKS = (LATE, NEAR, MET, RUNNING, PAUSED, STOPPED)
_STYLES = {"primary": "positive", "danger": "destructive"}
# Which columns of a table stand one below the other: ticket and severity, state and deadline, assignee and customer.
_STACKED, _WIDTHS = ((0, 2), (2, 4), (4, 6)), (3, 2, 2)
_SMALL: Element = {"size": "Small", "isSubtle": True}


def message(card: Card, channels: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The message that shows a card: an activity of the Connector, without whom it goes to. The card stands alone in
    it, so that it can be edited; `summary` is what a notification shows."""
    content = adaptive_card(card, channels)
    return {"type": "message", "summary": summary(card, channels), "attachments": [attachment(content)]}


def attachment(content: Element) -> Element:
    """A card as it hangs on a message."""
    return {"contentType": CONTENT_TYPE, "content": content}


def summary(card: Card, channels: Mapping[str, str] | None = None) -> str:
    """The card in a line of plain text, for notifications."""
    words = " ".join(Writer(channels or {}).words(card.brief).split()) or card.title or "Vigie"
    return words if len(words) <= SUMMARY else f"{words[: SUMMARY - 1]}…"


def adaptive_card(card: Card, channels: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The content of a card, with the people whom it mentions. `channels` are the names of channels, by key.

    It is never larger than Teams takes: the longest of the quoted texts are cut until it fits.
    """
    return fitted(card, lambda fitting: _content(fitting, Writer(channels or {})))


def shell(body: list[Element], writer: Writer, spoken: str, **more: Any) -> dict[str, Any]:
    """A card around its body. `spoken` is what is shown where cards cannot be."""
    entities = writer.mentions.entities()
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": spoken,
        "body": body,
        **more,
        "msteams": {"width": "Full", **({"entities": entities} if entities else {})},
    }


def _content(card: Card, writer: Writer) -> dict[str, Any]:
    spoken = summary(card, writer.channels)
    body: list[Element] = _title(card.title) if card.title else []
    for place, element in enumerate(card.elements or (Line(card.brief),)):
        body.extend(card_elements(element, writer, f"e{place}"))
    return shell(body, writer, spoken)


def _title(title: str) -> list[Element]:
    """The headline, on the colour of its sign."""
    sign = title.split(" ", 1)[0]
    text = _headline(title, "Large")
    style = _TITLES.get(sign)
    return [{"type": "Container", "items": [text], "bleed": True, "style": style or "emphasis"}]


def _headline(text: str, size: str) -> Element:
    if has_markup(text):
        run = {"type": "TextRun", "text": literal(text), "size": size, "weight": "Bolder"}
        return {"type": "RichTextBlock", "inlines": [run]}
    return {"type": "TextBlock", "text": text, "size": size, "weight": "Bolder", "wrap": True, "style": "heading"}


def card_elements(element: CardElement, writer: Writer, place: str) -> list[Element]:
    """One element of a card. `place` tells it from the others of its card."""
    match element:
        case Heading(text):
            return [{**_headline(text, "Medium"), "spacing": "Large", "separator": True}]
        case Line(sentence, small):
            return _line(sentence, writer, small=small)
        case Facts(rows, _):
            return _facts(rows, writer)
        case Row(title, state):
            first, *rest = writer.lines(tuple(map(_glanced, title)), weight="Bolder")
            return [{**first, "separator": True}, *rest, *_tight(writer.lines(state, **_SMALL))]
        case Table():
            return [_table(element, writer)]
        case Fold():
            return _fold(element, writer, place)
        case Chart():
            return _chart(element)
        case Quote(text):
            return quote(text)
        case Buttons(buttons, menu):
            return [{"type": "ActionSet", "actions": actions(buttons, menu)}] if buttons or menu else []


def _chart(chart: Chart) -> list[Element]:
    """Bars, which older clients leave out: what they show is said beside them."""
    data = [
        {
            "legend": series.name,
            "values": [{"x": x, "y": y} for x, y in zip(chart.categories, series.values, strict=True)],
        }
        for series in chart.series
    ]
    drawn = {"type": "Chart.VerticalBar.Grouped", "title": chart.title, "data": data, "fallback": "drop"}
    return [{**drawn, "xAxisTitle": chart.across, "yAxisTitle": chart.up}] if data and chart.categories else []


def _table(table: Table, writer: Writer) -> Element:
    """Three columns, which a phone has room for: what stands in the others stands small below."""
    titles = [" · ".join(table.columns[start:end]) for start, end in _STACKED if start < len(table.columns)]
    rows = [[_cell(writer.lines((title,), weight="Bolder", size="Small")) for title in titles]]
    for row in table.rows:
        cells = [row[start:end] for start, end in _STACKED if start < len(row)]
        rows.append([_stack([each.sentence for each in cell if each.sentence], writer, is_first=place == 0)
                     for place, cell in enumerate(cells)])  # fmt: skip
    return {
        "type": "Table", "showGridLines": False, "separator": True,
        "columns": [{"width": width} for width in _WIDTHS[: len(titles)]],
        "rows": [{"type": "TableRow", "cells": cells} for cells in rows],
    }  # fmt: skip


def _stack(sentences: list[Sentence], writer: Writer, *, is_first: bool) -> Element:
    if not sentences:
        return _cell([])
    first, *others = sentences
    head = tuple(map(_glanced, first)) if is_first else first
    items = writer.lines(head, **({"weight": "Bolder"} if is_first else {}))
    for each in others:
        items += _tight(writer.lines(each, **_SMALL))
    return _cell(items)


def _cell(items: list[Element]) -> Element:
    return {"type": "TableCell", "items": items}


def _glanced(part: Part) -> Part:
    """A part of a ticket's name in a list, as much of it as is taken in at a glance."""
    if isinstance(part, Typed | Link) and len(part.text) > ROW:
        return replace(part, text=f"{part.text[: ROW - 1]}…")
    return part


def _line(sentence: Sentence, writer: Writer, *, small: bool) -> list[Element]:
    found = writer.lines(sentence, **(_SMALL if small else {}))
    if small:
        return found
    for each in found:
        colour = next((_COLOURS.get(mark) for mark in _MARKS if _words_of(each).startswith(mark)), None)
        if colour:
            each.update(_coloured(each, colour))
    return found


def _words_of(element: Element) -> str:
    return str(element.get("text") or "".join(run["text"] for run in element.get("inlines", [])[:1]))


def _coloured(element: Element, colour: str) -> Element:
    if element["type"] == "TextBlock":
        return {"color": colour}
    return {"inlines": [{**run, "color": colour} for run in element["inlines"]]}


def _tight(elements: list[Element]) -> list[Element]:
    return [{**each, "spacing": "None"} for each in elements]


def _facts(rows: tuple[tuple[str, Sentence], ...], writer: Writer) -> list[Element]:
    if not rows:
        return []
    facts = [(label, writer.fact(value)) for label, value in rows]
    if all(value is not None and not has_markup(label) for label, value in facts):
        return [{"type": "FactSet", "facts": [{"title": label, "value": value} for label, value in facts]}]
    found: list[Element] = []
    for label, value in rows:
        apart = "\n" if any(isinstance(part, str) and "\n" in part for part in value) else " "
        found += writer.lines((Strong(label), apart, *value))
    return [{**each, "spacing": "Small"} if place else each for place, each in enumerate(found)]


def _fold(fold: Fold, writer: Writer, place: str) -> list[Element]:
    """Closed until somebody presses its line, which then closes it again."""
    closed, opened, inside = f"{place}-closed", f"{place}-open", f"{place}-inside"
    toggle = {"type": "Action.ToggleVisibility", "title": fold.title, "targetElements": [closed, opened, inside]}
    items: list[Element] = []
    for number, element in enumerate(fold.elements):
        items += card_elements(element, writer, f"{place}-{number}")
    teaser = writer.runs((Typed(f"  {fold.teaser}"),), **_SMALL) if fold.teaser else []
    head = {"type": "TextRun", "weight": "Bolder"}
    return [
        {"type": "Container", "id": closed, "selectAction": toggle,
         "items": [{"type": "RichTextBlock", "inlines": [{**head, "text": f"▸ {literal(fold.title)}"}, *teaser]}]},
        {"type": "Container", "id": opened, "selectAction": toggle, "isVisible": False,
         "items": [{"type": "RichTextBlock", "inlines": [{**head, "text": f"▾ {literal(fold.title)}"}]}]},
        {"type": "Container", "id": inside, "isVisible": False, "spacing": "Small", "items": items},
    ]  # fmt: skip


def quote(text: str) -> list[Element]:
    """Typed text, as it was typed. A web address becomes a link to itself: it can't pretend to lead elsewhere."""
    items = [{"type": "RichTextBlock", "inlines": linked(text)}]
    return [{"type": "Container", "style": "emphasis", "items": items}]


def actions(buttons: tuple[Button, ...], menu: tuple[Button, ...] = ()) -> list[Element]:
    """Buttons: as many as every client shows, the others behind "...", the likeliest first."""
    return [_action(each, place) for place, each in enumerate((*buttons, *menu))]


def _action(button: Button, place: int) -> Element:
    narrowed = f".{button.value}" if button.value else ""
    value = json.dumps({"number": button.number, "version": button.version, "value": button.value})
    data: Element = {ACTION: f"ticket.{button.verb}{narrowed}", VALUE: value}
    found: Element = {"title": label(button.label)}
    if may_ask(button):
        found |= {"type": "Action.Submit", "data": {"msteams": {"type": "task/fetch"}, **data}}
    else:
        found |= {"type": "Action.Execute", "verb": f"ticket.{button.verb}", "data": data}
    if button.style in _STYLES:
        found["style"] = _STYLES[button.style]
    return found if place < VISIBLE else {**found, "mode": "secondary"}


def label(text: str) -> str:
    """What stands on a button."""
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def may_ask(button: Button) -> bool:
    """Whether a form may open when the button is pressed: such a button has to ask Teams for a dialog."""
    verb = VERBS.get(button.verb)
    if isinstance(verb, TicketVerb):
        asks = not button.value or button.value.startswith(DRAFT) or button.value in verb.pressed_asks
        return verb.form is not None and asks
    return verb is not None and bool(verb.forms)
