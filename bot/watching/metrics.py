"""Metrics in the format of Prometheus: what the database holds at this moment, and what this process has counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from scheduler.tally import COUNTS, TIMES, Counts, Times
from storage.database import Database
from storage.errors import DatabaseBusyError
from storage.figures import Figures, figures
from triage.auditing import Wrong

if TYPE_CHECKING:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

log = structlog.get_logger(__name__)
GOOD_FOR = 2.0  # seconds for which what was read holds: several may ask
PATIENCE = 5.0


@dataclass
class Metrics:
    """Writes all of it down, whenever somebody asks."""

    #: What is read.
    database: Database
    #: The project's time.
    now: Callable[[], datetime]
    #: Why this process is not at work, if it is not.
    trouble: Callable[[], str | None]
    #: How far this machine's clock is ahead of the database's; None: that one is not followed.
    ahead: Callable[[], timedelta | None] = lambda: None
    _read_at: float | None = None
    _figures: Figures | None = None

    async def render(self) -> tuple[bytes, str]:
        """All of it, and its content type."""
        found = await self._read()
        return await asyncio.to_thread(written, found, is_ready=self.trouble() is None, ahead=self.ahead())

    async def _read(self) -> Figures | None:
        """What the database holds; None: it cannot be read."""
        if self._read_at is None or monotonic() - self._read_at >= GOOD_FOR:
            try:
                async with asyncio.timeout(PATIENCE):
                    self._figures = await self.database.read(partial(figures, now=self.now()))
            except TimeoutError:
                # An outage like any other, and as quiet: whoever asks does so every few seconds.
                hangs = DatabaseBusyError(f"the database does not answer within {PATIENCE:.0f} s")
                log.exception("figures not read", exc_info=hangs)
                self._figures = None
            except Exception:
                log.exception("figures not read")
                self._figures = None
            self._read_at = monotonic()
        return self._figures


def written(found: Figures | None, *, is_ready: bool, ahead: timedelta | None = None) -> tuple[bytes, str]:
    """All of it as text, and its content type. `found`: None where the database could not be read. `ahead`: see
    Metrics."""
    # Here, since a process that nobody watches need not load it.
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest  # noqa: PLC0415
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4  # noqa: PLC0415

    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Collected(found, is_ready, ahead))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class _Collected:
    """What `prometheus_client` asks for all that it writes."""

    def __init__(self, found: Figures | None, is_ready: bool, ahead: timedelta | None) -> None:
        self._found, self._is_ready, self._ahead = found, is_ready, ahead

    def collect(self) -> Iterator[Metric]:
        """One after another."""
        yield _gauge(
            "vigie_ready", "1 while this process is up and the clocks that it holds run, else 0.", self._is_ready
        )
        yield _gauge("vigie_database_readable", "1 where the figures of the database could be read, else 0.",
                     self._found is not None)  # fmt: skip
        if self._ahead is not None:
            yield _gauge("vigie_machine_ahead_seconds", "How far this machine's clock is ahead of the database's.",
                         self._ahead.total_seconds())  # fmt: skip
        if self._found is not None:
            yield from _of_the_database(self._found)
        yield from map(_counter, COUNTS)
        yield from map(_histogram, TIMES)


def _of_the_database(found: Figures) -> Iterator[Metric]:
    waiting = _family("vigie_outbox_waiting", "Rows of the outbox that wait, of 100,000 at most.",
                      ("platform", "state", "what"))  # fmt: skip
    for labels, count in found.waiting.items():
        waiting.add_metric(labels, count)
    yield waiting
    for name, says, by_platform in (
        ("vigie_outbox_retrying", "Rows that wait and were tried in vain before.", found.tried),
        ("vigie_outbox_unsure", "Rows that wait and may have arrived already.", found.unsure),
    ):
        family = _family(name, says, ("platform",))
        for platform, count in by_platform.items():
            family.add_metric((platform,), count)
        yield family
    yield _gauge("vigie_outbox_oldest_seconds", "For how long the longest of them could have been sent.",
                 found.waiting_seconds)  # fmt: skip
    dead = _family("vigie_dead_letters", "Rows that could not be delivered and that nobody retried or dropped.",
                   ("platform", "cause"))  # fmt: skip
    for which, count in found.dead.items():
        dead.add_metric(which, count)
    yield dead
    yield _gauge("vigie_deadlines_overdue", "Deadlines that are past and not planned, of 100,000 at most.",
                 found.overdue)  # fmt: skip
    yield _gauge("vigie_deadlines_overdue_seconds", "For how long the longest of them has been.", found.overdue_seconds)
    standing = _family("vigie_findings_standing", "What the auditor found and is still wrong.", ("kind",))
    begun = _family("vigie_findings_kept", "How often what the auditor found in 30 days began.", ("kind",))
    for kind in Wrong:
        standing.add_metric((kind.value,), found.standing.get(kind.value, 0))
        begun.add_metric((kind.value,), found.found.get(kind.value, 0))
    yield standing
    yield begun
    if found.swept_ago is not None:
        yield _gauge("vigie_swept_ago_seconds", "How long ago a process had swept, as the auditor was told.",
                     found.swept_ago)  # fmt: skip
    if found.audited_ago is not None:
        yield _gauge("vigie_audited_ago_seconds", "How long ago the auditor looked.", found.audited_ago)
    yield _gauge("vigie_heartbeats_failed", "Heartbeats that the monitor has not taken, one after another.",
                 found.beats_failed)  # fmt: skip


def _family(name: str, says: str, labels: tuple[str, ...]) -> GaugeMetricFamily:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415  as above

    return GaugeMetricFamily(name, says, labels=labels)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    family = _family(name, says, ())
    family.add_metric((), float(value))
    return family


def _counter(counts: Counts) -> CounterMetricFamily:
    from prometheus_client.core import CounterMetricFamily  # noqa: PLC0415  as above

    family = CounterMetricFamily(counts.name, counts.says, labels=counts.labels)
    for labels, count in list(counts.found.items()):
        family.add_metric(labels, count)
    if not counts.labels and not counts.found:
        family.add_metric((), 0)
    return family


def _histogram(times: Times) -> HistogramMetricFamily:
    from prometheus_client.core import HistogramMetricFamily  # noqa: PLC0415  as above

    family = HistogramMetricFamily(times.name, times.says, labels=times.labels)
    bounds = [*map(str, times.bounds), "+Inf"]
    for labels, spread in list(times.found.items()):
        buckets = list(zip(bounds, accumulate(spread.buckets), strict=True))
        family.add_metric(labels, buckets, sum_value=spread.total)
    return family
