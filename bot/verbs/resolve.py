"""`resolve`: the work is done, every clock stops."""

from __future__ import annotations

from datetime import datetime

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Call
from bot.verbs.base.verb import ButtonOn, ByReaction, FormContext, TicketForm, TicketVerb, VerbCall, under
from bot.verbs.reading.instants import is_time_alone
from bot.verbs.shared.canned_replies import reply_field
from bot.verbs.shared.outage import back_since
from bot.wording.card import Field, FieldKind
from storage.tickets import StoredTicket
from triage import resolving
from triage.change import Change
from triage.errors import Refusal
from triage.people import Actor
from triage.terms import ClockKind


def _read(call: Call, words: str) -> dict[str, str]:
    if is_time_alone(call, words):
        raise Refusal("resolve_no_time", text=words)
    return {"text": words}


def _resolve(request: VerbCall) -> Change:
    call, at = request.call, back_since(request, "restored_at")
    return resolving.resolve(request.stored.ticket, call.actor, call.now, request.answers.get("text"), at)


def _fields(context: FormContext) -> tuple[Field, ...]:
    text = Field("text", FieldKind.TEXT, context.speech.text("field.resolution"), hint=context.text("hint.resolution"))
    return (text, *reply_field(context), *_restored_field(context))


def _restored_field(context: FormContext) -> tuple[Field, ...]:
    """Since when service is back, where that is not on record: a ticket may be closed long after."""
    ticket, speech = context.ticket, context.speech
    if ClockKind.RESTORE not in ticket.clocks or ticket.outage.restored_at is not None:
        return ()
    label, hint = speech.text("field.restored_at"), speech.text("hint.resolved_restored_at")
    return (Field("restored_at", FieldKind.INSTANT, label, initial=str(int(context.now.timestamp())), hint=hint),)


def _by_reaction(_desk: DeskRuntime, stored: StoredTicket, actor: Actor, now: datetime) -> Change:
    return resolving.resolve(stored.ticket, actor, now, by_reaction=True)


def _not_by_reaction(_stored: StoredTicket, _actor: Actor) -> Refusal:
    return Refusal("check_mark")


RESOLVE = TicketVerb(
    name="resolve",
    aliases=("résoudre", "resoudre", "close", "fermer"),
    button_on=ButtonOn.CARD | ButtonOn.PAGE | ButtonOn.BESIDE,
    decide=_resolve,
    read=_read,
    form=TicketForm(
        fields=_fields,
        needed=("text",),
        refused_under=under(restored_at=("in_future", "too_early", "too_long_ago")),
    ),
    by_reaction=ByReaction(decide=_by_reaction, refusal=_not_by_reaction),
    daily=True,
    supposable=True,
)
