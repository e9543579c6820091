"""People at work while the bot dies: what each of them did, when, and what they were told of it."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.posts import SLACK, TEAMS, Json
from tests.chaos.stage import Chat

MINUTE = 60
FAR = 9e12

# What an answer says when the thing was done.
DONE = {
    "new": r"#(\d+) is open", "take": r"is yours", "update": r"was given", "promise": r"Promised on",
    "wait": r"is waiting", "resolve": r"is resolved", "escalate": r"is at Level (\d)",
    "note": r"was added",
}  # fmt: skip
IN_DOUBT = "this may be on record, or not"
WORDS = {
    "update": "We are on it", "note": "for us", "resolve": "replaced it", "wait": "the customer restarts it",
    "escalate": "impact has grown",
}  # fmt: skip


@dataclass
class Action:
    """Something that somebody did between `t0` and `t1`, with `word` in its text. `acked`: they were told that it is
    done; whether it `happened` is worked out at the end, and for what was done in Teams, where answers and second tries
    come when they come, when that was."""

    verb: str
    word: str
    t0: float
    t1: float = FAR
    acked: bool = False
    value: float = 0.0
    happened: bool = False
    platform: str = SLACK


@dataclass
class Ticket:
    """A ticket as the people know it. `root` is the message that carries the customer's thread."""

    word: str
    severity: int
    customer: bool
    actions: list[Action] = field(default_factory=list)
    number: int | None = None
    root: str | None = None
    is_busy: bool = False

    def did(self, *verbs: str) -> bool:
        return any(action.verb in verbs for action in self.actions)


class People:
    """An engineer who commands and a manager who reacts, wherever the desk is; a customer who answers in Slack."""

    def __init__(self, chat: Chat, rng: random.Random, state: Json, most: int) -> None:
        self.chat, self.rng, self.most = chat, rng, most
        self.tickets: list[Ticket] = []
        self.told_nothing_happened: list[str] = []
        self.answered = 0  # how often somebody was told that what they did is done
        self.others: set[int] = set()  # the numbers of tickets that nobody here follows
        # Whoever is on both is named by their account in Slack everywhere: the workspace knows who that is in Teams.
        ids = {person["name"].split()[0]: person["id"] for person in reversed(state["users"])}
        self._ids: dict[str, str] = ids
        self.ana, self.marcus, self.carla = ids["Ana"], ids["Marcus"], ids["Carla"]
        self.desks: dict[str, str] = {c["platform"]: c["id"] for c in state["channels"] if c["kind"] == "desk"}
        self.acme = next(c["id"] for c in state["channels"] if c["name"] == "ext-acme")
        self._words = 0

    def named(self, first: str) -> str:
        """The id of somebody by their first name."""
        return self._ids[first]

    def acknowledged(self) -> int:
        """How much somebody was told that it is done."""
        return sum(action.acked for ticket in self.tickets for action in ticket.actions)

    async def act(self) -> None:
        """One thing that somebody does."""
        rng = self.rng
        known = [ticket for ticket in self.tickets if ticket.is_busy or ticket.number is not None]
        is_open = [ticket for ticket in known if not ticket.did("resolve")]
        if len(is_open) < 4 or (len(is_open) < self.most and rng.random() < 0.2):
            await self._open()
            return
        free = [ticket for ticket in is_open if not ticket.is_busy and ticket.number is not None]
        if not free:
            return
        ticket = rng.choice(free)
        ticket.is_busy = True
        try:
            await self._do(ticket, rng.choices(*zip(*_likely(ticket).items(), strict=True))[0])
        finally:
            ticket.is_busy = False

    async def _open(self) -> None:
        rng = self.rng
        ticket = Ticket(self.word(), rng.choice((1, 1, 2, 2, 3)), rng.random() < 0.4, is_busy=True)
        self.tickets.append(ticket)
        where = self.acme if ticket.customer else self._somewhere()
        await self._command(ticket, "new", f"new sev{ticket.severity} Trouble {ticket.word}", ticket.word, where)
        if not ticket.actions:
            self.tickets.remove(ticket)
        ticket.is_busy = False

    async def _do(self, ticket: Ticket, verb: str) -> None:
        word, number = self.word(), ticket.number
        if verb == "answer":
            await self._answer(ticket, word)
        elif verb == "react":
            await self._react(ticket, word)
        elif verb == "promise":
            minutes = self.rng.choice((12, 25, 40, 70))
            text = f"promise {number} in {minutes} min We look again {word}"
            await self._command(ticket, verb, text, word, self._somewhere(), minutes * MINUTE)
        elif verb == "take":
            await self._command(ticket, verb, f"take {number}", word, self._somewhere())
        else:
            await self._command(ticket, verb, f"{verb} {number} {WORDS[verb]} {word}", word, self._somewhere())

    async def _command(  # noqa: PLR0917  who, what, where
        self, ticket: Ticket, verb: str, text: str, word: str, channel: str, value: float = 0.0
    ) -> None:
        action = Action(verb, word, self.chat.now, value=value)
        ticket.actions.append(action)
        done = await self.chat.post("command", channel=channel, user=self.ana, command="/ticket", text=text)
        action.t1 = self.chat.now
        if channel == self.desks.get(TEAMS):
            action.platform = TEAMS
            await self._wait_until_told(ticket, action, done)
            return
        if not (done["ok"] and done.get("ts")):
            return  # nobody answered: it may have happened or not
        said = await self._said(channel, done["ts"])
        if IN_DOUBT in said:
            return
        found = re.search(DONE[verb], said)
        if found is None:  # refused, or told that nothing was changed: then nothing may be on record
            ticket.actions.remove(action)
            self.told_nothing_happened.append(word)
            return
        action.acked = True
        self.answered += 1
        if verb == "new":
            ticket.number = int(found[1])

    async def _wait_until_told(self, ticket: Ticket, action: Action, done: Json) -> None:
        """In Teams the answer is a message of its own: it comes at once, or once the bot lives again. What is refused
        is not told apart from that: it may have happened or not."""
        for _ in range(8):
            seen = await self.chat.messages(self.desks[TEAMS], self.ana, after=str(done.get("ts") or "~"))
            if action.verb == "new" and ticket.number is None:
                cards = (everything(one) for one in seen if is_card(one, None) and action.word in everything(one))
                ticket.number = next((int(found[1]) for text in cards if (found := re.search(r"#(\d+) ", text))), None)
            answers = (one["text"] for one in seen if one.get("ephemeral_for"))
            if ticket.number is not None and any(
                f"#{ticket.number} " in text.replace("*", " ") and re.search(DONE[action.verb], text)
                for text in answers
            ):
                action.acked = True
                self.answered += 1
                return
            await asyncio.sleep(0.25)

    def _somewhere(self) -> str:
        """The desk's channel on one of its platforms."""
        return self.rng.choice(list(self.desks.values()))

    async def _said(self, channel: str, ts: str) -> str:
        after = f"{float(ts) - 0.00001:.6f}"
        seen = await self.chat.messages(channel, self.ana, after=after)
        return next((everything(message) for message in seen if message["ts"] == ts), "")

    async def _event(self, ticket: Ticket, verb: str, word: str, call: str, **body: Any) -> None:
        action = Action(verb, word, self.chat.now)
        action.platform = TEAMS if body["channel"] == self.desks.get(TEAMS) else SLACK
        ticket.actions.append(action)
        done = await self.chat.post(call, **body)
        action.t1, action.acked = self.chat.now, bool(done["ok"]) and done.get("status") == 200

    async def _answer(self, ticket: Ticket, word: str) -> None:
        if ticket.root is None:
            for message in await self.chat.messages(self.acme, self.carla):
                text = everything(message).replace("*", " ")
                if f"#{ticket.number} " in text and not (message.get("thread_ts") or message.get("ephemeral_for")):
                    ticket.root = message["ts"]
        if ticket.root is not None:
            await self._event(
                ticket, "answer", word, "message", channel=self.acme, user=self.carla,
                text=f"It is still down here {word}", thread_ts=ticket.root,
            )  # fmt: skip

    async def _react(self, ticket: Ticket, word: str) -> None:
        desk = self._somewhere()
        seen = await self.chat.messages(desk, self.ana)
        card = next((message for message in seen if is_card(message, ticket.number)), None)
        if card is not None:
            await self._event(
                ticket, "react", word, "reaction", channel=desk, ts=card.get("id", card["ts"]), user=self.marcus,
                name="rotating_light",
            )  # fmt: skip

    def word(self) -> str:
        """A word that nothing else holds."""
        self._words += 1
        return f"w{self._words:04d}{self.rng.choice('abcdefgh')}x"


def _likely(ticket: Ticket) -> dict[str, float]:
    """What is done to a ticket, and how often. Some things only once, so that they can be told apart."""
    climbed = ticket.did("react", "escalate")
    return {
        "update": 3, "promise": 1.5, "note": 0.5, "resolve": 0.5, "take": 0 if ticket.did("take") else 1.5,
        "wait": 0 if ticket.did("wait") else 1.5, "react": 0 if climbed else 1, "escalate": 0 if climbed else 0.7,
        "answer": 3 if ticket.customer else 0,
    }  # fmt: skip


def everything(message: Json) -> str:
    """All text of a message: fallback and blocks."""
    found = [message.get("text") or ""]

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(message.get("blocks") or [])
    return "\n".join(found)


def is_card(message: Json, number: int | None) -> bool:
    """Whether it is the card of that ticket; None: of any."""
    blocks = message.get("blocks") or []
    top = message.get("thread_ts") in (None, message["ts"]) and not message.get("ephemeral_for")
    named = number is None or f"#{number} " in everything(message)
    return bool(blocks) and blocks[0]["type"] == "header" and top and named
