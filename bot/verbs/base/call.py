"""A request without any platform in it (`Call`), and what the person who made it is answered (`Answer`).

Every front end makes its calls here: a typed command, a button, a form, a mention, a reaction. `Call.key` is the
idempotency key: a request that a platform sends twice is handled once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.desk.binding import NAME
from bot.desk.runtime import DeskRuntime
from bot.desk.where import Where
from bot.verbs.base.source_message import SourceMessage
from bot.wording.card import Card, Form
from bot.wording.phrase_book import PhraseBook
from bot.wording.refusals import Stand, stand
from bot.wording.sentences import Sentence
from bot.wording.speech import Speech
from triage.people import Actor

IN_THREAD = "in_thread"  # in what a form carries: the message in whose thread it was opened


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Whom somebody mentioned in what they typed."""

    #: A person, or a group of people, by key.
    key: str
    #: Whether it is a group.
    is_group: bool = False


class Reply(StrEnum):
    """By which way whoever acted can be answered. It depends on how they asked."""

    #: Privately and at once; a form can be opened. A typed command, a button.
    AT_ONCE = "at once"
    #: By what is posted for all. A form, which can say what is wrong with its answers and no more; a reaction. What is
    #: posted elsewhere is told them privately, through the outbox.
    AS_POSTED = "as posted"
    #: Through the outbox, which is planned together with what they did; no form can be opened. A mention.
    LATER = "later"


@dataclass(frozen=True)
class Call:
    """Somebody asks for something: by typing it, by a button, a form, a mention or a reaction."""

    #: The desk that is asked, which knows policy, people and database.
    desk: DeskRuntime
    #: Who asks, with the roles they hold now.
    actor: Actor
    #: Their language and zone.
    speech: Speech
    #: When this is handled, in UTC.
    now: datetime
    #: The key of the channel they act in, `slack:C0123`; empty where it is in none, as on somebody's own page.
    channel: str
    #: What they typed, without what called us; behind the verb once that is read.
    words: str = ""
    #: Who is meant by each mention as it stands in `words`; None where two are called the same.
    mentioned: Mapping[str, Mentioned | None] = field(default_factory=dict)
    #: The ticket that the place itself tells: a button's, a form's, that of the thread.
    number: int | None = None
    #: What they filled in, by field of the form, instants in unix seconds; the `value` of a button.
    answers: dict[str, str] = field(default_factory=dict)
    #: What their form was opened with (`Form.context`). It comes from outside and is not believed.
    context: dict[str, str] = field(default_factory=dict)
    #: The idempotency key: what is done under it a second time does nothing. Empty: it cannot arrive twice.
    key: str = ""
    #: When they did it, as their platform says; None: `now`.
    happened_at: datetime | None = None
    #: How they can be answered.
    reply: Reply = Reply.AT_ONCE
    #: The message that this is about, or was typed in.
    source: SourceMessage | None = None
    #: The message in whose thread they act; None outside threads.
    thread: str | None = None
    #: Whether it is written to the bot alone, so that they type the command rather than its name.
    is_alone: bool = False
    #: Gets an answer ready to be sent while what was done is on its way to the disk, and answers it.
    prepare: Callable[[Answer], Answer] = field(default=lambda answer: answer, compare=False)

    @property
    def people(self) -> PhraseBook:
        """Who people are, in words."""
        return PhraseBook(self.desk.directory)

    @property
    def where(self) -> Where:
        """Where they act, which is where they are answered."""
        return Where(self.actor.id, self.channel, self.thread)

    @property
    def carried(self) -> dict[str, str]:
        """What a form that is opened here carries as hidden context, so that its submission is answered in this
        place."""
        return {"channel": self.channel, **({} if self.thread is None else {IN_THREAD: self.thread})}

    @property
    def command(self) -> str:
        """What this person types before a verb, here."""
        inside = self.thread is not None and not self.desk.limits.commands_in_threads
        return NAME if inside or self._names_bot else self.desk.command

    @property
    def _names_bot(self) -> bool:
        return self.reply is Reply.LATER and not self.is_alone

    @property
    def stand(self) -> Stand:
        """What the wording of a refusal has to know of this person: language, place, and what they type before
        a verb."""
        heard = self.desk.limits.hears_all
        found = stand(self.people, self.where, self.desk.command, outside=self.actor.is_outside, heard=heard)
        command = NAME if self._names_bot else found.command
        return replace(found, speech=self.speech, command=command, in_form=self.reply is Reply.AS_POSTED)


@dataclass(frozen=True)
class Answer:
    """What the person who acted gets, privately. An empty answer means: it is done, and nothing has to be said."""

    #: What they are told.
    card: Card | None = None
    #: A form to fill in.
    form: Form | None = None
    #: What is wrong with the answers of the form they sent, by field.
    errors: dict[str, str] = field(default_factory=dict)
    #: Done, and what is posted for all shows it, so that only a typed command needs the card as its answer.
    quiet: bool = False
    #: What they are told is in the outbox already.
    is_planned: bool = False


def sentence_answer(sentence: Sentence) -> Answer:
    """An answer of one sentence."""
    return Answer(Card(sentence))
