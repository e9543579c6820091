"""`oncall`: who is on call now, next and this week; swapping and covering; the address of the rota as a calendar."""

from __future__ import annotations

from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, Records, StandaloneVerb
from bot.verbs.on_call import agreeing
from bot.verbs.on_call.feed import feed
from bot.wording.oncall import oncall_card
from triage import rights

SWAP = {"swap", "échanger", "echanger", "échange", "echange"}
COVER = {"cover", "couvrir", "remplacer"}
UNDO = {"undo", "annuler"}
FEED = {"feed", "calendar", "calendrier", "flux"}


async def oncall(call: Call) -> Answer:
    """`oncall` shows it; `oncall swap @ana sat`, `oncall cover @ana FROM to TO`, `oncall undo`, `oncall feed [off]`."""
    rights.require(call.actor, "oncall")
    first, _, rest = call.words.strip().partition(" ")
    word = first.lower()
    if word in SWAP:
        return await agreeing.swap(call, rest)
    if word in COVER:
        return await agreeing.cover(call, rest)
    if word in UNDO:
        return await agreeing.undo(call)
    if word in FEED:
        return await feed(call, rest)
    rota = call.desk.roster.rota
    if not rota:
        return sentence_answer(call.speech("on_call.none", command=call.command))
    problem = call.desk.state.rota_problem
    said = call.speech("on_call.stale", problem=problem) if problem else ()
    return Answer(oncall_card(rota, call.people, call.speech, call.now, said))


async def press_oncall(call: Call) -> Answer:
    """A button of the verb: an answer to a question, or an undo; without a value, who is on call."""
    rights.require(call.actor, "oncall")
    return await agreeing.press(call) if call.answers.get("value") else await oncall(call)


ONCALL = StandaloneVerb(
    name="oncall",
    aliases=("on-call", "astreinte"),
    button_on=ButtonOn.BESIDE,
    answer=oncall,
    press=press_oncall,
    records=Records.WITH_WORDS,
)
