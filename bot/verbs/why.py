"""`why`: how every deadline comes about, line by line."""

from __future__ import annotations

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import StandaloneVerb
from bot.verbs.engine.access import access_ticket, as_told
from bot.verbs.reading.arguments import take_number
from bot.wording.explain_cards import why_card
from bot.wording.view import View
from storage.texts import load_texts
from storage.tickets import StoredTicket
from triage import rights
from triage.errors import Refusal
from triage.terms import ClockKind
from triage.why import sums as sums_of

CLOCKS = {
    **{kind.value: kind for kind in ClockKind},
    "réponse": ClockKind.RESPONSE, "reponse": ClockKind.RESPONSE, "maj": ClockKind.UPDATE, "point": ClockKind.UPDATE,
    "updates": ClockKind.UPDATE, "restored": ClockKind.RESTORE, "restoration": ClockKind.RESTORE,
    "rétablissement": ClockKind.RESTORE, "retablissement": ClockKind.RESTORE,
}  # fmt: skip


async def why(call: Call) -> Answer:
    """`why 42 [clock]`: how each deadline, or that of one clock, comes about, line by line."""
    number, words = take_number(call.words, call.number, "why")
    rights.require(call.actor, "why")
    kinds = [_clock(words)] if words else list(ClockKind)

    def read(session: Session) -> tuple[StoredTicket, dict[int, str]]:
        stored = as_told(call, access_ticket(session, call, number, lock=False))
        return stored, load_texts(session, call.desk.organisation_id, quotable(stored))

    stored, texts = await call.desk.database.read(read)
    sums = sums_of(stored.events, kinds, agreements=stored.ticket.agreements)
    if not sums and words:
        raise Refusal("no_such_clock", number=number)
    if not sums:
        raise Refusal("no_clocks", number=number)
    view = View(stored, texts, call.people, call.speech, call.now)
    return Answer(why_card(view, sums, call.desk.limits.most_lines))


def _clock(words: str) -> ClockKind:
    kind = CLOCKS.get(words.lower().strip(" .?"))
    if kind is None:
        raise Refusal("no_such_clock_word", text=words[:60])
    return kind


def quotable(stored: StoredTicket) -> list[int]:
    """What the lines may quote: reasons, and what the ticket is about."""
    return [event.body_id for event in stored.events if event.body_id is not None]


WHY = StandaloneVerb(name="why", aliases=("pourquoi",), answer=why, in_more=1)
