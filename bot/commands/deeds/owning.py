"""Who has a ticket, and who answers for it: take, ack."""

from __future__ import annotations

from bot.commands.deeds.deed import Act, Deed
from triage import lifecycle
from triage.change import Change


def _take(act: Act) -> Change:
    return lifecycle.take(act.stored.ticket, act.call.actor, act.call.now)


def _acknowledge(act: Act) -> Change:
    return lifecycle.acknowledge(act.stored.ticket, act.call.actor, act.call.now)


TAKE = Deed("take", _take, aliases=("prendre", "prends"))
ACK = Deed("ack", _acknowledge, aliases=("acknowledge", "accuser"), daily=False)
