"""Dispatch: from what somebody typed, pressed or filled in to the verb that carries it out, and from a refusal to a
sentence."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from difflib import get_close_matches
from functools import partial

import structlog

from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import StandaloneVerb, SubmittedForm, TicketForm, TicketVerb
from bot.verbs.engine.answering import perform
from bot.verbs.engine.ask_form import ask_form
from bot.verbs.engine.private_answer import draft_of
from bot.verbs.new import new_from_message
from bot.verbs.reading.arguments import is_number, suggesting, take_number, take_pair
from bot.verbs.reading.verb_name import read_verb
from bot.verbs.registry import FORMS, KNOWN, NAMES, VERBS, typed_verb
from bot.verbs.shared.canned_replies import with_reply
from bot.wording.card_links import card_urls, card_with_links, numbers_in
from bot.wording.refusals import in_words, refusal_card
from bot.wording.speech import Speech
from storage.database_outages import is_away
from storage.errors import InDoubtError
from triage.errors import Refusal

log = structlog.get_logger(__name__)

TEXT = "text"  # the field under which it is said that there is no such form (any more)


async def typed(call: Call) -> Answer:
    """A command as typed: the verb, then its words."""
    verb, rest = verb_of(call.words)
    if verb not in NAMES and is_number(call.words):
        verb, rest = "show", call.words
    call = replace(call, words=rest)
    return await answered(call, _typed(call, verb))


def verb_of(words: str) -> tuple[str, str]:
    """The verb that the words begin with (by its name, if it is a known name or alias), and the words behind it."""
    return read_verb(words, NAMES)


async def _typed(call: Call, name: str) -> Answer:
    verb = typed_verb(name)
    match verb:
        case StandaloneVerb():
            return await verb.answer(replace(call, number=None) if verb.opens_ticket else call)
        case TicketVerb():
            return await _typed_on_ticket(call, verb)
        case None:
            close = get_close_matches(name, KNOWN, n=1, cutoff=0.7)
            if close:
                raise Refusal("unknown_verb_close", verb=name, close=NAMES[close[0]])
            raise Refusal("unknown_verb", verb=name)


async def _typed_on_ticket(call: Call, verb: TicketVerb) -> Answer:
    """Carry out the verb at once, or answer with its form where what was typed leaves out what it needs."""
    take = take_number if verb.echo is None else take_pair
    number, rest = take(call.words, call.number, verb.name)
    with suggesting(number):
        answers = verb.read(call, rest) if verb.echo is None else {"other": rest}
        needed = () if verb.form is None else verb.form.needed
        if needed and not any(answers.get(name) for name in needed):
            return await ask_form(call, verb, number, answers)
        return await perform(call, verb, number, answers)


async def shortcut(call: Call) -> Answer:
    """The form of `new`, filled in with a message where the shortcut was used on one."""
    return await answered(call, new_from_message(call))


async def pressed(call: Call, verb: str) -> Answer:
    """A pressed button: carry out its verb at once, or answer with its form where something has to be asked."""
    return await answered(call, _pressed(call, verb))


async def _pressed(call: Call, name: str) -> Answer:
    verb = VERBS.get(name)
    if isinstance(verb, StandaloneVerb) and verb.press is not None:
        return await verb.press(call)
    if not isinstance(verb, TicketVerb) or call.number is None:
        raise Refusal("unknown_button")
    value = call.answers.get("value", "")
    if verb.form is not None and (not value or draft_of(call) is not None):
        return await ask_form(call, verb, call.number)
    answers = {**call.answers, "pressed": "yes"}
    if verb.pressed:
        answers[verb.pressed] = value
    if value in verb.pressed_asks:
        return await ask_form(call, verb, call.number, answers)
    return await perform(call, verb, call.number, answers)


async def submitted(call: Call, name: str) -> Answer:
    """A submitted form. What is wrong with an answer is said under its field, and the form stays open."""
    owner = FORMS.get(name)
    form = owner.form if isinstance(owner, TicketVerb) else owner
    try:
        if isinstance(owner, SubmittedForm):
            return await owner.submit(call)
        if owner is None or owner.form is None or call.number is None:
            raise Refusal("unknown_button")
        answer = await perform(call, owner, call.number, await with_reply(call, owner.form))
        # What is posted for the desk shows nothing to somebody who does not read there.
        return replace(answer, quiet=answer.quiet and call.actor.is_staff)
    except Refusal as refusal:
        if call.number is not None:
            refusal.values.setdefault("number", call.number)
        field = _field_of(form, refusal.code)
        if field is None:
            return await linked(call, refused(call, refusal))
        return Answer(errors={field: in_words(refusal, call.stand)})
    except Exception as error:
        log.exception("form failed", verb=name, number=call.number)
        return Answer(errors={_field_of(form) or TEXT: failure(call.speech, error)})


def _field_of(form: TicketForm | SubmittedForm | None, code: str = "") -> str | None:
    """The field of the form under which a refusal is said; None where it has none."""
    return TEXT if form is None else form.refused_under.get(code, form.first)


async def answered(call: Call, work: Awaitable[Answer]) -> Answer:
    """Await `work` and answer with its answer; a `Refusal` that it raises is answered in words, privately."""
    call.desk.heard()
    try:
        answer = await work
        if answer.form is not None and not call.desk.limits.opens_forms:
            raise Refusal("form_not_opened")
        return answer
    except Refusal as refusal:
        return await linked(call, refused(call, refusal))
    except Exception as error:
        log.exception("a command failed", words=len(call.words))
        return sentence_answer((failure(call.speech, error),))


def failure(speech: Speech, error: BaseException) -> str:
    """What somebody is told whose request failed by an error of ours."""
    if isinstance(error, InDoubtError):
        return speech.text("refusal.in_doubt")
    return speech.text("refusal.away" if is_away(error) else "refusal.defect")


async def linked(call: Call, answer: Answer) -> Answer:
    """The answer with the ticket numbers in it made links to their cards, for people inside."""
    card = answer.card
    numbers = set() if card is None else numbers_in(card.brief)
    if card is None or call.actor.is_outside or not numbers:
        return answer
    found = await call.desk.database.read(partial(card_urls, desk=call.desk, numbers=numbers))
    return replace(answer, card=card_with_links(card, found))


def refused(call: Call, refusal: Refusal) -> Answer:
    """A refusal in words: why, and what to do instead."""
    if call.number is not None:
        refusal.values.setdefault("number", call.number)
    return Answer(refusal_card(refusal, call.stand))
