"""`queue`: the desk's open tickets in the policy's order of work."""

from __future__ import annotations

from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import StandaloneVerb
from bot.verbs.list import LIST_LIMIT, listed_row
from bot.wording.card import Card, Element, Line
from storage.work_queue import queue as ordered
from triage import rights


async def queue(call: Call) -> Answer:
    """The desk's open tickets in the policy's order of work."""
    rights.require(call.actor, "queue")
    desk, speech = call.desk, call.speech
    rows, total = await desk.database.read(
        lambda session: ordered(
            session, desk.organisation_id, desk.desk_id, desk.policy.queue, limit=LIST_LIMIT, platform=desk.platform
        )
    )
    if not rows:
        return sentence_answer(speech("list.none_open", command=desk.command))
    heading = speech("list.queue", count=total)
    elements: list[Element] = [listed_row(call, row) for row in rows]
    if total > len(rows):
        elements.append(Line(speech("list.more", command=desk.command), small=True))
    return Answer(Card(heading, (Line(heading), *elements)))


QUEUE = StandaloneVerb(name="queue", aliases=("file",), answer=queue)
