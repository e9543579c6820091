"""`more`: what the card has no button for. A button, whose form offers them and then asks what that needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import ButtonOn, StandaloneVerb, SubmittedForm, TicketVerb
from bot.verbs.engine.access import access_ticket, require_unmerged
from bot.verbs.engine.ask_form import ask_form
from bot.wording.card import Field, FieldKind, Form
from bot.wording.card_buttons import menu_verbs
from storage.tickets import StoredTicket
from triage import rights
from triage.errors import Refusal
from triage.ticket import Ticket

Offered = TicketVerb | StandaloneVerb


def more_of(verbs: Sequence[Offered]) -> StandaloneVerb:
    """The verb `more`, which offers `verbs` in this order."""
    offered = {verb.name: verb for verb in verbs}
    submit = SubmittedForm(submit=partial(_go_on, offered=offered), first="what")
    ask = partial(_ask, offered=offered)
    return StandaloneVerb(
        name="more", button_on=ButtonOn.MENU, answer=ask, press=ask, forms={"more": submit}, is_typed=False
    )


async def _ask(call: Call, offered: Mapping[str, Offered]) -> Answer:
    """The form that offers those verbs that make sense for the ticket now."""
    number = _number(call)
    rights.require(call.actor, "more")

    def read(session: Session) -> StoredTicket:
        return require_unmerged(session, access_ticket(session, call, number, lock=False))

    stored = await call.desk.database.read(read)
    speech = call.speech
    options = tuple(
        (name, speech.text(f"more.{name}"))
        for name, verb in offered.items()
        if _makes_sense(verb, stored.ticket) and rights.may(call.actor, name)
    )
    what = Field("what", FieldKind.CHOICE, speech.text("field.more"), required=True, options=options)
    return Answer(form=Form(
        "more", speech.text("form.more", number=number), speech.text("button.go_on"), speech.text("button.cancel"),
        (what,), context={"number": str(number), **call.carried},
    ))  # fmt: skip


def _makes_sense(verb: Offered, ticket: Ticket) -> bool:
    """Whether the verb can be done to the ticket as it stands, and is not in the card's menu already."""
    if verb.name in menu_verbs(ticket):
        return False
    return isinstance(verb, StandaloneVerb) or (verb.offered(ticket) and (ticket.is_open or verb.on_resolved))


async def _go_on(call: Call, offered: Mapping[str, Offered]) -> Answer:
    """Go on with the verb that was picked: its form, or its answer."""
    number, verb = _number(call), offered.get(call.answers.get("what", ""))
    match verb:
        case None:
            raise Refusal("unknown_button")
        case StandaloneVerb():
            return await verb.answer(replace(call, words=str(number)))
        case TicketVerb():
            return await ask_form(call, verb, number)


def _number(call: Call) -> int:
    if call.number is None:
        raise Refusal("unknown_button")
    return call.number
