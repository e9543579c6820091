"""More falls due in one channel than it takes in five minutes, and the bot is killed again and again while it says that
in digests: each ticket is said by itself or in a digest, and no digest twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections import Counter
from collections.abc import Callable

from tests.chaos.people import People, everything
from tests.chaos.posts import SLACK
from tests.chaos.stage import UNREACHED, Stage
from tests.chaos.verdict import Verdict, notice_of

TICKETS, AT_ONCE = 330, 10
AWAY = 20.0  # minutes: a response of severity 2 is overdue after fifteen
DIGEST = re.compile(r"\*(\d+) tickets? (?:is|are) due here")
SAID_IN = (
    "select t.number, o.said_in, d.state, d.message_id from outbox o join ticket t on t.id = o.ticket_id"
    " join outbox d on d.id = o.said_in"
)
BREACHED = (
    "select t.number from event e join ticket t on t.id = e.ticket_id"
    " where e.kind = 'breached' and e.clock = 'response'"
)


async def kill_in_a_crowd(
    stage: Stage, verdict: Verdict, *, kills: int, seed: int, is_enough: Callable[[], bool]
) -> int:
    """How many processes were killed."""
    rng, chat, cluster = random.Random(seed), stage.chat, stage.cluster  # noqa: S311  chance, no secret
    people, done, told = People(chat, rng, await chat.state(), 0), 0, set[int]()
    for _ in range(0, TICKETS, AT_ONCE):
        told |= {number for number in await asyncio.gather(*(_open(people) for _ in range(AT_ONCE))) if number}
    for program in cluster.programs:
        done += await program.end()
    await chat.advance(AWAY, jump=True)
    await cluster.restart(*cluster.programs)
    while done < kills and not is_enough():
        going = asyncio.create_task(_time_goes_on(stage, rng))
        await asyncio.sleep(rng.uniform(0.2, 3.0))
        victim = rng.choice(cluster.programs)
        done += await victim.end()
        await going
        await cluster.restart(victim)
        await chat.take_notes()
    for _ in range(40):
        if await chat.settle(1):
            break
        await chat.take_notes()
        await chat.advance(1)
    await chat.take_notes()
    verdict.noted["killed: in a crowd"] += done
    _judge(stage, people.desks[SLACK], told, verdict)
    return done


async def _open(people: People) -> int | None:
    """The number of a new ticket, as whoever opened it was told."""
    desk, chat = people.desks[SLACK], people.chat
    text = f"new sev2 Crowd {people.word()}"
    done = await chat.post("command", channel=desk, user=people.ana, command="/ticket", text=text)
    after = f"{float(done.get('ts') or 0) - 0.00001:.6f}"
    seen = await chat.messages(desk, people.ana, after=after)
    said = next((everything(message) for message in seen if message["ts"] == done.get("ts")), "")
    found = re.search(r"#(\d+) is open", said)
    return int(found[1]) if found else None


async def _time_goes_on(stage: Stage, rng: random.Random) -> None:
    with contextlib.suppress(*UNREACHED):
        await stage.chat.advance(rng.uniform(0.2, 1.5))


def _judge(stage: Stage, desk: str, told: set[int], verdict: Verdict) -> None:
    posts = [post for post in stage.chat.posts.values() if post["channel"] == desk]
    digests = {post["ts"]: int(found[1]) for post in posts if (found := DIGEST.search(everything(post)))}
    rows = stage.query("select message_id from outbox where kind = 'digest' and state = 'sent'")
    sent = [message for (message,) in rows]
    said_in = stage.query(SAID_IN)
    alone = Counter(
        (said.number, said.kind, said.clock, said.due) for post in posts if (said := notice_of(post)) is not None
    )
    verdict.noted["digests"] += len(digests)
    verdict.noted["said in digests"] += len(said_in)
    verdict.noted["tickets in a crowd"] += len(told)
    if len(digests) != len(sent) or set(digests) != set(sent):
        verdict.add("twice", f"digests posted {sorted(digests)}, on record {sorted(sent)}")
    for key, times in alone.items():
        if times > 1:
            verdict.add("twice", f"{key} said {times} times")
    for number, _, state, message in said_in:
        if state != "sent" or message not in digests:
            verdict.add("missing", f"#{number} was to be said in a digest that was not: {state}")
    overdue = {number for (number,) in stage.query(BREACHED)}
    if told - overdue:
        verdict.add("missing", f"on no record as overdue: {sorted(told - overdue)[:9]}")
    heard = {number for number, *_ in said_in} | {n for n, kind, *_ in alone if kind in ("breach", "catch-up")}
    if told - heard:
        verdict.add("missing", f"overdue, and never said: {sorted(told - heard)[:9]}")
    for message, counted in digests.items():
        tickets = {number for number, _, _, where in said_in if where == message}
        if counted != len(tickets):
            verdict.add("missing", f"a digest says {counted} tickets and stands for {len(tickets)}")
    left = stage.query("select count(*) from outbox where state not in ('sent', 'dropped')")[0][0]
    if left:
        verdict.add("unsent", f"{left} rows")
    if not digests:
        verdict.add("no digest", "the crowd was said one by one")
