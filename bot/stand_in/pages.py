"""The chat page's files and its live feed."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from aiohttp import web

from bot.stand_in.feed import Feed

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# Python's own table differs between machines; a module served as text would not run.
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".html": "text/html",
         ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}  # fmt: skip
HEARTBEAT = 15.0


async def file(page: Path | None, request: web.Request) -> web.StreamResponse:
    """One file of the folder `page`, `index.html` for the folder itself; nothing outside it."""
    found = _inside(page, request.match_info["path"] or "index.html")
    if found is None:
        return web.json_response({"ok": False, "error": "no such page"}, status=404, headers=HEADERS)
    kind = TYPES.get(found.suffix) or mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=found.read_bytes(), content_type=kind, charset=charset, headers=HEADERS)


def _inside(folder: Path | None, name: str) -> Path | None:
    if folder is None:
        return None
    root = folder.resolve()
    try:
        found = (root / name).resolve()
        return found if found.is_relative_to(root) and found.is_file() else None
    except (OSError, ValueError):  # a name no file system takes
        return None


async def stream(feed: Feed, request: web.Request) -> web.StreamResponse:
    """Server-sent events: `change` with the revision, one at once and one for every change."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    revision = feed.revision
    try:
        await response.write(f"retry: 1000\nevent: change\ndata: {revision}\n\n".encode())
        while (newer := await feed.after(revision, HEARTBEAT)) is not None:
            changed = newer > revision
            await response.write(f"event: change\ndata: {newer}\n\n".encode() if changed else b": still here\n\n")
            revision = newer
    except ConnectionError:  # the page was closed
        return response
    return response
