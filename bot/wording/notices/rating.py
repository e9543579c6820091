"""Notices of how the customer found it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.wording.card import Button, Buttons, Card
from bot.wording.notices.saying import Saying, actions, sentence_card
from triage.contents.rating import RatedContent, RatingContent
from triage.notice import NoticeKind


def _rating(saying: Saying, said: RatingContent) -> Card:
    """The question; once it was answered, the answer; a line without buttons where it is withdrawn."""
    stored, speech = saying.view.stored, saying.speech
    rating, number = stored.ticket.rating, stored.number
    if rating.asked_for != said.cycle or (rating.good is None and not rating.is_asked):
        return sentence_card(saying, speech("customer.rating_withdrawn", number=number))
    if rating.good is None or rating.by is None:
        words = (*saying.customer_mention, *speech("customer.rating", number=number))
        return sentence_card(saying, words, _buttons(saying, "good", "bad"))
    score = speech(f"rating.{'good' if rating.good else 'bad'}")
    thanks = speech("customer.rated", number=number, who=saying.people.named(rating.by), score=score)
    more = (_buttons(saying, "word"),) if rating.body_id is None and stored.ticket.resolved_at is not None else ()
    return sentence_card(saying, thanks, *more)


def _buttons(saying: Saying, *values: str) -> Buttons:
    stored = saying.view.stored
    return Buttons(
        tuple(
            Button("rate", saying.speech.text(f"rating.{value}"), stored.number, stored.ticket.version, value=value)
            for value in values
        )
    )


def _rated(saying: Saying, said: RatedContent) -> Card:
    lead = saying.roster.lead(saying.view.now, saying.region)
    to = saying.speech("notice.to", who=saying.mentions(lead, acted=said.by)) if said.to_lead else ()
    sentence = saying.speech(
        f"notice.rated_{'good' if said.good else 'bad'}",
        who=saying.people.named(said.by),
        number=saying.view.stored.number,
    )
    again = (actions(saying, "reopen"),) if not said.good and not saying.view.stored.ticket.is_open else ()
    return sentence_card(saying, (*to, *sentence), *again)


SAY: dict[NoticeKind, Callable[[Saying, Any], Card]] = {
    NoticeKind.RATING: _rating,
    NoticeKind.RATED: _rated,
}
