"""`what-if`: the deadlines before and after another verb, nothing changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import Answers, StandaloneVerb, TicketVerb, VerbCall
from bot.verbs.engine.access import access_ticket
from bot.verbs.reading.arguments import suggesting, take_number
from bot.verbs.reading.figures import instant_of
from bot.verbs.why import quotable
from bot.wording.explain_cards import what_if_card
from bot.wording.sentences import Sentence, Typed
from bot.wording.view import View
from storage.texts import load_texts
from storage.tickets import StoredTicket
from triage import rights
from triage.errors import Refusal
from triage.supposing import differences, ended_at, next_proposal, suppose
from triage.terms import CUSTOMER
from triage.ticket import Ticket

INSTANTS = ("at", "until", "reported_at", "next_update")


def what_if_of(verbs: Sequence[TicketVerb]) -> StandaloneVerb:
    """The verb `what-if`, for the `verbs` that can be supposed (`supposable`)."""
    named = {name: verb for verb in verbs for name in (verb.name, *verb.aliases)}
    return StandaloneVerb(name="what-if", aliases=("whatif", "et-si"), answer=partial(_what_if, verbs=named))


async def _what_if(call: Call, verbs: Mapping[str, TicketVerb]) -> Answer:
    """`what-if 42 severity 1`: the deadlines before and after, nothing changed."""
    number, words = take_number(call.words, call.number, "what-if")
    rights.require(call.actor, "what-if")
    with suggesting(number):
        name, _, rest = words.partition(" ")
        verb = verbs.get(name.lower())
        if verb is None:
            raise Refusal("what_if_what", text=name)
        if not verb.supposable:
            raise Refusal("what_if_nothing", verb=verb.name)
        read = {field: value for field, value in verb.read(call, rest.strip()).items() if value}
        answers = {"text": call.speech.text("what_if.text"), **read}
        return await _shown(call, number, verb, answers, f"{name} {' '.join(rest.split())}".strip())


async def _shown(call: Call, number: int, verb: TicketVerb, answers: Answers, typed: str) -> Answer:
    """The ticket as it is beside the ticket as it would be after the verb that was `typed`."""

    def read(session: Session) -> tuple[StoredTicket, Ticket, dict[int, str]]:
        stored = access_ticket(session, call, number, lock=False)
        after = _supposed(VerbCall(call, stored, session, answers), verb)
        return stored, after, load_texts(session, call.desk.organisation_id, quotable(stored))

    stored, after, texts = await call.desk.database.read(read)
    view = View(stored, texts, call.people, call.speech, call.now)
    proposals = next_proposal(stored.ticket), next_proposal(after)
    supposed: Sentence = (Typed(typed),)
    for at in filter(None, (instant_of(answers, field) for field in INSTANTS)):
        supposed = call.speech("what_if.at", supposed=supposed, at=at)
    if answers.get("until") and (what := answers.get("what")):
        supposed = call.speech("what_if.answered" if what == CUSTOMER else "what_if.over", supposed=supposed)
    return Answer(what_if_card(view, supposed, differences(stored.ticket, after), proposals))


def _supposed(request: VerbCall, verb: TicketVerb) -> Ticket:
    """The ticket as it would be after the verb. A wait until a time is shown as if it were over at that time."""
    change, until = verb.decide(request), instant_of(request.answers, "until")
    if until is not None:
        change = ended_at(change, until)
    return suppose(request.stored.events, change)
