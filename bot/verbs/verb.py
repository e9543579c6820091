"""What a verb on a ticket is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from bot.desk.directory import Directory
from bot.verbs.call import Call
from bot.verbs.reading.instants import take_instant_or_text
from bot.wording.card import Field
from bot.wording.speech import Speech
from storage.listing import Listed
from storage.tickets import StoredTicket
from triage.change import Change
from triage.people import Actor
from triage.ticket import Ticket


@dataclass(frozen=True)
class Act:
    """One verb about to be carried out, inside the transaction that holds the ticket, and the `other` of a pair."""

    call: Call
    stored: StoredTicket
    session: Session
    answers: dict[str, str]
    other: StoredTicket | None = None


@dataclass(frozen=True)
class Asked:
    """Whom a form is for, about which ticket, when, with the `texts` it is about by body id; `draft` is text that was
    written before. `asker` is what to call whoever asked: customer or requester. `others` are tickets that may make a
    pair with it, for a verb on pairs."""

    actor: Actor
    people: Directory
    speech: Speech
    ticket: Ticket
    now: datetime
    texts: Mapping[int, str] = field(default_factory=dict)
    draft: str = ""
    asker: str = "customer"
    others: Sequence[Listed] = ()

    def text(self, key: str) -> str:
        """A label or a hint, in words for whoever reads what is written here."""
        own = f"{key}_{self.asker}"
        return self.speech.text(own if self.speech.has(own) else key)


@dataclass(frozen=True)
class Deed:
    """A verb on a ticket. `read` turns typed words into answers; `fields` are asked for when `needed` are missing.

    A verb on a pair of tickets has `echo`: what it means for the one that the answer `other` names. `any_time`: it
    makes sense on a resolved ticket as well; `on_merged`: even on one that was merged. `fits` refuses the ticket where
    the verb would, whatever were answered: nobody fills in a form in vain. `texts` are those its form is about. A
    canned reply becomes the answer `reply_into`, which the customer reads.
    """

    name: str
    act: Callable[[Act], Change]
    read: Callable[[Call, str], dict[str, str]] = lambda _call, _words: {}
    fields: Callable[[Asked], tuple[Field, ...]] = lambda _: ()
    needed: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    daily: bool = True
    any_time: bool = False
    on_merged: bool = False
    pressed: str = ""
    fits: Callable[[Ticket], None] = lambda _: None
    echo: Callable[[Act], Change] | None = None
    texts: Callable[[StoredTicket, Actor], list[int]] = lambda _stored, _actor: []
    reply_into: str = "text"


def reply_field(asked: Asked) -> tuple[Field, ...]:
    """The policy's canned replies for staff to choose from, where it has some. The text of the one that was picked is
    used where the text box was left empty (`with_reply`)."""
    names, speech = tuple((name, name) for name in asked.people.policy.replies), asked.speech
    if not names or not asked.actor.is_staff:
        return ()
    return (Field("reply", "choice", speech.text("field.reply"), options=names, hint=speech.text("hint.reply")),)


def with_reply(call: Call, deed: Deed) -> dict[str, str]:
    """The answers of a form, with the text of a canned reply where none was written for the customer."""
    answers, into = call.answers, deed.reply_into
    if answers.get(into) or not answers.get("reply") or not call.actor.is_staff:
        return answers
    return {**answers, into: call.desk.policy.reply(answers["reply"])}


def text_alone(_call: Call, words: str) -> dict[str, str]:
    """Everything typed is the text."""
    return {"text": words}


def at_and_text(call: Call, words: str) -> dict[str, str]:
    """`at TIME` or the time alone first, if it is there; the rest is the text."""
    at, text = take_instant_or_text(call, words, future=False)
    return {"at": at, "text": text}
