"""Cards no larger than Teams takes: where something must give, it is the longest of the quoted texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.wording.card import Buttons, Card, Element, Facts, Fold, Line, Quote, Row, Table

#: Bytes of a message that Teams takes, with all that is around the card.
MOST = 28 * 1024
ROOM = MOST - 2500  # the card's own: beside it stand its summary, and whom the message goes to
_SHORTEST = 100  # characters that are left of a quote


def weight(content: Any) -> int:
    """How large something is as it is sent, in bytes."""
    return len(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def fitted(card: Card, render: Callable[[Card], dict[str, Any]]) -> dict[str, Any]:
    """The card as `render` makes it, cut until it fits: its longest quotes; where these do not suffice, what stands
    last."""
    content = render(card)
    longest = max((len(each.text) for each in _quotes(card.elements)), default=0)
    whole = card
    while weight(content) > ROOM and longest > _SHORTEST:
        longest = max(_SHORTEST, longest * 7 // 8)
        card = replace(whole, elements=tuple(_shortened(whole, longest)))
        content = render(card)
    while weight(content) > ROOM and (rest := _without_last(card)) is not card:
        card = rest
        content = render(_saying_so(card))
    return content


def _quotes(elements: tuple[Element, ...]) -> Iterator[Quote]:
    for each in elements:
        if isinstance(each, Quote):
            yield each
        elif isinstance(each, Fold):
            yield from (inner for inner in each.elements if isinstance(inner, Quote))


def _shortened(card: Card, longest: int) -> Iterator[Element]:
    """The elements with no quote longer than that. Where one is cut, it is said where the whole of it stands."""
    said = Line(card.shortened, small=True)
    for each in card.elements:
        if isinstance(each, Fold):
            inside: list[Line | Quote | Facts] = []
            for inner in each.elements:
                inside += [_cut(inner, longest), *([said] if _is_longer(inner, longest) and said.sentence else [])]
            yield replace(each, elements=tuple(inside))
            continue
        yield _cut(each, longest) if isinstance(each, Line | Quote | Facts) else each
        if _is_longer(each, longest) and said.sentence:
            yield said


def _is_longer(element: Element, longest: int) -> bool:
    return isinstance(element, Quote) and len(element.text) > longest


def _cut(element: Line | Quote | Facts, longest: int) -> Line | Quote | Facts:
    if isinstance(element, Quote) and _is_longer(element, longest):
        return Quote(f"{element.text[: longest - 1]}…")
    return element


def _saying_so(card: Card) -> Card:
    """The card with a line that says that something is left out."""
    said = Line(card.shortened, small=True)
    return replace(card, elements=(*card.elements, said)) if said.sentence and said not in card.elements else card


def _without_last(card: Card) -> Card:
    """The card without the last of its elements that is no row of buttons, of a table without its last row; of a ticket
    in a list also without its buttons. Itself where there is none left."""
    places = [place for place, each in enumerate(card.elements) if not isinstance(each, Buttons)]
    if len(places) < 2:
        return card
    last = places[-1]
    element = card.elements[last]
    if isinstance(element, Table) and len(element.rows) > 1:
        shorter = replace(element, rows=element.rows[:-1])
        return replace(card, elements=(*card.elements[:last], shorter, *card.elements[last + 1 :]))
    gone = {last, last + 1} if isinstance(card.elements[last], Row) else {last}
    return replace(card, elements=tuple(each for place, each in enumerate(card.elements) if place not in gone))
