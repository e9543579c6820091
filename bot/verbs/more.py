"""What the card has no button for: picked in a form, which then asks what that needs."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.verbs import DEEDS
from bot.verbs.call import Answer, Call
from bot.verbs.carry_out import ask, get, goes_on
from bot.verbs.explaining import why
from bot.wording.card import Field, Form
from bot.wording.cards import menu_verbs
from storage.tickets import StoredTicket
from triage import rights
from triage.errors import Refusal
from triage.ticket import Ticket

MORE = ("why", "category", "snooze", "reported", "link", "unlink", "merge", "customer", "edit", "take-back")


async def ask_more(call: Call) -> Answer:
    """The form that offers them, without what makes no sense now."""
    number = _number(call)
    rights.require(call.actor, "more")

    def read(session: Session) -> StoredTicket:
        return goes_on(session, get(session, call, number, lock=False))

    stored = await call.desk.database.read(read)
    speech = call.speech
    options = tuple(
        (verb, speech.text(f"more.{verb}"))
        for verb in MORE
        if _makes_sense(verb, stored.ticket) and rights.may(call.actor, verb)
    )
    what = Field("what", "choice", speech.text("field.more"), required=True, options=options)
    return Answer(form=Form(
        "more", speech.text("form.more", number=number), speech.text("button.go_on"), speech.text("button.cancel"),
        (what,), context={"number": str(number), **call.carried},
    ))  # fmt: skip


def _makes_sense(verb: str, ticket: Ticket) -> bool:
    """Whether it can be done with the ticket as it stands, and is not in the card's own menu."""
    if verb in menu_verbs(ticket) or (verb == "unlink" and not ticket.links):
        return False
    deed = next((deed for deed in DEEDS if deed.name == verb), None)
    return ticket.is_open or deed is None or deed.any_time


async def go_on(call: Call) -> Answer:
    """What was picked: its own form, or its answer."""
    number, verb = _number(call), call.answers.get("what", "")
    if verb not in MORE:
        raise Refusal("unknown_button")
    if verb == "why":
        return await why(replace(call, words=str(number)))
    return await ask(call, next(deed for deed in DEEDS if deed.name == verb), number)


def _number(call: Call) -> int:
    if call.number is None:
        raise Refusal("unknown_button")
    return call.number
