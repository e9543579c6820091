"""`merge`: the same trouble of the same customer. One ticket ends, the other goes on for both."""

from __future__ import annotations

from functools import partial

from bot.verbs.base.verb import ButtonOn, TicketVerb, VerbCall
from bot.verbs.shared.pairs import decided, pair_form, with_other
from storage.changes import record
from storage.listing import Listed
from storage.tickets import get_ticket
from triage import majors, merging
from triage.change import Change
from triage.linking import Both, Numbered
from triage.ticket import Ticket


def _offers(ticket: Ticket, other: Listed) -> bool:
    return other.customer == ticket.customer


def _merged(request: VerbCall) -> Both:
    """Where the one that ends is part of a major incident, the other is part of it in its place."""
    rule = partial(merging.merge, policy=request.call.desk.policy, sure=request.answers.get("sure", ""))
    (ends, goes_on), (left, joins) = decided(request, rule), _of_major(request)[:2]
    return _joined(left, ends), _joined(goes_on, joins)


def _of_major(request: VerbCall) -> tuple[Change, Change, Change]:
    stored, other, call = request.stored, request.other, request.call
    if other is None:
        return Change(), Change(), Change()
    one, goes_on = Numbered(stored.number, stored.ticket), Numbered(other.number, other.ticket)
    return majors.merged(one, goes_on, call.actor, call.now)


def _joined(one: Change, other: Change) -> Change:
    notices = tuple(dict.fromkeys(one.notices + other.notices))
    return Change(one.events + other.events, notices, tuple(dict.fromkeys(one.stale + other.stale)))


def _ends(request: VerbCall) -> Change:
    """The major incident that it was part of is locked together with both (`bot.verbs.engine.parts.lock_together`)."""
    change, of = _merged(request)[0], request.stored.ticket.together.part_of
    if of is not None and request.other is not None and of != request.other.number:
        major = get_ticket(request.session, request.stored.organisation_id, of, lock=True)
        record(request.session, major, _of_major(request)[2], request.call.now)
    return change


def _goes_on(request: VerbCall) -> Change:
    """Where it is that major incident itself, it has a part less."""
    change, other, of = _merged(request)[1], request.other, request.stored.ticket.together.part_of
    is_it = other is not None and of == other.number
    return _joined(change, _of_major(request)[2]) if is_it else change


MERGE = TicketVerb(
    name="merge",
    aliases=("fusionner",),
    decide=_ends,
    echo=_goes_on,
    form=pair_form("merge", _offers),
    result=with_other,
    pressed="other",
    questions=frozenset({"merge_differs"}),
    button_on=ButtonOn.BESIDE,
    in_more=7,
)
