"""`promise`: the next update comes by then."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import Answers, ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.engine.parts import preview, recipients
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import need_instant
from bot.verbs.shared.canned_replies import reply_field
from bot.verbs.update import other_languages
from bot.wording.card import Field, FieldKind
from triage import updating
from triage.change import Change
from triage.errors import Refusal

QUARTER, AN_HOUR = 900, 3600  # seconds: what the form proposes is an hour from now, on a quarter


def _read(call: Call, words: str) -> dict[str, str]:
    if not words:
        return {}
    until, rest = need_instant(call, words, future=True)
    return {"until": until, "text": rest}


def _promise(request: VerbCall) -> Change:
    """On a major incident it is given to the customers of its parts too, and shown first, as an update is."""
    call, answers = request.call, request.answers
    until = instant_of({"until": answers.get("until") or _confirmed(answers)}, "until")
    if until is None:
        raise Refusal("promise_needs_time")
    change = updating.promise(request.stored.ticket, call.actor, call.now, until, answers.get("text"))
    if change:
        preview(request.session, call, request.stored, answers, until=until)
    return change


def _confirmed(answers: Answers) -> str:
    """The time that somebody said yes to (`bot.verbs.engine.parts.preview`)."""
    return answers.get("sure", "").rpartition("-")[2] if answers.get("sure", "").count("-") == 2 else ""


def _fields(context: FormContext) -> tuple[Field, ...]:
    soon = int(context.now.timestamp()) // QUARTER * QUARTER + AN_HOUR
    return (
        Field("until", FieldKind.INSTANT, context.speech.text("field.promise"), required=True, initial=str(soon)),
        Field("text", FieldKind.TEXT, context.text("field.promise_text"), hint=context.text("hint.promise_text")),
        *other_languages(context),
        *reply_field(context),
    )


def _result(_call: Call, outcome: Outcome) -> Result:
    return Result(values={"at": outcome.stored.ticket.promise})


PROMISE = TicketVerb(
    name="promise",
    aliases=("promettre", "promets"),
    button_on=ButtonOn.CARD | ButtonOn.MENU | ButtonOn.PAGE | ButtonOn.BESIDE,
    decide=_promise,
    read=_read,
    form=TicketForm(
        fields=_fields,
        needed=("until",),
        first="until",
        recipients=recipients,
        refused_under=under(text=("promise_needs_text", "text_too_long")),
    ),
    result=_result,
    questions=frozenset({"major_update", "major_update_languages", "major_promise"}),
    daily=True,
    gives_update=True,
    supposable=True,
)
