"""`unlink`: two tickets show each other no longer."""

from __future__ import annotations

from bot.verbs.base.verb import TicketVerb
from bot.verbs.shared.pairs import decided, pair_form, with_other
from storage.listing import Listed
from triage import linking
from triage.ticket import Ticket


def _offers(ticket: Ticket, other: Listed) -> bool:
    return other.number in ticket.links


UNLINK = TicketVerb(
    name="unlink",
    aliases=("délier", "delier"),
    decide=lambda request: decided(request, linking.unlink)[0],
    echo=lambda request: decided(request, linking.unlink)[1],
    form=pair_form("unlink", _offers, linked=True),
    result=with_other,
    in_more=6,
    on_resolved=True,
    offered=lambda ticket: bool(ticket.links),
)
