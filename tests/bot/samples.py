"""Tickets in every state and every notice about them, made by the policy itself, for tests of what is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.desk.directory import Directory
from bot.desk.policy_file.reactions import REACTIONS
from bot.wording.notices import Saying
from bot.wording.phrase_book import PhraseBook
from bot.wording.speech import Speech, speech
from bot.wording.view import View
from storage.accounts import Account
from storage.conversations import Conversation
from storage.tickets import StoredTicket
from tests.factories import AGENT, MANAGER, NOW, REQUESTER
from triage import awaiting, escalation, owning, rating, resolving, restoring, updating
from triage.agenda import agenda
from triage.change import Change
from triage.desk import Desk, Roles
from triage.due import decide_due
from triage.event import Event
from triage.fold import fold
from triage.levels import LEVELS
from triage.linking import Numbered
from triage.merging import merge
from triage.mirror import heard
from triage.notice import Notice
from triage.opening import open_ticket
from triage.people import Actor, Role
from triage.policy import Policy
from triage.snoozing import snooze
from triage.suggesting import Suggestion
from triage.terms import Category
from triage.ticket import Ticket

CUSTOMER = Actor("slack:UCUSTOMER", frozenset({Role.CUSTOMER}))
PEOPLE = {
    AGENT.id: "Ana",
    MANAGER.id: "Marcus",
    REQUESTER.id: "Rui",
    CUSTOMER.id: "Carla",
    "slack:ULEAD": "Priya",
    "slack:UADMIN": "Ada",
}
POLICY = Policy(
    desk=Desk(channels=("slack:CDESK",), customer_channels={"slack:CACME": "Acme"}),
    levels=(replace(LEVELS[0], contacts=(MANAGER.id,)), *LEVELS[1:]),
    roles=Roles(agents=(AGENT.id,), leads=("slack:ULEAD",), managers=(MANAGER.id,), admins=("slack:UADMIN",)),
    reactions=REACTIONS,
)
READERS = {"en": speech("en", "Europe/London"), "fr": speech("fr", "Europe/Paris")}
DESK_SIDE = Conversation(1, "slack", "slack:CDESK", "desk", "1.0", "1.0")
CUSTOMER_SIDE = Conversation(2, "slack", "slack:CACME", "customer", "2.0", None)


def people_called(names: Mapping[str, str], policy: Policy = POLICY) -> PhraseBook:
    """The people of the desk in words, under these names."""
    return PhraseBook(directory_of(names, policy))


def directory_of(names: Mapping[str, str], policy: Policy = POLICY) -> Directory:
    """The people of the desk, under these names; the customer is from outside."""
    accounts = {who: Account(who, name, is_external=who == CUSTOMER.id) for who, name in names.items()}
    return Directory(policy, accounts)


@dataclass
class Story:
    """A ticket as it goes: `does` records what was decided, `view` and `saying` show it as it then stands."""

    now: datetime = NOW
    number: int = 42
    people: PhraseBook = field(default_factory=lambda: people_called(PEOPLE))
    events: list[Event] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    notices: list[tuple[Notice, int | None]] = field(default_factory=list)
    conversations: tuple[Conversation, ...] = (DESK_SIDE, CUSTOMER_SIDE)

    @property
    def ticket(self) -> Ticket:
        """The ticket at this moment."""
        return fold(self.events)

    def does(self, change: Change) -> Story:
        """Put a change on record, its texts beside it."""
        assert change, "nothing was decided"
        for event in change.events:
            self.events.append(replace(event, seq=len(self.events) + 1, body_id=self._keep(event.text), text=None))
        apart = any(place.side == "customer" for place in self.conversations)
        said = heard(change.notices, self.ticket.requester, apart=apart)
        self.notices += [(notice, self._keep(notice.body)) for notice in said]
        return self

    def later(self, minutes: float) -> Story:
        """Move on; what falls due on the way is planned at its own instant."""
        until = self.now + timedelta(minutes=minutes)
        while (due := agenda(self.ticket)) and due[0].at <= until:
            self.now = max(self.now, due[0].at)
            self.does(decide_due(self.ticket, self.now))
        self.now = until
        return self

    def away(self, minutes: float) -> Story:
        """Move on like an outage: what fell due meanwhile is planned at the end."""
        self.now += timedelta(minutes=minutes)
        return self.does(decide_due(self.ticket, self.now))

    def _keep(self, text: str | None) -> int | None:
        if not text:
            return None
        self.texts[len(self.texts) + 1] = text
        return len(self.texts)

    @property
    def stored(self) -> StoredTicket:
        """The ticket as storage hands it out."""
        return StoredTicket(1, 1, 1, self.number, tuple(self.events), self.ticket, self.conversations)

    def view(self, reader: Speech) -> View:
        """The ticket as that reader is shown it."""
        return View(self.stored, self.texts, self.people, reader, self.now)

    def saying(self, notice: Notice, body: str, reader: Speech, *, repeated: bool = False) -> Saying:
        """A notice about to be said about the ticket as it stands."""
        return Saying(self.view(reader), notice.content, body, "/ticket", repeated)


SUGGESTED = Suggestion("incident", None, 2, ("network",), 0.93, ("Link down", "Since noon"))
FOR_BILLING = Suggestion("redirect", "billing", None, (), 0.71, ("Link",))
UNSURE = Suggestion("inquiry", None, 3, (), 0.31, ())


def opened(
    summary: str = "Link down in Sydney",
    *,
    actor: Actor = AGENT,
    severity: int | None = 1,
    category: Category | None = None,
    description: str | None = "Since noon",
    customer: str | None = "Acme",
    skills: tuple[str, ...] = ("network",),
    requested_date: datetime | None = None,
    automatic: bool = False,
    people: PhraseBook | None = None,
    requester: Actor = CUSTOMER,
    apart: bool = True,
    suggestion: Suggestion | None = None,
) -> Story:
    """A ticket that was just opened. `apart`: its customer reads in a thread of their own."""
    places = (DESK_SIDE, CUSTOMER_SIDE) if apart else (DESK_SIDE,)
    story = Story(people=people or people_called(PEOPLE), conversations=places)
    return story.does(
        open_ticket(
            POLICY, actor, story.now, summary=summary, category=category, severity=severity, description=description,
            customer=customer, skills=skills, requested_date=requested_date, requester=requester.id,
            automatic=automatic, suggestion=suggestion,
        )
    )  # fmt: skip


def taken(story: Story) -> Story:
    """... and taken by the agent."""
    return story.does(owning.take(story.ticket, AGENT, story.now))


def handed_over(story: Story, group: str = "slack:S1NETOPS") -> Story:
    """... and in the hands of a group."""
    return story.does(owning.hand_to_group(story.ticket, AGENT, story.now, group))


def waiting(
    story: Story, what: str = "customer", text: str = "Need the traceroute", hours: float = 8, question: str = ""
) -> Story:
    """... and waiting."""
    until = story.now + timedelta(hours=hours)
    return story.does(awaiting.wait(story.ticket, AGENT, story.now, text, what=what, until=until, question=question))


def promised(story: Story, text: str | None = "We look into it", hours: float = 1) -> Story:
    """... and with a promise open."""
    until = story.now + timedelta(hours=hours)
    return story.does(updating.promise(story.ticket, AGENT, story.now, until, text))


def restored(story: Story, text: str | None = "Moved to the other port") -> Story:
    """... and with service back."""
    return story.does(restoring.restored(story.ticket, AGENT, story.now, None, text))


def resolved(story: Story, text: str | None = "The port is replaced") -> Story:
    """... and done."""
    return story.does(resolving.resolve(story.ticket, AGENT, story.now, text))


def rated(story: Story) -> Story:
    """... and its customer was not satisfied."""
    return story.does(rating.rate(story.ticket, CUSTOMER, story.now, good=False, text="It took days"))


def snoozed(story: Story) -> Story:
    """... with its warnings held back."""
    return story.does(snooze(story.ticket, AGENT, story.now, story.now + timedelta(hours=1)))


def merged(story: Story, into: int = 40) -> Story:
    """... and merged into another of the same customer."""
    one, other = Numbered(story.number, story.ticket), Numbered(into, opened().ticket)
    return story.does(merge(one, other, AGENT, story.now, POLICY)[0])


def climbed(story: Story, levels: int = 1, reason: str = "The impact has grown") -> Story:
    """... and escalated so many levels."""
    for _ in range(levels):
        story.does(escalation.escalate(story.ticket, AGENT, story.now, reason, sure=True))
    return story


STATES: dict[str, Callable[[], Story]] = {
    "new": opened,
    "new without anything": lambda: opened(description=None, customer=None, skills=()),
    "claimed by a customer": lambda: opened(actor=CUSTOMER, severity=2),
    "not sorted yet": lambda: opened(actor=CUSTOMER, severity=None),
    "taken in by itself": lambda: opened(actor=CUSTOMER, severity=None, automatic=True),
    "suggested": lambda: opened(actor=CUSTOMER, severity=None, suggestion=SUGGESTED),
    "suggested beside a claim": lambda: opened(actor=CUSTOMER, severity=2, suggestion=SUGGESTED),
    "not for the desk": lambda: opened(actor=CUSTOMER, severity=None, suggestion=FOR_BILLING),
    "asked what it is": lambda: opened(actor=CUSTOMER, severity=None, suggestion=UNSURE),
    "inquiry": lambda: opened(severity=None, category=Category.INQUIRY),
    "provisioning": lambda: opened(
        severity=None, category=Category.PROVISIONING, requested_date=NOW + timedelta(days=3)
    ),
    "taken": lambda: taken(opened()),
    "in the hands of a group": lambda: handed_over(taken(opened())),
    "promised": lambda: promised(taken(opened())),
    "waiting for the customer": lambda: waiting(taken(opened())),
    "waiting for an answer": lambda: waiting(taken(opened()), question="Which floor is it?"),
    "waiting for a vendor": lambda: waiting(taken(opened()), "vendor"),
    "response breached": lambda: opened().later(20),
    "breached for long": lambda: opened().later(13 * 60),
    "after an outage": lambda: opened().away(5 * 60),
    "restored": lambda: restored(taken(opened())),
    "resolved": lambda: resolved(taken(opened())),
    "asked how it went": lambda: resolved(taken(opened())).later(120),
    "answered how it went": lambda: rated(resolved(taken(opened())).later(120)),
    "resolved late": lambda: resolved(opened().later(7 * 60)),
    "resolved without an answer": lambda: resolved(opened(), None),
    "snoozed": lambda: snoozed(taken(opened())),
    "merged": lambda: merged(opened()),
    "level 1": lambda: climbed(taken(opened())),
    "level 3": lambda: climbed(opened(), 3),
}
