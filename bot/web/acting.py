"""What is done from a ticket's page: the same verbs as in chat, by the same records, for the same people."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from bot.commands.acting import act, asked, open_ticket
from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import StandaloneVerb, TicketVerb
from bot.verbs.engine.answering import result_sentence
from bot.verbs.engine.ask_form import ask_form
from bot.verbs.new import NEW, new_form
from bot.verbs.reading.figures import category_of, severity_of
from bot.verbs.registry import VERBS
from bot.verbs.shared.open_ticket import Wanted
from bot.web.fields import Given, answers_of, cleaned, shown_field
from bot.web.viewer import Viewer
from bot.web.words import html_of
from bot.wording.card import Button, Card, Form
from bot.wording.refusals import explain
from bot.wording.sentences import Sentence, plain
from triage.errors import Refusal
from triage.terms import Category

SURE, VALUE, ONCE = "sure", "value", "once"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of something that was asked for on a page."""

    #: It was done: what to say of that. Empty: it was not.
    said: str = ""
    #: The form to fill in, as its template shows it; None: there is none.
    form: dict[str, Any] | None = None
    #: Why it was not done, where there is no form to say it in.
    refused: Sentence = ()
    #: The ticket that it was done to; None: nothing was done.
    number: int | None = None


def verb_called(name: str) -> TicketVerb | None:
    """The verb of that name, if it is one that is done to a ticket."""
    found = VERBS.get(name)
    return found if isinstance(found, TicketVerb) else None


def asks_first(button: Button) -> bool:
    """Whether a form opens where that button is pressed."""
    verb = VERBS.get(button.verb)
    if isinstance(verb, TicketVerb):
        return verb.form is not None and (not button.value or button.value in verb.pressed_asks)
    return True


async def offered(viewer: Viewer, number: int) -> list[tuple[str, str]]:
    """What there is no button for, by name, as the ticket stands. Raises `Refusal`."""
    more = VERBS["more"]
    if not isinstance(more, StandaloneVerb) or more.press is None:
        return []
    answer = await more.press(replace(asked(viewer.desk, viewer.actor, viewer.speech), number=number))
    fields = () if answer.form is None else answer.form.fields
    return [(name, label) for each in fields for name, label in each.options if verb_called(name) is not None]


def refused(viewer: Viewer, refusal: Refusal, number: int) -> Done:
    """What is said of that."""
    return Done(refused=_why(asked(viewer.desk, viewer.actor, viewer.speech), refusal, number))


class Supposed(NamedTuple):
    """What a verb would change."""

    #: What chat would show; None: nothing is.
    card: Card | None
    #: Why nothing is.
    refused: Sentence


async def suppose(viewer: Viewer, number: int, words: str) -> Supposed:
    """What `what-if` says of that, as it is typed; nothing is changed."""
    verb, call = VERBS["what-if"], replace(asked(viewer.desk, viewer.actor, viewer.speech), words=f"{number} {words}")
    try:
        answer = await verb.answer(call) if isinstance(verb, StandaloneVerb) else Answer()
    except Refusal as refusal:
        return Supposed(None, _why(call, refusal, number))
    return Supposed(answer.card, ())


async def ask(viewer: Viewer, verb: TicketVerb, number: int, value: str) -> Done:
    """The form of that verb; of one that asks nothing, a question whether it is meant."""
    call = asked(viewer.desk, viewer.actor, viewer.speech)
    try:
        form = await _form(call, verb, number, value)
    except Refusal as refusal:
        return Done(refused=_why(call, refusal, number))
    return Done(form=_shown(viewer, form, {VALUE: value}))


async def do(viewer: Viewer, verb: TicketVerb, number: int, given: Given) -> Done:
    """Do it with what was filled in, once, however often it is sent. What is wrong with an answer is said under its
    field, and nothing that was typed is lost."""
    once, value = _first(given, ONCE), _first(given, VALUE)
    call = asked(viewer.desk, viewer.actor, viewer.speech, _key(viewer, verb.name, number, once, value))
    form: Form | None = None
    answers: dict[str, str] = {}
    try:
        is_pressed = verb.form is None or (bool(value) and value not in verb.pressed_asks and "sent" not in given)
        if is_pressed:
            answers = {VALUE: value, "pressed": "yes", **({verb.pressed: value} if verb.pressed else {})}
        else:
            form = await _form(call, verb, number, value)
            answers = {VALUE: value, **answers_of(viewer, form.fields, given)}
        if sure := _first(given, SURE):
            answers[SURE] = sure
        acted = await act(call, verb.name, number, answers)
    except Refusal as refusal:
        return _refused(viewer, replace(call, number=number, answers=answers), verb, form, refusal)
    if acted.outcome is None:
        return Done(said=viewer.speech.text("done.already", number=number), number=number)
    return Done(said=plain(result_sentence(call, verb, acted.outcome)), number=number)


async def ask_new(viewer: Viewer) -> Done:
    """The form by which a ticket is opened."""
    form = await new_form(asked(viewer.desk, viewer.actor, viewer.speech))
    return Done(form=_shown(viewer, form, {}))


async def do_new(viewer: Viewer, given: Given) -> Done:
    """Open a ticket with what was filled in, once, however often it is sent."""
    call = asked(viewer.desk, viewer.actor, viewer.speech, _key(viewer, NEW.name, 0, _first(given, ONCE), ""))
    form = await new_form(call)
    answers = answers_of(viewer, form.fields, given)
    try:
        wanted = Wanted(answers.get("summary", ""), category_of(answers), severity_of(answers))
        if wanted.category is Category.INCIDENT and wanted.severity is None and viewer.actor.is_staff:
            raise Refusal("incident_needs_severity")
        opened = await open_ticket(call, wanted, answers)
    except Refusal as refusal:
        rules = NEW.forms[NEW.name]
        under = {"incident_needs_severity": "severity", **rules.refused_under}.get(
            refusal.code, rules.first or "summary"
        )
        return Done(form=_shown(viewer, form, answers, {under: plain(explain(refusal, call.stand))}))
    return Done(said=viewer.speech.text("web.opened", number=opened.number), number=opened.number)


async def _form(call: Call, verb: TicketVerb, number: int, value: str) -> Form:
    if verb.form is None:
        speech = call.speech
        label = speech.text(f"button.{verb.name}")
        return Form(verb.name, f"#{number}: {label}", label, speech.text("button.cancel"), ())
    typed = {verb.pressed or VALUE: value} if value else {}
    answer = await ask_form(replace(call, number=number, answers={VALUE: value}), verb, number, typed)
    if answer.form is None:
        raise Refusal("unknown_button")
    return answer.form


def _refused(viewer: Viewer, call: Call, verb: TicketVerb, form: Form | None, refusal: Refusal) -> Done:
    """The form once more with what was wrong, or what is asked before it is done."""
    why, typed = _why(call, refusal, call.number or 0), call.answers
    if refusal.code in verb.questions:
        form = form or Form(verb.name, "", viewer.speech.text(f"button.{verb.name}"), "", ())
        sure = {**typed, SURE: str(refusal.values.get("sure", "yes"))}
        return Done(form=_shown(viewer, replace(form, intro=why), sure))
    if form is None or not form.fields or verb.form is None:
        return Done(refused=why)
    under = verb.form.refused_under.get(refusal.code, verb.form.first)
    return Done(form=_shown(viewer, form, typed, {under: plain(why)}))


def _shown(
    viewer: Viewer, form: Form, typed: Mapping[str, str], problems: Mapping[str, str] = {}
) -> dict[str, Any]:  # fmt: skip
    """A form as its template shows it."""
    known = {each.id for each in form.fields}
    return {
        "verb": form.verb, "title": form.title, "submit": form.submit, "intro": html_of(form.intro),
        "fields": [shown_field(viewer, each, typed, problems.get(each.id)) for each in form.fields],
        "problems": [text for name, text in problems.items() if name not in known],
        "has_problems": bool(problems),
        "value": typed.get(VALUE, ""), "sure": typed.get(SURE, form.context.get(SURE, "")),
        "once": secrets.token_urlsafe(12),
    }  # fmt: skip


def _why(call: Call, refusal: Refusal, number: int) -> Sentence:
    refusal.values.setdefault("number", number)
    return explain(refusal, call.stand)


def _key(viewer: Viewer, verb: str, number: int, once: str, value: str) -> str:
    """By which the same form, sent twice, is told from another. What is sent chooses it in its own session alone."""
    said = "\n".join((viewer.session, verb, str(number), once, value))
    return f"page:{hashlib.sha256(said.encode()).hexdigest()}" if once else ""


def _first(given: Given, name: str) -> str:
    values = given.get(name, ())
    return cleaned(values[0])[:200] if values else ""
