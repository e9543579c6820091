"""Forms and home tabs in the record: each person's stack of up to three forms, and one home tab."""

from __future__ import annotations

import json

from bot.slack_emulator.ids import APP_ID, BOT_ID, TEAM_ID, new_id
from bot.stand_in.record import Record
from bot.stand_in.shapes import Json, dumps

STACK = 3


def stack(record: Record, user: str) -> list[Json]:
    """The open forms of `user`, the one on top last."""
    rows = record.db.execute(
        "select body from view where user = ? and kind = 'modal' order by position", (user,)
    ).fetchall()
    return [json.loads(row[0]) for row in rows]


def home(record: Record, user: str) -> Json | None:
    """The home tab published for `user`."""
    row = record.db.execute("select body from view where user = ? and kind = 'home'", (user,)).fetchone()
    return json.loads(row[0]) if row else None


def get(record: Record, view_id: str) -> tuple[str, Json] | None:
    """The person a view is shown to, and the view."""
    row = record.db.execute("select user, body from view where id = ?", (view_id,)).fetchone()
    return (row[0], json.loads(row[1])) if row else None


def by_external_id(record: Record, external_id: str) -> tuple[str, Json] | None:
    """The same, by the id its app gave it."""
    rows = record.db.execute("select user, body from view").fetchall()
    found = ((user, json.loads(body)) for user, body in rows)
    return next((pair for pair in found if pair[1]["external_id"] == external_id), None)


def listed(record: Record) -> list[Json]:
    """Every open view with its person, for `/_control/state`: stacks from the bottom up."""
    rows = record.db.execute("select user, body from view order by user, kind, position").fetchall()
    return [{"user": user, "view": json.loads(body)} for user, body in rows]


def build(given: Json, *, previous: Json | None = None, state: Json | None = None) -> Json:
    """The full view object Slack makes of what an app sent; `previous` is the form below, if any."""
    view_id = new_id("V")
    view: Json = {
        "id": view_id, "team_id": TEAM_ID, "type": given["type"], "blocks": given["blocks"],
        "private_metadata": given.get("private_metadata", ""), "callback_id": given.get("callback_id", ""),
        "state": {"values": state or {}}, "hash": new_hash(), "title": given.get("title"),
        "clear_on_close": given.get("clear_on_close", False), "notify_on_close": given.get("notify_on_close", False),
        "close": given.get("close"), "submit": given.get("submit"),
        "previous_view_id": previous["id"] if previous else None,
        "root_view_id": previous["root_view_id"] if previous else view_id, "app_id": APP_ID,
        "external_id": given.get("external_id", ""), "app_installed_team_id": TEAM_ID, "bot_id": BOT_ID,
    }  # fmt: skip
    return view


def new_hash() -> str:
    """Names one version of a view; `views.update` and `views.publish` may insist on it."""
    return f"{new_id('', 10)}.{new_id('', 8)}".lower()


def put(record: Record, user: str, view: Json, position: int) -> None:
    """Stores a view; `position` counts from 0 at the bottom of the stack."""
    record.db.execute(
        "insert or replace into view values (?, ?, ?, ?, ?)", (view["id"], user, view["type"], position, dumps(view))
    )


def replace(record: Record, view: Json) -> None:
    """Stores a new version of a view in its old place."""
    record.db.execute("update view set body = ? where id = ?", (dumps(view), view["id"]))


def remove(record: Record, view_id: str) -> None:
    """Takes one view away."""
    record.db.execute("delete from view where id = ?", (view_id,))


def clear(record: Record, user: str) -> None:
    """Closes every form of `user`; the home tab stays."""
    record.db.execute("delete from view where user = ? and kind = 'modal'", (user,))


def clear_home(record: Record, user: str) -> None:
    """Makes room for a new version of the home tab."""
    record.db.execute("delete from view where user = ? and kind = 'home'", (user,))
