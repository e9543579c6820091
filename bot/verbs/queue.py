"""`queue`: the desk's open tickets in the policy's order of work."""

from __future__ import annotations

from bot.verbs.base.call import Answer, Call, sentence_answer
from bot.verbs.base.verb import ButtonOn, StandaloneVerb
from bot.verbs.list import offset_of, page_size, pager, shown
from bot.wording.card import Card, Line
from bot.wording.sentences import plain
from storage.work_queue import queue as ordered
from triage import rights


async def queue(call: Call) -> Answer:
    """The desk's open tickets in the policy's order of work."""
    return await _queued(call, 0)


async def queue_on(call: Call) -> Answer:
    """The next ones, or those before, behind a button."""
    return await _queued(call, offset_of(call.answers.get("value", "")))


async def _queued(call: Call, offset: int) -> Answer:
    rights.require(call.actor, "queue")
    desk, speech, size = call.desk, call.speech, page_size(call)
    rows, total = await desk.database.read(
        lambda session: ordered(
            session, desk.organisation_id, desk.desk_id, desk.policy.queue, limit=size, offset=offset,
            platform=desk.platform,
        )
    )  # fmt: skip
    if not rows and total:
        return await _queued(call, (total - 1) // size * size)  # there are fewer than there were
    if not rows:
        return sentence_answer(speech("list.none_open", command=desk.command))
    heading = speech("list.queue", count=total)
    more = offset + len(rows) < total
    elements = [*shown(call, rows, plain(heading))]
    if more or offset:
        page = speech("list.page_of", first=offset + 1, last=offset + len(rows), count=total)
        elements.append(Line(page, small=True))
    elements += pager(call, "queue", offset, more=more)
    return Answer(Card(heading, (Line(heading), *elements)))


QUEUE = StandaloneVerb(name="queue", aliases=("file",), button_on=ButtonOn.BESIDE, answer=queue, press=queue_on)
