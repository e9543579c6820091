"""What a notice is put into words with: its content, the ticket, the people, the language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.binding import called, nowhere
from bot.wording.card import Button, Buttons, Card, Element, Line, Quote
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import InChannel, Mention, Named, Sentence, Typed, join
from bot.wording.speech import Speech
from bot.wording.view import View
from storage.digests import NOTHING_DIGESTED, Digested
from storage.handing_over import InHand
from storage.test_pings import PingResult
from triage.assigning import Chosen
from triage.contents.to_customer import ByContent
from triage.keys import platform_of
from triage.mirror import is_by
from triage.notice import Content
from triage.roster import Roster


@dataclass(frozen=True)
class Telling:
    """An announcement that is about to be put into words."""

    #: Who people are at this moment, in words.
    people: PhraseBook
    #: The language and zone it is said in.
    speech: Speech
    #: What people type before a verb.
    command: str
    #: The platform that it is said on, as it stands in keys.
    platform: str
    #: How the bot gets into a channel, by its name in the catalogues.
    invite: Callable[[str], str] = lambda _: "command"
    #: The address of a message, given that of the message that carries its thread; empty where there is none.
    link: Callable[[str, str, str], str] = nowhere
    #: When it is said.
    now: datetime | None = None
    #: Whom alone it is said to, by key; None: a channel.
    to: str | None = None
    #: The tickets that it is about, as they are now.
    tickets: Sequence[InHand] = ()
    #: Who comes next, and why; None: nobody, or nobody asked.
    after: Chosen | None = None
    #: Of a test of the escalation, what has become of it until now.
    results: Sequence[PingResult] = ()
    #: Of a digest, what it says.
    digested: Digested = NOTHING_DIGESTED
    #: What somebody wrote that it is about, as typed; empty: nothing is quoted.
    words: str = ""
    #: The number of the ticket that was opened from what it is about, and who did, by key; None: nobody has.
    opened: tuple[int, str] | None = None

    def channel(self, key: str) -> Sentence:
        """A channel, which readers on another platform know by no name."""
        if platform_of(key) in ("", self.platform):
            return (InChannel(key),)
        return self.speech("announce.channel_elsewhere", platform=called(platform_of(key)))

    def invited(self, channel: str) -> str:
        """What to do, so that the bot gets into that channel."""
        return self.speech.text(f"invite.{self.invite(channel)}")

    def named(self, keys: list[str]) -> Sentence:
        """People and groups by name, nobody notified."""
        return join([(self.people.named(key),) for key in keys], ", ")


@dataclass(frozen=True, slots=True)
class Also:
    """A warning of another ticket, said in the same message."""

    #: Of that ticket.
    number: int
    #: What it is about; empty where that was erased.
    summary: str
    #: Whose deadline is near.
    clock: str
    #: That deadline.
    due: datetime


@dataclass(frozen=True)
class Saying:
    """A notice about a ticket that is about to be put into words."""

    #: The ticket as it is now, and for whom it is shown.
    view: View
    #: What it says.
    content: Content
    #: The text kept beside it; empty: none.
    body: str
    #: What people type before a verb.
    command: str
    #: It may have been said before, and nobody can tell.
    possibly_repeated: bool = False
    #: The id of that text.
    body_id: int | None = None
    #: The text was corrected after it was said first.
    edited: bool = False
    #: Of a message that is refreshed, the seq of the event that it was said with; None: it is said for the first
    #: time.
    said_by: int | None = None
    #: The seq of the last event of what it speaks of; None: it speaks of none.
    seq: int | None = None
    #: When it was planned; None: it is not said later than that.
    planned_at: datetime | None = None
    #: Which side reads it, as in `storage.conversations.Conversation`.
    side: str = "desk"
    #: The platforms that cannot be reached: nobody is notified there who can be elsewhere.
    unreached: frozenset[str] = frozenset()
    #: Of a warning: what else it says to whoever it is for.
    also: tuple[Also, ...] = ()
    #: Of a warning: whoever it is for was told of it by another one.
    told: bool = False
    #: Whether whatever is written below it is heard; else a button to answer stands beside it.
    is_answered_below: bool = True
    #: Whether it stands in a thread; else it is a letter, and answered by one.
    in_thread: bool = True

    @property
    def speech(self) -> Speech:
        """The language it is said in."""
        return self.view.speech

    @property
    def people(self) -> PhraseBook:
        """Who is who at this moment."""
        return self.view.people

    @property
    def roster(self) -> Roster:
        """Who is on duty at this moment, and who is told: nobody in their quiet hours of what can wait."""
        return self.people.roster.for_ticket(self.view.stored.ticket, self.view.now)

    @property
    def region(self) -> str | None:
        """The region of the ticket's customer: its leads are told before the desk's."""
        return self.view.stored.ticket.terms.region

    def mention(self, person: str) -> Mention | Named:
        """That person, notified; by name alone in their quiet hours, where it can wait. Whoever has several accounts is
        notified on one platform alone: where the ticket was opened if they are there and it can be reached, else where
        else the desk reads it; elsewhere they are shown by name."""
        if self.people.roster.is_quiet(person, self.view.now) and not self.view.stored.ticket.is_pressing:
            return self.people.named(person)
        accounts = self.people.directory.accounts_of(person)
        if len(accounts) == 1:
            return self.people.mention(person)
        there = self._there(accounts, self.view.stored.desk_platforms)
        return Mention(there or accounts[0], self.people.name(person))

    def called(self, person: str) -> Mention | Named:
        """Somebody who is called because a level was reached: notified in the channel for climbs, if they are there,
        and only by name under the card then."""
        climbs = [place.platform for place in self.view.stored.conversations if place.side == "escalation"]
        there = self._there(self.people.directory.accounts_of(person), climbs)
        if there is None:
            return self.mention(person) if self.side == "desk" else self.people.named(person)
        return Mention(there, self.people.name(person)) if self.side == "escalation" else self.people.named(person)

    def _there(self, accounts: tuple[str, ...], platforms: list[str]) -> str | None:
        """The first of those accounts that is on one of the platforms, in their order; those that cannot be reached
        come last."""
        order = sorted(platforms, key=lambda platform: platform in self.unreached)
        return next((key for each in order for key in accounts if platform_of(key) == each), None)

    def mentions(self, people: list[str], *, quiet: bool = False, acted: str | None = None) -> Sentence:
        """People by name, for a sentence. All are notified except `acted`; nobody is when `quiet`. Where the list is
        empty, words that say so."""
        if not people:
            return self.speech("notice.nobody")
        named = [self.people.named(p) if quiet or p == acted else self.mention(p) for p in people]
        return join([(each,) for each in named], ", ")

    @property
    def customer_mention(self) -> Sentence:
        """The requester, notified, where no customer has a thread of their own and somebody else acted."""
        requester = self.view.stored.ticket.requester
        if self.view.stored.conversation("customer") is not None:
            return ()
        if isinstance(self.content, ByContent) and is_by(self.content, requester):
            return ()
        return self.speech("notice.to", who=self.mention(requester))


def sentence_card(saying: Saying, sentence: Sentence, *more: Element) -> Card:
    """A card of one sentence, what somebody typed with it, and what can be done."""
    lead = saying.speech("notice.repeated") if saying.possibly_repeated else ()
    sentence = (*lead, *sentence)
    elements: list[Element] = [Line(sentence)]
    brief = sentence
    if saying.body:
        elements.append(Quote(saying.body))
        brief = (*sentence, " ", Typed(saying.body))
    if saying.edited:
        elements.append(Line(saying.speech("notice.edited"), small=True))
    return Card(brief, (*elements, *more))


def actions(saying: Saying, *verbs: str) -> Buttons:
    """Buttons of those verbs, without the ones that make no sense now."""
    ticket = saying.view.stored.ticket
    pointless = {
        "take": ticket.ownership.assignee is not None and ticket.ownership.answer_by is None,
        "resume": ticket.waiting is None,
        "restored": ticket.outage.restored_at is not None,
        "escalate": ticket.level >= ticket.terms.levels,
    }
    shown = [verb for verb in verbs if not pointless.get(verb)]
    return Buttons(
        tuple(
            Button(verb, saying.speech.text(f"button.{verb}"), saying.view.stored.number, ticket.version)
            for verb in shown
        )
    )
