"""`severity`: change the severity, or confirm a claimed one."""

from __future__ import annotations

import re

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.reading.arguments import read_severity, take_severity
from bot.verbs.reading.figures import severity_of
from bot.verbs.reading.marks import DASHES
from bot.wording.card import Field, FieldKind
from triage import sorting
from triage.change import Change
from triage.errors import Refusal
from triage.terms import Category
from triage.ticket import Ticket

_LEADING_DASH = re.compile(rf"[{DASHES}]+\s*")


def _read(_call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    severity, after = take_severity(words)
    if severity is not None:
        return {"severity": str(severity), "text": after}
    first, *rest = words.split(None, 1)
    return {"severity": str(read_severity(first)), "text": _LEADING_DASH.sub("", "".join(rest))}


def _severity(request: VerbCall) -> Change:
    call, ticket, severity = request.call, request.stored.ticket, severity_of(request.answers)
    if severity is None:
        raise Refusal("severity_missing")
    policy = call.desk.policy_of(request.session, ticket.terms.policy_version)
    return sorting.change_severity(ticket, call.actor, call.now, policy, severity, request.answers.get("text"))


def severity_now(ticket: Ticket) -> str | None:
    """The severity in force, else that which was claimed, else that which is suggested, as an answer."""
    now, found = ticket.severity_said, ticket.suggestion
    if now is None and found is not None and found.is_shown and found.category is Category.INCIDENT:
        now = found.severity
    return str(now) if now else None


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech, ticket = context.speech, context.ticket
    return (
        Field("severity", FieldKind.CHOICE, speech.text("field.severity"), required=True,
              options=context.people.severity_choices(speech), initial=severity_now(ticket)),
        Field("text", FieldKind.TEXT, speech.text("field.reason"), required=ticket.confirmed,
              hint=speech.text("hint.severity_reason")),
    )  # fmt: skip


def _result(_call: Call, outcome: Outcome) -> Result:
    return Result(values={"severity": outcome.stored.ticket.severity or "-"})


SEVERITY = TicketVerb(
    name="severity",
    aliases=("gravité", "gravite", "sévérité", "sev"),
    button_on=ButtonOn.CARD | ButtonOn.MENU | ButtonOn.PAGE | ButtonOn.BESIDE,
    decide=_severity,
    read=_read,
    form=TicketForm(
        fields=_fields,
        needed=("severity",),
        first="severity",
        refused_under=under(text=("severity_needs_reason", "text_too_long")),
    ),
    pressed="severity",
    result=_result,
    supposable=True,
)
