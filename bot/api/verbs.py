"""Every verb on a ticket: what it takes for this one, and doing it."""

from __future__ import annotations

from sqlmodel import Session

from bot.api import documents, shapes
from bot.api.ask import Answered, Ask, Handler
from bot.api.tickets import here, texts_of, ticket_now
from bot.commands.acting import act
from bot.commands.given import read_given
from bot.commands.inputs import inputs_of
from bot.verbs.base.call import Call
from bot.verbs.base.verb import Outcome, TicketVerb
from bot.verbs.engine.answering import result_sentence
from bot.verbs.engine.ask_form import ask_form
from bot.wording.card import Field
from bot.wording.sentences import plain
from storage.foreseen import events_of
from storage.tickets import StoredTicket


def form_of(verb: TicketVerb) -> Handler:
    """What that verb takes for one ticket, with what can be chosen."""

    async def take(ask: Ask) -> Answered:
        call = ask.call
        await call.desk.database.read(lambda session: here(session, call, ask.number))
        title, fields = verb.name, tuple(inputs_of(verb.name, ask.speech.language).values())
        if verb.form is not None and (form := (await ask_form(call, verb, ask.number)).form) is not None:
            title, fields = form.title, form.fields
        return Answered(shapes.VerbForm(verb=verb.name, title=title, fields=[_field(each) for each in fields]))

    return take


def _field(each: Field) -> shapes.FormField:
    return shapes.FormField(
        name=each.id, kind=each.kind.value, label=each.label, hint=each.hint, required=each.required,
        initial=each.initial,
        choices=[shapes.Choice(value=value, label=label) for value, label in each.options],
    )  # fmt: skip


def doing(verb: TicketVerb) -> Handler:
    """Do that verb."""

    async def do(ask: Ask) -> Answered:
        call = ask.call
        answers = read_given(inputs_of(verb.name, ask.speech.language), ask.body, call.desk.directory)
        acted = await act(call, verb.name, ask.number, answers)
        if acted.outcome is None:
            message = ask.speech.text("done.already", number=acted.number)
            ticket = await ticket_now(call, acted.number)
            return Answered(shapes.Done.model_construct(result="replayed", message=message, ticket=ticket, events=[]))
        return Answered(await _done(call, verb, acted.outcome))

    return do


async def _done(call: Call, verb: TicketVerb, outcome: Outcome) -> shapes.Done:
    stored: StoredTicket = outcome.stored
    recorded = events_of(outcome.before, stored)

    def look(session: Session) -> shapes.Done:
        texts, directory = texts_of(session, stored, *recorded), call.desk.directory
        return shapes.Done.model_construct(
            result="done" if outcome.change else "unchanged",
            message=plain(result_sentence(call, verb, outcome)),
            ticket=documents.ticket(call, stored, texts),
            events=[documents.event(directory, each, texts) for each in recorded],
        )

    return await call.desk.database.read(look)
