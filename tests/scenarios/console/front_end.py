"""A front end of 150 lines, on nothing but the protocol: people type verbs at a console, and read lines.

It shows what a platform has to bring: a way in (`type`, `react`), a `Transport`, and what the platform can do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count

from aiohttp import web

from bot.commands import dispatch
from bot.commands.intake import listen
from bot.commands.messages import Message
from bot.commands.reactions import Reaction, heed
from bot.desk.binding import Binding, Limits
from bot.desk.runtime import DeskRuntime
from bot.outbound.deferred import DeskWork
from bot.outbound.deliver import DeskSender
from bot.outbound.front_end import CannotStartError, Host
from bot.outbound.port import ForOne, Found, InChannel, InPlaceOf, MessageGoneError, Unknowable
from bot.verbs.base.call import Call
from bot.verbs.reading.verb_name import once
from bot.wording.card import Buttons, Card, Chart, Element, Facts, Fold, Heading, Line, Quote, Row, Table
from bot.wording.phrase_book import PhraseBook
from bot.wording.sentences import Mention, Sentence, plain
from scheduler.deferred import Performer
from scheduler.pacing import Rate
from scheduler.sender import GiveUp, Sender, Sent
from storage.accounts import Account, save_accounts
from storage.cause import Cause
from storage.outbox import Outgoing
from triage.keys import id_of, key_of

PLATFORM, ROOM, BESIDE = "console", "console:room", "console:beside"
# No forms, no looking back: the core asks for neither.
LIMITS = Limits(opens_forms=False, can_look_up=False, commands_in_threads=True)


@dataclass
class Said:
    """A message on the console."""

    channel: str
    root: str | None
    text: str
    only_for: str | None = None


@dataclass
class Screen:
    """Everything that was said, by id: a `bot.outbound.port.Transport`."""

    said: dict[str, Said] = field(default_factory=dict)
    _ids: count[int] = field(default_factory=lambda: count(1))

    def keep(self, said: Said) -> Sent:
        """Put a line on it."""
        message_id = f"m{next(self._ids)}"
        self.said[message_id] = said
        return Sent(message_id, said.channel)

    async def post(self, item: Outgoing, card: Card, where: InChannel, now: datetime) -> Sent:
        return self.keep(Said(where.channel, where.root_id, as_lines(card)))

    async def edit(self, item: Outgoing, card: Card, where: InPlaceOf, now: datetime) -> None:
        if where.message_id not in self.said:
            raise MessageGoneError(GiveUp(Cause.GONE, "there is no such line"))
        self.said[where.message_id].text = as_lines(card)

    async def delete(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> None:
        self.said.pop(message_id, None)

    async def private(self, item: Outgoing, card: Card, where: ForOne, now: datetime) -> Sent | None:
        return self.keep(Said(where.channel, where.root_id, as_lines(card), only_for=where.person))

    async def direct(self, item: Outgoing, person: str, now: datetime) -> str:
        return key_of(PLATFORM, f"with-{id_of(person)}")

    async def find_again(self, item: Outgoing, where: InChannel, now: datetime, *, besides: str = "") -> Found:
        return Unknowable()


class Console:
    """See `bot.outbound.front_end.FrontEnd`. `people` are who sits at it: by the id of each, their name and email."""

    platform = PLATFORM
    page = None
    is_embedded = False
    rate = Rate()

    def __init__(self, host: Host, people: Mapping[str, tuple[str, str | None]]) -> None:
        self.host = host
        self.people = people
        self.screen = Screen()
        self._joined: DeskRuntime | None = None
        self._acts = count(1)

    @property
    def desk(self) -> DeskRuntime:
        """The desk, seen from here."""
        if self._joined is None:
            raise CannotStartError("there is no desk to sit at")
        return self._joined

    @property
    def sender(self) -> Sender:
        return DeskSender(self.desk, self.screen)

    @property
    def performer(self) -> Performer:
        return DeskWork(self.desk, DeskSender(self.desk, self.screen), self)

    @property
    def desks(self) -> Sequence[DeskRuntime]:
        return [] if self._joined is None else [self._joined]

    async def message(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> None:
        """See `bot.outbound.reader.Reader`: a console keeps no history."""

    async def thread(self, channel: str, message_id: str) -> tuple[()]:
        """See Reader."""
        return ()

    def add_routes(self, app: web.Application) -> None:
        """See FrontEnd: nobody comes here by HTTP."""

    async def start(self) -> None:
        """See FrontEnd: sit down at the desk that another front end brought up."""
        desks = self.host.desks
        if desks.only is None:
            raise CannotStartError("there is no desk to sit at")
        self._joined = await desks.join(desks.only, ROOM, self, Binding(PLATFORM, "desk", _link, LIMITS))
        accounts = [Account(self.desk.key(who), name, email=email) for who, (name, email) in self.people.items()]
        save = partial(save_accounts, organisation_id=self.desk.organisation_id, accounts=accounts)
        await self.desk.write(partial(save, now=self.desk.now()))
        await self.desk.refresh_people()

    async def find(self, named: str) -> str | None:
        """See `bot.outbound.desk_start.Channels`: there is a room, and one beside it."""
        return named if named in (ROOM, BESIDE) else None

    def is_id(self, named: str) -> bool:
        """See `bot.outbound.desk_start.Channels`."""
        return named in (ROOM, BESIDE)

    async def listen(self) -> None:
        """See FrontEnd: `type` and `react` are called whenever somebody does."""

    async def refresh(self) -> None:
        await self.desk.catch_up()

    async def drain(self) -> None:
        """See FrontEnd: whatever is typed was answered when `type` came back."""

    async def stop(self) -> None:
        """See FrontEnd: there is nothing to let go of."""

    async def type(self, who: str, line: str) -> str:
        """Somebody types a line; what they alone are answered."""
        person, people, now = self.desk.person(who), PhraseBook(self.desk.directory), self.desk.now()
        answer = await dispatch.typed(
            Call(
                self.desk, self.desk.actor(person), people.reader(person), now, ROOM,
                words=once(line, self.desk.command), key=f"console:{next(self._acts)}:{now.isoformat()}",
            )
        )  # fmt: skip
        return "" if answer.card is None else as_lines(answer.card)

    async def say(self, who: str, text: str, below: str | None = None, channel: str = ROOM) -> str:
        """Somebody writes in the room, `below` another line; the id of theirs."""
        sent, now = self.screen.keep(Said(channel, below, text)), self.desk.now()
        key, root = f"said:{sent.message_id}:{now.isoformat()}", below or sent.message_id
        await listen(self.desk, Message(key, self.desk.person(who), channel, sent.message_id, root, text, now), now)
        return sent.message_id

    async def react(self, who: str, message_id: str, name: str, *, present: bool = True, channel: str = ROOM) -> None:
        """Somebody puts a reaction on a line, or takes it off."""
        act = f"reaction:{next(self._acts)}:{self.desk.now().isoformat()}"
        reaction = Reaction(act, self.desk.person(who), name, channel, message_id, added=present, on_ours=True)
        await heed(self.desk, reaction, self.desk.now(), self.desk.spawn)


def _link(channel: str, message_id: str, _root_id: str) -> str:
    return f"console://{id_of(channel)}/{message_id}"


def as_lines(card: Card) -> str:
    """A card as it reads on a console."""
    elements = card.elements or (Line(card.brief),)
    return "\n".join([*([card.title] if card.title else []), *map(_element, elements)])


def _words(sentence: Sentence) -> str:
    """A sentence; whoever is notified here has an @ before the name."""
    return "".join(f"@{p.name}" if isinstance(p, Mention) and p.account_on(PLATFORM) else plain((p,)) for p in sentence)


def _element(element: Element) -> str:
    match element:
        case Line(sentence, _):
            return _words(sentence)
        case Heading(text):
            return f"== {text}"
        case Quote(text):
            return f"> {text}"
        case Facts(rows, _):
            return "\n".join(f"{label}: {plain(value)}" for label, value in rows)
        case Table():
            return "\n".join(map(_element, element.as_rows()))
        case Chart():
            return f"[{element.title}]"
        case Row(title, state):
            return f"- {plain(title)}: {plain(state)}"
        case Fold(title, _, elements):
            return "\n".join([title, *map(_element, elements)])
        case Buttons(buttons, menu):
            return " ".join(f"[{button.label}]" for button in (*buttons, *menu))
