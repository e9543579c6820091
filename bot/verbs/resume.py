"""`resume`: waiting is over."""

from __future__ import annotations

from bot.verbs.base.call import Call
from bot.verbs.base.verb import Also, ButtonOn, TicketVerb, VerbCall
from bot.verbs.reading.texts import text_alone
from bot.verbs.shared.send_to_customer import send_button, typed_for_desk
from bot.wording.card import Button, FieldKind
from bot.wording.private_answer import DRAFT
from storage.tickets import StoredTicket
from triage import awaiting
from triage.change import Change


def _resume(request: VerbCall) -> Change:
    call = request.call
    return awaiting.resume(request.stored.ticket, call.actor, call.now, request.answers.get("text"))


def _as_update(call: Call, stored: StoredTicket) -> Button:
    return send_button(call, stored, "update", f"{DRAFT}{stored.events[-1].body_id}")


RESUME = TicketVerb(
    name="resume",
    aliases=("reprendre",),
    button_on=ButtonOn.CARD | ButtonOn.PAGE | ButtonOn.BESIDE,
    decide=_resume,
    also=(Also("text", FieldKind.TEXT),),
    read=text_alone,
    daily=True,
    quotes=typed_for_desk,
    send_quote=_as_update,
    supposable=True,
)
