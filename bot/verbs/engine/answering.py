"""Carrying out a verb for somebody in a chat, and answering them in words."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call, Reply
from bot.verbs.base.verb import Answers, Outcome, TicketVerb
from bot.verbs.engine.access import access_ticket, card_of
from bot.verbs.engine.ask_form import ask_form
from bot.verbs.engine.carry_out import carry_out
from bot.verbs.engine.private_answer import private_card_notice, private_notice
from bot.wording.absence import not_reached
from bot.wording.card import Button, Buttons, Card, Element, Line, Quote
from bot.wording.card_links import card_with_links
from bot.wording.clock_lines import next_deadline
from bot.wording.refusals import explain, refusal_card
from bot.wording.sentences import Sentence
from storage.changes import record
from storage.errors import AlreadyHandledError
from storage.inbox import handle_once
from storage.notices import enqueue_private
from storage.texts import text_of
from storage.tickets import StoredTicket
from triage.change import Change
from triage.errors import Refusal
from triage.event import Kind


async def perform(call: Call, verb: TicketVerb, number: int, answers: Answers) -> Answer:
    """Carry out a verb on a ticket and answer the person. A request that was handled before (`call.key`, the
    idempotency key) changes nothing and is answered as a success. A refusal that is a question (`TicketVerb.questions`)
    is put to the person as one. Raises any other `Refusal`."""

    def transaction(session: Session) -> Answer:
        outcome = carry_out(session, call, verb, number, answers)
        card = result_card(session, call, verb, outcome)
        asked = verb.asks_after(call, session, outcome.stored) if outcome.change else None
        if asked is not None:
            card = _with_question(card, *asked)
        card = _with_links(call, card, outcome.stored, outcome.other)
        if call.reply is Reply.LATER:
            record(session, outcome.stored, Change((), (private_card_notice(call, card),)), call.now)
        is_seen = bool(outcome.change) and verb.is_seen and asked is None
        return Answer(card, quiet=is_seen, is_planned=call.reply is Reply.LATER)

    try:
        return await call.desk.write_for(transaction, call.prepare)
    except AlreadyHandledError:
        return Answer(Card(call.speech("done.already", number=number)), is_planned=call.reply is Reply.LATER)
    except Refusal as refusal:
        if refusal.code not in verb.questions:
            raise
        return await _ask_first(call, verb, number, answers, refusal)


def result_card(session: Session, call: Call, verb: TicketVerb, outcome: Outcome) -> Card:
    """What the person who acted is told, with the buttons that they are likely to need next."""
    sentence, stored = result_sentence(call, verb, outcome), outcome.stored
    quote = verb.quotes(session, outcome)
    more: list[Element] = [Quote(quote)] if quote else []
    if quote and verb.send_quote is not None:
        more.append(Buttons((verb.send_quote(call, stored),)))
    if verb.gives_update and any(event.kind is Kind.UPDATED for event in outcome.change.events):
        given = max(event.seq for event in stored.events if event.kind is Kind.UPDATED)
        label, version = call.speech.text("button.take-back"), stored.ticket.version
        more.append(Buttons((Button("take-back", label, stored.number, version, value=str(given)),)))
    return Card(sentence, (Line(sentence), *more) if more else ())


def result_sentence(call: Call, verb: TicketVerb, outcome: Outcome) -> Sentence:
    """What was done, and the deadline that comes next."""
    speech, stored, ticket = call.speech, outcome.stored, outcome.stored.ticket
    if not outcome.change:
        key = f"unchanged.{verb.name}"
        return speech(key if speech.has(key) else "done.already", number=stored.number)
    result = verb.result(call, outcome)
    key, requester = result.key or verb.name, call.people.named(ticket.requester)
    asker = "own" if stored.asker == "requester" and ticket.requester == call.actor.id else stored.asker
    if speech.has(f"done.{key}_{asker}"):
        key = f"{key}_{asker}"
    values = {
        "number": stored.number,
        "command": call.command,
        "asker": speech(f"asker.{stored.asker}"),
        "told": () if asker == "own" else speech(f"was_told.{asker}", who=requester),
        "next": next_deadline(speech, ticket, call.now),
    }
    return (*speech(f"done.{key}", **values, **result.values), *_gone(call, outcome))


def _gone(call: Call, outcome: Outcome) -> Sentence:
    """That the person who was just given the ticket will not read of it soon. Empty where they will."""
    ticket = outcome.stored.ticket
    who, group, roster = ticket.ownership.assignee, ticket.ownership.group, call.desk.roster
    if not any(each.kind is Kind.ASSIGNED for each in outcome.change.events):
        return ()
    if group is not None and group != outcome.before.ticket.ownership.group:
        people = roster.groups.get(group, frozenset())
        is_away = bool(people) and all(roster.is_away(person, call.now) for person in people)
        return (" ", *call.speech("absence.group", group=call.people.named(group))) if is_away else ()
    if who is None or who == call.actor.id:
        return ()
    return not_reached(call.people, who, call.speech, call.now, can_wait=not ticket.is_pressing)


def _with_question(card: Card, question: Sentence, choice: Button | None) -> Card:
    """The card with the verb's follow-up question (`TicketVerb.asks_after`), and a button for the likely answer."""
    sentence: Sentence = (*card.brief, " ", *question)
    return Card(sentence, (Line(sentence), *([Buttons((choice,))] if choice is not None else [])))


def _with_links(call: Call, card: Card, *tickets: StoredTicket | None) -> Card:
    """The card, with the numbers of these tickets made links to their cards."""
    found = {each.number: card_of(call, each) for each in tickets if each is not None}
    return card_with_links(card, {number: url for number, url in found.items() if url})


async def _ask_first(call: Call, verb: TicketVerb, number: int, answers: Answers, refusal: Refusal) -> Answer:
    """Ask the question that `refusal` is, and keep what was written so far. A form comes back with the question in it,
    to be sent once more; otherwise a button says yes."""
    refusal = Refusal(refusal.code, **{"number": number, **refusal.values})
    if call.reply is Reply.AS_POSTED:
        asked = await ask_form(call, verb, number, answers)
        if asked.form is None:
            return asked
        context = {**asked.form.context, "sure": str(refusal.values["sure"])}
        return Answer(form=replace(asked.form, intro=explain(refusal, call.stand), context=context))
    try:
        return await call.desk.write(lambda session: _question(session, call, verb, number, answers, refusal))
    except AlreadyHandledError:
        return Answer(is_planned=True)


def _question(  # noqa: PLR0917  what was asked, of which ticket: nothing here has a default
    session: Session, call: Call, verb: TicketVerb, number: int, answers: Answers, refusal: Refusal
) -> Answer:
    """The question as a card. It goes through the outbox where a text has to be kept beside it, and where the request
    cannot be answered at once."""
    text, quoted = answers.get("text", ""), refusal.values.get("quote")
    stored = access_ticket(session, call, number)
    quote = [Quote(text_of(session, stored, quoted))] if isinstance(quoted, int) else []
    card = _with_links(call, refusal_card(refusal, call.stand, *quote), stored)
    if not text and call.reply is not Reply.LATER:
        return Answer(card)
    notice = private_card_notice(call, card)
    if text:
        offer, sure = (verb.name, number, stored.ticket.version), (str(refusal.values["sure"]), f"{verb.name}_sure")
        redo = f"{verb.name}_redo" if call.speech.has(f"button.{verb.name}_redo") else None
        notice = private_notice(call, card.brief, offer=offer, draft=text, sure=sure, redo=redo)
    if call.reply is Reply.LATER:
        handle_once(session, call.desk.organisation_id, call.key, call.now)
    enqueue_private(session, call.desk.organisation_id, notice, call.now, stored)
    return Answer(is_planned=True)
