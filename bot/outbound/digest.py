"""Composing a digest: it takes in what waits for its channel, and says how that stands at this moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.desk.runtime import DeskRuntime
from bot.outbound.message import Message, Untrue
from bot.outbound.port import InChannel
from bot.wording.announcements import announcement_card
from bot.wording.card import Line
from bot.wording.card_links import card_urls, card_with_links
from bot.wording.notices.saying import Telling
from bot.wording.phrase_book import PhraseBook
from scheduler.sender import Retry
from storage.announcements.to_desk import Digest
from storage.deadlines import next_due_at
from storage.digests import load_digest, take_in
from storage.outbox import Outgoing

# While what has fallen due is still being planned a digest waits for it, so that one says all of it; but not for ever.
BEHIND, WAITS, AGAIN = timedelta(seconds=5), timedelta(minutes=3), timedelta(seconds=5)
NOT_OURS = "somebody else has claimed it meanwhile"  # the reason why it is not said here, and stands on no record


async def compose_digest(desk: DeskRuntime, item: Outgoing, now: datetime) -> Message | Untrue | Retry:
    """What the digest `item` says at `now`. Where an earlier try may have arrived and can be looked for, it takes in
    nothing before that was done."""
    if not (item.unsure and desk.limits.can_look_up):
        due = await desk.database.read(next_due_at)
        if due is not None and due < now - BEHIND and now - item.planned_at < WAITS and not item.unsure:
            return Retry(now + AGAIN, "more is being planned")
        taken: int | None = 1
        while taken:
            taken = await desk.database.write(partial(take_in, digest=item, now=now))
        if taken is None:
            return Retry(now, NOT_OURS)
    said = await desk.database.read(partial(load_digest, digest=item, now=now))
    where = InChannel(item.channel)
    if not said.tickets:
        return Untrue(where)
    people = PhraseBook(desk.directory)
    telling = Telling(
        people, people.desk_speech, desk.command, desk.platform, desk.invite, desk.link, now,
        digested=replace(said, unreached=desk.state.hearing.unreached),
    )  # fmt: skip
    named = [*said.proposed, *(number for number, *_ in said.agreed)]
    urls = await desk.database.read(partial(card_urls, desk=desk, numbers=named))
    card = card_with_links(announcement_card(telling, Digest()), urls)
    repeated = Line(people.desk_speech("notice.repeated"), small=True)
    return Message(card, where, replace(card, elements=(repeated, *card.elements)))
