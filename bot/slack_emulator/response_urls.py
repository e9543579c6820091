"""Response URLs: five answers within half an hour to what a person did, wherever the bot may or may not post."""

from __future__ import annotations

import json
from typing import Any

from bot.slack_emulator import messages, posting
from bot.slack_emulator.blocks import check_blocks, with_ids
from bot.slack_emulator.ids import TEAM_ID, new_id
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import Channel
from bot.stand_in.shapes import Json, dumps

USES = 5
LIFE = 30 * 60.0


def make(
    workspace: Workspace, base: str, kind: str, channel: Channel, *, user: str, message: Json | None = None
) -> str:
    """A new response URL below `base` for what `user` did, with the `message` it was done to."""
    token = new_id("", 24)
    real = workspace.now.real()
    body = {"channel": channel.id, "user": user, "ts": message["ts"] if message else None, "uses": 0}
    with workspace.record.atomic():
        workspace.record.db.execute("delete from response_url where expires < ?", (real - LIFE,))
        workspace.record.db.execute("insert into response_url values (?, ?, ?)", (token, real + LIFE, dumps(body)))
    return f"{base}/local/response/{kind}/{TEAM_ID}/{token}"


def respond(workspace: Workspace, token: str, answer: Any) -> tuple[int, str]:
    """Carries out what the app posted to a response URL. The HTTP status and body Slack answers."""
    row = workspace.record.db.execute("select expires, body from response_url where token = ?", (token,)).fetchone()
    if row is None:
        return 404, _error("invalid_url")
    if workspace.now.real() > row[0]:
        return 404, _error("expired_url")
    used = json.loads(row[1])
    if used["uses"] >= USES:
        return 404, _error("used_url")
    channel = workspace.channels.get(used["channel"])
    if not isinstance(answer, dict) or channel is None:
        return 400, _error("invalid_payload")
    if error := problem(answer, deleting=bool(answer.get("delete_original"))):
        return 400, _error(error)
    used["uses"] += 1
    workspace.record.db.execute("update response_url set body = ? where token = ?", (dumps(used), token))
    original = messages.get(workspace.record, channel.id, used["ts"]) if used["ts"] else None
    if answer.get("delete_original"):
        if original is not None:
            workspace.outgoing.soon(posting.delete(workspace, channel, original))
    elif answer.get("replace_original") and original is not None:
        changes = {"text": answer.get("text", ""), "blocks": _blocks(answer, original["blocks"])}
        workspace.outgoing.soon(posting.change(workspace, channel, original, changes, editor=None)[1])
    else:
        show(workspace, channel, used["user"], answer)
    return 200, "ok"


def problem(answer: Json, *, deleting: bool = False) -> str | None:
    """What Slack would not show in such an answer; None when it would."""
    if answer.get("blocks") is not None and check_blocks(answer["blocks"]):
        return "invalid_blocks"
    if not isinstance(answer.get("text", ""), str):
        return "invalid_payload"
    if not deleting and not answer.get("text") and not answer.get("blocks") and not answer.get("attachments"):
        return "no_text"
    return None


def show(workspace: Workspace, channel: Channel, user: str, answer: Json) -> Json:
    """Posts an answer: to everybody when it says `in_channel`, else only to `user`."""
    private = answer.get("response_type") != "in_channel"
    extra = {"attachments": answer["attachments"]} if answer.get("attachments") else {}
    message, rows = posting.post_as_bot(
        workspace, channel, answer.get("text") or "", _blocks(answer), answer.get("thread_ts"),
        ephemeral_for=user if private else None, extra=extra,
    )  # fmt: skip
    workspace.outgoing.soon(rows)
    return message


def _blocks(answer: Json, before: list[Json] | None = None) -> list[Json] | None:
    return with_ids(answer["blocks"], before) if answer.get("blocks") else None


def _error(word: str) -> str:
    return dumps({"ok": False, "error": word})
