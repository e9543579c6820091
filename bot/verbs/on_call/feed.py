"""`oncall feed`: the address under which the rota can be read as a calendar. It is shown once, and to whoever asked."""

from __future__ import annotations

from functools import partial

from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.on_call.agreeing import OF_OTHERS
from bot.wording.sentences import Typed
from storage.rota_feed import end_feed, give_feed, new_token
from triage import rights

OFF = {"off", "none", "stop", "fin", "aucun"}


async def feed(call: Call, words: str) -> Answer:
    """A new address, after which an earlier one is worth nothing; `off` ends it."""
    rights.require(call.actor, OF_OTHERS)
    desk, word = call.desk, words.strip().lower()
    if word in OFF:
        ended = await desk.write(partial(end_feed, organisation_id=desk.organisation_id, desk_id=desk.desk_id))
        return sentence_answer(call.speech("on_call.feed_ended" if ended else "on_call.feed_none"))
    token = new_token()
    give = partial(
        give_feed, organisation_id=desk.organisation_id, desk_id=desk.desk_id, token=token, by=call.actor.id,
        now=call.now,
    )  # fmt: skip
    await desk.write(give)
    address = f"{desk.state.address()}/oncall/{token}.ics"
    return sentence_answer(call.speech("on_call.feed", address=Typed(address), command=call.command))
