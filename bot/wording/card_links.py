"""Links to tickets' cards: every ticket number in a private message leads to that ticket's card."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.wording.card import Card, Line
from bot.wording.sentences import Link, Part, Sentence
from storage.conversations import cards_of

_NUMBER = re.compile(r"\d{1,9}")


def card_urls(session: Session, desk: DeskRuntime, numbers: Collection[int]) -> dict[int, str]:
    """The addresses of those tickets' cards, by number. A ticket without a card, or on a platform without addresses, is
    left out."""
    found = cards_of(session, desk.organisation_id, numbers, desk.platform)
    urls = {number: desk.link(channel, card_id, card_id) for number, (channel, card_id) in found.items()}
    return {number: url for number, url in urls.items() if url}


def card_with_links(card: Card, cards: Mapping[int, str]) -> Card:
    """The card, with every ticket number in its sentences made a link."""
    elements = tuple(
        replace(each, sentence=with_links(each.sentence, cards)) if isinstance(each, Line) else each
        for each in card.elements
    )
    return replace(card, brief=with_links(card.brief, cards), elements=elements)


def numbers_in(sentence: Sentence) -> set[int]:
    """The ticket numbers in a sentence that are not links yet: a `#` of ours and the number after it."""
    return {int(number) for part, number in _pairs(sentence) if _names(part, number)}


def with_links(sentence: Sentence, cards: Mapping[int, str]) -> Sentence:
    """The sentence, with every ticket number made a link that has an address in `cards`. What people typed is left
    alone."""
    parts: list[Part] = []
    done = False
    for part, following in _pairs(sentence):
        if done:
            done = False
            continue
        if _names(part, following) and int(following) in cards:
            before = str(part)[:-1]
            parts += [*([before] if before else []), Link(f"#{following}", cards[int(following)])]
            done = True
        else:
            parts.append(part)
    return tuple(parts)


def _pairs(sentence: Sentence) -> Iterable[tuple[Part, str]]:
    """Each part of a sentence, with the words of ours that follow it."""
    following = [part if isinstance(part, str) else "" for part in sentence[1:]]
    return zip(sentence, [*following, ""], strict=False)  # nothing at all has no parts


def _names(part: Part, following: str) -> bool:
    return isinstance(part, str) and part.endswith("#") and _NUMBER.fullmatch(following) is not None
