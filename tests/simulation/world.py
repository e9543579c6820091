"""The engine itself: real storage, the real planning pass, the real delivery, whose messages are composed as they are
for a chat and read by who is named in them. Time is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any, TypeVar

import pytest
from sqlalchemy import event
from sqlmodel import Session

from bot.commands.reactions import Reaction, react
from bot.desk.binding import Binding
from bot.desk.directory import Directory
from bot.desk.now import Now
from bot.desk.policy_file.reactions import REACTIONS
from bot.desk.runtime import DeskRuntime
from bot.desk.state import DeskState
from bot.outbound.compose import compose
from bot.outbound.message import Message
from bot.verbs.engine.answered import answered
from bot.verbs.engine.reopened import without_who_left
from bot.wording.card import Buttons, Card, Line
from bot.wording.sentences import Mention, Named
from scheduler import deadlines
from scheduler.delivery import Delivery
from scheduler.desk_agenda import DeskAgenda
from scheduler.desk_duties import DeskAtWork
from scheduler.pacing import Pacer, Rate
from scheduler.sender import Drop, Result, Retry, Sent
from storage.absences import Absence, set_absence
from storage.accounts import Account, save_accounts
from storage.assigning import find_owner, for_new
from storage.changes import record, record_opening
from storage.database import Database
from storage.deadlines import next_due_at
from storage.groups import Group, save_groups
from storage.outbox import Outgoing
from storage.quiet_hours import set_quiet_hours
from storage.tickets import StoredTicket, get_ticket_by_id
from storage.working_hours import copied, save_working_hours
from storage.writing import note_writing
from tests.factories import CARD_PLACE, Home, make_home
from tests.simulation import people as who
from tests.simulation.hours import ZONE
from tests.simulation.model import Said
from triage.assignment import Assignment, Mode
from triage.change import Change
from triage.contents.deadlines import (
    BreachContent,
    ChaseContent,
    FallsToContent,
    ProposalContent,
    UnacknowledgedContent,
    WarningContent,
)
from triage.contents.privately import EndorsedContent, PickReasonContent, PrivateContent, StandsContent
from triage.contents.rating import RatedContent
from triage.contents.to_desk import (
    CustomerWroteContent,
    EscalatedContent,
    EscalationUndoneContent,
    NobodyContent,
    OfferedContent,
)
from triage.desk import Desk, Roles
from triage.errors import Refusal
from triage.facts.owning import Assigned, Offered, Unassigned
from triage.hours import Calendar, Hours
from triage.levels import LEVELS
from triage.notice import Content, NoticeKind
from triage.people import Actor
from triage.policy import Policy
from triage.rota import Rota, Turns
from triage.terms import Climbing
from triage.ticket import Ticket

Answer = TypeVar("Answer")
#: What is compared. The rest is delivered without being read.
READ = {
    NoticeKind.WARNING, NoticeKind.BREACH, NoticeKind.CATCH_UP, NoticeKind.PROPOSAL, NoticeKind.UNACKNOWLEDGED,
    NoticeKind.ESCALATED, NoticeKind.ESCALATION_ASKED, NoticeKind.FALLS_TO, NoticeKind.CUSTOMER_WROTE,
    NoticeKind.OFFERED, NoticeKind.NOBODY, NoticeKind.ESCALATION_UNDONE, NoticeKind.PICK_REASON, NoticeKind.ENDORSED,
    NoticeKind.STANDS, NoticeKind.REFUSAL, NoticeKind.ANSWER, NoticeKind.CHASE,
    NoticeKind.RATING, NoticeKind.RATED,
}  # fmt: skip
ANNOUNCED = {"quiet_over", "shift_ends", "left_open", "returned"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def policy(mode: Mode = Mode.OFF, climbing: Climbing = Climbing.PROPOSE) -> Policy:
    """The default rules, with the people of `tests.simulation.people`."""
    shifts: dict[str, Hours] = {
        person: Calendar(ZONE.key, {day: [[f"{begin:02}:00", f"{end:02}:00"]] for day in DAYS[:days]})
        for person, (begin, end, days) in who.SHIFTS.items()
    }
    return Policy(
        desk=Desk(channels=("slack:CDESK",), timezone=ZONE.key),
        roles=Roles(who.AGENTS, who.LEADS, None, (who.ADMIN,)),
        levels=tuple(replace(each, contacts=named) for each, named in zip(LEVELS, who.LEVELS, strict=True)),
        shifts=shifts,
        rota=Rota((Turns(who.ROTA, who.ROTA_STARTS, time(9), ZONE.key),)),
        skills=dict(who.SKILLS),
        assignment=Assignment(mode),
        climbing=climbing,
        reactions=dict(REACTIONS),
    )  # fmt: skip


class Here(Database):
    """The real database, each transaction in this thread: nothing else runs meanwhile, and nothing waits for a disk."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _without_waiting, insert=False)

    async def write(self, transaction: Callable[[Session], Answer]) -> Answer:
        return self.write_now(transaction)

    async def read(self, query: Callable[[Session], Answer]) -> Answer:
        return self.read_now(query)


def _without_waiting(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


class Moved(Now):
    """The time of a simulated desk."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def __call__(self) -> datetime:
        return self.world.now


@dataclass
class World:
    """A desk that works, from one restart to the next."""

    url: str
    now: datetime
    policy: Policy
    home: Home = field(init=False)
    database: Here = field(init=False)
    said: list[tuple[int, Said]] = field(default_factory=list)
    absences: dict[str, Absence] = field(default_factory=dict)
    #: What a platform said of those who left at some time.
    accounts: dict[str, Account] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    #: What was said to people that is about no one ticket.
    announced: list[Said] = field(default_factory=list)
    #: How many reactions there were.
    reactions: int = 0
    #: From when to when people are not to be disturbed, in minutes after midnight, and when they said so.
    quiet: dict[str, tuple[int, int, datetime]] = field(default_factory=dict)
    #: The ids of all tickets.
    opened: list[int] = field(default_factory=list)
    #: Whom the card of each ticket proposes, by its id: what is on its button.
    shown: dict[int, str | None] = field(default_factory=dict)
    #: Something was recorded that may have to be said.
    is_news: bool = False

    def __post_init__(self) -> None:
        self.database = Here(self.url)
        self.home = self.database.write_now(make_home)
        self._save_group(who.BOARD, self.now)
        self._start()

    def _start(self) -> None:
        directory = self._directory()
        state = DeskState(self.policy, directory)
        of = self.home
        self.desk = DeskRuntime(of.organisation_id, of.desk_id, Binding("slack"), self.database, Moved(self), state)
        self.delivery = Delivery(self.database, {"slack": self}, Pacer({"slack": Rate(burst=100_000)}))
        self.agenda = DeskAgenda(self.database, self._at_work)
        self._read_people()
        self._copy_hours()

    def _copy_hours(self) -> None:
        hours = copied(self.desk.roster, self.now)
        self.database.write_now(lambda session: save_working_hours(session, self.home.organisation_id, hours))

    async def restart(self) -> None:
        """The program ends and starts again."""
        await self.database.close()
        self.database = Here(self.url)
        self.is_news = True
        self._start()
        if self.database.is_sqlite:  # as `scheduler.runner` begins
            await self.delivery.take_over(self.now)
            await self.delivery.drain()

    async def next_due(self) -> datetime | None:
        """When something falls due."""
        found = [await self.database.read(next_due_at), await self.agenda.next_at(self.now)]
        return min((at for at in found if at is not None), default=None)

    def _at_work(self) -> list[DeskAtWork]:
        return [self.at_work]

    def _directory(self) -> Directory:
        return Directory(
            self.policy, absences=dict(self.absences), accounts=dict(self.accounts), groups=dict(self.groups),
            quiet_hours=dict(self.quiet),
        )  # fmt: skip

    def _read_people(self) -> None:
        directory = self._directory()
        self.desk.directory = directory
        of = self.home
        self.at_work = DeskAtWork(of.organisation_id, of.desk_id, "slack:CDESK", directory.roster, self.policy)

    async def look(self, now: datetime) -> None:
        """Plan and say what is due."""
        if now.date() != self.now.date():
            self.now = now
            self._copy_hours()
        self.now = now
        due = await self.next_due()
        while self.is_news or (due is not None and due <= now):
            await self.agenda.run_once(now)
            _, failed = await deadlines.run_once(self.database, now, desks=self._at_work)
            assert not failed, "a ticket could not be planned"
            self.is_news = False
            while await self.delivery.run_once(now):
                pass
            due = await self.next_due()

    async def set_away(self, person: str, until: datetime | None, now: datetime) -> None:
        """Somebody is away; until `now`: back."""
        absence = self.absences[person] = Absence(until)
        await self.database.write(lambda session: set_absence(session, self.home.organisation_id, person, absence, now))
        self._read_people()

    async def set_active(self, person: str, now: datetime, *, is_active: bool) -> None:
        """The platform says that somebody has left, or is there again."""
        self.now = now
        account = self.accounts[person] = Account(person, person, is_active=is_active)
        await self.database.write(lambda session: save_accounts(session, self.home.organisation_id, [account], now))
        await self.desk.refresh_people()
        self._read_people()
        self.is_news = True

    async def set_group(self, people: tuple[str, ...], now: datetime) -> None:
        """The platform says who is in the user group."""
        self.now = now
        self._save_group(people, now)
        await self.desk.refresh_people()
        self._read_people()
        self.is_news = True

    def _save_group(self, people: tuple[str, ...], now: datetime) -> None:
        group, whose = Group(who.GROUP, "board", "The board", people=people), self.home.organisation_id
        self.groups = {group.key: group}
        self.accounts |= {each: Account(each, each) for each in who.BOARD}
        self.database.write_now(lambda session: save_groups(session, whose, [group], now))
        known = list(self.accounts.values())
        self.database.write_now(lambda session: save_accounts(session, whose, known, now))

    async def set_quiet(self, person: str, hours: tuple[int, int], now: datetime) -> None:
        """Somebody is not to be disturbed from one hour to another."""
        begin, end = (hour * 60 for hour in hours)
        self.quiet[person] = begin, end, now
        whose = self.home.organisation_id
        await self.database.write(lambda session: set_quiet_hours(session, whose, person, (begin, end), now))
        self._read_people()

    def write(self, ticket_id: int, person: str, now: datetime) -> None:
        """Somebody opens the form of an update."""
        whose = self.home.organisation_id
        self.database.write_now(lambda session: note_writing(session, whose, ticket_id, person, now))

    async def open(self, change: Change, now: datetime) -> int:
        """A ticket is opened; its id."""
        of, more = self.home, for_new(self.at_work, change.notices, now)

        def transaction(session: Session) -> StoredTicket:
            return record_opening(session, of.organisation_id, of.desk_id, change, [CARD_PLACE], now, more=more)

        stored = await self.database.write(transaction)
        self.is_news = True
        self.opened.append(stored.id)
        return stored.id

    async def act(self, ticket_id: int, by: Actor, now: datetime, decide: Callable[[Ticket], Change]) -> None:
        """Somebody does something, as `bot.verbs.engine.carry_out` does it."""

        def transaction(session: Session) -> StoredTicket:
            stored = self._stored(session, ticket_id, lock=True)
            change = answered(self.desk, stored, decide(stored.ticket), by, now)
            change = without_who_left(session, self.desk, stored, change, by, now)
            after = record(session, stored, change, now)
            return find_owner(session, self.desk, after, now, before=stored.ticket, said=change.notices)

        await self.database.write(transaction)
        self.is_news = True

    async def refused(self, ticket_id: int, decide: Callable[[Ticket], Change], code: str) -> None:
        """Somebody tries something, and is told why not."""
        stored = await self.database.read(partial(self._stored, ticket_id=ticket_id))
        with pytest.raises(Refusal) as refused:
            decide(stored.ticket)
        assert refused.value.code == code

    async def react(self, ticket_id: int, person: str, name: str, now: datetime, *, added: bool) -> None:
        """Somebody puts a reaction on the ticket's card, or takes it off."""
        stored = await self.database.read(partial(self._stored, ticket_id=ticket_id))
        card = stored.conversations[0].card_id
        assert card is not None
        self.reactions += 1
        reaction = Reaction(f"r{self.reactions}", person, name, CARD_PLACE.channel, card, added, on_ours=True)
        assert await react(self.desk, reaction, now), "the card is on record"
        self.is_news = True

    def actor(self, person: str) -> Actor:
        """Somebody, with their roles."""
        return self.desk.actor(person)

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """What `scheduler.sender.Sender` promises: the chat accepts everything, and we read along."""
        if item.kind in READ:
            composed = await compose(self.desk, item, now)
            if isinstance(composed, Drop | Retry):
                return composed
            if not isinstance(composed, Message):
                return Drop("it is not true any more")
            assert item.ticket_id is not None
            content = item.content
            if not (isinstance(content, CustomerWroteContent) and not content.named):
                self.said.append((item.ticket_id, _read(now, content, composed.card)))
        elif item.kind in ANNOUNCED:
            composed = await compose(self.desk, item, now)
            if isinstance(composed, Drop | Retry):
                return composed
            numbers = " ".join(map(str, item.data.get("numbers", ()))) or str(item.data.get("count", ""))
            self.announced.append(Said(now, item.kind, numbers, (item.data["person"],)))
        elif item.kind == NoticeKind.CARD and self.policy.assignment.mode is Mode.PROPOSE:
            composed = await compose(self.desk, item, now)
            if isinstance(composed, Message) and item.ticket_id is not None:
                self.shown[item.ticket_id] = _proposed(composed.card)
        return Sent(f"m{item.id}", item.channel)

    async def read_proposals(self) -> None:
        """Whom the engine has proposed for each ticket, as it is on record: a proposal is said to nobody."""
        for ticket_id in self.opened:
            stored = await self.database.read(partial(self._stored, ticket_id=ticket_id))
            known: str | None = None
            before: str | None = None
            for each in stored.events:
                if isinstance(each.fact, Assigned):
                    known, before = None, known
                elif isinstance(each.fact, Unassigned):
                    known = before
                elif isinstance(each.fact, Offered):
                    if each.fact.to is not None and each.fact.to != known:
                        self.said.append((ticket_id, Said(each.at, "proposed", "", (each.fact.to,))))
                    known = each.fact.to

    def _stored(self, session: Session, ticket_id: int, *, lock: bool = False) -> StoredTicket:
        return get_ticket_by_id(session, self.home.organisation_id, ticket_id, lock=lock)


def _read(now: datetime, content: Content, card: Card) -> Said:
    """What a message says, and whom it names."""
    what = ""
    match content:
        case WarningContent() | BreachContent():
            what = f"{content.clock} {content.step}"
        case ProposalContent() | UnacknowledgedContent() | ChaseContent():
            what = content.step
        case EscalatedContent() | EscalationUndoneContent() | PickReasonContent() | EndorsedContent():
            what = f"level {content.level}"
        case StandsContent():
            what = f"{content.verb} {content.why}"
        case RatedContent():
            what = "good" if content.good else "bad"
        case FallsToContent():
            what = f"severity {content.severity}"
    silently = isinstance(content, WarningContent | BreachContent) or content.KIND is NoticeKind.CATCH_UP
    kinds = (Mention, Named) if silently else (Mention,)
    sentence = next((each.sentence for each in card.elements if isinstance(each, Line)), ())
    if isinstance(content, OfferedContent):
        return Said(now, content.KIND.value, what, (content.to,))
    if isinstance(content, PrivateContent):
        return Said(now, content.KIND.value, what, (content.person,))
    if isinstance(content, NobodyContent):  # whoever did not answer is named behind the lead
        sentence = sentence[: next((n for n, part in enumerate(sentence) if isinstance(part, Mention | Named)), 0) + 1]
    named = sorted({part.person for part in sentence if isinstance(part, kinds)})
    return Said(now, content.KIND.value, what, tuple(named))


def _proposed(card: Card) -> str | None:
    """Whom a card proposes to give the ticket to."""
    buttons = (button for each in card.elements if isinstance(each, Buttons) for button in each.buttons)
    return next((button.value for button in buttons if button.verb == "assign" and button.value), None)


def utc(day: date, hour: int) -> datetime:
    """An instant at the desk."""
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)
