"""What goes on beside the tickets that are followed: somebody has a ticket made of a message by a reaction, which is
deferred work; somebody else leaves notes and is to be forgotten."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass, field

from tests.chaos.people import People
from tests.chaos.posts import SLACK
from tests.chaos.stage import UNREACHED, Chat, Query, Stage
from tests.chaos.verdict import Verdict

MOST_OPENED = 6
OPENED = (
    "select t.number, b.text from event e join ticket t on t.id = e.ticket_id join body b on b.id = e.body_id"
    " where e.seq = 1"
)
KEPT = (
    "select 'body', text from body union all select 'event', cast(actor as text) from event"
    " union all select 'outbox', cast(data as text) from outbox where state in ('pending', 'claimed')"
)
WRITTEN = re.compile(r"n\d{4}forgetme")


@dataclass
class Besides:
    """Priya writes, Ana reacts with :ticket:; Benoît leaves notes."""

    chat: Chat
    people: People
    rng: random.Random
    #: The words of the messages that were reacted on, and whether the reaction was answered for.
    asked: dict[str, bool] = field(default_factory=dict)
    notes: int = 0

    def __post_init__(self) -> None:
        self.priya, self.benoit = self.people.named("Priya"), self.people.named("Benoît")
        self.desk = self.people.desks[SLACK]

    async def act(self) -> None:
        """One of the two."""
        if self.rng.random() < 0.5 and len(self.asked) < MOST_OPENED:
            await self._has_one_made()
        else:
            await self._leaves_a_note()

    async def _has_one_made(self) -> None:
        word = self.people.word()
        text = f"The portal answers nobody {word}"
        said = await self.chat.post("message", channel=self.desk, user=self.priya, text=text)
        if said.get("ts"):
            self.asked[word] = False
            done = await self.chat.post(
                "reaction", channel=self.desk, ts=said["ts"], user=self.people.ana, name="ticket"
            )  # fmt: skip
            self.asked[word] = bool(done["ok"]) and done.get("status") == 200

    async def _leaves_a_note(self) -> None:
        numbers = [each.number for each in self.people.tickets if each.number is not None and not each.did("resolve")]
        if numbers:
            self.notes += 1
            text = f"note {self.rng.choice(numbers)} mine alone n{self.notes:04d}forgetme"
            await self.chat.post("command", channel=self.desk, user=self.benoit, command="/ticket", text=text)

    def judge(self, query: Query, verdict: Verdict) -> None:
        """Each message that was reacted on, and whose reaction was answered for, is one ticket; none is two."""
        opened = query(OPENED)
        for word, was_answered in self.asked.items():
            numbers = [number for number, text in opened if word in text]
            self.people.others.update(numbers)
            verdict.noted["made of a message"] += bool(numbers)
            if len(numbers) > 1:
                verdict.add("recorded twice", f"{word}: tickets {numbers}")
            if was_answered and not numbers:
                verdict.add("lost", f"a reaction asked for a ticket of {word}")


async def forget_to_the_end(stage: Stage, people: People, verdict: Verdict) -> None:
    """However often forgetting was broken off, once it has come to its end nothing is left."""
    benoit = people.named("Benoît")
    for _ in range(3):  # he may have been known anew, and have written again, while he was being forgotten
        if await stage.tool("forget", f"slack:{benoit}", "--yes").run() != 0:
            break
    await stage.chat.settle()
    left = [
        (where, text) for where, text in stage.query(KEPT) if WRITTEN.search(text or "") or text == f"slack:{benoit}"
    ]
    for where, text in left:
        verdict.add("not forgotten", f"{where}: {text[:120]}")


async def act_besides(besides: Besides) -> None:
    """What they do is no part of a command's time."""
    try:
        await besides.act()
    except UNREACHED:
        await asyncio.sleep(0.05)
