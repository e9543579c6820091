"""Whatever happens to a ticket, its customer's page shows what they wrote and what was said to them, and no more."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given

from bot.desk.directory import Directory
from bot.web.customer.page import Shown, render_page
from bot.web.customer.told import said
from bot.wording.phrase_book import PhraseBook
from bot.wording.speech import speech
from storage.accounts import Account
from storage.conversations import Conversation
from storage.tickets import StoredTicket
from tests.triage.actions import VERBS, Step, openings, steps
from tests.triage.story import ANA, BEN, CLEO, LEA, MAX, MIA, POLICY, REX, Story, at
from tests.triage.test_agreements import held_to
from triage.change import Change
from triage.errors import Refusal
from triage.event import Kind
from triage.fold import fold
from triage.moving import STAMPED
from triage.notice import Audience
from triage.terms import Agreement

EVERYBODY = (ANA, BEN, CLEO, LEA, MAX, MIA, REX)
PEOPLE = PhraseBook(
    Directory(
        POLICY,
        {each.id: Account(each.id, f"Name-of-{each.id[5:]}", is_external=each is CLEO) for each in EVERYBODY},
    )
)
THREAD = Conversation(2, "chat", "chat:acme", "customer", "2.0", None)


class Told(Story):
    """A story that knows which of its texts went to the customer, as its notices say."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self.public: set[int] = set()
        super().__init__(*args, **more)

    def record(self, change: Change) -> Change:
        """Which texts of it are the customer's own, or were sent to them, or correct what was."""
        first = len(self.events) + 1
        sent = {each.body for each in change.notices if each.audience is Audience.CUSTOMER and each.body}
        for seq, event in enumerate(change.events, first):
            if event.text in sent or event.actor == CLEO.id or event.kind is Kind.EDITED:
                self.public.add(seq)
        return super().record(change)


def page_of(story: Told) -> str:
    """Its page; the text of each event is its own: `text3t`."""
    events = tuple(
        replace(each, text=None, body_id=each.seq) if each.text is not None else each for each in story.events
    )
    stored = StoredTicket(1, 1, 1, 42, events, fold(events), (THREAD,))
    texts = {each.seq: f"text{each.seq}t" for each in events} | {1: "text1t\nbehind it"}
    shown = Shown("Acme", speech("en"), PEOPLE, [(stored, said(stored, PEOPLE.roster))], texts, False, at("9 09:00"))
    return render_page(shown)


@given(openings, steps)
def test_a_customer_is_shown_only_what_was_said_to_them(opening: dict[str, Any], life: list[Step]) -> None:
    story, now = Told("09:00", **opening), at("09:00")
    for seconds, verb, number in life:
        now += timedelta(seconds=seconds)
        with suppress(Refusal):
            VERBS[verb](story, now, number)
    for place, each in enumerate(story.events):
        if isinstance(each.fact, STAMPED):
            story.events[place] = held_to(each, (Agreement("inner-secret", each.fact.terms),))
    page = page_of(story)
    shown = {int(each) for each in re.findall(r"text(\d+)t", page)} - {1}
    assert shown <= story.public, {seq: story.events[seq - 1] for seq in shown - story.public}
    assert "behind it" not in page, "the desk, or a colleague, opened it"
    authors = {event.actor for event in story.events if event.kind is Kind.UPDATED}
    named = {f"chat:{each}" for each in re.findall(r"Name-of-(\w+)", page)}
    assert named <= authors
    for word in ("inner-secret", "chat:", "everity", "scalat", "incident", "priority"):
        assert word not in page
