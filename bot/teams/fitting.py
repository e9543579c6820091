"""Cards no larger than Teams takes: where something must give, it is the longest of the quoted texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.wording.card import Card, Element, Fold, Quote

#: Bytes of a message that Teams takes, all that is around the card included.
MOST = 28 * 1024
ROOM = MOST - 1500  # the card's own, beside whom the message goes to and its summary
_SHORTEST = 200  # characters of a quote that is cut


def weight(content: Any) -> int:
    """How large Teams may take something to be: as it is sent, or as it is kept, in UTF-16."""
    sent = json.dumps(content)
    kept = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return max(len(sent), 2 * len(kept), len(kept.encode("utf-16-le", "surrogatepass")))


def fitted(card: Card, render: Callable[[Card], dict[str, Any]]) -> dict[str, Any]:
    """The card as `render` makes it, with its longest quotes cut until it fits."""
    content = render(card)
    longest = _longest(card)
    while weight(content) > ROOM and longest > _SHORTEST:
        longest = max(_SHORTEST, longest * 3 // 4)
        card = replace(card, elements=tuple(_cut(each, longest) for each in card.elements))
        content = render(card)
    return content


def _longest(card: Card) -> int:
    return max((len(each.text) for each in _quotes(card.elements)), default=0)


def _quotes(elements: tuple[Element, ...]) -> list[Quote]:
    found: list[Quote] = []
    for each in elements:
        if isinstance(each, Quote):
            found.append(each)
        elif isinstance(each, Fold):
            found += [inner for inner in each.elements if isinstance(inner, Quote)]
    return found


def _cut(element: Element, longest: int) -> Element:
    if isinstance(element, Quote) and len(element.text) > longest:
        return Quote(f"{element.text[: longest - 1]}…")
    if isinstance(element, Fold):
        inner = tuple(
            Quote(f"{each.text[: longest - 1]}…") if isinstance(each, Quote) and len(each.text) > longest else each
            for each in element.elements
        )
        return replace(element, elements=inner)
    return element
