"""`merge`: the same trouble of the same customer. One ticket ends, the other goes on for both."""

from __future__ import annotations

from bot.verbs.base.verb import ButtonOn, TicketVerb
from bot.verbs.shared.pairs import decided, pair_form, with_other
from storage.listing import Listed
from triage import linking
from triage.ticket import Ticket


def _offers(ticket: Ticket, other: Listed) -> bool:
    return other.customer == ticket.customer


MERGE = TicketVerb(
    name="merge",
    aliases=("fusionner",),
    decide=lambda request: decided(request, linking.merge)[0],
    echo=lambda request: decided(request, linking.merge)[1],
    form=pair_form("merge", _offers),
    result=with_other,
    pressed="other",
    button_on=ButtonOn.BESIDE,
    in_more=7,
)
