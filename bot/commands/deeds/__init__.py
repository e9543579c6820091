"""The verbs that change a ticket: how each is read from text, asked for in a form, and carried out by triage.

Text, form and button lead to the same answers and the same function, so that a rule is applied in one place.
"""

from __future__ import annotations

from bot.commands.deeds.closing import REOPEN, RESOLVE
from bot.commands.deeds.correcting import EDIT, REDACT, TAKE_BACK
from bot.commands.deeds.customers import CUSTOMER
from bot.commands.deeds.deed import Act, Asked, Deed, with_reply
from bot.commands.deeds.escalating import ESCALATE, REASON
from bot.commands.deeds.linking import LINK, MERGE, UNLINK
from bot.commands.deeds.owning import ACK, ASSIGN, TAKE
from bot.commands.deeds.restoring import RELAPSED, REPORTED, RESTORED
from bot.commands.deeds.snoozing import SNOOZE
from bot.commands.deeds.sorting import CATEGORY, SEVERITY
from bot.commands.deeds.sparing import DISMISS
from bot.commands.deeds.telling import NOTE, PROMISE, UPDATE
from bot.commands.deeds.waiting import ASK, RESUME, WAIT

__all__ = ["BUTTONS", "DEEDS", "Act", "Asked", "Deed", "with_reply"]

# Offered as buttons alone.
BUTTONS: tuple[Deed, ...] = (REASON, DISMISS, ASK)

# In the order in which `help` shows them.
DEEDS: tuple[Deed, ...] = (
    TAKE, UPDATE, PROMISE, WAIT, RESUME, RESTORED, RESOLVE, ESCALATE, NOTE,
    ASSIGN, SEVERITY, CATEGORY, REOPEN, RELAPSED, REPORTED, ACK, SNOOZE,
    CUSTOMER, LINK, UNLINK, MERGE, EDIT, TAKE_BACK, REDACT,
)  # fmt: skip
