"""What the card has no button for: picked in a form, which then asks what that needs."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.card import Field, Form
from bot.commands.call import Answer, Call
from bot.commands.deeds import DEEDS
from bot.commands.explaining import why
from bot.commands.perform import ask, get, goes_on
from storage.tickets import StoredTicket
from triage.errors import Refusal

MORE = ("why", "note", "link", "unlink", "merge", "customer", "edit", "take-back")


async def ask_more(call: Call) -> Answer:
    """The form that offers them, without what makes no sense now."""
    number = _number(call)

    def read(session: Session) -> StoredTicket:
        return goes_on(session, get(session, call, number, lock=False))

    stored = await call.desk.database.read(read)
    pointless = set() if stored.ticket.links else {"unlink"}
    speech = call.speech
    options = tuple((verb, speech.text(f"more.{verb}")) for verb in MORE if verb not in pointless)
    what = Field("what", "choice", speech.text("field.more"), required=True, options=options)
    return Answer(form=Form(
        "more", speech.text("form.more", number=number), speech.text("button.go_on"), speech.text("button.cancel"),
        (what,), context={"number": str(number), "channel": call.channel},
    ))  # fmt: skip


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
