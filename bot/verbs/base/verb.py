"""What is true of a verb, in one record.

A verb is one file that ends in one record, named after it: `take.py` holds `TAKE`. `bot.verbs.registry` lists the
records; typed commands, buttons, forms, `help`, the README's table and the front ends read them.

Two things are kept elsewhere, under the verb's name. Who may do it, and where: `triage.rights`. Its words, in every
language: `help.NAME` and `done.NAME`, and, where it has them, `unchanged.NAME`, `form.NAME`, `button.NAME` and
`more.NAME`. Which buttons a card shows in which state, and in which order, is decided in `bot/wording/card_buttons.py`.

There are two kinds. A `TicketVerb` changes one ticket and is carried out in the same way however it was asked for:
typed, by a button, by a form. A `StandaloneVerb` answers by itself: it looks something up, opens a ticket, or changes a
setting.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Flag, StrEnum, auto
from typing import Any

from sqlmodel import Session

from bot.desk.binding import Limits
from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Answer, Call
from bot.wording.card import Button, Field, FieldKind
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Sentence
from bot.wording.speech import Speech
from storage.listing import Listed
from storage.tickets import StoredTicket
from triage.change import Change
from triage.errors import Refusal
from triage.people import Actor
from triage.ticket import Ticket

Answers = dict[str, str]


class Records(StrEnum):
    """Whether a verb that is typed writes anything to the database."""

    NEVER = "never"  # it is looked up when the answer is sent, so that no copy of what it shows is kept
    WITH_WORDS = "with words"  # alone it looks, with words behind it it changes
    ALWAYS = "always"


class ButtonOn(Flag):
    """Where the button of a verb is offered. (Where a mention needs a form, which cannot be opened from it, a button is
    offered whatever stands here.)"""

    NOWHERE = 0
    #: In the row of buttons of a ticket's card, as the ticket's state calls for it.
    CARD = auto()
    #: In the menu beside that row.
    MENU = auto()
    #: On somebody's own page.
    PAGE = auto()
    #: Beside something that is said: a notice, an answer, a refusal.
    BESIDE = auto()


@dataclass(frozen=True)
class VerbCall:
    """One verb about to be carried out, inside the transaction in which its ticket is locked."""

    #: Who asks, where, when.
    call: Call
    #: The ticket, locked.
    stored: StoredTicket
    #: The transaction.
    session: Session
    #: What was typed or filled in, by field. A pressed button gives its `value`, and `pressed`; `sure` is what whoever
    #: asks has said yes to.
    answers: Answers
    #: The second ticket, locked as well, for a verb on a pair.
    other: StoredTicket | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a verb that was carried out on a ticket, as data."""

    #: The verb's own name.
    verb: str
    #: The ticket as it was.
    before: StoredTicket
    #: The ticket as it is now.
    stored: StoredTicket
    #: What was recorded. Empty: it was so already.
    change: Change
    #: The second ticket as it was, of a verb on a pair.
    other: StoredTicket | None = None
    #: For how many parts of a major incident it was done as well (`bot.verbs.engine.parts.Carried`).
    parts: int = 0
    #: The numbers of the parts that keep what they were told.
    kept: tuple[int, ...] = ()


@dataclass(frozen=True)
class Result:
    """What the person who acted is told: a key of the catalogue and the values for its gaps. The sentence is
    `done.KEY`, or `done.KEY_ASKER` where the catalogue has one for whoever asked for the ticket (`customer`,
    `requester`, or `own` where they asked for it themselves)."""

    #: Empty: the verb's name.
    key: str = ""
    #: What fills its gaps, beside what every such sentence may name (`bot.verbs.engine.answering`).
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class FormContext:
    """What a form is made from."""

    #: Who fills it in.
    actor: Actor
    #: Who people are, and what they are called.
    people: PhraseBook
    #: Their language and zone.
    speech: Speech
    #: The ticket it is about.
    ticket: Ticket
    #: When it is opened (UTC).
    now: datetime
    #: The texts that the form is about (`TicketForm.texts`), by body id.
    texts: Mapping[int, str] = field(default_factory=dict)
    #: Text of theirs that was kept for this form, such as an update that was asked about first.
    draft: str = ""
    #: What to call whoever is told: customer or requester, or all where there are `recipients`.
    asker: str = "customer"
    #: Tickets that may make a pair with it (`TicketForm.others`).
    others: Sequence[Listed] = ()
    #: What the platform can hold on which it is shown.
    limits: Limits = field(default_factory=Limits)
    #: Everybody who is told what is filled in, where that is more than one (`TicketForm.recipients`).
    recipients: Sequence[Any] = ()

    def text(self, key: str) -> str:
        """A label or a hint of the form. Where the catalogue has one of its own for this ticket's asker
        (`KEY_customer`, `KEY_requester`, `KEY_all`), that one."""
        own = f"{key}_{self.asker}"
        return self.speech.text(own if self.speech.has(own) else key)


@dataclass(frozen=True, kw_only=True)
class TicketForm:
    """The form of a verb on a ticket. It opens where a typed command or a button leaves out what is needed."""

    #: Its questions.
    fields: Callable[[FormContext], tuple[Field, ...]]
    #: The form is asked for while none of these is answered; empty: only a button opens it.
    needed: tuple[str, ...] = ()
    #: The field under which a refusal stands that `refused_under` does not name.
    first: str = "text"
    #: Under which field each refusal stands, by code.
    refused_under: Mapping[str, str] = field(default_factory=dict)
    #: The body ids of the texts that it shows, to this person.
    texts: Callable[[StoredTicket, Actor], list[int]] = lambda _stored, _actor: []
    #: The tickets that it offers as the other of a pair.
    others: Callable[[Session, StoredTicket], list[Listed]] = lambda _session, _stored: []
    #: Everybody who is told what is filled in, where that is more than one (`bot.verbs.engine.parts.Recipient`).
    recipients: Callable[[Session, DeskRuntime, StoredTicket], Sequence[Any]] = lambda _session, _desk, _stored: ()
    #: What is said above the fields, and what sending it thereby confirms (`TicketVerb.questions`); None: nothing.
    intro: Callable[[FormContext], tuple[Sentence, str] | None] = lambda _context: None
    #: The answer that the text of a canned reply becomes, which the customer reads.
    reply_into: str = "text"


@dataclass(frozen=True, kw_only=True)
class ByReaction:
    """What a verb means as a reaction on a message about a ticket. Taken off within two minutes, it is undone."""

    #: What it decides, for that person at that time. A gesture is made with less thought than a command is typed.
    decide: Callable[[DeskRuntime, StoredTicket, Actor, datetime], Change]
    #: Why it did nothing where the person may not do it, and what they can do instead.
    refusal: Callable[[StoredTicket, Actor], Refusal]
    #: Its name in the verb-by-role table, if it has another there than the verb; empty: the verb's.
    right: str = ""


@dataclass(frozen=True, kw_only=True)
class SubmittedForm:
    """A form of a `StandaloneVerb`."""

    #: What becomes of its answers.
    submit: Callable[[Call], Awaitable[Answer]]
    #: The field under which a refusal stands that `refused_under` does not name; None: it asks nothing, so that a
    #: refusal takes its place.
    first: str | None
    #: Under which field each refusal stands, by code.
    refused_under: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Also:
    """An answer that a verb takes beside those of its form: in a chat it is typed, or a button carries it. What it is
    called stands in the locales under `also.VERB_ID`."""

    #: The name of the answer.
    id: str
    #: What it is.
    kind: FieldKind
    #: Values that it may have beside that, or the only ones of a choice.
    options: tuple[str, ...] = ()
    #: Whether the verb does nothing without it.
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Verb:
    """What is true of every verb."""

    #: What it is called: where it is typed, in buttons and forms, in the verb-by-role table, in the keys of its words.
    name: str
    #: By which other names it can be typed, of any language.
    aliases: tuple[str, ...] = ()
    #: Whether it can be typed, so that `help` and the README show it. Else it is offered as a button alone.
    is_typed: bool = True
    #: Whether `help` shows it at once; else behind a button, or after `help more`.
    daily: bool = False
    #: Where its button stands, under the label `button.NAME` unless it says more there.
    button_on: ButtonOn = ButtonOn.NOWHERE
    #: Its place in the form behind a card's "More ...", from 1; 0: it is not there.
    in_more: int = 0
    #: What it takes beside the answers of its form.
    also: tuple[Also, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TicketVerb(Verb):
    """A verb that changes one ticket, or two (`echo`)."""

    #: What it decides, from the ticket and the answers. It raises what it refuses.
    decide: Callable[[VerbCall], Change]
    #: What it means for the second ticket of a pair, which the answer `other` names; None: it is about one ticket.
    echo: Callable[[VerbCall], Change] | None = None
    #: The numbers of further tickets that it changes with those answers; they are locked with its own.
    beside: Callable[[Answers], Sequence[int]] = lambda _answers: ()
    #: Turns the words typed behind the ticket's number into answers.
    read: Callable[[Call, str], Answers] = lambda _call, _words: {}
    #: What a form asks for; None: it needs nothing but the ticket.
    form: TicketForm | None = None
    #: Whether only a person can do it: it says that whoever asks has the ticket, or answers for it.
    by_person: bool = False
    #: The answer that the value of its button is; empty: it is the answer `value`.
    pressed: str = ""
    #: Values of its button with which there is still something to ask for, so that they open the form.
    pressed_asks: frozenset[str] = frozenset()
    #: What it means as a reaction; None: no reaction can mean it.
    by_reaction: ByReaction | None = None
    #: What whoever acted is told.
    result: Callable[[Call, Outcome], Result] = lambda _call, _outcome: Result()
    #: Codes of refusals that are questions: said yes to, by a button or by sending the form once more, it is done.
    questions: frozenset[str] = frozenset()
    #: Whether everybody sees what it changed, so that whoever pressed a button for it needs no answer of their own.
    is_seen: bool = True
    #: Whether it may give the customer an update, which a button beside the answer then takes back.
    gives_update: bool = False
    #: The text that the answer quotes; empty: none.
    quotes: Callable[[Session, Outcome], str] = lambda _session, _outcome: ""
    #: A button beside that quote, which sends it to the customer after all.
    send_quote: Callable[[Call, StoredTicket], Button] | None = None
    #: What is asked when it is done, with a button for the likely answer.
    asks_after: Callable[[Call, Session, StoredTicket], tuple[Sentence, Button | None] | None] = (
        lambda _call, _session, _stored: None
    )
    #: Whether its form is opened on a resolved ticket as well.
    on_resolved: bool = False
    #: Whether it is done even to a ticket that was merged into another.
    on_merged: bool = False
    #: Refuses a ticket where the verb makes no sense whatever is answered, so that nobody fills in a form in vain.
    fits: Callable[[Ticket], None] = lambda _ticket: None
    #: Whether "More ..." offers it, as the ticket stands.
    offered: Callable[[Ticket], bool] = lambda _ticket: True
    #: Whether it moves a clock, so that `what-if` can show what it would change.
    supposable: bool = False
    #: Whether the customer reads its text. In their own thread the message itself has then said it; and a text that
    #: begins like another verb or a severity is asked about first.
    speaks_to_customer: bool = False
    #: Whether the words of a mention are kept as they stand, so that an edit of the message corrects them.
    keeps_words: bool = False


@dataclass(frozen=True, kw_only=True)
class StandaloneVerb(Verb):
    """A verb that looks something up, opens a ticket, or changes a setting. It builds its answer itself."""

    #: What it answers to a typed command.
    answer: Callable[[Call], Awaitable[Answer]]
    #: What its button does; None: it has none.
    press: Callable[[Call], Awaitable[Answer]] | None = None
    #: Its forms by name: `Form.verb` of each.
    forms: Mapping[str, SubmittedForm] = field(default_factory=dict)
    #: Whether it records something when it is typed.
    records: Records = Records.NEVER
    #: Whether it opens a ticket: it is about none that exists, inside a thread about the message at its head, and as a
    #: reaction about the message that it is put on.
    opens_ticket: bool = False


def under(**fields: tuple[str, ...]) -> dict[str, str]:
    """`refused_under`, written by field instead of by code: `under(text=("too_long", "empty"))`."""
    return {code: name for name, codes in fields.items() for code in codes}
