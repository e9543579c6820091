"""While a request of a platform is being answered: how long that takes is counted, and every line of the log that is
written meanwhile says of which request it speaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from structlog.contextvars import bound_contextvars

from scheduler.tally import ANSWERED
from scheduler.trace import span
from storage.patience import waiting


@contextmanager
def answering(platform: str, kind: str, *, seconds: float, workspace: str = "", event: str = "") -> Iterator[None]:
    """`kind`: command, button, form, shortcut, options, message, event or other. `seconds`: for how long an answer is
    of use. `workspace`: the platform's own id of where it comes from; `event`: of itself, where it has one."""
    ids = {"platform": platform, "workspace": workspace, "event_id": event}
    began = perf_counter()
    try:
        known = {name: value for name, value in ids.items() if value}
        with bound_contextvars(**known), span(kind, **ids), waiting(seconds):
            yield
    finally:
        ANSWERED.note(perf_counter() - began, platform, kind)
