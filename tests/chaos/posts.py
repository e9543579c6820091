"""What the bot posted, in one shape for both platforms: text as Slack writes it, cards known by their head."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from tests.scenarios.seen_in_teams import readable, texts

Json = dict[str, Any]
SLACK, TEAMS = "slack", "teams"
_DAY_AND_TIME = re.compile(r"\{\{DATE\(([^,)]+)[^}]*\}\} ?\{\{TIME\([^}]*\}\}|\{\{(?:DATE|TIME)\(([^,)]+)[^}]*\}\}")


def posted(entry: Json) -> Json | None:
    """The message that was posted by that exchange of the log, with its `channel` and `ts`; None where none was."""
    answer = entry.get("response")
    if not isinstance(answer, dict):
        return None
    if entry.get("method") == "chat.postMessage" and answer.get("ok"):
        asked = dict(entry["request"])
        if isinstance(asked.get("blocks"), str):
            asked["blocks"] = json.loads(asked["blocks"])
        return {**asked, "ts": answer["ts"], "channel": answer["channel"], "platform": SLACK}
    if entry.get("method") == "activities.create" and (entry.get("status") or 500) < 300:
        asked = entry["request"]
        if asked["query"].get("isTargetedActivity"):
            return None
        channel, _, root = asked["path"]["conversation"].partition(";messageid=")
        activity = asked["body"]
        card: Json = next((one["content"] for one in activity.get("attachments", [])), {})
        said = {"ts": answer["id"], "thread_ts": root or None, "card": card, "entities": activity.get("entities", [])}
        return as_slack({**said, "text": activity.get("text", "")}) | {"channel": channel, "platform": TEAMS}
    return None


def as_slack(message: Json) -> Json:
    """A message of Teams with its text, its time and the head of its card where Slack's messages have theirs."""
    card = message.get("card") or {}
    body = card.get("body") or [{}]
    text = readable(
        "\n".join([str(message.get("text") or ""), *texts(card)]),
        {**card.get("msteams", {}), "more": message.get("entities", [])}, {},
    )  # fmt: skip
    text = _DAY_AND_TIME.sub(lambda found: f"<!date^{_seconds(found[1] or found[2])}^>", text)
    return {
        **message, "id": message["ts"], "ts": f"{int(message['ts']) / 1000:.6f}", "text": text,
        "blocks": [{"type": "header"}] if body[0].get("bleed") else [],
        "bot_id": "teams",
    }  # fmt: skip


def _seconds(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp())
