"""`channel`: what becomes a ticket in a customer's channel."""

from __future__ import annotations

from sqlmodel import Session

from bot.desk.binding import called
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import Records, StandaloneVerb
from bot.verbs.reading.marks import bare
from bot.wording.card import Card, Element, Line
from storage.intake import AUTO, MANUAL, OFF, intake_modes, set_intake
from triage import rights
from triage.errors import Refusal

MODES = {
    "auto": AUTO, "automatic": AUTO, "automatique": AUTO, "manual": MANUAL, "manuel": MANUAL, "off": OFF,
    "arrêt": OFF, "arret": OFF,
}  # fmt: skip


async def channel(call: Call) -> Answer:
    """`channel` shows what becomes a ticket, here or in every customer's channel; `channel auto|manual|off` sets it."""
    desk = call.desk
    words = bare(call.words).lower()
    if not words:
        rights.require(call.actor, "channels")
        return await _shown(call)
    rights.require(call.actor, "channel")
    mode = MODES.get(words)
    if mode is None:
        raise Refusal("no_such_mode", text=call.words[:60])

    def transaction(session: Session) -> str:
        customer = desk.customers.of_channel(session, call.channel)
        if customer is None:
            raise Refusal("not_customers_channel")
        set_intake(session, desk.organisation_id, call.channel, mode, call.actor.id, call.now)
        return customer.name

    said = call.speech(f"intake.set_{mode}", customer=await desk.write(transaction))
    if mode == AUTO and not desk.limits.hears_all:
        said = (*said, " ", *call.speech("intake.if_heard", platform=called(desk.platform)))
    return sentence_answer(said)


async def _shown(call: Call) -> Answer:
    speech, customers = call.speech, await call.desk.database.read(call.desk.customers.channels)
    known = await call.desk.database.read(lambda session: intake_modes(session, call.desk.organisation_id))
    if call.channel in customers:
        mode = known.get(call.channel, MANUAL)
        sentence = speech(f"intake.is_{mode}", customer=customers[call.channel], command=call.command)
        return sentence_answer(sentence)
    if not customers:
        raise Refusal("no_customers_channels")
    lines: list[Element] = [
        Line(speech(f"intake.is_{known.get(each, MANUAL)}", customer=name, command=call.command))
        for each, name in sorted(customers.items(), key=lambda item: item[1].lower())
    ]
    return Answer(Card(speech("intake.brief"), (Line(speech("intake.brief")), *lines[:40])))


CHANNEL = StandaloneVerb(name="channel", aliases=("canal",), answer=channel, records=Records.WITH_WORDS)
