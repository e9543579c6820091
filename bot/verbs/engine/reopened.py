"""Whoever had a closed ticket may have left before it is opened again: then it goes back to the queue at once."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from storage.handing_over import tell_returned
from storage.tickets import StoredTicket
from triage.change import Change
from triage.handing_over import return_reopened
from triage.people import Actor


def without_who_left(  # noqa: PLR0917  who did what to which ticket
    session: Session, desk: DeskRuntime, stored: StoredTicket, change: Change, actor: Actor, now: datetime
) -> Change:
    """The change, after which nobody owns the ticket where it opens one again whose owner has left. The lead is told,
    as of what somebody had open when they left."""
    owner = stored.ticket.ownership.assignee
    if stored.ticket.is_open or owner is None or owner not in desk.directory.gone:
        return change
    returned = return_reopened(stored.ticket, change, actor, now)
    if returned is not change:
        tell_returned(
            session, desk.organisation_id, desk.desk_id, owner, [stored.number], now,
            platform=desk.platform, channel=desk.nearest_channel, lead=desk.lead,
        )  # fmt: skip
    return returned
