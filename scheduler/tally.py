"""What this process has done since it began, counted as it happens: how long things took, how often they came about.
What stands in the database is not counted here but read when somebody asks (`storage.figures`).

A count costs a microsecond, whether or not anybody ever asks. Labels name kinds of things, never one thing: there are
few of each.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

Labels = tuple[str, ...]


@dataclass
class Counts:
    """How often something came about, by its labels."""

    #: What it is called, without the `_total` that counters end with.
    name: str
    #: What it says, in a sentence.
    says: str
    #: The names of the labels, in order.
    labels: Labels
    #: How often, by the values of the labels.
    found: dict[Labels, int] = field(default_factory=dict)

    def add(self, *labels: str, times: int = 1) -> None:
        """It came about."""
        self.found[labels] = self.found.get(labels, 0) + times


@dataclass
class Spread:
    """Some seconds: how many took how long."""

    #: How many fell between two bounds, the last of them above all bounds.
    buckets: list[int]
    #: All of them together.
    total: float = 0.0


@dataclass
class Times:
    """How long something took, by its labels."""

    #: What it is called.
    name: str
    #: What it says, in a sentence.
    says: str
    #: The names of the labels, in order.
    labels: Labels
    #: The upper bounds of the buckets in seconds, ascending.
    bounds: Sequence[float]
    #: How long, by the values of the labels.
    found: dict[Labels, Spread] = field(default_factory=dict)

    def note(self, seconds: float, *labels: str) -> None:
        """It took that long."""
        spread = self.found.get(labels)
        if spread is None:
            spread = self.found[labels] = Spread([0] * (len(self.bounds) + 1))
        spread.buckets[bisect_left(self.bounds, seconds)] += 1
        spread.total += seconds


ANSWERED = Times(
    "vigie_acknowledgement_seconds", "From when a request of a platform was let in until it was answered.",
    ("platform", "kind"), (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0),
)  # fmt: skip
LATE = Times(
    "vigie_notice_lateness_seconds",
    "From when a notice was due until it was sent: deadline, of what fell due; notice, of what somebody did; card, of "
    "what is shown.",
    ("platform", "of"), (0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0),
)  # fmt: skip
TRIED = Counts(
    "vigie_notice_tries", "Sendings by what came of them: each retried or unsure one is tried again.",
    ("platform", "result"),
)  # fmt: skip
LOOKED_UP = Counts(
    "vigie_unsure_lookups", "Notices that may have arrived, looked for on the platform before they were said again.",
    ("platform", "found"),
)  # fmt: skip
PLANNED = Counts(
    "vigie_deadline_plannings", "Tickets of which something fell due, by what came of planning it.", ("result",),
)  # fmt: skip
SWEPT = Times(
    "vigie_sweep_seconds", "How long a sweep took.", (),
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0),
)  # fmt: skip
FAILED_SWEEPS = Counts("vigie_sweep_failures", "Sweeps that failed.", ())
COUNTS = (TRIED, LOOKED_UP, PLANNED, FAILED_SWEEPS)
TIMES = (ANSWERED, LATE, SWEPT)
