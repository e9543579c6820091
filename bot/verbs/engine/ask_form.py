"""Making the form of a verb on a ticket, for the person who asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import FormContext, TicketForm, TicketVerb
from bot.verbs.engine.access import access_ticket, must_act, require_unmerged
from bot.verbs.engine.private_answer import draft_of
from bot.wording.card import Form
from storage.notices import is_draft_of
from storage.texts import load_texts, text_of
from storage.tickets import StoredTicket
from storage.writing import note_writing
from triage import rights
from triage.checks import must_be_open
from triage.errors import Refusal
from triage.event import Kind
from triage.keys import is_program

# The forms by which the customer is told something: while one is open, nobody is warned that they have to be.
WRITING = frozenset({"update", "promise", "wait", "restored", "resolve"})


async def ask_form(call: Call, verb: TicketVerb, number: int, typed: Mapping[str, str] | None = None) -> Answer:
    """The form of `verb`. It is filled in with the draft that the pressed button refers to, if any, and with `typed`:
    what was typed so far, by field.

    Raises `Refusal` where the person may not do it, or the ticket is in no state for it, so that nobody fills in a form
    in vain.
    """
    if verb.form is None:
        raise Refusal("unknown_button")
    form, desk, speech, said = verb.form, call.desk, call.speech, typed or {}
    rights.require_ever(call.actor, verb.name)

    def read(session: Session) -> FormContext:
        stored = access_ticket(session, call, number, lock=False)
        _must_make_sense(session, call, verb, stored)
        return _context(session, call, form, stored)

    context = await desk.database.read(read)
    if verb.name in WRITING and call.actor.is_staff and not is_program(call.actor.id):
        desk.spawn(_note_writing(call, number))  # beside the answer, which nobody shall wait for
    intro = form.intro(context)
    shown = Form(
        verb=verb.name,
        title=speech.text(f"form.{verb.name}", number=number),
        submit=speech.text(f"button.{verb.name}"),
        close=speech.text("button.cancel"),
        fields=tuple(replace(each, initial=said.get(each.id) or each.initial) for each in form.fields(context)),
        context={"number": str(number), **call.carried, "version": str(context.ticket.version)},
    )
    if intro is not None:
        shown = replace(shown, intro=intro[0], context={**shown.context, "sure": intro[1]})
    return Answer(form=shown)


async def _note_writing(call: Call, number: int) -> None:
    """Note that this person is about to tell the ticket's customer something."""
    desk = call.desk

    def note(session: Session) -> None:
        stored = access_ticket(session, call, number, lock=False)
        note_writing(session, desk.organisation_id, stored.id, call.actor.id, call.now)

    await desk.database.write(note)


def _must_make_sense(session: Session, call: Call, verb: TicketVerb, stored: StoredTicket) -> None:
    """Raises `Refusal` where this person may not do it to this ticket. To staff, also where the ticket would refuse
    every answer; customers and requesters get the form all the same, since what they ask for is heard in any state,
    unless the verb makes no sense whatever is answered (`TicketVerb.fits`)."""
    must_act(call, stored, verb.name)
    if rights.speaks_as_asker(call.actor, verb.name):
        verb.fits(stored.ticket)
        return
    if not verb.on_merged:
        require_unmerged(session, stored)
    if not verb.on_resolved:
        must_be_open(stored.ticket)
    verb.fits(stored.ticket)


def _context(session: Session, call: Call, form: TicketForm, stored: StoredTicket) -> FormContext:
    written, draft = draft_of(call), ""
    if written is not None and _is_mine(session, call, stored, written):
        draft = text_of(session, stored, written)
    told = form.recipients(session, call.desk, stored) if call.actor.is_staff else ()
    return FormContext(
        call.actor,
        call.people,
        call.speech,
        stored.ticket,
        call.now,
        load_texts(session, stored.organisation_id, form.texts(stored, call.actor)),
        draft,
        "all" if told else stored.asker,
        form.others(session, stored),
        call.desk.limits,
        told,
    )


def _is_mine(session: Session, call: Call, stored: StoredTicket, written: int) -> bool:
    """Whether the text of that body id was kept as this person's draft, or was typed by them with `resume` (whose
    answer offers to send it)."""
    return is_draft_of(session, stored.organisation_id, call.actor.id, written) or any(
        event.body_id == written and event.actor == call.actor.id
        for event in stored.events
        if event.kind is Kind.RESUMED
    )
