"""One figure: what was measured, the bar it has to meet, and whether it does."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A line of the answer. `bar` is None where nothing is asked of the value; `detail` says what lies behind it."""

    name: str
    value: float | None
    unit: str
    bar: float | None
    holds: bool
    detail: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """The figure as one JSON object on one line."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)


def at_most(name: str, value: float | None, unit: str, bar: float, *, valid: bool = True, **detail: Any) -> Figure:
    """A figure that must not be above its bar. It fails where there is no value, and where it is not `valid`: what was
    measured is then not what was meant."""
    return _figure(name, value, unit, bar=bar, holds=valid and value is not None and value <= bar, detail=detail)


def at_least(name: str, value: float | None, unit: str, bar: float, *, valid: bool = True, **detail: Any) -> Figure:
    """A figure that must not be below its bar; else as `at_most`."""
    return _figure(name, value, unit, bar=bar, holds=valid and value is not None and value >= bar, detail=detail)


def without_bar(name: str, value: float | None, unit: str, *, valid: bool = True, **detail: Any) -> Figure:
    """A figure of which nothing is asked but that it could be measured, and is `valid`."""
    return _figure(name, value, unit, bar=None, holds=valid and value is not None, detail=detail)


def _figure(
    name: str, value: float | None, unit: str, *, bar: float | None, holds: bool, detail: dict[str, Any]
) -> Figure:
    value, bar = (None if number is None else round(number, 2) for number in (value, bar))
    return Figure(name, value, unit, bar, holds, detail)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values`, of which there is one at least, that `share` (0 to 1) of them do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile and largest, for a detail; nothing of no values."""
    shares = {"p50": 0.5, "p99": 0.99, "max": 1.0} if values else {}
    return {name: round(percentile(values, share), 2) for name, share in shares.items()}
