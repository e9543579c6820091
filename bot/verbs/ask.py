"""`ask`: send what was written for the desk to the customer after all. A button beside the answer to `wait`."""

from __future__ import annotations

from bot.verbs.base.verb import Also, ButtonOn, TicketVerb, VerbCall
from bot.wording.card import FieldKind
from storage.texts import text_of
from triage import awaiting
from triage.change import Change
from triage.errors import Refusal
from triage.event import Kind


def _ask(request: VerbCall) -> Change:
    """The button's value is the body id of the text that it was shown with."""
    call, stored, value = request.call, request.stored, request.answers.get("value", "")
    if stored.ticket.waiting is None or stored.ticket.waiting.what != "customer":
        raise Refusal("not_waiting")
    reason = next(
        (each.body_id for each in stored.events if each.kind is Kind.WAITED and str(each.body_id) == value), None
    )
    text = "" if reason is None else text_of(request.session, stored, reason)
    return awaiting.ask(stored.ticket, call.actor, call.now, text)


ASK = TicketVerb(
    name="ask",
    button_on=ButtonOn.BESIDE,
    decide=_ask,
    also=(Also("value", FieldKind.LINE, required=True),),
    is_typed=False,
    is_seen=False,
    gives_update=True,
)
