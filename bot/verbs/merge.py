"""`merge`: the same trouble of the same customer. One ticket ends, the other goes on for both."""

from __future__ import annotations

from functools import partial

from bot.verbs.base.verb import ButtonOn, TicketVerb, VerbCall
from bot.verbs.shared.pairs import decided, pair_form, with_other
from storage.listing import Listed
from triage import merging
from triage.linking import Both
from triage.ticket import Ticket


def _offers(ticket: Ticket, other: Listed) -> bool:
    return other.customer == ticket.customer


def _merged(request: VerbCall) -> Both:
    rule = partial(merging.merge, policy=request.call.desk.policy, sure=request.answers.get("sure", ""))
    return decided(request, rule)


MERGE = TicketVerb(
    name="merge",
    aliases=("fusionner",),
    decide=lambda request: _merged(request)[0],
    echo=lambda request: _merged(request)[1],
    form=pair_form("merge", _offers),
    result=with_other,
    pressed="other",
    questions=frozenset({"merge_differs"}),
    button_on=ButtonOn.BESIDE,
    in_more=7,
)
