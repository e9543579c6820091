"""From what somebody typed, pressed or filled in to the verb that carries it out, and from a refusal to a sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from difflib import get_close_matches
from functools import partial

import structlog

from bot.commands.intake import open_spoken
from bot.verbs import BUTTONS, DEEDS, Deed, with_reply
from bot.verbs.absence import ask_away, away, back, submit_away
from bot.verbs.call import Answer, Call, told
from bot.verbs.carry_out import ask, perform
from bot.verbs.channel import channel
from bot.verbs.explaining import what_if, why
from bot.verbs.looking import help_, list_, queue, show
from bot.verbs.more import ask_more, go_on
from bot.verbs.open_ticket import FIELD_OF as NEW_FIELD_OF
from bot.verbs.open_ticket import new, new_from_message, submit_new
from bot.verbs.private_answer import draft_of
from bot.verbs.reading.arguments import about, is_number, take_number, take_pair
from bot.verbs.reading.verb_name import read_verb
from bot.verbs.setup.parts import PARTS
from bot.verbs.setup.setup import FORM, MOVE, setup, setup_pressed, submit_move, submit_part
from bot.wording.card_links import card_with_ways, numbers_in, ways
from bot.wording.refusals import LOOKING_ALIASES, in_words, refusal_card, stand_of
from bot.wording.speech import Speech
from storage.outages import is_away
from triage.errors import Refusal
from triage.terms import Category

log = structlog.get_logger(__name__)

LOOKING: dict[str, Callable[[Call], Awaitable[Answer]]] = {
    "new": new, "list": list_, "show": show, "why": why, "what-if": what_if, "channel": channel, "setup": setup,
    "queue": queue, "away": away, "back": back, "help": help_,
}  # fmt: skip
DEED: dict[str, Deed] = {name: deed for deed in DEEDS for name in (deed.name, *deed.aliases)}
KNOWN = sorted({*LOOKING, *LOOKING_ALIASES, *DEED} - {"", "?"})
PRESSED: dict[str, Deed] = {**DEED, **{deed.name: deed for deed in BUTTONS}}
# What is no deed on a ticket, by button and by form.
ON_PRESS: dict[str, Callable[[Call], Awaitable[Answer]]] = {
    "show": show, "help": help_, "new": new, "open-from": open_spoken, "more": ask_more, "setup": setup_pressed,
    "away": ask_away, "back": back,
}  # fmt: skip
ON_SUBMIT: dict[str, Callable[[Call], Awaitable[Answer]]] = {
    "new": submit_new, "more": go_on, "away": submit_away, MOVE: submit_move,
    **{f"{FORM}{name}": partial(submit_part, name=name) for name in PARTS},
}  # fmt: skip
# Every name of every verb, and the verb's own.
NAMES = {name: deed.name for name, deed in DEED.items()} | {name: name for name in LOOKING} | LOOKING_ALIASES


async def typed(call: Call) -> Answer:
    """A command as typed: the verb, then its words."""
    verb, rest = verb_of(call.words)
    if verb not in LOOKING and verb not in DEED and is_number(call.words):
        verb, rest = "show", call.words
    call = replace(call, words=rest)
    return await answered(call, _typed(call, verb))


def verb_of(words: str) -> tuple[str, str]:
    """The verb that words begin with, by its own name where there is such a verb, and the rest."""
    return read_verb(words, NAMES)


def changes(verb: str, words: str) -> bool:
    """Whether one of LOOKING records something all the same."""
    return verb in ("away", "back") or (verb in ("new", "channel") and bool(words))


async def _typed(call: Call, verb: str) -> Answer:
    if verb == "new":
        call = replace(call, number=None)  # it is about none of the tickets that are there
    if verb in LOOKING:
        return await LOOKING[verb](call)
    deed = DEED.get(verb)
    if deed is None:
        close = get_close_matches(verb, KNOWN, n=1, cutoff=0.7)
        if close:
            raise Refusal("unknown_verb_close", verb=verb, close=close[0])
        raise Refusal("unknown_verb", verb=verb)
    other = ""
    if deed.echo is not None:
        number, other = take_pair(call.words, call.number, deed.name)
        words = ""
    else:
        number, words = take_number(call.words, call.number, deed.name)
    with about(number):
        answers = {"other": other} if deed.echo is not None else deed.read(call, words)
        if deed.needed and not any(answers.get(name) for name in deed.needed):
            return await ask(call, deed, number, answers)
        return await perform(call, deed, number, answers)


async def shortcut(call: Call) -> Answer:
    """The form of `new`, on a message or anywhere."""
    return await answered(call, new_from_message(call))


async def pressed(call: Call, verb: str) -> Answer:
    """A button: acts at once where nothing needs to be asked, else opens the form."""
    return await answered(call, _pressed(call, verb))


async def _pressed(call: Call, verb: str) -> Answer:
    if verb in ON_PRESS:
        return await ON_PRESS[verb](call)
    deed = PRESSED.get(verb)
    if deed is None or call.number is None:
        raise Refusal("unknown_button")
    value = call.answers.get("value", "")
    if deed.name in FORMS and (not value or draft_of(call) is not None):
        return await ask(call, deed, call.number)
    answers = {**call.answers, "pressed": "yes"}
    if deed.pressed:
        answers[deed.pressed] = value
    if value == Category.INCIDENT:  # which needs its severity as well
        return await ask(call, deed, call.number, answers)
    return await perform(call, deed, call.number, answers)


async def submitted(call: Call, verb: str) -> Answer:
    """A form that was filled in. What is wrong with an answer is said under it, and nothing is lost."""
    try:
        if verb in ON_SUBMIT:
            return await ON_SUBMIT[verb](call)
        deed = DEED.get(verb)
        if deed is None or call.number is None:
            raise Refusal("unknown_button")
        return await perform(call, deed, call.number, with_reply(call, deed))
    except Refusal as refusal:
        if call.number is not None:
            refusal.values.setdefault("number", call.number)
        if verb == MOVE:  # which has no field that it could be said under
            return await linked(call, refused(call, refusal))
        return Answer(errors={_field_of(refusal, verb): in_words(refusal, stand_of(call))})
    except Exception as error:
        log.exception("form failed", verb=verb, number=call.number)
        return Answer(errors={FIRST_FIELD.get(verb, "text"): failure(call.speech, error)})


async def answered(call: Call, work: Awaitable[Answer]) -> Answer:
    """The answer, or the one private sentence that says why not and what to do instead."""
    try:
        return await work
    except Refusal as refusal:
        return await linked(call, refused(call, refusal))
    except Exception as error:
        log.exception("a command failed", words=len(call.words))
        return told((failure(call.speech, error),))


def failure(speech: Speech, error: BaseException) -> str:
    """What somebody is told whose act came to nothing, and through no fault of theirs."""
    return speech.text("refusal.away" if is_away(error) else "refusal.defect")


async def linked(call: Call, answer: Answer) -> Answer:
    """What is said to somebody inside, each ticket that it names leading to its card."""
    card = answer.card
    numbers = set() if card is None else numbers_in(card.brief)
    if card is None or call.actor.is_outside or not numbers:
        return answer
    found = await call.desk.database.read(partial(ways, desk=call.desk, numbers=numbers))
    return replace(answer, card=card_with_ways(card, found))


def refused(call: Call, refusal: Refusal) -> Answer:
    """Why not, and what to do instead, for the person who is refused."""
    if call.number is not None:
        refusal.values.setdefault("number", call.number)
    return Answer(refusal_card(refusal, stand_of(call)))


FORMS = {
    "update", "promise", "wait", "escalate", "resolve", "severity", "category", "reopen", "note", "assign", "customer",
    "snooze", "link", "unlink", "merge", "edit", "take-back", "redact", "restored", "relapsed", "reported",
}  # fmt: skip
FIRST_FIELD = {
    "new": "summary", "promise": "until", "severity": "severity", "category": "category", "reopen": "counts",
    "assign": "who", "customer": "customer", "snooze": "until", "link": "other", "unlink": "other", "merge": "other",
    "redact": "word", "take-back": "which", "more": "what", "setup-desk": "channel", "setup-people": "agents",
    "setup-levels": "level1", "away": "until", "restored": "at", "relapsed": "at", "reported": "reported_at",
}  # fmt: skip
# Where a form asks for more than one thing: under which of them a refusal is said.
FIELD_OF = {
    "wait": {
        **dict.fromkeys(("promise_in_past", "promise_too_far", "promise_needs_text"), "next_update"),
        **dict.fromkeys(("wait_needs_text", "question_to_others", "text_too_long"), "question"),
    },
    "category": {
        **dict.fromkeys(("incident_needs_severity", "severity_on_provisioning", "severity_on_inquiry"), "severity"),
        **dict.fromkeys(("in_future", "too_long_ago"), "reported_at"),
    },
    "resolve": dict.fromkeys(("in_future", "too_early", "too_long_ago"), "restored_at"),
}
UNTIL = {"away_in_past", "promise_in_past", "promise_too_far", "wait_in_past", "snooze_in_past", "too_far_ahead"}
TEXT = {"severity_needs_reason", "promise_needs_text", "reported_needs_text", "text_too_long"}


def _field_of(refusal: Refusal, verb: str) -> str:
    """The block of the form under which a refusal is said."""
    if verb == "new":
        return NEW_FIELD_OF.get(refusal.code, "summary")
    if refusal.code in FIELD_OF.get(verb, {}):
        return FIELD_OF[verb][refusal.code]
    if refusal.code in UNTIL:
        return "until"
    return "text" if refusal.code in TEXT else FIRST_FIELD.get(verb, "text")
