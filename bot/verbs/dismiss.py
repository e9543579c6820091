"""`dismiss`: what was opened by itself turns out to be no ticket at all. A button on such a ticket's card."""

from __future__ import annotations

from bot.verbs.base.verb import ButtonOn, TicketVerb, VerbCall
from storage.messages import unlink_messages
from triage import resolving
from triage.change import Change


def _dismiss(request: VerbCall) -> Change:
    change = resolving.dismiss(request.stored.ticket, request.call.actor, request.call.now)
    if change:
        # The customer's message is free again: should it be a ticket after all, it can be made into one.
        unlink_messages(request.session, request.stored)
    return change


DISMISS = TicketVerb(name="dismiss", button_on=ButtonOn.CARD, decide=_dismiss, is_typed=False)
