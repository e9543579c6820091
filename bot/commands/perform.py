"""Carrying out a deed: lock the ticket, let triage decide, record, and say what happened to the person who acted."""

from __future__ import annotations

from sqlmodel import Session

from bot.card import Card, Form
from bot.cards import next_deadline
from bot.commands.call import Answer, Call
from bot.commands.deeds import Act, Asked, Deed
from bot.commands.whisper import whisper
from bot.sentences import Sentence
from storage.changes import record
from storage.errors import AlreadyHandledError, NoSuchTicketError
from storage.inbox import handle_once
from storage.tickets import StoredTicket, get_ticket, text_of
from triage.change import Change
from triage.errors import Refusal
from triage.event import Kind

# Customers and requesters may write and ask for escalation: triage tells whose act it is and what comes of it.
OPEN_TO_ALL = {"update", "escalate"}


async def perform(call: Call, deed: Deed, number: int, answers: dict[str, str]) -> Answer:
    """Carry out `deed` on a ticket. The same act a second time (`call.key`) does nothing and is a success."""
    desk = call.desk

    def transaction(session: Session) -> tuple[StoredTicket, Change]:
        if call.key:
            handle_once(session, desk.organisation_id, call.key, call.now)
        stored = get(session, call, number)
        change = deed.act(Act(call, stored, session, answers))
        after = record(session, stored, change, call.now)
        if call.by_mention:
            record(session, after, Change((), (whisper(call, said(call, deed.name, after, change)),)), call.now)
        return after, change

    try:
        stored, change = await desk.write(transaction)
    except AlreadyHandledError:
        return Answer(Card(call.speech("done.already", number=number)), quiet=True, is_planned=call.by_mention)
    return Answer(Card(said(call, deed.name, stored, change)), quiet=bool(change), is_planned=call.by_mention)


def get(session: Session, call: Call, number: int, *, lock: bool = True) -> StoredTicket:
    """The ticket of that number, if this person may know of it: a customer only knows their own."""
    try:
        stored = get_ticket(session, call.desk.organisation_id, number, lock=lock)
    except NoSuchTicketError:
        raise Refusal("no_such_ticket", number=number) from None
    if not may_see(call, stored):
        raise Refusal("no_such_ticket", number=number)
    return stored


def may_see(call: Call, stored: StoredTicket) -> bool:
    """Whether the person may know that the ticket exists."""
    account = call.desk.directory.accounts.get(call.actor.id)
    if account is None or not account.is_external or call.actor.is_staff:
        return True
    customer = stored.conversation("customer")
    here = customer is not None and customer.channel == call.channel
    return here or stored.ticket.requester == call.actor.id


def said(call: Call, verb: str, stored: StoredTicket, change: Change) -> Sentence:
    """What the person who acted is told: the thing done, with the deadline it set."""
    speech, ticket = call.speech, stored.ticket
    if not change:
        key = f"unchanged.{verb}"
        return speech(key if speech.has(key) else "done.already", number=stored.number)
    kinds = {event.kind for event in change.events}
    if Kind.ESCALATION_ASKED in kinds:
        return speech("done.escalation_asked", number=stored.number)
    if Kind.CUSTOMER_WROTE in kinds:
        return speech("done.customer_wrote", number=stored.number)
    given = next((event for event in change.events if event.kind is Kind.UPDATED), None)
    if verb == "update" and given is not None:
        verb = "promise" if "promise" in given.data else "logged" if given.data.get("elsewhere") else verb
    if verb == "category" and any("reported_at" in event.data for event in change.events):
        verb = "became_incident"
    until = None
    if verb == "wait" and ticket.waiting is not None:
        verb, until = f"wait_{ticket.waiting.what}", ticket.waiting.until
    # The time that this deed was about: a ticket may well have all of them.
    times = {
        "promise": ticket.promise, "logged": given.at if given is not None else None, "restored": ticket.restored_at,
        "relapsed": ticket.down_since, "reported": ticket.reported_at, "became_incident": ticket.reported_at,
    }  # fmt: skip
    values = {
        "number": stored.number,
        "command": call.command,
        "level": ticket.level,
        "severity": ticket.severity or "-",
        "category": speech(f"category.{ticket.category}") if ticket.category else "",
        "at": times.get(verb),
        "chase": speech("done.chase", at=until) if until is not None else (),
        "role": call.desk.directory.level_role(ticket.level, speech),
        "next": next_deadline(speech, ticket, call.now),
    }
    return speech(f"done.{verb}", **values)


async def ask(call: Call, deed: Deed, number: int) -> Answer:
    """The form of a deed; refused here already where the person may not. A button's value may be the id of a text of
    this ticket, which the form then begins with."""
    written = call.answers.get("value", "")

    def read(session: Session) -> tuple[StoredTicket, str]:
        stored = get(session, call, number, lock=False)
        return stored, text_of(session, stored, int(written)) if written.isdigit() else ""

    stored, draft = await call.desk.database.read(read)
    if call.actor.is_staff or deed.name not in OPEN_TO_ALL:
        call.actor.require(deed.name)
    speech = call.speech
    form = Form(
        verb=deed.name,
        title=speech.text(f"form.{deed.name}", number=number),
        submit=speech.text(f"button.{deed.name}"),
        close=speech.text("button.cancel"),
        fields=deed.fields(Asked(call.desk.directory, speech, stored.ticket, call.now, draft)),
        context={"number": str(number), "channel": call.channel, "version": str(stored.ticket.version)},
    )
    return Answer(form=form)
