"""`part`: a ticket is part of a major incident. A button beside what looks like it."""

from __future__ import annotations

from bot.verbs.base.verb import Also, Answers, ButtonOn, Result, TicketVerb, VerbCall
from bot.verbs.different import numbers_of
from bot.verbs.engine.access import access_ticket, require_unmerged
from bot.verbs.reading.arguments import read_number
from bot.wording.card import FieldKind
from storage.changes import record
from triage import majors
from triage.change import Change
from triage.linking import Numbered


def _beside(answers: Answers) -> list[int]:
    return numbers_of(answers.get("value", "").replace("#", " "))


def _part(request: VerbCall) -> Change:
    """Beside a new ticket: it is part of the major incident that the button names."""
    call, session, stored = request.call, request.session, request.stored
    number = read_number(request.answers.get("value", ""), "major")
    major = require_unmerged(session, access_ticket(session, call, number))
    itself, part = majors.add(
        Numbered(number, major.ticket), Numbered(stored.number, stored.ticket), call.actor, call.now
    )
    if itself:
        record(session, major, itself, call.now)
    return part


PART = TicketVerb(
    name="part",
    button_on=ButtonOn.BESIDE,
    decide=_part,
    also=(Also("value", FieldKind.LINE, required=True),),
    beside=_beside,
    result=lambda _call, outcome: Result(values={"other": outcome.stored.ticket.together.part_of}),
    is_typed=False,
)
