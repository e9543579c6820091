"""What people do to a ticket: each verb looks at the ticket and answers the change to record, or refuses.

`now` is the moment of acting; `at` where a verb takes it is when the thing really happened. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from triage import rights
from triage.change import Change
from triage.checks import (
    FURTHEST,
    changed,
    closing,
    event,
    future,
    must_be_down,
    must_be_open,
    must_be_resolved,
    must_be_restored,
    must_go_on,
    needed,
    past,
)
from triage.errors import Refusal
from triage.event import Event, Kind, stamp
from triage.instants import whole_second
from triage.notice import CARD, Audience, Notice, NoticeKind, Urgency
from triage.people import VIGIE, Actor, Role
from triage.policy import Policy
from triage.stale import Stale
from triage.terms import Category
from triage.text import checked, cut, one_line
from triage.thanks import is_thanks
from triage.ticket import Ticket

PRESSING = (1, 2)  # the severities that are said to somebody at once
NAME_AGAIN = timedelta(minutes=5)  # a customer who writes several messages notifies somebody once
WAITING_FOR = ("customer", "vendor", "maintenance")


def open_ticket(
    policy: Policy,
    actor: Actor,
    now: datetime,
    *,
    summary: str,
    category: Category | None = None,
    severity: int | None = None,
    description: str | None = None,
    reported_at: datetime | None = None,
    requester: str | None = None,
    customer: str | None = None,
    plan: str | None = None,
    skills: tuple[str, ...] = (),
    requested_date: datetime | None = None,
    automatic: bool = False,
) -> Change:
    """Open a ticket. What staff say is in force; what a requester or customer says is claimed (policy: Categories).
    `plan` is the customer's. `automatic`: nobody asked for it, so that it may turn out to be none."""
    rights.require(actor, "new")
    summary, description = one_line(summary), checked(description)
    if not summary:
        raise Refusal("no_summary")
    if severity is not None and category is None:
        category = Category.INCIDENT
    check_severity(category, severity)
    now = whole_second(now)
    reported = whole_second(reported_at) if reported_at else now
    if reported > now:
        raise Refusal("reported_in_future", at=reported)
    known = severity is not None if category is Category.INCIDENT else category is not None
    confirmed = actor.is_staff and known
    in_force = severity_of(category, severity) if confirmed else None
    terms = policy.terms(category, in_force, plan=plan, confirmed=confirmed)
    data: dict[str, Any] = {
        "terms": terms.to_data(),
        "confirmed": confirmed,
        "reported_at": stamp(past(None, now, reported, "reported")),
        "requester": requester or actor.id,
        "customer": customer,
        "skills": list(skills),
        "claimed": None if confirmed else severity,
    }
    pressing = in_force if confirmed else severity
    named = _falls_to(actor, data, pressing) if pressing in PRESSING else ()
    if automatic:
        data["automatic"] = True
    if requested_date is not None:
        if category is not Category.PROVISIONING:
            raise Refusal("requested_needs_provisioning")
        data["requested_date"] = stamp(future(now, requested_date, "requested", 5 * FURTHEST))
    opened = event(actor, now, Kind.OPENED, data, text=f"{summary}\n{description}" if description else summary)
    how = Urgency.USUAL if actor.is_staff else Urgency.AFTER if severity in PRESSING else Urgency.LAST
    said = (CARD, *named, Notice(NoticeKind.RECEIPT, Audience.CUSTOMER))
    # What nobody at the desk has looked at holds up nothing that somebody has.
    return Change((opened,), said if how is Urgency.USUAL else tuple(replace(each, urgency=how) for each in said))


def _falls_to(actor: Actor, data: dict[str, Any], severity: int | None) -> tuple[Notice, ...]:
    """Say at once whom a pressing ticket falls to; its event, whose `data` these are, knows that it was said."""
    data["falls_to"] = severity
    said = {"by": actor.id, "severity": severity}
    return (Notice(NoticeKind.FALLS_TO, Audience.DESK, said, broadcast=True),)


def check_severity(category: Category | None, severity: int | None) -> None:
    """Severity is 1, 2 or 3, only incidents have one to choose (policy: Categories)."""
    if severity is not None and severity not in (1, 2, 3):
        raise Refusal("no_such_severity", severity=severity)
    if severity is not None and category is Category.PROVISIONING:
        raise Refusal("severity_on_provisioning")
    if severity not in (None, 3) and category is Category.INQUIRY:
        raise Refusal("severity_on_inquiry")


def severity_of(category: Category | None, severity: int | None) -> int | None:
    """An inquiry is severity 3 by itself, provisioning has none."""
    if category is Category.INQUIRY:
        return 3
    return None if category is Category.PROVISIONING else severity


def take(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """The actor owns the ticket from now on, and the customer is told who that is: it meets response."""
    rights.require(actor, "take")
    must_be_open(ticket)
    if ticket.assignee == actor.id:
        return Change()
    owner = {"assignee": actor.id, "before": ticket.assignee}
    told = Notice(NoticeKind.TAKEN, Audience.CUSTOMER, {**owner, "by": actor.id})
    lost = () if ticket.assignee is None else (changed("taken_over", actor, before=ticket.assignee),)
    return Change((event(actor, now, Kind.ASSIGNED, {**owner, "acknowledged": True}),), (told, *lost, CARD))


def update(
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    text: str,
    *,
    at: datetime | None = None,
    promise_until: datetime | None = None,
    seen: bool = False,
) -> Change:
    """Tell the customer something. `at`: it was given elsewhere at that time, so it is logged and not sent again;
    `seen`: the customer can read it already, it was written in their thread. From anyone but staff it is the
    customer's own message."""
    if not actor.is_staff and (Role.HELPER not in actor.roles or actor.id == ticket.requester):
        return customer_wrote(ticket, actor, now, needed(text, "update"), at=now, sent=False)
    rights.require(actor, "update")
    must_be_open(ticket)
    text = needed(cut(text) if seen else text, "update")
    if promise_until is not None:
        return promise(ticket, actor, now, promise_until, text)
    when = past(ticket.opened_at, now, at, "update")
    how = {"seen": True} if seen else {"elsewhere": at is not None}
    given = event(actor, now, Kind.UPDATED, how, at=when, text=text)
    if at is not None:
        return Change((given,), (changed("logged", actor, at=stamp(when), body=text), CARD))
    if seen:
        here = Notice(NoticeKind.TOLD, Audience.DESK, {"by": actor.id, "what": "message"}, body=text)
        return Change((given,), (here, CARD))
    return Change((given,), (Notice(NoticeKind.UPDATE, Audience.CUSTOMER, {"by": actor.id}, body=text), CARD))


def promise(ticket: Ticket, actor: Actor, now: datetime, until: datetime, text: str | None = None) -> Change:
    """Promise the next update by `until`: it replaces the next update deadline, once (policy: A promise)."""
    rights.require(actor, "promise")
    must_be_open(ticket)
    until = future(now, until, "promise")
    text = checked(text)
    moved = ticket.promise is not None and ticket.promise != until
    if ticket.promise == until and not text:
        return Change()
    if moved and not text:
        raise Refusal("promise_needs_text", until=ticket.promise)
    limit = ticket.terms.promise_limit
    latest = None if limit is None else whole_second(now) + timedelta(seconds=limit)
    if latest is not None and until > latest:
        try:
            rights.require(actor, "confirm-promise")
        except Refusal as refusal:
            raise Refusal("promise_too_far", at=until, until=latest, who=refusal.values["who"]) from None
    data = {"promise": stamp(until), "moved": stamp(ticket.promise) if moved and ticket.promise else None}
    notice = Notice(NoticeKind.PROMISE, Audience.CUSTOMER, {"until": stamp(until), "by": actor.id}, body=text or None)
    return Change((event(actor, now, Kind.UPDATED, data, text=text or None),), (notice, CARD))


def wait(
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    reason: str,
    *,
    question: str = "",
    what: str = "customer",
    until: datetime | None = None,
    next_update: datetime | None = None,
) -> Change:
    """Wait for the customer (pauses the clocks that the terms list), a vendor or a maintenance (pauses nothing).

    The `reason` is the desk's own; the `question` is sent to the customer, who is told nothing without one. `until`:
    when the agent wants to be reminded; `next_update`: by when the customer is promised to hear again."""
    rights.require(actor, "wait")
    must_be_open(ticket)
    if what not in WAITING_FOR:
        raise Refusal("no_such_waiting", what=what)
    question = checked(question)
    if question and what != "customer":
        raise Refusal("question_to_others")
    reason = checked(reason) if question else needed(reason, "wait")
    if until is not None:
        until = future(now, until, "wait")
    waiting, events, notices = ticket.waiting, [], []
    goes_on = waiting is not None and waiting.what == what and until == waiting.until
    if goes_on and not question:
        raise Refusal("already_waiting")
    if not goes_on or reason:
        stands = waiting.asked if waiting is not None and waiting.what == what else None
        data = {"for": what, "until": stamp(until) if until else None}
        asked = {} if stands is None else {"asked": stands}
        events = [*([event(actor, now, Kind.RESUMED)] if waiting is not None else [])]
        events.append(event(actor, now, Kind.WAITED, {**data, **asked}, text=reason or None))
        if reason or what != "customer":
            notices.append(changed("waiting", actor, body=reason, **data))
    if question:
        told = ask(ticket, actor, now, question, next_update, again=waiting is not None and waiting.what == what)
    else:
        told = Change() if next_update is None else promise(ticket, actor, now, next_update)
    return Change((*events, *told.events), (*told.notices, *notices, CARD), told.stale)


def ask(
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    question: str,
    next_update: datetime | None = None,
    *,
    again: bool = True,
) -> Change:
    """Ask the customer for what is waited for: that is an update, and may promise the next one. `again`: what they were
    asked before in this wait, and have not answered, is put in other words where it stands."""
    rights.require(actor, "wait")
    must_be_open(ticket)
    question = needed(question, "wait")
    stands = ticket.waiting.asked if again and ticket.waiting is not None else None
    if stands is not None:
        told = Change() if next_update is None else promise(ticket, actor, now, next_update)
        edited = event(actor, now, Kind.EDITED, {"update": stands}, text=question)
        return Change((edited, *told.events), (*told.notices, CARD), (Stale(stands),))
    given, data = event(actor, now, Kind.UPDATED, {}, text=question), {"by": actor.id}
    if next_update is not None:
        (given,) = promise(ticket, actor, now, next_update, question).events
        data["until"] = given.data["promise"]
    given = replace(given, data={**given.data, "question": True})
    return Change((given,), (Notice(NoticeKind.WAITING, Audience.CUSTOMER, data, body=question), CARD))


def resume(ticket: Ticket, actor: Actor, now: datetime, reason: str | None = None) -> Change:
    """Waiting is over; the `reason` is the desk's own."""
    rights.require(actor, "resume")
    must_be_open(ticket)
    if ticket.waiting is None:
        raise Refusal("not_waiting")
    reason = checked(reason) or None
    return Change((event(actor, now, Kind.RESUMED, text=reason),), (changed("resumed", actor, body=reason), CARD))


def restored(
    ticket: Ticket, actor: Actor, now: datetime, at: datetime | None = None, text: str | None = None
) -> Change:
    """Service is back, by a workaround or a repair; the ticket stays open for the rest of the work."""
    rights.require(actor, "restored")
    must_be_down(ticket)
    when = past(ticket.down_since, now, at, "restored")
    text = checked(text) or None
    events = (
        event(actor, now, Kind.RESTORED, at=when),
        event(actor, now, Kind.UPDATED, {"restored": True}, text=text),
    )
    told = Notice(NoticeKind.RESTORED, Audience.CUSTOMER, {"by": actor.id, "at": stamp(when)}, body=text)
    return Change(events, (told, *_over(ticket, actor, when, "restored"), CARD))


def _over(ticket: Ticket, actor: Actor, at: datetime, what: str) -> tuple[Notice, ...]:
    """The channel that heard of a severity 1 hears once that it is over."""
    if not ticket.is_aloud:
        return ()
    return (closing(actor, at, what),)


def relapsed(
    ticket: Ticket, actor: Actor, now: datetime, at: datetime | None = None, text: str | None = None
) -> Change:
    """Down again: the restore clock resumes, the span between not counted. The channel that heard that it is over hears
    of it."""
    rights.require(actor, "relapsed")
    must_be_restored(ticket)
    when = past(ticket.restored_at, now, at, "relapsed")
    text = checked(text) or None
    shown = ticket.said_over is not None
    again = event(actor, now, Kind.RELAPSED, {"shown": True} if shown else {}, at=when, text=text)
    quietly = changed("relapsed", actor, at=stamp(when), body=text)
    return Change((again,), (closing(actor, when, "relapsed", body=text) if shown else quietly, CARD))


def change_severity(  # noqa: PLR0917  every verb begins alike
    ticket: Ticket, actor: Actor, now: datetime, policy: Policy, severity: int, reason: str | None = None
) -> Change:
    """Put a severity in force: confirms what was only claimed; any later change needs a reason."""
    rights.require(actor, "severity")
    must_be_open(ticket)
    category = ticket.category or Category.INCIDENT
    check_severity(category, severity)
    if category is Category.INQUIRY:
        raise Refusal("severity_on_inquiry")
    if ticket.confirmed and ticket.severity == severity:
        raise Refusal("same_severity", severity=severity)
    reason = checked(reason)
    if ticket.confirmed and not reason:
        raise Refusal("severity_needs_reason", severity=severity)
    return _retarget(ticket, actor, now, policy, category, severity, reason=reason)


def change_category(  # noqa: PLR0917  every verb begins alike
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    policy: Policy,
    category: Category,
    severity: int | None = None,
    reported_at: datetime | None = None,
    reason: str | None = None,
) -> Change:
    """Put a category in force. What becomes an incident needs its severity, and restore counts from when *this*
    trouble was reported: by default in the customer's last message, or now where there is none since the opening."""
    rights.require(actor, "category")
    must_be_open(ticket)
    check_severity(category, severity)
    if category is Category.INCIDENT and severity is None:
        severity = ticket.severity if ticket.category is Category.INCIDENT else None
        if severity is None:
            raise Refusal("incident_needs_severity")
    severity = severity_of(category, severity)
    if ticket.confirmed and ticket.category is category:
        if ticket.severity == severity:
            raise Refusal("same_category", category=category)
        raise Refusal("severity_needs_reason", severity=severity)
    extra: dict[str, Any] = {}
    becomes_incident = category is Category.INCIDENT and ticket.confirmed
    if category is Category.INCIDENT and (becomes_incident or reported_at is not None):
        extra["reported_at"] = stamp(past(None, now, reported_at or ticket.last_asked_at, "reported"))
    return _retarget(ticket, actor, now, policy, category, severity, reason=checked(reason), extra=extra)


def correct_report(ticket: Ticket, actor: Actor, now: datetime, reported_at: datetime, reason: str) -> Change:
    """The customer reported the trouble at another time: every clock is recomputed, the correction is shown."""
    rights.require(actor, "reported")
    reason = needed(reason, "reported")
    when = past(None, now, reported_at, "reported")
    if when > ticket.report_limit:
        raise Refusal("reported_after_opening", at=ticket.report_limit)
    if when == ticket.reported_at:
        return Change()
    data = {"reported_at": stamp(when), "before": stamp(ticket.reported_at)}
    corrected = event(actor, now, Kind.REPORT_CORRECTED, data, text=reason)
    return Change((corrected,), (changed("reported", actor, at=stamp(when), body=reason), CARD))


def resolve(
    ticket: Ticket, actor: Actor, now: datetime, text: str | None = None, restored_at: datetime | None = None
) -> Change:
    """The work is done: the customer is told, all clocks stop. Service counts as restored then, or `restored_at` where
    it was back before; where that is on record already, it stays as it is."""
    rights.require(actor, "resolve")
    must_go_on(ticket)
    if ticket.resolved_at is not None:
        return Change()
    must_be_open(ticket)
    text = checked(text) or None
    back: tuple[Event, ...] = ()
    if restored_at is not None and ticket.restored_at is None:
        back = (event(actor, now, Kind.RESTORED, at=past(ticket.down_since, now, restored_at, "restored")),)
    events = (*back, event(actor, now, Kind.UPDATED, {"resolved": True}, text=text), event(actor, now, Kind.RESOLVED))
    told = Notice(NoticeKind.RESOLVED, Audience.CUSTOMER, {"by": actor.id}, body=text)
    return Change(events, (told, *_over(ticket, actor, whole_second(now), "resolved"), CARD))


def dismiss(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """What was taken in by itself is no ticket: no clock runs, and no figure ever counts it."""
    rights.require(actor, "dismiss")
    if ticket.dismissed_at is not None:
        return Change()
    must_be_open(ticket)
    if not ticket.automatic or ticket.confirmed:
        raise Refusal("not_automatic")
    return Change((event(actor, now, Kind.DISMISSED),), (CARD,), (Stale(kinds=frozenset({NoticeKind.RECEIPT})),))


def reopen(ticket: Ticket, actor: Actor, now: datetime, *, counts: bool | None) -> Change:
    """Open it again; `counts`: it was never fixed, so the closed span counts. None is refused with both choices. The
    channel hears of it where it is pressing."""
    rights.require(actor, "reopen")
    must_be_resolved(ticket)
    if counts is None:
        raise Refusal("reopen_which")
    told = Notice(NoticeKind.REOPENED, Audience.CUSTOMER, {"by": actor.id, "counts": counts})
    data: dict[str, Any] = {"counts": counts}
    aloud: tuple[Notice, ...] = ()
    if ticket.severity in PRESSING:
        data["shown"] = True
        opened = closing(actor, whole_second(now), "reopened")
        aloud = (opened,) if ticket.is_accepted else _falls_to(actor, data, ticket.severity)
    return Change((event(actor, now, Kind.REOPENED, data),), (told, *aloud, CARD))


def note(_ticket: Ticket, actor: Actor, now: datetime, text: str, *, sent: bool = False) -> Change:
    """An internal note. It moves no clock and never reaches a customer. `sent`: it stands in the thread already."""
    rights.require(actor, "note")
    text = needed(cut(text) if sent else text, "note")
    notices = () if sent else (Notice(NoticeKind.NOTE, Audience.DESK, {"by": actor.id}, body=text),)
    return Change((event(actor, now, Kind.NOTED, text=text),), notices)


def brought_along(_ticket: Ticket, now: datetime, text: str) -> Change:
    """What was said in the ticket's thread before it was opened: shown under the card, and moves no clock."""
    text = cut(text)
    notices = (Notice(NoticeKind.TALK, Audience.DESK, {}, body=text),)
    return Change((event(Actor(VIGIE), now, Kind.NOTED, text=text),), notices)


def acknowledge(ticket: Ticket, actor: Actor, now: datetime) -> Change:
    """Someone answers for an open breach or for the level that was reached: its repeats end."""
    rights.require(actor, "ack")
    must_be_open(ticket)
    climb = ticket.climbs[-1] if ticket.climbs else None
    if not ticket.breaches and (climb is None or climb.acknowledged_by is not None):
        raise Refusal("nothing_to_acknowledge")
    return Change((event(actor, now, Kind.ACKNOWLEDGED),), (changed("acknowledged", actor), CARD))


def customer_wrote(
    ticket: Ticket, actor: Actor, now: datetime, text: str, *, at: datetime, sent: bool = True, under_card: bool = False
) -> Change:
    """The customer's message, at its own time: ends a wait for the customer, and reopens a ticket that was resolved not
    long ago (a span that does not count). Thanks and greetings do neither; all else names whoever has the ticket, not
    more often than every `NAME_AGAIN`. `under_card`: the desk can read it where it was written."""
    text = needed(cut(text), "update")
    when, now = min(whole_second(at), whole_second(now)), whole_second(now)
    thanks = is_thanks(text, resolved=not ticket.is_open)
    named = not thanks and (ticket.named_at is None or abs(now - ticket.named_at) >= NAME_AGAIN)
    wrote = {"thanks": thanks, "named": True} if named else {"thanks": thanks}
    events = [event(actor, now, Kind.CUSTOMER_WROTE, wrote, at=when, text=text)]
    then = None
    # It may arrive late: it then ends the wait that it answers, though somebody else has ended that since.
    if not thanks and any(since <= when and (end is None or when < end) for since, end in ticket.waits):
        events.append(event(actor, now, Kind.RESUMED, at=when))
        then = "resumed"
    if not thanks and ticket.resolved_at is not None:
        if when < ticket.resolved_at:
            then = "before"  # nobody who resolved it had read it, and nobody who wrote it knew that it was resolved
        elif answer_reopens(ticket, when):
            events.append(event(actor, now, Kind.REOPENED, {"counts": False, "shown": True}, at=when))
            then = "reopened"
    loud = then == "reopened" and ticket.severity in PRESSING
    data = {
        "by": actor.id, "at": stamp(when), "then": then, "asks": not thanks, "named": named,
        "above": under_card and not loud,
    }  # fmt: skip
    notices = [Notice(NoticeKind.CUSTOMER_WROTE, Audience.DESK, data, loud, None if data["above"] else text)]
    if data["above"] and not (named or then):
        notices = []
    if then or not sent:
        notices.append(CARD)
    return Change(tuple(events), tuple(notices))


def answer_reopens(ticket: Ticket, at: datetime) -> bool:
    """Whether a customer's answer at that time reopens the resolved ticket; later it is a new, linked one. The days end
    with the opening hours that fill them: on a Friday at closing, not when Monday opens."""
    if ticket.merged_into is not None or ticket.resolved_at is None:
        return False
    until = ticket.terms.working.add(ticket.resolved_at, ticket.terms.reopen_within)
    return until is None or at <= until


def _retarget(  # noqa: PLR0917  every verb begins alike
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    policy: Policy,
    category: Category,
    severity: int | None,
    *,
    reason: str = "",
    extra: Mapping[str, Any] | None = None,
) -> Change:
    terms = policy.terms(category, severity, plan=ticket.terms.plan)
    data: dict[str, Any] = {
        "terms": terms.to_data(),
        "before": [ticket.category, ticket.severity_said],
        **(extra or {}),
    }
    if not ticket.confirmed:
        kind = Kind.CONFIRMED
    else:
        kind = Kind.SEVERITY_CHANGED if category is ticket.category else Kind.CATEGORY_CHANGED
    said = {"category": category, "severity": severity, "confirmed": not ticket.confirmed, "before": data["before"]}
    worse = ticket.named_for is None or severity is None or severity < ticket.named_for
    falls = severity in PRESSING and worse and not ticket.is_accepted
    named = _falls_to(actor, data, severity) if falls else ()
    return Change(
        (event(actor, now, kind, data, text=reason or None),),
        (*named, changed("terms", actor, body=reason or None, **said), CARD),
    )
