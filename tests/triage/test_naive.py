"""A datetime without a zone names no instant: nothing in triage is built from one, no verb acts at one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.triage.story import ADA, ANA, CLEO, MIA, POLICY, Story, at
from triage import (
    acknowledging,
    answering,
    awaiting,
    escalation,
    moving,
    noting,
    owning,
    reporting,
    resolving,
    restoring,
    sorting,
    updating,
)
from triage.change import Change
from triage.clocks import Clocks
from triage.contents.to_desk import NoteContent
from triage.due import decide_due
from triage.event import Event
from triage.facts.telling import Noted
from triage.notice import Audience, Notice
from triage.opening import open_ticket
from triage.terms import Category, Terms

NAIVE = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001  that is the point
NOON = at("12:00")
NEWER = replace(POLICY, version=2)
EVENT = Event(NOON, NOON, ANA.id, Noted())

Act = Callable[[Story, datetime], Change]


def story(*acts: tuple[Any, ...]) -> Story:
    """A severity 1 of 09:00 to which that happened since, every ten minutes."""
    told = Story("09:00", severity=1)
    for n, (verb, *arguments) in enumerate(acts, 1):
        told.act(verb, at(f"09:{n}0"), *arguments, by=MIA)
    return told


ACTS: list[tuple[str, list[tuple[Any, ...]], Act]] = [
    ("take", [], lambda s, t: owning.take(s.ticket, ANA, t)),
    ("update", [], lambda s, t: updating.update(s.ticket, ANA, t, "x")),
    ("update at", [], lambda s, t: updating.update(s.ticket, ANA, NOON, "x", at=t)),
    ("promise", [], lambda s, t: updating.promise(s.ticket, MIA, t, at("13:00"))),
    ("promise until", [], lambda s, t: updating.promise(s.ticket, MIA, at("11:00"), t)),
    ("wait", [], lambda s, t: awaiting.wait(s.ticket, ANA, t, "x")),
    ("wait until", [], lambda s, t: awaiting.wait(s.ticket, ANA, at("11:00"), "x", until=t)),
    ("resume", [(awaiting.wait, "x")], lambda s, t: awaiting.resume(s.ticket, ANA, t)),
    ("restored", [], lambda s, t: restoring.restored(s.ticket, ANA, t)),
    ("restored at", [], lambda s, t: restoring.restored(s.ticket, ANA, NOON, t)),
    ("relapsed", [(restoring.restored,)], lambda s, t: restoring.relapsed(s.ticket, ANA, t)),
    ("relapsed at", [(restoring.restored,)], lambda s, t: restoring.relapsed(s.ticket, ANA, NOON, t)),
    ("severity", [], lambda s, t: sorting.change_severity(s.ticket, ANA, t, POLICY, 2, "x")),
    ("category", [], lambda s, t: sorting.change_category(s.ticket, ANA, t, POLICY, Category.INQUIRY)),
    ("reported", [], lambda s, t: reporting.correct_report(s.ticket, ANA, t, at("08:00"), "x")),
    ("reported at", [], lambda s, t: reporting.correct_report(s.ticket, ANA, NOON, t, "x")),
    ("resolve", [], lambda s, t: resolving.resolve(s.ticket, ANA, t)),
    ("reopen", [(resolving.resolve,)], lambda s, t: resolving.reopen(s.ticket, ANA, t, counts=True)),
    ("note", [], lambda s, t: noting.note(s.ticket, ANA, t, "x")),
    ("ack", [(escalation.escalate, "x")], lambda s, t: acknowledging.acknowledge(s.ticket, MIA, t)),
    ("the customer writes", [], lambda s, t: answering.customer_wrote(s.ticket, CLEO, NOON, "x", at=t)),
    ("escalate", [], lambda s, t: escalation.escalate(s.ticket, ANA, t, "x")),
    ("react", [], lambda s, t: escalation.escalate_by_reaction(s.ticket, MIA, t)),
    ("take off", [(owning.take,)], lambda s, t: escalation.undo_reaction(s.ticket, MIA, t, "take")),
    ("give a reason", [(escalation.escalate_by_reaction,)],
     lambda s, t: escalation.give_reason(s.ticket, MIA, t, 1, "x")),
    ("move", [], lambda s, t: moving.move_terms(s.ticket, ADA, t, NEWER, None)),
    ("look", [], lambda s, t: decide_due(s.ticket, t)),
    ("new", [], lambda _, t: open_ticket(POLICY, ANA, t, summary="x")),
    ("new, reported at", [], lambda _, t: open_ticket(POLICY, ANA, NOON, summary="x", reported_at=t)),
]  # fmt: skip


@pytest.mark.parametrize(("acts", "act"), [row[1:] for row in ACTS], ids=[row[0] for row in ACTS])
def test_no_verb_acts_at_a_naive_time(acts: list[tuple[Any, ...]], act: Act) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        act(story(*acts), NAIVE)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Event(NAIVE, NOON, ANA.id, Noted()),
        lambda: Event(NOON, NAIVE, ANA.id, Noted()),
        lambda: Clocks(NAIVE, NOON, Terms(), EVENT),
        lambda: Clocks(NOON, NAIVE, Terms(), EVENT),
        lambda: Notice(NoteContent(ANA.id), Audience.DESK, not_before=NAIVE),
    ],
)
def test_nothing_is_built_from_a_naive_datetime(build: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        build()


def test_any_zone_will_do() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert Event(there, there, ANA.id, Noted()).at == NOON
