"""What turns out to be no ticket at all: dismiss."""

from __future__ import annotations

from bot.verbs.verb import Act, Deed
from storage.messages import unlink_messages
from triage import lifecycle
from triage.change import Change


def _dismiss(act: Act) -> Change:
    change = lifecycle.dismiss(act.stored.ticket, act.call.actor, act.call.now)
    if change:
        # The customer's message is free again: should it be a ticket after all, it can be made into one.
        unlink_messages(act.session, act.stored)
    return change


# Offered as a button, never typed.
DISMISS = Deed("dismiss", _dismiss, daily=False)
