"""The work is done, was never needed, or begins again (policy: Resolve)."""

from __future__ import annotations

from datetime import datetime

from triage import rights
from triage.change import Change
from triage.checks import closing, event, must_be_open, must_be_resolved, must_go_on, past
from triage.contents.to_customer import ReopenedContent, ResolvedContent
from triage.errors import Refusal
from triage.event import Event
from triage.facts.sorting import Dismissed
from triage.facts.state import Reopened, Resolved, Restored
from triage.facts.telling import Updated
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice, NoticeKind
from triage.people import Actor
from triage.pressing import falls_to
from triage.restoring import it_is_over
from triage.stale import Stale
from triage.terms import PRESSING
from triage.text import checked
from triage.ticket import Ticket


def resolve(
    ticket: Ticket, actor: Actor, now: datetime, text: str | None = None, restored_at: datetime | None = None,
    *, by_reaction: bool = False,
) -> Change:  # fmt: skip
    """The work is done: the customer is told, all clocks stop. Service counts as restored then, or `restored_at` where
    it was back before; where that is on record already, it stays as it is. `by_reaction`: it can be taken off again."""
    rights.require(actor, "resolve")
    must_go_on(ticket)
    if ticket.resolved_at is not None:
        return Change()
    must_be_open(ticket)
    text = checked(text) or None
    back: tuple[Event, ...] = ()
    if restored_at is not None and ticket.outage.restored_at is None:
        back = (event(actor, now, Restored(), at=past(ticket.down_since, now, restored_at, "restored")),)
    events = (
        *back,
        event(actor, now, Updated(resolved=True), text=text),
        event(actor, now, Resolved(by_reaction=by_reaction)),
    )
    told = Notice(ResolvedContent(actor.id), Audience.CUSTOMER, body=text)
    return Change(events, (told, *it_is_over(ticket, actor, whole_second(now), "resolved"), CARD))


def dismiss(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """What was taken in by itself is no ticket: no clock runs, and no figure ever counts it."""
    rights.require(actor, "dismiss")
    if ticket.dismissed_at is not None:
        return Change()
    must_be_open(ticket)
    if not ticket.automatic or ticket.confirmed:
        raise Refusal("not_automatic")
    return Change((event(actor, now, Dismissed()),), (CARD,), (Stale(kinds=frozenset({NoticeKind.RECEIPT})),))


def reopen(ticket: Ticket, actor: Actor, now: datetime, *, counts: bool | None) -> Change:
    """Open it again; `counts`: it was never fixed, so the closed span counts. None is refused with both choices. The
    channel hears of it where it is pressing."""
    rights.require(actor, "reopen")
    must_be_resolved(ticket)
    if counts is None:
        raise Refusal("reopen_which")
    told = Notice(ReopenedContent(actor.id, counts), Audience.CUSTOMER)
    fact = Reopened(counts)
    aloud: tuple[Notice, ...] = ()
    if ticket.severity in PRESSING:
        named = None if ticket.ownership.is_accepted else ticket.severity
        fact = Reopened(counts, shown=True, falls_to=named)
        aloud = (closing(actor, whole_second(now), "reopened"),) if named is None else falls_to(actor, named)
    return Change((event(actor, now, fact),), (told, *aloud, CARD))
