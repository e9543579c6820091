"""Messages in the record: written, read by page and by thread.

A stored message is the shape `/_control/messages` answers, so that a channel is listed without parsing a row.
"""

from __future__ import annotations

import json

from bot.stand_in.record import Record
from bot.stand_in.shapes import Json, dumps

SEEN_FOR = 24 * 3600 * 1000  # milliseconds that a message for one person alone can be seen


def put(record: Record, channel: str, message: Json) -> None:
    """Stores a new or changed message of `channel`."""
    record.db.execute(
        "insert or replace into teams_message values (?, ?, ?, ?, ?)",
        (channel, message["ts"], message["thread_ts"], message["ephemeral_for"], dumps(message)),
    )


def get(record: Record, channel: str, ts: str) -> Json | None:
    """One message, those for one person alone included."""
    row = record.db.execute("select body from teams_message where channel = ? and ts = ?", (channel, ts)).fetchone()
    return json.loads(row[0]) if row else None


def remove(record: Record, channel: str, ts: str) -> None:
    """Takes a message out of the record."""
    record.db.execute("delete from teams_message where channel = ? and ts = ?", (channel, ts))


def listed(
    record: Record, channel: str, user: str | None, *, now: float, after: str = "", limit: int | None = None
) -> str:
    """A JSON list of what `user` sees in `channel` `now`, ascending: all of it, or the last `limit` after `after`."""
    rows = record.db.execute(
        "select body from teams_message where channel = ? and ts > ?"
        " and (ephemeral_for is null or (ephemeral_for = ? and ts > ?)) order by ts desc limit ?",
        (channel, after, user, str(int(now * 1000) - SEEN_FOR), -1 if limit is None else limit),
    ).fetchall()
    return "[" + ",".join(_as_seen(row[0], user) for row in reversed(rows)) + "]"


def _as_seen(body: str, user: str | None) -> str:
    """The message as that person sees it: a card that they pressed may read otherwise for them alone."""
    if '"shown_to"' not in body:
        return body
    found = json.loads(body)
    shown = found.pop("shown_to", {})
    return dumps({**found, "card": shown.get(user, found["card"])})


def has_replies(record: Record, channel: str, root: str) -> bool:
    """Whether anybody answered in the thread of this message."""
    query = "select 1 from teams_message where channel = ? and thread_ts = ? and ephemeral_for is null limit 1"
    return record.db.execute(query, (channel, root)).fetchone() is not None
