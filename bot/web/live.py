"""Who looks at a page is told when something changed: one look a second at the database for all of them, and none while
nobody looks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiohttp import web

from bot.desk.now import Now
from storage.changed import Seen, look_at_open
from storage.database import Database
from storage.database_outages import reason_of
from storage.errors import DatabaseBusyError

log = structlog.get_logger(__name__)
LOOK_SECONDS = 1.0
REST_SECONDS = 4.0  # between two messages to whoever looks: where much happens they get it together
STILL_HERE_SECONDS = 10.0  # a proxy may close what is silent for longer than 20
ASK_SECONDS = 60.0  # between two looks whether somebody may still listen
MOST = 200  # that listen at once in one process
RETRY_MS = 3000


@dataclass(eq=False)
class Listener:
    """A page that is open."""

    #: Whose tickets it shows.
    organisation_id: int
    #: The numbers of those that changed since it was last told.
    changed: set[int] = field(default_factory=set)
    #: Set when there is something to tell.
    ring: asyncio.Event = field(default_factory=asyncio.Event)
    #: Whether one has looked since it began to listen. What changed before that, while its page was on its way, cannot
    #: be told from what the page shows already: it takes the page anew once.
    is_new: bool = True


class Watch:
    """Looks while somebody listens."""

    def __init__(self, database: Database, now: Now, changed: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._now = now
        self._changed = changed  # called before anybody is told
        self._listeners: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None
        self._seen = Seen()
        self._waiting: dict[int, set[int]] = {}
        self._told = float("-inf")  # in the loop's own seconds
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    @property
    def is_full(self) -> bool:
        """Whether nobody more may listen."""
        return self._closed or len(self._listeners) >= MOST

    async def stream(
        self, request: web.Request, organisation_id: int, holds: Callable[[], Awaitable[bool]]
    ) -> web.StreamResponse:
        """Server-sent events: `changed`, with the numbers of the tickets and the present instant. It ends within a
        minute or so once it does not hold any more that whoever listens may look."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        listener = Listener(organisation_id)
        self._listeners.add(listener)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on(), name="watching for pages")
        try:
            await response.write(f"retry: {RETRY_MS}\n\n".encode())
            loop = asyncio.get_running_loop()
            asked = loop.time()
            while not self._closed:
                said = await self._next(listener)
                if loop.time() - asked >= ASK_SECONDS:
                    if not await holds():
                        break
                    asked = loop.time()
                await response.write(said)
        except (ConnectionError, DatabaseBusyError):  # the page was closed, or it asks anew in a moment
            pass
        finally:
            self._listeners.discard(listener)
        return response

    async def stop(self) -> None:
        """Send everybody home, so that the end of the process waits for none of them."""
        self._closed = True
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
            self._looking = None
        for each in self._listeners:
            each.ring.set()

    async def _next(self, listener: Listener) -> bytes:
        try:
            async with asyncio.timeout(STILL_HERE_SECONDS):
                await listener.ring.wait()
        except TimeoutError:
            return b": still here\n\n"
        listener.ring.clear()
        told, listener.changed = sorted(listener.changed), set()
        return f"event: changed\ndata: {json.dumps({'numbers': told, 'now': self._now().isoformat()})}\n\n".encode()

    async def _look_on(self) -> None:
        offset, lost = self._now.offset, False
        while self._listeners and not self._closed:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001  whatever it is, it must look again
                if not lost:
                    log.warning("nobody can look whether something changed", reason=reason_of(error))
                lost = True
                continue
            lost = False
            moved, offset = self._now.offset != offset, self._now.offset
            if moved or (self._waiting and asyncio.get_running_loop().time() - self._told >= REST_SECONDS):
                self._tell(everybody=moved)
        self._looking, self._seen = None, Seen()

    async def _look(self) -> None:
        listeners = list(self._listeners)
        whose = {each.organisation_id for each in listeners}
        look = partial(look_at_open, organisations=whose, last=self._seen)
        self._seen, changed = await self._database.read(look)
        self._welcome([each for each in listeners if each.is_new])
        for organisation_id, numbers in changed.items():
            self._waiting.setdefault(organisation_id, set()).update(numbers)

    def _welcome(self, new: list[Listener]) -> None:
        if new:
            self._changed()
        for each in new:
            each.is_new = False
            each.ring.set()

    def _tell(self, *, everybody: bool) -> None:
        self._changed()
        for each in self._listeners:
            found = self._waiting.get(each.organisation_id, set())
            if found or everybody:
                each.changed |= found
                each.ring.set()
        self._waiting.clear()
        self._told = asyncio.get_running_loop().time()
