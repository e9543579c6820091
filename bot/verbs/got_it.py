"""`got-it`: the test of the escalation reached somebody. A button beside the message that tests it."""

from __future__ import annotations

from functools import partial

from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, StandaloneVerb
from storage.test_pings import answer_test
from triage.errors import Refusal


async def got_it(call: Call) -> Answer:
    """A contact says that the message reached them."""
    test = call.answers.get("value", "")
    if not test:
        raise Refusal("unknown_button")
    desk = call.desk
    record = partial(
        answer_test, organisation_id=desk.organisation_id, test=test, person=call.actor.id, now=call.now
    )  # fmt: skip
    return sentence_answer(call.speech("setup.got_it" if await desk.write(record) else "setup.got_it_already"))


GOT_IT = StandaloneVerb(
    name="got-it", button_on=ButtonOn.BESIDE, answer=got_it, press=got_it, is_typed=False
)  # fmt: skip
