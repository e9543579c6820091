"""What is read from the database to show a ticket to somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.binding import called, nowhere
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Sentence
from bot.wording.speech import Speech
from storage.tickets import StoredTicket
from triage.event import Event

#: So many characters of a text are taken in at a glance; as long may a resolution be, or what is folded away.
GLANCE, LONG = 280, 1000


@dataclass(frozen=True)
class View:
    """A ticket with all that is needed to show it."""

    #: The ticket as it is on record.
    stored: StoredTicket
    #: Its free texts, by body id; an erased one is missing.
    texts: Mapping[int, str]
    #: Who people are, in words.
    people: PhraseBook
    #: The reader's language and zone; the desk's in what is shared.
    speech: Speech
    #: The moment at which it is shown, in UTC.
    now: datetime
    #: Makes the address of a message: see `Binding.link`.
    link: Callable[[str, str, str], str] = nowhere
    #: The addresses of other tickets' cards, by number.
    cards: Mapping[int, str] = field(default_factory=dict)
    #: Other tickets that are shown beside it, by number; what they were opened with is among the texts.
    others: Mapping[int, StoredTicket] = field(default_factory=dict)

    def text(self, body_id: int | None) -> str:
        """A free text; an erased one says so."""
        if body_id is None:
            return ""
        return self.texts.get(body_id) or self.speech.text("card.erased")

    @property
    def summary(self) -> str:
        """The first line of what the ticket was opened with."""
        return self.text(self.stored.events[0].body_id).split("\n", 1)[0]

    @property
    def description(self) -> str:
        """The rest of what the ticket was opened with."""
        return self.text(self.stored.events[0].body_id).partition("\n")[2].strip()

    def who(self, event: Event) -> Sentence:
        """Who did it; where the ticket is spoken of on several platforms, on which of them."""
        name = self.people.named(event.actor)
        if not event.platform or len({place.platform for place in self.stored.conversations}) < 2:
            return (name,)
        return self.speech("history.who_in", who=name, platform=called(event.platform))

    def who_said(self, person: str, seq: int) -> Sentence:
        """The same of the event of that number, where it was that person's; else their name alone."""
        event = next((each for each in self.stored.events if each.seq == seq and each.actor == person), None)
        return (self.people.named(person),) if event is None else self.who(event)

    @property
    def title(self) -> str:
        """Number and summary: the headline of everything about the ticket."""
        return f"#{self.stored.number} {self.summary}"


def named_on_card(stored: StoredTicket) -> list[int]:
    """The numbers of other tickets that its card names."""
    ticket = stored.ticket
    of = [number for number in (ticket.merged_into, ticket.together.part_of) if number is not None]
    return [*ticket.links, *ticket.together.parts, *of]


def shown_bodies(stored: StoredTicket) -> list[int]:
    """The texts that a card shows: what the ticket is about, why it waits, what the customer was told last, what
    it is called elsewhere."""
    ticket = stored.ticket
    ids = [stored.events[0].body_id]
    ids += [each.body_id for each in (ticket.waiting, ticket.updates.last_told, ticket.resolution) if each is not None]
    ids += [] if ticket.waiting is None else [ticket.waiting.question_id]
    ids.append(ticket.rating.body_id)
    ids += [each.body_id for each in ticket.references]
    return [body_id for body_id in ids if body_id is not None]


def waited_for(speech: Speech, stored: StoredTicket, what: str) -> Sentence:
    """What the ticket waits for, in words: the vendor, the maintenance, or whoever asked."""
    return speech(f"asker.{stored.asker}" if what == "customer" else f"waiting_for.{what}")


def glance(text: str, most: int = GLANCE) -> str:
    """The beginning of a text."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
