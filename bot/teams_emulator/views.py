"""Dialogs in the record: each person has one open at most."""

from __future__ import annotations

import json
import uuid
from typing import Any

from bot.stand_in.record import Record
from bot.stand_in.shapes import Json, dumps
from bot.teams_emulator import cards
from bot.teams_emulator.cards import CARD
from bot.teams_emulator.ids import PLATFORM

SIZES = ("small", "medium", "large")


def get(record: Record, view_id: str) -> tuple[str, Json] | None:
    """The person a dialog is shown to, and the dialog."""
    row = record.db.execute("select user, body from teams_dialog where id = ?", (view_id,)).fetchone()
    return (row[0], json.loads(row[1])) if row else None


def listed(record: Record) -> list[Json]:
    """Every open dialog with its person, for `/_control/state`."""
    rows = record.db.execute("select user, body from teams_dialog order by rowid").fetchall()
    return [{"user": user, "view": json.loads(body)} for user, body in rows]


def problem(value: Any) -> str | None:
    """Why Teams would not show what a task went on with."""
    if not isinstance(value, dict):
        return "the task has no value"
    attachment = value.get("card")
    if not isinstance(attachment, dict) or attachment.get("contentType") != CARD:
        return "the task has no card"
    for name in ("width", "height"):
        if not (isinstance(value.get(name, 0), int) or value[name] in SIZES):
            return f"{name} is neither a number nor {', '.join(SIZES)}"
    if not isinstance(value.get("title", ""), str):
        return "title is no text"
    return cards.problem(attachment.get("content"))


def show(record: Record, user: str, value: Json, opened: Json) -> Json:
    """Opens a dialog in the place of the one that is open, if one is. `opened`: from where it was."""
    view = {
        "id": f"d:{uuid.uuid4().hex}", "type": "modal", "platform": PLATFORM, "title": value.get("title", ""),
        "card": value["card"]["content"], "width": value.get("width"), "height": value.get("height"), "opened": opened,
    }  # fmt: skip
    with record.atomic():
        clear(record, user)
        record.db.execute("insert into teams_dialog values (?, ?, ?)", (view["id"], user, dumps(view)))
    return view


def clear(record: Record, user: str) -> None:
    """Closes whatever dialog that person has open."""
    record.db.execute("delete from teams_dialog where user = ?", (user,))
