"""`link`: two tickets show each other."""

from __future__ import annotations

from bot.verbs.base.verb import ButtonOn, TicketVerb
from bot.verbs.shared.pairs import decided, pair_form, with_other
from storage.listing import Listed
from triage import linking
from triage.ticket import Ticket


def _offers(ticket: Ticket, other: Listed) -> bool:
    return other.number not in ticket.links


LINK = TicketVerb(
    name="link",
    aliases=("lier",),
    decide=lambda request: decided(request, linking.link)[0],
    echo=lambda request: decided(request, linking.link)[1],
    form=pair_form("link", _offers),
    result=with_other,
    pressed="other",
    button_on=ButtonOn.BESIDE,
    in_more=5,
    on_resolved=True,
)
