"""Who is let in to the desk's pages, and as whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from aiohttp import web

from bot.desk.runtime import DeskRuntime
from bot.server.refused_requests import Refusals
from bot.web.door import HEADERS, is_on_this_machine
from bot.web.viewer import Viewer, viewer_of

NOT_UP = "The desk is not up yet, or has no people.\n"


class Gate(Protocol):
    """Where whoever asks for a page comes by first."""

    async def admit(self, request: web.Request) -> Viewer | web.StreamResponse:
        """Who looks, or what they are answered instead of a page."""

    def refusal(self, request: web.Request) -> web.Response | None:
        """What is answered to whoever gets nothing at all, whoever they are; None: they may ask."""


class LocalGate:
    """In local mode: whoever is on this machine, as any of the desk's people."""

    def __init__(self, refusals: Refusals, desks: Callable[[], Sequence[DeskRuntime]]) -> None:
        self._refusals = refusals
        self._desks = desks

    async def admit(self, request: web.Request) -> Viewer | web.StreamResponse:
        """See Gate."""
        if (refused := self.refusal(request)) is not None:
            return refused
        desk = next(iter(self._desks()), None)
        viewer = None if desk is None else viewer_of(request, desk)
        return viewer or web.Response(text=NOT_UP, status=503, headers=HEADERS)

    def refusal(self, request: web.Request) -> web.Response | None:
        """See Gate."""
        return None if is_on_this_machine(request) else self._refusals.refuse("not_on_this_machine", 403)
