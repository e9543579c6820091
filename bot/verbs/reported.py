"""`reported`: correct when the customer reported it; time to restore counts from there."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import need_instant
from bot.wording.card import Field, FieldKind
from triage import reporting
from triage.change import Change
from triage.errors import Refusal


def _read(call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    at, rest = need_instant(call, words, future=False)
    return {"reported_at": at, "text": rest}


def _reported(request: VerbCall) -> Change:
    call, at = request.call, instant_of(request.answers, "reported_at")
    if at is None:
        raise Refusal("reported_needs_time")
    return reporting.correct_report(request.stored.ticket, call.actor, call.now, at, request.answers.get("text", ""))


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech, known = context.speech, str(int(context.ticket.report.at.timestamp()))
    return (
        Field("reported_at", FieldKind.INSTANT, speech.text("field.reported_at"), required=True, initial=known,
              hint=speech.text("hint.reported_at")),
        Field("text", FieldKind.TEXT, speech.text("field.reason"), required=True),
    )  # fmt: skip


def _result(_call: Call, outcome: Outcome) -> Result:
    return Result(values={"at": outcome.stored.ticket.report.at})


REPORTED = TicketVerb(
    name="reported",
    aliases=("signalé", "signale"),
    decide=_reported,
    read=_read,
    form=TicketForm(
        fields=_fields,
        needed=("reported_at",),
        first="reported_at",
        refused_under=under(text=("reported_needs_text", "text_too_long")),
    ),
    result=_result,
    in_more=4,
    on_resolved=True,
    supposable=True,
)
