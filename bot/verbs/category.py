"""`category`: change what kind of trouble it is."""

from __future__ import annotations

import re

from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.reading.arguments import take_category, take_severity
from bot.verbs.reading.figures import category_of, instant_of, severity_of
from bot.verbs.reading.instants import take_instant_or_text
from bot.verbs.severity import severity_now
from bot.wording.card import Field, FieldKind
from triage import sorting
from triage.change import Change
from triage.errors import Refusal
from triage.facts.sorting import Retargeted
from triage.terms import Category
from triage.ticket import Ticket

_REPORTED = re.compile(r"^(?:reported|signal[ée])\s+", re.IGNORECASE)


def _read(call: Call, words: str) -> dict[str, str]:
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


def _category(request: VerbCall) -> Change:
    call, answers = request.call, request.answers
    category, severity = category_of(answers), severity_of(answers)
    if category is None:
        raise Refusal("category_missing")
    ticket = request.stored.ticket
    policy = call.desk.policy_of(request.session, ticket.terms.policy_version)
    if category is not Category.INCIDENT and str(severity) == severity_now(ticket):
        severity = None  # no choice either: the form shows it, whatever category is picked then
    reported_at = instant_of(answers, "reported_at")
    return sorting.change_category(
        ticket, call.actor, call.now, policy, category, severity,
        # The same instant is no correction: the form shows it to everybody.
        None if reported_at == ticket.report.at else reported_at, answers.get("text"),
    )  # fmt: skip


def category_now(ticket: Ticket) -> Category | None:
    """The category in force or claimed, else that which is suggested."""
    found = ticket.suggestion
    return ticket.category or (found.category if found is not None and found.is_shown else None)


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech, ticket = context.speech, context.ticket
    categories = tuple((category.value, speech.text(f"category_choice.{category}")) for category in Category)
    # Of what becomes an incident it is asked when this trouble was reported.
    another = ticket.confirmed and ticket.category is not Category.INCIDENT
    reported = (ticket.heard.asked_at or context.now) if another else ticket.report.at
    return (
        Field(
            "category",
            FieldKind.CHOICE,
            speech.text("field.category"),
            required=True,
            options=categories,
            initial=category_now(ticket),
        ),
        Field(
            "severity",
            FieldKind.CHOICE,
            speech.text("field.severity"),
            options=context.people.severity_choices(speech),
            hint=speech.text("hint.severity"),
            initial=severity_now(ticket),
        ),
        Field(
            "reported_at",
            FieldKind.INSTANT,
            speech.text("field.reported_at"),
            initial=str(int(reported.timestamp())),
            hint=speech.text("hint.reported_at"),
        ),
        Field("text", FieldKind.TEXT, speech.text("field.reason")),
    )


def _result(call: Call, outcome: Outcome) -> Result:
    ticket = outcome.stored.ticket
    called = call.speech(f"category.{ticket.category}") if ticket.category else ""
    if any(isinstance(e.fact, Retargeted) and e.fact.reported_at is not None for e in outcome.change.events):
        return Result("became_incident", {"category": called, "at": ticket.report.at})
    return Result(values={"category": called})


CATEGORY = TicketVerb(
    name="category",
    aliases=("catégorie", "categorie"),
    button_on=ButtonOn.CARD | ButtonOn.MENU | ButtonOn.BESIDE,
    decide=_category,
    read=_read,
    form=TicketForm(
        fields=_fields,
        needed=("category",),
        first="category",
        refused_under=under(
            severity=("incident_needs_severity", "severity_on_provisioning", "severity_on_inquiry"),
            reported_at=("in_future", "too_long_ago"),
            text=("severity_needs_reason", "text_too_long"),
        ),
    ),
    pressed="category",
    pressed_asks=frozenset({Category.INCIDENT.value}),  # which needs its severity as well
    result=_result,
    in_more=2,
    supposable=True,
)
