"""Failures asked for by `/_control/fault`: the next calls of a method of the platform go wrong as was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

#: What a broken server or a proxy may say in the place of an answer: a page, nothing, the first half of an answer as if
#: it were all of it; or it says how much there is and hangs up before the end (`cut`).
NO_ANSWERS = {
    "html": ("<html><body><h1>Welcome to the airport</h1></body></html>", "text/html"),
    "empty": ("", "application/json"),
    "half": ('{"ok": true, "id": "17', "application/json"),
    "cut": ('{"ok": true, "id": "17', "application/json"),
}
MISSING = 40  # bytes that were promised and do not come


async def no_answer(request: web.Request, error: str, headers: Mapping[str, str] | None = None) -> web.StreamResponse:
    """What is none, with status 200."""
    text, kind = NO_ANSWERS[error]
    if error != "cut":
        return web.Response(text=text, content_type=kind, headers=headers)
    answer = web.StreamResponse(headers={**(headers or {}), "Content-Type": kind})
    answer.content_length = len(text) + MISSING
    await answer.prepare(request)
    await answer.write(text.encode())
    if request.transport is not None:
        request.transport.close()
    return answer


@dataclass
class Fault:
    """`left` further calls of `method` (`*`: any) answer `error`, or wait `delay` seconds first.

    With `after_posting` the call has its effect before it fails, as when the answer is lost on the way back.
    """

    #: The method that fails, as the platform calls it, such as `chat.postMessage`; `*`: any.
    method: str
    #: What it answers instead, such as `ratelimited`, `http_502` or one of `NO_ANSWERS`; None: it only takes longer.
    error: str | None
    #: How long it waits first, in seconds of real time.
    delay: float
    #: How many calls are still to fail.
    left: int
    #: Whether the call has its effect before it fails, as when its answer is lost on the way back.
    after_posting: bool = False


class Faults:
    """The faults still to come, in the order they were asked for."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Adds a fault behind those already waiting."""
        self._faults.append(fault)

    def take(self, method: str) -> Fault | None:
        """The fault that this call of `method` meets; it is then one call shorter."""
        for fault in self._faults:
            if fault.method in {"*", method}:
                fault.left -= 1
                if fault.left <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """From here on every call succeeds again."""
        self._faults.clear()
