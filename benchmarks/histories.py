"""Histories of tickets, made up: somebody acts every few minutes, and what falls due meanwhile goes on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from triage import acknowledging, answering, awaiting, escalation, noting, owning, restoring, sorting, updating
from triage.agenda import agenda
from triage.change import Change
from triage.desk import Desk
from triage.due import decide_due
from triage.errors import Refusal
from triage.event import Event
from triage.fold import fold
from triage.opening import open_ticket
from triage.people import Actor, Role
from triage.policy import Policy
from triage.ticket import Ticket

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = Policy(desk=Desk(timezone="Europe/Paris"))
AGENTS = [Actor(f"slack:UAGENT{number}", frozenset({Role.AGENT})) for number in range(3)]
MANAGER = Actor("slack:UMANAGER", frozenset({Role.MANAGER}))
CUSTOMER = Actor("slack:UCUSTOMER", frozenset({Role.CUSTOMER}))

Action = Callable[[Ticket, Actor, datetime, Random], Change]

ACTIONS: dict[str, Action] = {
    "update": lambda ticket, agent, now, _: updating.update(ticket, agent, now, "Still on it."),
    "customer": lambda ticket, _, now, __: answering.customer_wrote(ticket, CUSTOMER, now, "Still down.", at=now),
    "note": lambda ticket, agent, now, _: noting.note(ticket, agent, now, "Looks like the optics."),
    "wait": lambda ticket, agent, now, _: awaiting.wait(ticket, agent, now, "Asked for logs."),
    "wait_for_vendor": lambda ticket, agent, now, _: awaiting.wait(ticket, agent, now, "A spare part.", what="vendor"),
    "resume": lambda ticket, agent, now, _: awaiting.resume(ticket, agent, now),
    "severity": lambda ticket, agent, now, random: sorting.change_severity(
        ticket, agent, now, POLICY, random.choice((1, 2, 3)), "It turned out otherwise."
    ),
    "promise": lambda ticket, agent, now, random: updating.promise(
        ticket, agent, now, now + timedelta(minutes=random.randrange(20, 120)), "More by then."
    ),
    "take": lambda ticket, agent, now, _: owning.take(ticket, agent, now),
    "acknowledge": lambda ticket, agent, now, _: acknowledging.acknowledge(ticket, agent, now),
    "escalate": lambda ticket, _, now, __: escalation.escalate(ticket, MANAGER, now, "Not fast enough."),
    "restored": lambda ticket, agent, now, _: restoring.restored(ticket, agent, now),
    "relapsed": lambda ticket, agent, now, _: restoring.relapsed(ticket, agent, now),
}
# How often each is tried; what triage refuses does not happen, so that there are fewer of those in the end.
BUSY = {
    "update": 30, "customer": 25, "note": 15, "wait": 8, "wait_for_vendor": 2, "resume": 5, "severity": 2,
    "promise": 5, "take": 2, "acknowledge": 3, "escalate": 1, "restored": 1, "relapsed": 1,
}  # fmt: skip


def live(random: Random, length: int, tries: Mapping[str, int], apart: timedelta) -> list[Event]:
    """The first `length` events of an incident of any severity to which something of `tries` happens, on average, every
    `apart`; as they come out of storage."""
    agent = random.choice(AGENTS)
    now, severity = MONDAY + timedelta(seconds=random.randrange(5 * 86400)), random.choice((1, 2, 3))
    events = _recorded([], open_ticket(POLICY, agent, now, summary="Link down", severity=severity))
    while len(events) < length:
        then = now + timedelta(seconds=round(random.expovariate(1 / apart.total_seconds())))
        while (due := agenda(fold(events))) and due[0].at <= then:
            now = max(now, due[0].at)
            events = _recorded(events, decide_due(fold(events), now))
        now = max(now, then)
        (action,) = random.choices(list(tries), list(tries.values()))
        with suppress(Refusal):
            events = _recorded(events, ACTIONS[action](fold(events), random.choice(AGENTS), now, random))
    return events[:length]


def _recorded(events: list[Event], change: Change) -> list[Event]:
    """Numbered, and through JSON as storage keeps it."""
    return events + [
        replace(event, seq=seq, fact=event.fact.from_data(json.loads(json.dumps(event.fact.to_data()))))
        for seq, event in enumerate(change.events, len(events) + 1)
    ]
