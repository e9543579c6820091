"""What a verb on a ticket is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.card import Field
from bot.commands.call import Call
from bot.commands.times import take_past_or_text
from bot.people import Directory
from bot.speech import Speech
from storage.tickets import StoredTicket
from triage.change import Change
from triage.ticket import Ticket


@dataclass(frozen=True)
class Act:
    """One verb about to be carried out, inside the transaction that holds the ticket."""

    call: Call
    stored: StoredTicket
    session: Session
    answers: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """Whom a form is for, about which ticket, when; `draft` is text that was written before."""

    people: Directory
    speech: Speech
    ticket: Ticket
    now: datetime
    draft: str = ""


@dataclass(frozen=True)
class Deed:
    """A verb on a ticket. `read` turns typed words into answers; `fields` are asked for when `needed` are missing."""

    name: str
    act: Callable[[Act], Change]
    read: Callable[[Call, str], dict[str, str]] = lambda _call, _words: {}
    fields: Callable[[Asked], tuple[Field, ...]] = lambda _: ()
    needed: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    daily: bool = True


def text_alone(_call: Call, words: str) -> dict[str, str]:
    """Everything typed is the text."""
    return {"text": words}


def at_and_text(call: Call, words: str) -> dict[str, str]:
    """`at TIME` or the time alone first, if it is there; the rest is the text."""
    at, text = take_past_or_text(call, words)
    return {"at": at, "text": text}
