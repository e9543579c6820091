"""A request with the platform taken off, and what is answered to the person who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.runtime import DeskRuntime
from bot.verbs.source_message import SourceMessage
from bot.verbs.where import Where
from bot.wording.card import Card, Form
from bot.wording.sentences import Sentence
from bot.wording.speech import Speech
from triage.people import Actor

NAME = "@Vigie"
IN_THREAD = "in_thread"  # in what a form carries: the message in whose thread it was opened


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A person, or a group of people, whom somebody mentioned in what they typed, by key."""

    key: str
    is_group: bool = False


@dataclass(frozen=True)
class Call:
    """Somebody asks for something at `now`.

    `words` is what they typed after the verb; `answers` what they filled in, by field (instants in unix seconds), in a
    form that was opened with `context`. `number` is the ticket the place itself tells, a button's or a thread's. `key`
    names this act, so that doing it a second time does nothing. `at` is when it happened on their side. `mentioned` is
    who is meant by a mention as it stands in `words`; None where two people are called the same. `source` is the
    message it is about, or was made in. Not `is_answered`: the person sees no more of it than what is posted, as after
    a form. `by_mention`: nothing can be answered at once, so that whoever acts also plans the answer. `thread`: the
    message in whose thread they act, where it is in one.
    """

    desk: DeskRuntime
    actor: Actor
    speech: Speech
    now: datetime
    channel: str
    words: str = ""
    mentioned: Mapping[str, Mentioned | None] = field(default_factory=dict)
    number: int | None = None
    answers: dict[str, str] = field(default_factory=dict)
    context: dict[str, str] = field(default_factory=dict)
    key: str = ""
    at: datetime | None = None
    is_answered: bool = True
    source: SourceMessage | None = None
    by_mention: bool = False
    thread: str | None = None

    @property
    def where(self) -> Where:
        """Where they act, which is where they are answered."""
        return Where(self.actor.id, self.channel, self.thread)

    @property
    def carried(self) -> dict[str, str]:
        """What a form that is opened here carries along, so that it is answered here."""
        return {"channel": self.channel, **({} if self.thread is None else {IN_THREAD: self.thread})}

    @property
    def command(self) -> str:
        """What this person types before a verb, here."""
        return NAME if self.by_mention or self.thread is not None else self.desk.command


@dataclass(frozen=True)
class Answer:
    """What the person who acted gets, privately: a card, or a form to fill in, or what is wrong with their answers.

    `quiet`: done, and what is shared shows it, so that only a typed command needs the card as its answer. `is_planned`:
    it is in the outbox already.
    """

    card: Card | None = None
    form: Form | None = None
    errors: dict[str, str] = field(default_factory=dict)
    quiet: bool = False
    is_planned: bool = False


def told(sentence: Sentence) -> Answer:
    """One private sentence."""
    return Answer(Card(sentence))
