"""`decline`: somebody else has to take over a ticket that one is asked to."""

from __future__ import annotations

from bot.verbs.base.verb import ButtonOn, TicketVerb, VerbCall
from triage import handing_over
from triage.change import Change


def _decline(request: VerbCall) -> Change:
    return handing_over.decline(request.stored.ticket, request.call.actor, request.call.now)


DECLINE = TicketVerb(
    name="decline",
    aliases=("décliner", "decliner"),
    button_on=ButtonOn.BESIDE,
    decide=_decline,
    by_person=True,
    is_seen=False,
)
