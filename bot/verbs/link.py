"""`link`: two tickets show each other."""

from __future__ import annotations

from bot.verbs.base.verb import ButtonOn, TicketVerb, VerbCall
from bot.verbs.shared.pairs import decided, pair_form, with_other
from storage.listing import Listed
from storage.tickets import get_ticket
from triage import linking, majors
from triage.change import Change
from triage.linking import Numbered
from triage.ticket import Ticket


def _offers(ticket: Ticket, other: Listed) -> bool:
    return other.number not in ticket.links


def _link(request: VerbCall) -> Change:
    """Where that makes many that are linked, the desk is asked whether they are one major incident."""
    change, stored, call = decided(request, linking.link)[0], request.stored, request.call
    if not change or request.other is None:
        return change
    others = {request.other.number: request.other.ticket}
    for number in stored.ticket.links:
        others[number] = get_ticket(request.session, stored.organisation_id, number).ticket
    still_open = [Numbered(number, ticket) for number, ticket in sorted(others.items()) if ticket.is_open]
    asked = majors.propose(stored.ticket, call.now, still_open, call.desk.policy.major)
    return Change(change.events + asked.events, change.notices + asked.notices, change.stale)


LINK = TicketVerb(
    name="link",
    aliases=("lier",),
    decide=_link,
    echo=lambda request: decided(request, linking.link)[1],
    form=pair_form("link", _offers),
    result=with_other,
    pressed="other",
    button_on=ButtonOn.BESIDE,
    in_more=5,
    on_resolved=True,
)
