"""Private answers to where somebody pressed something, over the one shared session."""

from __future__ import annotations

from typing import Any

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.errors import UNREACHABLE

log = structlog.get_logger(__name__)
SECONDS = 10


async def respond(session: aiohttp.ClientSession | None, url: str, message: dict[str, Any]) -> None:
    """Say it at a `response_url`, beside what stands there. What cannot be said so is let go: nothing hangs on it."""
    answers = AsyncWebhookClient(url, session=session, timeout=SECONDS, retry_handlers=[])
    try:
        answer = await answers.send_dict({**message, "replace_original": False})
    except UNREACHABLE as error:
        log.warning("private answer not delivered", error=f"{type(error).__name__}: {error}"[:200])
        return
    if answer.status_code != OK:
        log.warning("private answer not delivered", status=answer.status_code)


OK = 200
