"""The verbs that change a ticket: how each is read from text, asked for in a form, and carried out by triage.

Text, form and button lead to the same answers and the same function, so that a rule is applied in one place.
"""

from __future__ import annotations

from bot.verbs.closing import REOPEN, RESOLVE
from bot.verbs.correcting import EDIT, REDACT, TAKE_BACK
from bot.verbs.customers import CUSTOMER
from bot.verbs.dismiss import DISMISS
from bot.verbs.escalating import ESCALATE, REASON
from bot.verbs.linking import LINK, MERGE, UNLINK
from bot.verbs.owning import ACK, ASSIGN, TAKE
from bot.verbs.restoring import RELAPSED, REPORTED, RESTORED
from bot.verbs.snoozing import SNOOZE
from bot.verbs.sorting import CATEGORY, SEVERITY
from bot.verbs.telling import NOTE, PROMISE, UPDATE
from bot.verbs.verb import Act, Asked, Deed, with_reply
from bot.verbs.waiting import ASK, RESUME, WAIT

__all__ = ["BUTTONS", "DEEDS", "Act", "Asked", "Deed", "with_reply"]

# Offered as buttons alone.
BUTTONS: tuple[Deed, ...] = (REASON, DISMISS, ASK)

# In the order in which `help` shows them.
DEEDS: tuple[Deed, ...] = (
    TAKE, UPDATE, PROMISE, WAIT, RESUME, RESTORED, RESOLVE, ESCALATE, NOTE,
    ASSIGN, SEVERITY, CATEGORY, REOPEN, RELAPSED, REPORTED, ACK, SNOOZE,
    CUSTOMER, LINK, UNLINK, MERGE, EDIT, TAKE_BACK, REDACT,
)  # fmt: skip
