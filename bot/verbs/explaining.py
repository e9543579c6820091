"""`why` and `what-if`: the sum behind every deadline, and what a verb would change. Neither changes anything."""

from __future__ import annotations

from sqlmodel import Session

from bot.verbs import DEEDS, Act, Deed
from bot.verbs.call import Answer, Call
from bot.verbs.carry_out import get
from bot.verbs.reading.arguments import about, take_number
from bot.verbs.reading.figures import instant_of
from bot.wording.cards import View
from bot.wording.explain_cards import what_if_card, why_card
from bot.wording.sentences import Sentence, Typed
from storage.texts import load_texts
from storage.tickets import StoredTicket
from triage import rights
from triage.errors import Refusal
from triage.supposing import answered_at, differences, next_proposal, suppose
from triage.terms import ClockKind
from triage.ticket import Ticket
from triage.why import why as sum_of

CLOCKS = {
    **{kind.value: kind for kind in ClockKind},
    "réponse": ClockKind.RESPONSE, "reponse": ClockKind.RESPONSE, "maj": ClockKind.UPDATE, "point": ClockKind.UPDATE,
    "updates": ClockKind.UPDATE, "restored": ClockKind.RESTORE, "restoration": ClockKind.RESTORE,
    "rétablissement": ClockKind.RESTORE, "retablissement": ClockKind.RESTORE,
}  # fmt: skip
# Verbs that move a clock; the rest would change nothing that could be shown.
SUPPOSABLE = (
    "severity", "category", "wait", "resume", "reported", "restored", "relapsed", "promise", "update", "take",
    "resolve", "reopen",
)  # fmt: skip
INSTANTS = ("at", "until", "reported_at", "next_update")
_OTHERS = {name for deed in DEEDS if deed.name not in SUPPOSABLE for name in (deed.name, *deed.aliases)}
_DEEDS = {name: deed for deed in DEEDS if deed.name in SUPPOSABLE for name in (deed.name, *deed.aliases)}


async def why(call: Call) -> Answer:
    """`why 42 [clock]`: how each deadline, or that of one clock, comes about, line by line."""
    number, words = take_number(call.words, call.number, "why")
    rights.require(call.actor, "why")
    kinds = [_clock(words)] if words else list(ClockKind)

    def read(session: Session) -> tuple[StoredTicket, dict[int, str]]:
        stored = get(session, call, number, lock=False)
        return stored, load_texts(session, call.desk.organisation_id, _bodies(stored))

    stored, texts = await call.desk.database.read(read)
    sums = [found for kind in kinds if (found := sum_of(stored.events, kind)) is not None]
    if not sums and words:
        raise Refusal("no_such_clock", number=number)
    if not sums:
        raise Refusal("no_clocks", number=number)
    return Answer(why_card(View(stored, texts, call.desk.directory, call.speech, call.now), sums))


async def what_if(call: Call) -> Answer:
    """`what-if 42 severity 1`: the deadlines before and after, nothing changed."""
    number, words = take_number(call.words, call.number, "what-if")
    rights.require(call.actor, "what-if")
    with about(number):
        return await _what_if(call, number, words)


async def _what_if(call: Call, number: int, words: str) -> Answer:
    verb, _, rest = words.partition(" ")
    deed = _DEEDS.get(verb.lower())
    if deed is None and verb.lower() in _OTHERS:
        raise Refusal("what_if_nothing", verb=verb)
    if deed is None:
        raise Refusal("what_if_what", text=verb)
    answers = {"text": call.speech.text("what_if.text"), **_given(deed.read(call, rest.strip()))}

    def read(session: Session) -> tuple[StoredTicket, Ticket, dict[int, str]]:
        stored = get(session, call, number, lock=False)
        after = _supposed(call, deed, stored, session, answers)
        return stored, after, load_texts(session, call.desk.organisation_id, _bodies(stored))

    stored, after, texts = await call.desk.database.read(read)
    view = View(stored, texts, call.desk.directory, call.speech, call.now)
    proposals = next_proposal(stored.ticket), next_proposal(after)
    supposed: Sentence = (Typed(f"{verb} {' '.join(rest.split())}".strip()),)
    for at in filter(None, (instant_of(answers, field) for field in INSTANTS)):
        supposed = call.speech("what_if.at", supposed=supposed, at=at)
    if answers.get("until") and answers.get("what") == "customer":
        supposed = call.speech("what_if.answered", supposed=supposed)
    return Answer(what_if_card(view, supposed, differences(stored.ticket, after), proposals))


def _supposed(call: Call, deed: Deed, stored: StoredTicket, session: Session, answers: dict[str, str]) -> Ticket:
    """The ticket after it. A wait until a time is shown as if the customer answered then."""
    change = deed.act(Act(call, stored, session, answers))
    until = instant_of(answers, "until")
    if until is not None:
        change = answered_at(change, until)
    return suppose(stored.events, change)


def _given(answers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in answers.items() if value}


def _clock(words: str) -> ClockKind:
    kind = CLOCKS.get(words.lower().strip(" .?"))
    if kind is None:
        raise Refusal("no_such_clock_word", text=words[:60])
    return kind


def _bodies(stored: StoredTicket) -> list[int]:
    """What the lines may quote: reasons, and what the ticket is about."""
    return [event.body_id for event in stored.events if event.body_id is not None]
