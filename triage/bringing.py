"""A ticket comes from another help desk: as history where it was closed there, to be worked on where it was not.

Its clocks count as they would have counted here. What had fallen due by then is put on record and said to nobody; of
what was over by then no figure counts it as kept or missed (`triage.cycles.that_fell_here`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from triage.change import Change
from triage.checks import event
from triage.due import decide_past
from triage.errors import Refusal
from triage.event import Event, Fact
from triage.facts.elsewhere import Referenced
from triage.facts.owning import Assigned
from triage.facts.sorting import Opened
from triage.facts.state import Resolved, Restored, Waited
from triage.facts.telling import Noted, Updated
from triage.fold import fold
from triage.instants import whole_second
from triage.keys import ELSEWHERE, key_of
from triage.people import Actor, Role
from triage.policy import Policy
from triage.referring import Elsewhere, reference_text
from triage.sorting import severity_of
from triage.terms import Category
from triage.text import LONGEST_SUMMARY, LONGEST_TEXT, clean, cut, cut_at_word

IMPORT = Actor(key_of(ELSEWHERE, "import"), frozenset({Role.AGENT}))
"""Who opens what is brought from another help desk: nobody who could be told anything."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)  # by which the clock of another machine may be wrong
ROUNDS = 50  # in which all is found that had fallen due: what was said once may fall due again


@dataclass(frozen=True, slots=True)
class Brought:
    """A ticket as another help desk has it."""

    #: Its number there, and the link that may lead to it.
    ref: Elsewhere
    #: What it is about.
    summary: str
    #: When the customer reported it.
    reported_at: datetime
    #: What was written when it was opened.
    description: str = ""
    #: What kind of request it is; None: nobody said.
    category: Category | None = None
    #: 1, 2 or 3; None: nobody said.
    severity: int | None = None
    #: What it waits for: `customer`, `vendor` or `maintenance`; None: for nothing.
    waits: str | None = None
    #: When the customer was first answered; None: nobody knows.
    answered_at: datetime | None = None
    #: When service was back; None: it is not, or nobody knows.
    restored_at: datetime | None = None
    #: When it was closed; None: it is open.
    resolved_at: datetime | None = None
    #: Who has it, by key; None: nobody.
    owner: str | None = None
    #: Whose trouble it is, by key; None: that of nobody known.
    requester: str | None = None
    #: The customer's name; None: nobody's.
    customer: str | None = None
    #: What the desk wrote for itself.
    notes: str = ""
    #: What was said when it was closed.
    resolution: str = ""


def check(brought: Brought, now: datetime) -> None:
    """Raises `Refusal` where it tells of no ticket that could be."""
    if not clean(brought.summary):
        raise Refusal("no_summary")
    if brought.reported_at > now + AHEAD:
        raise Refusal("reported_in_future", at=brought.reported_at)
    if brought.reported_at < EARLIEST:
        raise Refusal("too_long_ago", verb="reported", at=brought.reported_at)
    for at in (brought.answered_at, brought.restored_at, brought.resolved_at):
        if at is not None and at < brought.reported_at:
            raise Refusal("too_early", verb="restored", at=at, earliest=brought.reported_at)
        if at is not None and at > now + AHEAD:
            raise Refusal("in_future", verb="restored", at=at)
    reference_text(brought.ref)


def bring(
    policy: Policy, now: datetime, brought: Brought, *, answered: str, waits: str,
    plan: str | None = None, region: str | None = None,
) -> Change:  # fmt: skip
    """What puts it on record. `plan` and `region` are the customer's; `answered` and `waits` say for the timeline that
    it was answered, or waited, there. Raises `Refusal`."""
    check(brought, now)
    now = whole_second(now)
    category, severity = brought.category, brought.severity
    if category is None and severity is not None:
        category = Category.INCIDENT
    severity = severity_of(category, severity)
    confirmed = category is not None and (severity is not None or category is not Category.INCIDENT)
    terms = policy.terms(category, severity if confirmed else None, plan=plan, region=region, confirmed=confirmed)
    reported = min(whole_second(brought.reported_at), now)
    opened = Opened(
        terms=terms.unrated, confirmed=confirmed, reported_at=reported, requester=brought.requester or IMPORT.id,
        customer=brought.customer, brought=True,
    )  # fmt: skip
    events = [event(IMPORT, now, opened, at=reported, text=_text(brought)), *_by_then(brought, now, answered)]
    if brought.resolved_at is None:  # before what is known of it today, so that a timeline ends with that
        events = _with_past(events, now)
    return Change(tuple(_with_past([*events, *_today(brought, now, waits)], now)))


def _text(brought: Brought) -> str:
    """The summary on a line of its own, then the rest; a summary that is too long stands in the rest in full."""
    summary, description = " ".join(clean(brought.summary).split()), clean(brought.description)
    if len(summary) > LONGEST_SUMMARY:
        summary, description = cut_at_word(summary, LONGEST_SUMMARY), f"{summary}\n{description}"
    return f"{summary}\n{cut(description)}".strip()


def _by_then(brought: Brought, now: datetime, answered: str) -> list[Event]:
    """What is known to have moved its clocks there, and when."""
    last = _last(brought, now)
    found: list[Event] = []
    if brought.answered_at is not None:
        at = min(whole_second(brought.answered_at), last)
        found.append(event(IMPORT, now, Updated(elsewhere=True), at=at, text=answered))
    if brought.restored_at is not None:
        found.append(event(IMPORT, now, Restored(), at=min(whole_second(brought.restored_at), last)))
    return found


def _today(brought: Brought, now: datetime, waits: str) -> list[Event]:
    """How it stands, since nobody knows when; of a closed one, how it stood at its end."""
    found: list[tuple[Fact, str | None]] = [(Referenced(), reference_text(brought.ref))]
    if brought.owner is not None:
        found.append((Assigned(brought.owner, accepted=True), None))
    if clean(brought.notes):
        found.append((Noted(), cut(brought.notes, LONGEST_TEXT)))
    if brought.resolved_at is not None:
        found += [(Updated(resolved=True), cut(brought.resolution, LONGEST_TEXT) or None), (Resolved(), None)]
    elif brought.waits is not None:
        found.append((Waited(brought.waits), waits))
    last = _last(brought, now)
    return [event(IMPORT, now, fact, at=last, text=text) for fact, text in found]


def _last(brought: Brought, now: datetime) -> datetime:
    return now if brought.resolved_at is None else min(whole_second(brought.resolved_at), now)


def _with_past(events: list[Event], now: datetime) -> list[Event]:
    """The events, with those of what had fallen due by then."""
    for _ in range(ROUNDS):
        ticket = fold(replace(each, seq=seq) for seq, each in enumerate(events, 1))
        past = decide_past(ticket, now)
        if not past:
            break
        events = [*events, *past.events]
    return events
