"""What programs are answered, field by field. The document that describes this front end is made of these classes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from triage.clock import ClockState
from triage.event import Kind
from triage.terms import Category, ClockKind
from triage.ticket import Status
from triage.why import Because


class Shape(BaseModel):
    """What all have in common."""

    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)


class Whoever(Shape):
    """A person, a group, a program, or Vigie itself."""

    key: str
    """By which they are told from others: `slack:U0123`."""
    name: str
    """What they are called."""


class TicketListed(Shape):
    """A ticket as lists show it."""

    number: int
    """What people call it by."""
    version: int
    """How many events it has: it changes with each."""
    status: Status
    """Where it stands."""
    category: Category | None
    """What kind of request it is; null: nobody has said."""
    severity: int | None
    """As it is in force, 1 to 3."""
    summary: str
    """What it is about; empty where that was erased."""
    customer: str | None
    """Whose it is."""
    requester: Whoever
    """Who asked for it."""
    assignee: Whoever | None
    """Who has it."""
    level: int
    """Of escalation, the highest that was reached; 0: none."""
    opened_at: datetime
    """When it was opened."""
    next_due_at: datetime | None
    """The earliest of its deadlines."""


class Clock(Shape):
    """One service clock of a ticket."""

    clock: ClockKind
    """Which one."""
    state: ClockState
    """Where it stands."""
    target_seconds: int
    """How long it may take, in its own hours."""
    started_at: datetime
    """From when it counts."""
    deadline: datetime | None
    """When it is due; null while it is paused, and where its hours never get that far."""
    ended_at: datetime | None
    """When it was met or stopped."""
    late: bool
    """Whether it was late at its end, else whether it is late now."""
    taken_seconds: int
    """How long it has taken, in its own hours."""
    over_seconds: int
    """How far it is, or was, beyond its deadline; 0: it is in time."""


class AgreementClocks(Shape):
    """The clocks of an agreement beside the customer's, such as a group's or a supplier's."""

    name: str
    """What the desk calls it."""
    clocks: list[Clock]
    """Those that it has."""


class Reference(Shape):
    """What a ticket is called elsewhere."""

    number: str
    """There."""
    link: str | None
    """Where it leads."""


class Ticket(TicketListed):
    """A ticket in full."""

    text: str
    """What it was opened with: its summary, then the rest."""
    claimed_severity: int | None
    """What a requester or customer said, which is not in force by itself."""
    confirmed: bool
    """Whether the desk has put category and severity in force."""
    group: Whoever | None
    """The group that has the work in hand."""
    skills: list[str]
    """What whoever works on it should know."""
    reported_at: datetime
    """When the customer reported it."""
    requested_date: datetime | None
    """By when a provisioning is wanted."""
    waiting_for: str | None
    """For whom or what it waits: `customer`, `vendor`, `maintenance`."""
    promised_until: datetime | None
    """By when the customer was promised to hear again."""
    snoozed_until: datetime | None
    """Warnings are held back until then."""
    restored_at: datetime | None
    """Since when service is back."""
    resolved_at: datetime | None
    """When the work was done."""
    links: list[int]
    """Tickets that it is linked with."""
    references: list[Reference]
    """What it is called in other systems; empty for whoever has no role at the desk."""
    merged_into: int | None
    """The ticket that goes on for it."""
    part_of: int | None
    """The major incident that it is part of."""
    policy_version: int
    """The version of the policy that it is held to."""
    clocks: list[Clock]
    """Its clocks."""
    agreements: list[AgreementClocks]
    """What holds on it beside them; empty for whoever has neither a role at the desk nor the work in hand."""


class Line(Shape):
    """One line of the sum behind a deadline."""

    because: Because
    """What it tells."""
    at: datetime | None
    """An instant, or where a stretch begins."""
    until: datetime | None
    """Where it ends."""
    seconds: int
    """What it adds, leaves out or has left, in the clock's own hours."""
    total: int
    """What has been counted so far."""
    event: int | None
    """The event that brought it about, by seq."""


class ExplainedClock(Clock):
    """A clock with how its deadline comes about."""

    lines: list[Line]
    """The sum, line by line: those that count add up to the target, and the last of them ends at the deadline."""
    explanation: list[str]
    """The same in words, in the caller's language and the desk's zone."""


class ExplainedAgreement(Shape):
    """The clocks of an agreement beside the customer's, explained."""

    name: str
    """What the desk calls it."""
    clocks: list[ExplainedClock]
    """Those that it has."""


class Clocks(Shape):
    """A ticket's clocks, explained."""

    number: int
    """The ticket."""
    clocks: list[ExplainedClock]
    """Those that it has."""
    agreements: list[ExplainedAgreement]
    """What holds on it beside them; empty for whoever has neither a role at the desk nor the work in hand."""


class Event(Shape):
    """Something that happened to a ticket. Never changed."""

    seq: int
    """Counted from 1, a ticket each."""
    at: datetime
    """When it happened."""
    recorded_at: datetime
    """When it was written down, which may be later."""
    by: Whoever
    """Who did it."""
    kind: Kind
    """What happened."""
    data: dict[str, Any]
    """What is known of it beyond that, by kind."""
    text: str | None
    """What was written with it; empty where that was erased."""
    text_id: int | None
    """By which that text is told from others."""


class TicketPage(Shape):
    """Some tickets of a list."""

    tickets: list[TicketListed]
    """In the list's order."""
    next_cursor: str | None
    """Where the next page begins; null: this is the last one."""


class EventPage(Shape):
    """Some events of a ticket."""

    events: list[Event]
    """In the order in which they were recorded."""
    next_cursor: str | None
    """Where the next page begins; null: there are no more at present."""


class Opened(Shape):
    """What became of a request to open a ticket."""

    result: Literal["opened", "added", "replayed"]
    """`added`: the caller had opened so many of late that it was added to their last one. `replayed`: this very request
    was carried out before, and nothing was opened now."""
    ticket: Ticket
    """The ticket as it is now."""


class Done(Shape):
    """What became of a verb."""

    result: Literal["done", "unchanged", "replayed"]
    """`unchanged`: it was so already. `replayed`: the very same request was carried out before, and nothing was done
    now."""
    message: str
    """The same in words, in the caller's language."""
    ticket: Ticket
    """The ticket as it is now."""
    events: list[Event]
    """What was recorded."""


class PolicyVersion(Shape):
    """One version of the policy, as it came into force."""

    version: int
    """Counted from 1."""
    saved_at: datetime
    """When it came into force."""
    saved_by: Whoever | None
    """Who changed it; null: a file, or Vigie."""
    changes: list[str]
    """The settings that differ from the version before, where they are known."""


class PolicyInForce(Shape):
    """The policy in force."""

    version: int
    """Which version it is."""
    policy: dict[str, Any]
    """In full, in a policy file's shape."""
    versions: list[PolicyVersion]
    """Every version on record, the newest first."""


class Kept(Shape):
    """Deadlines of one clock."""

    kept: int
    """How many were met in time."""
    missed: int
    """How many were not."""


class Figures(Shape):
    """Figures of closed facts: what was not asked for or has not ended counts as nothing."""

    since: datetime
    """From when on they count: the last seven days."""
    until: datetime
    """To when."""
    opened: int
    """How many tickets were opened."""
    resolved: int
    """How many were resolved."""
    deadlines: dict[ClockKind, Kept]
    """By clock, of tickets that were resolved: how their deadlines were kept."""
    satisfied: int
    """How many customers said that it went well."""
    not_satisfied: int
    """How many said that it did not."""


class ReportFigure(Shape):
    """One figure of a report. One that nothing went into is left out."""

    figure: str
    """Which: `opened`, `resolved`, `kept`, `missed`, `time_to`, `promises`, `ratings`, `open`, `waited`, `escalated`,
    `opened_at`; of agreements beside the customer's `agreement_kept`, `agreement_missed`, but in no customer's report;
    and of people `waited_by`, `resolved_by`, `open_of`."""
    of: str
    """Of what: a clock, a level, a person, a day of the week (1 is Monday), ...; empty: of everything."""
    by: str
    """Of what of that: a severity, an agreement, a reason, an hour, how it was measured; empty: of all of it."""
    value: float
    """How much; lengths of time in seconds."""


class Report(Shape):
    """What the tickets of some days came to: closed facts alone."""

    first: date
    """The first day, in the desk's zone."""
    last: date
    """The last one."""
    zone: str
    """That zone."""
    customer: str | None
    """Whose tickets alone; None: everybody's."""
    figures: list[ReportFigure]
    """The figures."""


class Health(Shape):
    """Whether what is promised is held."""

    ok: bool
    """Whether everything holds."""
    at: datetime
    """When that was looked at."""
    swept_at: datetime | None
    """When the clocks were last looked at."""
    audited_at: datetime | None
    """When the auditor last looked."""
    next_due: datetime | None
    """What is due next."""
    notices_waiting: int
    """How much of what was planned within a day waits to be said."""
    notices_failed: int
    """How much of it could not be delivered."""
    standing: dict[str, int]
    """What is wrong at this moment, by kind."""


class Choice(Shape):
    """Something that can be chosen."""

    value: str
    """What is sent."""
    label: str
    """What it is called."""


class FormField(Shape):
    """One thing that a verb takes."""

    name: str
    """By which it is sent."""
    kind: str
    """What it is: `line`, `text`, `choice`, `choices`, `instant`, `person`."""
    label: str
    """What it is called, in the caller's language."""
    hint: str
    """What helps to answer it."""
    required: bool
    """Whether nothing is done without it."""
    initial: str | None
    """What a form begins with; instants in unix seconds."""
    choices: list[Choice]
    """What can be chosen, for this ticket."""


class VerbForm(Shape):
    """What a verb takes for one ticket, as its form asks for it."""

    verb: str
    """Which one."""
    title: str
    """What stands over its form."""
    fields: list[FormField]
    """What it takes."""
