"""What a ticket is: severity, category."""

from __future__ import annotations

import re

from bot.verbs.call import Call
from bot.verbs.reading.arguments import read_severity, take_category, take_severity
from bot.verbs.reading.figures import category_of, instant_of, severity_of
from bot.verbs.reading.instants import take_instant_or_text
from bot.verbs.reading.marks import DASHES
from bot.verbs.verb import Act, Asked, Deed
from bot.wording.card import Field
from triage import lifecycle
from triage.change import Change
from triage.errors import Refusal
from triage.terms import Category
from triage.ticket import Ticket

_LEADING_DASH = re.compile(rf"[{DASHES}]+\s*")
_REPORTED = re.compile(r"^(?:reported|signal[ée])\s+", re.IGNORECASE)


def _read_severity(_call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    severity, after = take_severity(words)
    if severity is not None:
        return {"severity": str(severity), "text": after}
    first, *rest = words.split(None, 1)
    return {"severity": str(read_severity(first)), "text": _LEADING_DASH.sub("", "".join(rest))}


def _severity(act: Act) -> Change:
    severity = severity_of(act.answers)
    if severity is None:
        raise Refusal("severity_missing")
    policy = act.call.desk.policy_of(act.session, act.stored.ticket.terms.policy_version)
    return lifecycle.change_severity(
        act.stored.ticket, act.call.actor, act.call.now, policy, severity, act.answers.get("text")
    )


def _severity_now(ticket: Ticket) -> str | None:
    """The severity in force, or claimed where none is."""
    now = ticket.severity_said
    return str(now) if now else None


def _severity_fields(asked: Asked) -> tuple[Field, ...]:
    speech, ticket = asked.speech, asked.ticket
    return (
        Field("severity", "choice", speech.text("field.severity"), required=True,
              options=asked.people.severity_choices(speech),
              initial=_severity_now(ticket)),
        Field("text", "text", speech.text("field.reason"), required=ticket.confirmed,
              hint=speech.text("hint.severity_reason")),
    )  # fmt: skip


def _read_category(call: Call, words: str) -> dict[str, str]:
    """`incident sev1 since 08:15`, or a reason in its place."""
    if not words:
        return {}
    category, rest = take_category(words)
    if category is None:
        raise Refusal("no_such_category", text=words.split(maxsplit=1)[0])
    severity, rest = take_severity(rest)
    reported_at, reason = take_instant_or_text(call, _REPORTED.sub("", rest), future=False) if rest else ("", "")
    answers = {"category": category, "severity": "" if severity is None else str(severity)}
    return {**answers, "reported_at": reported_at, "text": reason if reported_at else rest}


def _category(act: Act) -> Change:
    category, severity = category_of(act.answers), severity_of(act.answers)
    if category is None:
        raise Refusal("category_missing")
    ticket = act.stored.ticket
    policy = act.call.desk.policy_of(act.session, ticket.terms.policy_version)
    if category is not Category.INCIDENT and severity == ticket.severity_said:
        severity = None  # no choice either: the form shows what is in force, whatever category is picked then
    reported_at = instant_of(act.answers, "reported_at")
    return lifecycle.change_category(
        ticket, act.call.actor, act.call.now, policy, category, severity,
        # The same instant is no correction: the form shows it to everybody.
        None if reported_at == ticket.reported_at else reported_at, act.answers.get("text"),
    )  # fmt: skip


def _category_fields(asked: Asked) -> tuple[Field, ...]:
    speech, ticket = asked.speech, asked.ticket
    categories = tuple((category.value, speech.text(f"category_choice.{category}")) for category in Category)
    # Of what becomes an incident it is asked when this trouble was reported.
    another = ticket.confirmed and ticket.category is not Category.INCIDENT
    reported = (ticket.last_asked_at or asked.now) if another else ticket.reported_at
    return (
        Field("category", "choice", speech.text("field.category"), required=True, options=categories,
              initial=ticket.category),
        Field("severity", "choice", speech.text("field.severity"), options=asked.people.severity_choices(speech),
              hint=speech.text("hint.severity"), initial=_severity_now(ticket)),
        Field("reported_at", "instant", speech.text("field.reported_at"), initial=str(int(reported.timestamp())),
              hint=speech.text("hint.reported_at")),
        Field("text", "text", speech.text("field.reason")),
    )  # fmt: skip


SEVERITY = Deed(
    "severity", _severity, _read_severity, _severity_fields, ("severity",), ("gravité", "gravite", "sévérité", "sev"),
    daily=False, pressed="severity",
)  # fmt: skip
CATEGORY = Deed(
    "category", _category, _read_category, _category_fields, ("category",), ("catégorie", "categorie"), daily=False,
    pressed="category",
)  # fmt: skip
