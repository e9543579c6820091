"""A card as part of a page: what chat would show, shown here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.web.words import Html, html_of, typed
from bot.wording.card import Card, Element, Facts, Fold, Heading, Line, Quote, Row, Table


def card_html(card: Card) -> Html:
    """Everything that it says; its buttons are the page's own business."""
    return elements_html(card.elements or (Line(card.brief),))


def elements_html(elements: Sequence[Element]) -> Html:
    """The same of some elements."""
    return Html("\n".join(_element(each) for each in elements))


def _element(element: Element) -> str:
    match element:
        case Line(sentence, small):
            return f'<p class="{"small" if small else "line"}">{html_of(sentence)}</p>'
        case Quote(text):
            return f"<blockquote>{typed(text)}</blockquote>"
        case Heading(text):
            return f"<h2>{typed(text)}</h2>"
        case Facts(rows, _):
            return f'<dl class="facts">{"".join(_fact(label, html_of(fact)) for label, fact in rows)}</dl>'
        case Row(title, state):
            return f'<p class="line">{html_of(title)} · {html_of(state)}</p>'
        case Table():
            return elements_html(element.as_rows())
        case Fold(title, teaser, inside):
            return f"<details><summary>{typed(title)}: {typed(teaser)}</summary>{elements_html(inside)}</details>"
        case _:
            return ""


def _fact(label: str, fact: Html) -> str:
    return f"<div><dt>{typed(label)}</dt><dd>{fact}</dd></div>"
