"""Messages in the record: written, read by page and by thread, and turned into what Slack's API shows.

A stored message is the shape `/_control/messages` answers, so that a channel is listed without parsing a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.slack_emulator.ids import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID
from bot.stand_in.record import Record
from bot.stand_in.shapes import Json, dumps

# Keys of ours that Slack's own messages do not carry.
OURS = ("ephemeral_for", "pings", "mentions")
# The same for every message of the bot, so it is not stored with each.
BOT_PROFILE: Json = {
    "id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER_ID, "name": BOT_NAME, "icons": {}, "deleted": False,
    "updated": 1760000000, "team_id": TEAM_ID,
}  # fmt: skip


def put(record: Record, channel: str, message: Json) -> None:
    """Stores a new or changed message of `channel`."""
    root = message["thread_ts"]
    top = root is None or message.get("subtype") == "thread_broadcast"
    record.db.execute(
        "insert or replace into message values (?, ?, ?, ?, ?, ?)",
        (channel, message["ts"], root, top, message["ephemeral_for"], dumps(message)),
    )


def get(record: Record, channel: str, ts: str) -> Json | None:
    """One message, ephemeral ones included."""
    row = record.db.execute("select body from message where channel = ? and ts = ?", (channel, ts)).fetchone()
    return json.loads(row[0]) if row else None


def remove(record: Record, channel: str, ts: str) -> None:
    """Takes a message out of the record."""
    record.db.execute("delete from message where channel = ? and ts = ?", (channel, ts))


def listed(record: Record, channel: str, user: str | None, after: str = "", limit: int | None = None) -> str:
    """A JSON list of what `user` sees in `channel`, ascending: all of it, or the last `limit` after `after`."""
    rows = record.db.execute(
        "select body from message where channel = ? and ts > ? and (ephemeral_for is null or ephemeral_for = ?)"
        " order by ts desc limit ?",
        (channel, after, user, -1 if limit is None else limit),
    ).fetchall()
    return "[" + ",".join(row[0] for row in reversed(rows)) + "]"


def top_page(
    record: Record, channel: str, oldest: str, latest: str, *, inclusive: bool, limit: int
) -> tuple[list[Json], bool]:
    """The newest messages of a channel outside its threads, newest first; and whether there are more."""
    low, high = (">=", "<=") if inclusive else (">", "<")
    rows = record.db.execute(
        f"select body from message where channel = ? and ts {low} ? and ts {high} ? and top and ephemeral_for is null"  # noqa: S608
        " order by ts desc limit ?",
        (channel, oldest, latest, limit + 1),
    ).fetchall()
    return [json.loads(row[0]) for row in rows[:limit]], len(rows) > limit


def replies(
    record: Record, channel: str, root: str, after: str = "", limit: int = -1, *, inclusive: bool = False
) -> list[Json]:
    """A thread's replies, oldest first, without its first message and without ephemeral ones."""
    rows = record.db.execute(
        f"select body from message where channel = ? and thread_ts = ? and ts {'>=' if inclusive else '>'} ?"  # noqa: S608
        " and ephemeral_for is null order by ts limit ?",
        (channel, root, after, limit),
    ).fetchall()
    return [json.loads(row[0]) for row in rows]


def has_replies(record: Record, channel: str, root: str) -> bool:
    """Whether anybody answered in the thread of this message."""
    query = "select 1 from message where channel = ? and thread_ts = ? and ephemeral_for is null limit 1"
    return record.db.execute(query, (channel, root)).fetchone() is not None


def as_slack(record: Record, channel: str, message: Json, *, metadata: bool = False) -> Json:
    """The message as Slack's API and payloads show it; the full metadata only when asked for."""
    shown = {key: value for key, value in message.items() if key not in OURS and value is not None}
    if shown.get("reactions"):
        shown["reactions"] = [{**r, "count": len(r["users"])} for r in shown["reactions"]]
    else:
        shown.pop("reactions", None)
    if "bot_id" in shown:
        shown["bot_profile"] = BOT_PROFILE
    if not metadata and "metadata" in shown:
        shown["metadata"] = {"event_type": shown["metadata"]["event_type"]}
    if message["thread_ts"] is None:
        shown |= _thread_summary(replies(record, channel, message["ts"]), message["ts"])
    return shown


def _thread_summary(answers: Iterable[Json], root: str) -> Json:
    answers = list(answers)
    if not answers:
        return {}
    users = list(dict.fromkeys(answer["user"] for answer in answers))
    return {
        "thread_ts": root, "reply_count": len(answers), "reply_users_count": len(users), "reply_users": users[:5],
        "latest_reply": answers[-1]["ts"], "is_locked": False, "subscribed": False,
    }  # fmt: skip
