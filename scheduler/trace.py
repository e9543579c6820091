"""Spans of what this process does: a request that is answered, a deadline that is planned, a notice that is sent. They
cost nothing until somebody sets `start` (`bot.watching.traces`), and hold ids and kinds alone, never a text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from storage.tracing import Present, trace_by


class Span(Protocol):
    """Something that is under way."""

    def set_attribute(self, name: str, value: str | int) -> None:
        """Say one thing more of it."""
        ...


class NoSpan:
    """What nobody asked for."""

    def set_attribute(self, name: str, value: str | int) -> None:
        """Nothing."""


Start = Callable[[str, dict[str, str | int], str | None], AbstractContextManager[Span]]
_NONE = nullcontext(NoSpan())
_start: Start | None = None


def begin_with(start: Start | None, present: Present | None = None) -> None:
    """From now on spans are made by `start`, and `present` says in which one something is done; None: no more."""
    global _start  # noqa: PLW0603  as the log, it is the process's
    _start = start
    trace_by(present)


def span(name: str, *, after: str | None = None, **ids: str | int | None) -> AbstractContextManager[Span]:
    """While something is done. `ids`: what it is about; None: nothing is known of it. `after`: the span in which it was
    planned, as a `traceparent`: it belongs to the same trace."""
    if _start is None:
        return _NONE
    known = {f"vigie.{key}": value for key, value in ids.items() if value is not None and value != ""}
    return _start(name, known, after)
