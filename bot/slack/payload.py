"""What Slack sends, taken apart: nothing in it is what it ought to be until that was looked at."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Call
from bot.wording.phrase_book import PhraseBook

Body = dict[str, Any]
_TS = re.compile(r"\d{1,10}\.\d{1,6}")


def user_of(body: Body) -> str:
    """Whoever acted, whatever they did; empty where nobody says."""
    return str(body.get("user_id") or presser_of(body))


def presser_of(body: Body) -> str:
    """Who pressed something or filled in a form."""
    return str(mapping(body.get("user")).get("id") or "")


def thread_of(body: Body) -> str | None:
    """The message in whose thread alone that one is to be seen which was pressed, or whose menu was used. A message
    that only one person sees is itself not told along."""
    message, container = mapping(body.get("message")), mapping(body.get("container"))
    ts, root = message.get("ts") or container.get("message_ts"), message.get("thread_ts") or container.get("thread_ts")
    return str(root) if is_ts(root) and root != ts and message.get("subtype") != "thread_broadcast" else None


def moment(ts: str) -> datetime:
    """The time in the id of a message."""
    return datetime.fromtimestamp(float(ts), UTC)


def is_ts(value: object) -> bool:
    """Whether it is a message's id, which is its time as well."""
    return isinstance(value, str) and _TS.fullmatch(value) is not None


def mapping(value: object) -> Body:
    """What ought to be an object; empty where it is none."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Body]:
    """The objects in what ought to be a list of them."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def value_of(action: Body) -> Body:
    """What the card kept in a button, or in what was picked in a menu."""
    chosen = action.get("value") or mapping(action.get("selected_option")).get("value")
    return json_of(chosen)


def json_of(text: object) -> Body:
    """An object that we had Slack keep for us; empty where it is none any more."""
    try:
        found = json.loads(str(text or "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def call_of(desk: DeskRuntime, user: str, **rest: Any) -> Call:
    """What that Slack user asks, now."""
    person = desk.person(user)
    speech = PhraseBook(desk.directory).reader(person, wrote=rest.get("words", ""))
    return Call(desk=desk, actor=desk.actor(person), speech=speech, now=desk.now(), **rest)
