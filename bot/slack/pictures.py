"""Pictures of charts, for a workspace that draws none itself: drawn here, uploaded, and shown by a block that names the
file. The file is shared nowhere else. What the picture shows stands in words beside it, and in its description."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.charts import KIND, Block, chart_of
from bot.slack.errors import UNREACHABLE
from bot.wording.card import Chart

# Slack looks through a file before it may be shown: until then a message that names it is refused.
PAUSES = (0.0, 1.0, 2.0)
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
OK = 200


async def pictured(client: AsyncWebClient, blocks: Sequence[Block]) -> list[Block] | None:
    """The same blocks, with a picture in the place of each chart; None where none can be drawn or uploaded. Raises
    `SlackApiError` where Slack refuses one."""
    from bot.charts.picture import can_draw  # noqa: PLC0415  most workspaces draw charts themselves

    if not can_draw():
        return None
    found = []
    for block in blocks:
        shown = await _shown(client, chart_of(block)) if block["type"] == KIND else block
        if shown is None:
            return None
        found.append(shown)
    return found


async def _shown(client: AsyncWebClient, chart: Chart) -> Block | None:
    from bot.charts.picture import picture  # noqa: PLC0415  as above
    from bot.charts.words import in_words  # noqa: PLC0415  as above

    drawn, words = await asyncio.to_thread(picture, chart), in_words(chart)
    answer: Any = await client.files_getUploadURLExternal(filename="chart.png", length=len(drawn), alt_txt=words[:1000])
    if not await _upload(str(answer["upload_url"]), drawn):
        return None
    file_id = str(answer["file_id"])
    await client.files_completeUploadExternal(files=[{"id": file_id, "title": chart.title}])
    return {
        "type": "image", "slack_file": {"id": file_id}, "alt_text": words,
        "title": {"type": "plain_text", "text": chart.title, "emoji": False},
    }  # fmt: skip


async def _upload(url: str, data: bytes) -> bool:
    """To where Slack itself has just said that it wants it."""
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True) as session,
            session.post(url, data=data, allow_redirects=False) as answer,
        ):
            return answer.status == OK
    except (*UNREACHABLE, ValueError):
        return False
