"""`open-from`: open a ticket from what a customer wrote. A button beside the line that points it out to the desk."""

from __future__ import annotations

from sqlmodel import Session

from bot.verbs.base.call import Answer, Call
from bot.verbs.base.verb import ButtonOn, StandaloneVerb
from bot.verbs.engine.access import sees_all
from storage.deferred import Work, WorkKind, defer
from storage.messages import number_of_message
from triage import rights
from triage.errors import Refusal


async def open_from_message(call: Call) -> Answer:
    """Plan deferred work that opens the ticket. The button's value is `CHANNEL:MESSAGE`; that message has to be read
    first."""
    if not sees_all(call):  # it stands in the desk's channel, and names a message of any other
        rights.require(call.actor, "channels")
    channel, _, message = call.answers.get("value", "").rpartition(":")
    desk = call.desk

    def transaction(session: Session) -> None:
        if desk.customers.of_channel(session, channel) is None:
            raise Refusal("unknown_button")  # the line points out what customers write, and nothing else
        number = number_of_message(session, desk.organisation_id, channel, (message,))
        if number is not None:
            raise Refusal("message_has_ticket", number=number)
        data = {"channel": channel, "message": message}
        defer(session, desk.organisation_id, Work(WorkKind.OPEN_FROM, call.actor.id, data), call.now)

    if not (channel and message):
        raise Refusal("unknown_button")
    await desk.write(transaction)
    return Answer()


OPEN_FROM = StandaloneVerb(
    name="open-from", button_on=ButtonOn.BESIDE, answer=open_from_message, press=open_from_message, is_typed=False
)
