"""What turns out to be no ticket at all: dismiss."""

from __future__ import annotations

from bot.commands.deeds.deed import Act, Deed
from storage.notices import say_again
from storage.tickets import unlink_messages
from triage import lifecycle
from triage.change import Change
from triage.notice import NoticeKind


def _dismiss(act: Act) -> Change:
    change = lifecycle.dismiss(act.stored.ticket, act.call.actor, act.call.now)
    if change:
        # The customer's message is free again: should it be a ticket after all, it can be made into one.
        unlink_messages(act.session, act.stored)
        say_again(act.session, act.stored, act.call.now, kinds=(NoticeKind.RECEIPT,))
    return change


# Offered as a button, never typed.
DISMISS = Deed("dismiss", _dismiss, daily=False)
