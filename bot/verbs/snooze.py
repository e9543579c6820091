"""`snooze`: hold warnings and reminders back for a while."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import Also, ButtonOn, FormContext, Outcome, Result, TicketForm, TicketVerb, VerbCall
from bot.verbs.reading.figures import instant_of
from bot.verbs.reading.instants import need_instant
from bot.wording.card import Field, FieldKind
from triage import snoozing
from triage.change import Change
from triage.errors import Refusal

OFF = ("off", "stop", "end", "non", "fin")
FIVE_MINUTES, HALF_AN_HOUR = 300, 1800  # seconds: what the form proposes


def _read(call: Call, words: str) -> dict[str, str]:
    """`snooze 42 1h`, `snooze 42 until 16:30`, `snooze 42 off`."""
    if not words:
        return {}
    if words.lower() in OFF:
        return {"until": "off"}
    until, rest = need_instant(call, words, future=True)
    if rest:
        raise Refusal("no_such_time", text=words[:60])
    return {"until": until}


def _snooze(request: VerbCall) -> Change:
    call, until = request.call, request.answers.get("until")
    if not until:
        raise Refusal("snooze_needs_time")
    at = None if until == "off" else instant_of(request.answers, "until")
    return snoozing.snooze(request.stored.ticket, call.actor, call.now, at)


def _fields(context: FormContext) -> tuple[Field, ...]:
    speech = context.speech
    soon = int(context.now.timestamp()) // FIVE_MINUTES * FIVE_MINUTES + HALF_AN_HOUR
    label, hint = speech.text("field.snooze"), speech.text("hint.snooze")
    return (Field("until", FieldKind.INSTANT, label, required=True, initial=str(soon), hint=hint),)


def _result(_call: Call, outcome: Outcome) -> Result:
    until = outcome.stored.ticket.snoozed_until
    return Result("snooze_off") if until is None else Result(values={"at": until})


SNOOZE = TicketVerb(
    name="snooze",
    aliases=("suspendre", "différer", "differer", "taire"),
    button_on=ButtonOn.MENU,
    decide=_snooze,
    also=(Also("until", FieldKind.INSTANT, ("off",)),),
    read=_read,
    form=TicketForm(fields=_fields, needed=("until",), first="until"),
    result=_result,
    in_more=3,
)
