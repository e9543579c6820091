"""Cases as a file for `vigie sla evaluate` holds them, made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from benchmarks.calendars import Office, public_holidays, some_instants

Case = dict[str, Any]

OFFICES = (
    Office(holidays=public_holidays("FR", years=3)),
    Office("America/New_York", time(8), time(18), holidays=public_holidays("US", years=3)),
    Office("Asia/Kolkata", time(9, 30), time(18, 30), lunch=(time(13), time(14))),
)
NINE_DAYS = 9 * 86400
TARGETS = {"response_minutes": 30, "update_minutes": 240, "restore_minutes": 2880}
# What happens to a ticket besides its opening, some of it more often.
WORDS = ("agent_reply", "agent_reply", "customer_message", "customer_message", "internal_note", "waiting", "resumed")

_SIMPLE: dict[str, Callable[[Random, datetime], Case]] = {
    "add_business_time": lambda random, at: {
        "start": written(at), "duration_minutes": random.choice((15, 30, 240, 480, 2880))
    },
    "business_time_between": lambda random, at: {
        "start": written(at), "end": written(at + timedelta(seconds=random.randrange(NINE_DAYS)))
    },
    "is_open": lambda _, at: {"at": written(at)},
    "next_open": lambda _, at: {"start": written(at)},
    "open_intervals": lambda random, at: {"start": written(at), "count": random.randrange(1, 6)},
}  # fmt: skip


def simple(random: Random, number: int) -> list[Case]:
    """As many of each kind but `ticket`, at any instants of two years."""
    return [
        {"id": n, "kind": kind, **random.choice(OFFICES).data, **rest(random, at)}
        for n, at in enumerate(some_instants(random, number))
        for kind, rest in [random.choice(list(_SIMPLE.items()))]
    ]


def tickets(random: Random, number: int) -> list[Case]:
    """Tickets to which about ten things happened in a few days; half of them were closed in the end."""
    return [
        {"id": n, "kind": "ticket", **random.choice(OFFICES).data, "targets": TARGETS, "events": _events(random, at)}
        for n, at in enumerate(some_instants(random, number))
    ]


def _events(random: Random, at: datetime) -> list[list[str]]:
    words = ["created", *random.choices(WORDS, k=random.randrange(4, 15))]
    events = []
    for word in [*words, "closed"] if random.random() < 0.5 else words:
        events.append([written(at), word])
        at += timedelta(seconds=random.randrange(1, 8 * 3600))
    return events


def written(at: datetime) -> str:
    """An instant as cases and results have it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
