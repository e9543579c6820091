"""`learn`: a lead looks at what was chosen beside what was suggested, and approves what is learned from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sqlmodel import Session

from bot.desk.learning import learn_again
from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import ButtonOn, Records, StandaloneVerb
from bot.verbs.reading.figures import figure
from bot.wording.card import Button, Buttons, Card, Element, Line, Quote
from bot.wording.card_links import card_urls, with_links
from bot.wording.sentences import Sentence
from bot.wording.suggested import said_in_a_word
from bot.wording.view import glance
from storage.corrections import Correction, State, corrections, decide_corrections
from triage import rights
from triage.errors import Refusal

SHOWN = 10
SNIPPET = 200  # characters of a text
_DECISIONS = {
    "approve": State.APPROVED, "approuver": State.APPROVED, "reject": State.REJECTED, "rejeter": State.REJECTED,
}  # fmt: skip
_AND = ("and", "et", "&")
_ALL = ("all", "tout", "tous", "toutes")


async def learn(call: Call) -> Answer:
    """`learn` lists what waits; `learn approve all`, `learn approve 42`, `learn reject 42` decide."""
    rights.require(call.actor, "learn")
    first, *rest = call.words.lower().split() or [""]
    if not first:
        return await _waiting(call)
    named = [word.strip("#,;.") for word in rest if word not in _AND]
    numbers = [number for word in named if (number := figure(word)) is not None]
    is_all = all(word in _ALL for word in named)
    # Nothing is guessed at: `all but 42` is not 42.
    if first not in _DECISIONS or not named or not (is_all or len(numbers) == len(named)):
        raise Refusal("learn_what")
    return await _decide(call, _DECISIONS[first], None if is_all else numbers)


async def learn_pressed(call: Call) -> Answer:
    """The buttons: `approve.42.43`, `reject.42`; none of these: what waits."""
    rights.require(call.actor, "learn")
    first, *numbers = call.answers.get("value", "").split(".")
    read = [found for number in numbers if (found := figure(number)) is not None]
    if first not in _DECISIONS or len(read) < len(numbers):
        return await _waiting(call)
    return await _decide(call, _DECISIONS[first], read)


async def _decide(call: Call, state: State, numbers: list[int] | None) -> Answer:
    desk = call.desk

    def transaction(session: Session) -> int:  # done twice it changes nothing: what is decided waits no more
        return decide_corrections(
            session, desk.organisation_id, desk.desk_id, state, call.actor.id, call.now, numbers=numbers
        )

    decided = await desk.write(transaction)
    if state is State.APPROVED and decided:
        await learn_again(desk.database, desk.organisation_id, desk.desk_id, call.now)
    return await _waiting(call, call.speech(f"learn.{state}", count=decided))


async def _waiting(call: Call, done: Sentence = ()) -> Answer:
    """What waits, those first of which something else was chosen than was suggested."""
    desk, speech = call.desk, call.speech
    found = await desk.database.read(
        lambda session: corrections(session, desk.organisation_id, desk.desk_id, State.WAITING)
    )
    found.sort(key=lambda each: not each.is_change)
    numbers = [each.number for each in found[:SHOWN]]
    urls = await desk.database.read(partial(card_urls, desk=desk, numbers=numbers))
    heading = speech("learn.waiting", count=len(found)) if found else speech("learn.nothing")
    brief: Sentence = (*done, " ", *heading) if done else heading
    elements: list[Element] = [Line(brief)]
    for each in found[:SHOWN]:
        elements += _shown(call, each, urls)
    if len(found) > 1:
        these = ".".join(map(str, numbers))
        label = speech.text("button.approve_these", count=min(len(found), SHOWN))
        elements.append(Buttons((Button("learn", label, 0, 0, "primary", value=f"approve.{these}"),)))
    return Answer(Card(brief, tuple(elements)))


def _shown(call: Call, each: Correction, urls: Mapping[int, str]) -> list[Element]:
    speech = call.speech
    values = {
        "number": each.number, "suggested": said_in_a_word(speech, each.suggested),
        "chosen": said_in_a_word(speech, each.chosen), "who": call.people.named(each.by),
    }  # fmt: skip
    said = speech("learn.changed" if each.is_change else "learn.confirmed", **values)
    buttons = tuple(
        Button("learn", speech.text(f"button.{word}"), 0, 0, value=f"{word}.{each.number}")
        for word in ("approve", "reject")
    )
    return [Line(with_links(said, urls)), Quote(glance(" ".join(each.text.split()), SNIPPET)), Buttons(buttons)]


LEARN = StandaloneVerb(
    name="learn",
    aliases=("apprendre",),
    button_on=ButtonOn.BESIDE,
    answer=learn,
    press=learn_pressed,
    records=Records.WITH_WORDS,
)
