"""Random histories of a ticket, for properties: people act at random, and what triage refuses does not happen."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.triage.story import ANA, BEN, CLEO, MAX, MIA, REX, Story, at
from triage import (
    acknowledging,
    answering,
    awaiting,
    correcting,
    escalation,
    noting,
    owning,
    reporting,
    resolving,
    restoring,
    sorting,
    updating,
)
from triage.customers import correct_customer
from triage.errors import Refusal
from triage.snoozing import snooze
from triage.terms import Category

SECOND = timedelta(seconds=1)

VERBS: dict[str, Any] = {
    "take": lambda story, now, n: story.act(owning.take, now, by=(ANA, BEN)[n % 2], by_reaction=n % 3 == 0),
    "assign": lambda story, now, n: story.act(owning.assign, now, (ANA, BEN, None)[n % 3], by=MIA),
    "hand over": lambda story, now, n: story.act(owning.hand_to_group, now, ("chat:netops", "chat:sysops")[n % 2]),
    "snooze": lambda story, now, n: story.act(snooze, now, now + n * 1200 * SECOND if n else None),
    "whose": lambda story, now, n: story.act(
        correct_customer, now, story.policy, ("Acme", "Globex", None)[n % 3], None, on_plan=bool(n % 2)
    ),
    "edit": lambda story, now, n: story.act(correcting.edit, now, "better"),
    "take back": lambda story, now, n: story.act(correcting.take_back, now),
    "update": lambda story, now, n: story.act(updating.update, now, "on it"),
    "log": lambda story, now, n: story.act(updating.update, now, "by phone", at=now - n * 60 * SECOND),
    "promise": lambda story, now, n: story.act(updating.promise, now, now + (n + 1) * 600 * SECOND, "because", by=MIA),
    "note": lambda story, now, n: story.act(noting.note, now, "hm"),
    "customer": lambda story, now, n: story.act(
        answering.customer_wrote, now, ("still down", "thanks")[n % 2], at=now - n * 30 * SECOND, by=CLEO
    ),
    "wait": lambda story, now, n: story.act(
        awaiting.wait, now, "logs", what=awaiting.WAITING_FOR[n % 3], until=now + 9000 * SECOND if n % 2 else None
    ),
    "resume": lambda story, now, n: story.act(awaiting.resume, now),
    "restored": lambda story, now, n: story.act(restoring.restored, now, now - n * 60 * SECOND),
    "relapsed": lambda story, now, n: story.act(restoring.relapsed, now, now - n * 20 * SECOND),
    "severity": lambda story, now, n: story.act(sorting.change_severity, now, story.policy, n % 3 + 1, "because"),
    "category": lambda story, now, n: story.act(
        sorting.change_category, now, story.policy, list(Category)[n % 3], 2 if n % 3 == 0 else None
    ),
    "reported": lambda story, now, n: story.act(
        reporting.correct_report, now, story.ticket.report.limit - n * 600 * SECOND, "they called"
    ),
    "resolve": lambda story, now, n: story.act(resolving.resolve, now, by_reaction=bool(n % 2)),
    "reopen": lambda story, now, n: story.act(resolving.reopen, now, counts=bool(n % 2)),
    "ack": lambda story, now, n: story.act(acknowledging.acknowledge, now, in_group=bool(n % 2)),
    "escalate": lambda story, now, n: story.act(escalation.escalate, now, "worse", by=(ANA, CLEO, MIA)[n % 3]),
    "react": lambda story, now, n: story.act(escalation.escalate_by_reaction, now, by=(MIA, MAX)[n % 2]),
    "take off": lambda story, now, n: story.act(
        escalation.undo_reaction, now, ("escalate", "take", "resolve")[n % 3], by=(MIA, MAX, ANA, BEN)[n % 4]
    ),
    "look": lambda story, now, n: story.pass_until(now),
}

Step = tuple[int, str, int]
"""Seconds that pass, what is done then, and a number that makes it particular."""

steps: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 90), st.integers(0, 7200), st.integers(0, 200_000)),
        st.sampled_from(list(VERBS)),
        st.integers(0, 11),
    ),
    max_size=25,
)
openings: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"severity": st.sampled_from([1, 2, 3, None]), "by": st.sampled_from([ANA, REX])}),
    st.fixed_dictionaries(
        {"category": st.sampled_from([Category.INQUIRY, Category.PROVISIONING]), "severity": st.none(),
         "by": st.sampled_from([ANA, REX])}
    ),
)  # fmt: skip


def live(opening: dict[str, Any], life: list[Step], *, looking: bool = False) -> Story:
    """The story of a ticket to which all that happened. `looking`: everything due is planned at its very instant."""
    story = Story("09:00", **opening)
    now = at("09:00")
    for seconds, verb, number in life:
        now += timedelta(seconds=seconds)
        if looking:
            story.live_until(now)
        with suppress(Refusal):
            VERBS[verb](story, now, number)
    return story
