"""`back`: ends `away`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.verbs.away import record_absence
from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, Records, StandaloneVerb
from storage.absences import Absence
from storage.assigning import look_at_queue
from triage import rights
from triage.errors import Refusal


async def back(call: Call) -> Answer:
    """`back`: ends `away`; what waited for somebody may go to them."""
    rights.require(call.actor, "back")
    if not call.desk.roster.is_away(call.actor.id, call.now):
        raise Refusal("not_away")
    await record_absence(call, Absence(call.now))
    await somebody_is_back(call)
    return replace(sentence_answer(call.speech("absence.back")), quiet=True)


async def somebody_is_back(call: Call) -> None:
    """What waited for somebody may go to whoever acts."""
    desk = call.desk
    look = partial(look_at_queue, desk=desk, organisation_id=desk.organisation_id, desk_id=desk.desk_id, now=call.now)
    await desk.write(look)


BACK = StandaloneVerb(
    name="back", aliases=("retour",), button_on=ButtonOn.PAGE, answer=back, press=back, records=Records.ALWAYS
)
