"""Reading what a control call says, with an error that names what is missing or unknown."""

from __future__ import annotations

from typing import Any

from bot.stand_in.outcome import Outcome
from bot.stand_in.shapes import Json


class RefusedCallError(Exception):
    """The control call cannot be carried out; the message is its `error`."""


def text(body: Json, name: str, default: str | None = None) -> str:
    """A string; required unless there is a default."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise RefusedCallError(f"{name} is missing" if value is None else f"{name} must be a string")
    return value


def number(body: Json, name: str, default: float | None = None) -> float:
    """A finite number; required unless there is a default."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e9:  # noqa: PLR0124 - not a number
        raise RefusedCallError(f"{name} must be a number")
    return float(value)


def heard(outcomes: list[Outcome], **extra: Any) -> Json:
    """The answer after events were sent: the bot's worst status and longest time; an error where it did not answer."""
    if not outcomes:
        return {"ok": True, "status": None, "ms": 0.0, **extra}
    ms = max(outcome.ms for outcome in outcomes)
    silent = next((outcome for outcome in outcomes if outcome.status is None), None)
    if silent is not None:
        return {"ok": False, "error": silent.error, "status": None, "ms": ms, **extra}
    return {"ok": True, "status": max(outcome.status or 0 for outcome in outcomes), "ms": ms, **extra}
