"""Who may act as anybody where callers need not show who they are (`VIGIE_TEAMS_DEV`): programs on this machine."""

from __future__ import annotations

from aiohttp import web

from bot.server.from_here import is_from_here


def comes_from_here(request: web.Request) -> bool:
    """Whether a program on this machine asks for itself: no page in a browser here, which could post a form but not
    JSON without asking first, and no tunnel to this machine."""
    return is_from_here(request) and request.content_type == "application/json"
