"""A card as a letter: plain text, and the same in HTML. What somebody typed stays what they typed."""

from __future__ import annotations

from html import escape

from bot.wording.card import Buttons, Card, Chart, Element, Facts, Fold, Heading, Line, Quote, Row, Table
from bot.wording.sentences import Link, Part, Sentence, Strong, isolated, plain


def subject_of(card: Card) -> str:
    """What a letter is about that begins a conversation."""
    return " ".join((card.title or plain(card.brief)).split())[:200]


def as_text(card: Card) -> str:
    """The card in plain text."""
    parts = [card.title or "", *(_text(each) for each in card.elements or (Line(card.brief),))]
    return "\n\n".join(part for part in parts if part)


def as_html(card: Card) -> str:
    """The card in HTML: paragraphs and quotes, nothing that is loaded from anywhere."""
    title = f"<p><strong>{_escaped(card.title)}</strong></p>" if card.title else ""
    return "".join([title, *(_html(each) for each in card.elements or (Line(card.brief),))])


def _words(sentence: Sentence) -> str:
    return "".join(f"{part.text} ({part.url})" if isinstance(part, Link) else plain((part,)) for part in sentence)


def _text(element: Element) -> str:
    match element:
        case Line(sentence, _):
            return _words(sentence)
        case Heading(text):
            return text
        case Quote(text):
            return "\n".join(f"> {line}" for line in text.splitlines())
        case Facts(rows, _):
            return "\n".join(f"{label}: {_words(value)}" for label, value in rows)
        case Row(title, state):
            return f"- {_words(title)}: {_words(state)}"
        case Table():
            return "\n".join(map(_text, element.as_rows()))
        case Fold(title, _, elements):
            return "\n".join([title, *map(_text, elements)])
        case Buttons() | Chart():
            return ""


def _escaped(text: str) -> str:
    return escape(isolated(text)).replace("\n", "<br>")


def _part(part: Part) -> str:
    match part:
        case Link(text, url):
            return f'<a href="{escape(url)}">{_escaped(text)}</a>' if url.startswith("https://") else _escaped(text)
        case Strong(text):
            return f"<strong>{_escaped(text)}</strong>"
        case _:
            return _escaped(plain((part,)))


def _inline(sentence: Sentence) -> str:
    return "".join(map(_part, sentence))


def _html(element: Element) -> str:
    match element:
        case Line(sentence, small):
            return f"<p><small>{_inline(sentence)}</small></p>" if small else f"<p>{_inline(sentence)}</p>"
        case Heading(text):
            return f"<h3>{_escaped(text)}</h3>"
        case Quote(text):
            return f"<blockquote>{_escaped(text)}</blockquote>"
        case Facts(rows, _):
            return "<p>" + "<br>".join(f"{_escaped(label)}: {_inline(value)}" for label, value in rows) + "</p>"
        case Row(title, state):
            return f"<p>{_inline(title)}: {_inline(state)}</p>"
        case Table():
            return "".join(map(_html, element.as_rows()))
        case Fold(title, _, elements):
            return f"<h3>{_escaped(title)}</h3>" + "".join(map(_html, elements))
        case Buttons() | Chart():
            return ""
