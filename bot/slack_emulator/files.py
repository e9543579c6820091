"""Files that the bot has uploaded, until the workspace ends: blocks may show them by their id."""

from __future__ import annotations

from itertools import count

from aiohttp import web

LARGEST = 2_000_000  # bytes


class Files:
    """The files of a workspace."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._expected: dict[str, int] = {}
        self._sent: dict[str, bytes] = {}
        self._there: set[str] = set()

    def expect(self, length: int) -> str:
        """Expect so many bytes; the id of the file that they will be."""
        file_id = f"F0LOCAL{next(self._numbers):04}"
        self._expected[file_id] = length
        return file_id

    def complete(self, file_id: str) -> bool:
        """Whether it was sent whole; from now on it may be shown."""
        if len(self._sent.get(file_id, b"")) != self._expected.get(file_id):
            return False
        self._there.add(file_id)
        return True

    def has(self, file_id: object) -> bool:
        """Whether it may be shown."""
        return file_id in self._there

    async def receive(self, request: web.Request) -> web.Response:
        """The bytes of a file that is expected."""
        file_id = request.match_info["file"]
        if file_id not in self._expected or (request.content_length or 0) > LARGEST:
            return web.Response(status=404)
        self._sent[file_id] = await request.read()
        return web.Response(text=f"OK - {len(self._sent[file_id])}")

    async def show(self, request: web.Request) -> web.Response:
        """The file itself, for the page."""
        file_id = request.match_info["file"]
        if not self.has(file_id):
            return web.Response(status=404)
        return web.Response(body=self._sent[file_id], content_type="image/png")
