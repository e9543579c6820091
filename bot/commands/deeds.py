"""The verbs that change a ticket: how each is read from text, asked for in a form, and carried out by triage.

Text, form and button lead to the same answers and the same function, so that a rule is applied in one place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.card import Field
from bot.commands.call import Call
from bot.commands.reading import read_severity as severity_in
from bot.commands.reading import take_category, take_severity
from bot.commands.times import instant_of, take_instant
from bot.speech import Speech
from storage.tickets import StoredTicket
from triage import escalation, lifecycle
from triage.change import Change
from triage.errors import Refusal
from triage.terms import Category
from triage.ticket import Ticket

_ELSEWHERE = re.compile(r"^(?:at|à|a)\s+(?=\d{1,2}\s?(?:[:h]|am|pm))", re.IGNORECASE)
_AT = re.compile(r"^(?:at|à|a|since|depuis)\s+", re.IGNORECASE)
_UNTIL = re.compile(r"^(?:until|till|jusqu'?[aà]|jusqu’[aà])\s+", re.IGNORECASE)
_BY = re.compile(r"^(?:by|before|avant|pour|à)\s+", re.IGNORECASE)
WAITING = {
    "customer": "customer", "client": "customer", "vendor": "vendor", "supplier": "vendor", "fournisseur": "vendor",
    "maintenance": "maintenance",
}  # fmt: skip
REOPENINGS = {
    "came back": False, "back": False, "revenu": False, "revenue": False, "retour": False,
    "never fixed": True, "never": True, "jamais": True, "jamais réparé": True, "jamais repare": True,
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """One verb about to be carried out, inside the transaction that holds the ticket."""

    call: Call
    stored: StoredTicket
    session: Session
    answers: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """Whom a form is for, about which ticket, when."""

    speech: Speech
    ticket: Ticket
    now: datetime


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


def _text(_call: Call, words: str) -> dict[str, str]:
    return {"text": words}


# -- take, resume, acknowledge ---------------------------------------------------------------------------------------


def _take(act: Act) -> Change:
    return lifecycle.take(act.stored.ticket, act.call.actor, act.call.now)


def _resume(act: Act) -> Change:
    return lifecycle.resume(act.stored.ticket, act.call.actor, act.call.now)


def _acknowledge(act: Act) -> Change:
    return lifecycle.acknowledge(act.stored.ticket, act.call.actor, act.call.now)


# -- update, promise -------------------------------------------------------------------------------------------------


def _read_update(call: Call, words: str) -> dict[str, str]:
    """`update 42 at 14:05 by phone: ...` logs what was said elsewhere; anything else is sent to the customer."""
    match = _ELSEWHERE.match(words)
    if match:
        at, rest = take_instant(call, words[match.end() :], future=False)
        if at and rest:
            return {"text": rest, "at": at}
    return {"text": words}


def _update(act: Act) -> Change:
    return lifecycle.update(
        act.stored.ticket,
        act.call.actor,
        act.call.now,
        act.answers.get("text", ""),
        at=instant_of(act.answers, "at"),
        promise_until=instant_of(act.answers, "until"),
    )


def _update_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    return (
        Field("text", "text", speech.text("field.update"), required=True, hint=speech.text("hint.update")),
        Field("until", "instant", speech.text("field.next_update"), hint=speech.text("hint.next_update")),
    )


def _read_promise(call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    until, rest = take_instant(call, _BY.sub("", words), future=True)
    if not until:
        raise Refusal("no_such_time", text=words.split("\n", 1)[0][:60])
    return {"until": until, "text": rest}


def _promise(act: Act) -> Change:
    until = instant_of(act.answers, "until")
    if until is None:
        raise Refusal("promise_needs_time")
    return lifecycle.promise(act.stored.ticket, act.call.actor, act.call.now, until, act.answers.get("text"))


def _promise_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    soon = int(asked.now.timestamp()) // 900 * 900 + 3600
    return (
        Field("until", "instant", speech.text("field.promise"), required=True, initial=str(soon)),
        Field("text", "text", speech.text("field.promise_text"), hint=speech.text("hint.promise_text")),
    )


# -- waiting ---------------------------------------------------------------------------------------------------------


def _read_wait(call: Call, words: str) -> dict[str, str]:
    answers = {"what": "customer"}
    first, _, rest = words.partition(" ")
    if first.lower().rstrip(":,") in WAITING:
        answers["what"], words = WAITING[first.lower().rstrip(":,")], rest.strip()
    match = _UNTIL.match(words)
    if match:
        until, rest = take_instant(call, words[match.end() :], future=True)
        if not until:
            raise Refusal("no_such_time", text=words[match.end() :][:60])
        answers["until"], words = until, rest
    answers["text"] = re.sub(r"^(?:for|pour|:)\s+", "", words)
    return answers


def _wait(act: Act) -> Change:
    return lifecycle.wait(
        act.stored.ticket,
        act.call.actor,
        act.call.now,
        act.answers.get("text", ""),
        what=act.answers.get("what", "customer"),
        until=instant_of(act.answers, "until"),
    )


def _wait_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    kinds = tuple((what, speech.text(f"waiting_for.{what}")) for what in lifecycle.WAITING_FOR)
    return (
        Field("what", "choice", speech.text("field.waiting_for"), required=True, options=kinds, initial="customer"),
        Field("text", "text", speech.text("field.reason"), required=True, hint=speech.text("hint.wait")),
        Field("until", "instant", speech.text("field.chase_at"), hint=speech.text("hint.chase_at")),
    )


# -- restored, down again, report --------------------------------------------------------------------------------


def _read_at(call: Call, words: str) -> dict[str, str]:
    match = _AT.match(words)
    if match:
        at, rest = take_instant(call, words[match.end() :], future=False)
        if at:
            return {"at": at, "text": rest}
    return {"text": words}


def _restored(act: Act) -> Change:
    at = instant_of(act.answers, "at")
    return lifecycle.restored(act.stored.ticket, act.call.actor, act.call.now, at, act.answers.get("text"))


def _relapsed(act: Act) -> Change:
    return lifecycle.relapsed(act.stored.ticket, act.call.actor, act.call.now, instant_of(act.answers, "at"))


def _read_reported(call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    at, rest = take_instant(call, _AT.sub("", words), future=False)
    if not at:
        raise Refusal("no_such_time", text=words[:60])
    return {"at": at, "text": rest}


def _reported(act: Act) -> Change:
    at = instant_of(act.answers, "at")
    if at is None:
        raise Refusal("reported_needs_time")
    return lifecycle.correct_report(act.stored.ticket, act.call.actor, act.call.now, at, act.answers.get("text", ""))


# -- severity, category ------------------------------------------------------------------------------------------


def _read_severity(_call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    first, _, rest = words.partition(" ")
    severity, after = take_severity(words)
    if severity is not None:
        return {"severity": str(severity), "text": after}
    return {"severity": str(severity_in(first)), "text": rest.strip()}


def _severity(act: Act) -> Change:
    if not act.answers.get("severity"):
        raise Refusal("severity_missing")
    policy = act.call.desk.policy_of(act.session, act.stored.ticket.terms.policy_version)
    return lifecycle.change_severity(
        act.stored.ticket, act.call.actor, act.call.now, policy, int(act.answers["severity"]), act.answers.get("text")
    )


def _severity_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    ticket = asked.ticket
    now = ticket.severity if ticket.confirmed else ticket.claimed
    options = tuple((str(n), speech.text(f"severity_choice.{n}")) for n in (1, 2, 3))
    return (
        Field("severity", "choice", speech.text("field.severity"), required=True, options=options,
              initial=str(now) if now else None),
        Field("text", "text", speech.text("field.reason"), required=ticket.confirmed,
              hint=speech.text("hint.severity_reason")),
    )  # fmt: skip


def _read_category(_call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    category, rest = take_category(words)
    if category is None:
        raise Refusal("no_such_category", text=words.split(" ", 1)[0])
    severity, _ = take_severity(rest)
    return {"category": category, "severity": str(severity) if severity is not None else ""}


def _category(act: Act) -> Change:
    if not act.answers.get("category"):
        raise Refusal("category_missing")
    policy = act.call.desk.policy_of(act.session, act.stored.ticket.terms.policy_version)
    severity = int(act.answers["severity"]) if act.answers.get("severity") else None
    return lifecycle.change_category(
        act.stored.ticket, act.call.actor, act.call.now, policy, Category(act.answers["category"]), severity
    )


# -- escalate, resolve, reopen, note -----------------------------------------------------------------------------


def _escalate(act: Act) -> Change:
    reason = act.answers.get("text", "") or (
        act.call.desk.directory.desk_speech.text(f"reason.{act.answers['reason']}") if act.answers.get("reason") else ""
    )
    return escalation.escalate(act.stored.ticket, act.call.actor, act.call.now, reason)


def _escalate_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    reasons = tuple((name, speech.text(f"reason.{name}")) for name in escalation.REASONS)
    return (
        Field("reason", "choice", speech.text("field.escalation_reason"), options=reasons),
        Field("text", "text", speech.text("field.own_words"), hint=speech.text("hint.escalate")),
    )


def _reason(act: Act) -> Change:
    level, _, name = act.answers.get("value", "").partition(".")
    if name not in escalation.REASONS or not level.isdigit():
        return Change()
    words = act.call.desk.directory.desk_speech.text(f"reason.{name}")
    return escalation.give_reason(act.stored.ticket, act.call.actor, act.call.now, int(level), words)


def _resolve(act: Act) -> Change:
    return lifecycle.resolve(act.stored.ticket, act.call.actor, act.call.now, act.answers.get("text"))


def _resolve_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    return (Field("text", "text", speech.text("field.resolution"), hint=speech.text("hint.resolution")),)


def _read_reopen(_call: Call, words: str) -> dict[str, str]:
    key = words.lower().strip(" .\"'“”")
    if not key:
        return {}
    for name, counts in REOPENINGS.items():
        if key.startswith(name):
            return {"counts": "yes" if counts else "no"}
    raise Refusal("reopen_which")


def _reopen(act: Act) -> Change:
    counts = act.answers.get("counts")
    return lifecycle.reopen(
        act.stored.ticket, act.call.actor, act.call.now, counts=None if not counts else counts == "yes"
    )


def _reopen_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    options = (("no", speech.text("reopen_choice.came_back")), ("yes", speech.text("reopen_choice.never_fixed")))
    return (Field("counts", "choice", speech.text("field.reopen"), required=True, options=options),)


def _note(act: Act) -> Change:
    return lifecycle.note(act.stored.ticket, act.call.actor, act.call.now, act.answers.get("text", ""))


def _note_fields(asked: Asked) -> tuple[Field, ...]:
    speech = asked.speech
    return (Field("text", "text", speech.text("field.note"), required=True, hint=speech.text("hint.note")),)


DEEDS: tuple[Deed, ...] = (
    Deed("take", _take, aliases=("prendre", "prends")),
    Deed("update", _update, _read_update, _update_fields, ("text",), ("maj", "mise-à-jour")),
    Deed("promise", _promise, _read_promise, _promise_fields, ("until",), ("promettre", "promets")),
    Deed("wait", _wait, _read_wait, _wait_fields, ("text",), ("attendre", "attente", "waiting")),
    Deed("resume", _resume, aliases=("reprendre",)),
    Deed("restored", _restored, _read_at, aliases=("rétabli", "retabli")),
    Deed("resolve", _resolve, _text, _resolve_fields, (), ("résoudre", "resoudre", "close", "fermer")),
    Deed("escalate", _escalate, _text, _escalate_fields, ("text", "reason"), ("escalader", "escalade")),
    Deed("note", _note, _text, _note_fields, ("text",)),
    Deed("severity", _severity, _read_severity, _severity_fields, ("severity",),
         ("gravité", "gravite", "sévérité", "sev"), daily=False),
    Deed("category", _category, _read_category, aliases=("catégorie", "categorie"), daily=False),
    Deed("reopen", _reopen, _read_reopen, _reopen_fields, ("counts",), ("rouvrir",), daily=False),
    Deed("relapsed", _relapsed, _read_at, aliases=("rechute",), daily=False),
    Deed("reported", _reported, _read_reported, aliases=("signalé", "signale"), daily=False),
    Deed("ack", _acknowledge, aliases=("acknowledge", "accuser"), daily=False),
)  # fmt: skip

# Offered as a button, never typed.
REASON = Deed("reason", _reason, daily=False)
