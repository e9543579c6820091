"""What somebody sees in Teams, in the same facts as in `tests/scenarios/seen.py`. A person is called as the stories
call them, so that one story reads what it sees on either platform."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from tests.scenarios.seen import Form, Message

_TIME = re.compile(r"\{\{(?:DATE|TIME)\(([^,)]+)")
_LINK = re.compile(r"(?<=\]\()(https?:[^)\s]+)")
_APART = "\u2060"
_HIDDEN = ("msteams", "data", "fallbackText", "$schema", "value")


class TeamsMessage(Message):
    """A message in a channel or a chat. `names`: what the stories call people, by their id in Teams."""

    def __init__(self, found: dict[str, Any], channel: str, names: Mapping[str, str]) -> None:
        super().__init__(found, channel)
        self._names = names
        for key in ("user", "ephemeral_for"):
            self[key] = names.get(found[key], found[key])
        for key in ("pings", "mentions"):
            self[key] = [names.get(one, one) for one in found[key]]
        self["reactions"] = [
            {**one, "users": [names.get(user, user) for user in one["users"]]} for one in found["reactions"]
        ]

    @property
    def card(self) -> dict[str, Any]:
        """The card that it shows; empty for a message without one."""
        return self.get("card") or {}

    @property
    def is_ours(self) -> bool:
        return str(self["user"]).startswith("28:")

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(int(self["ts"]) // 1000, UTC)

    @property
    def is_shown_above_too(self) -> bool:
        """Whether it stands in the channel instead of in a thread, with a way to the card that it is about."""
        is_post = self["thread_ts"] is None and self.is_ours and not self.only_for
        return is_post and not self.title and any("/l/message/" in url for url in self._urls())

    @property
    def title(self) -> str:
        """What stands at the head of a card: on a bar of its own."""
        body = self.card.get("body") or [{}]
        return "".join(texts(body[0])) if body[0].get("bleed") else ""

    @property
    def seen(self) -> str:
        """All that can be read, what only a notification shows included."""
        found = [self.get("text") or self.get("summary") or "", *texts(self.card)]
        return self._named("\n".join(one for one in found if one))

    @property
    def lines(self) -> list[str]:
        found = texts({**self.card, "body": [one for one in self.card.get("body", []) if one["type"] != "ActionSet"]})
        return [line for text in found for line in self._named(text).splitlines()]

    @property
    def buttons(self) -> list[str]:
        return [one["title"] for one in actions(self.card) if one.get("mode") != "secondary" and one.get("title")]

    @property
    def verbs(self) -> list[str]:
        return [action.removeprefix("ticket.") for one in actions(self.card) if (action := action_of(one))]

    @property
    def times(self) -> list[datetime]:
        """The instants that it shows. A day and a time of day are one."""
        found = [datetime.fromisoformat(one) for one in _TIME.findall("\n".join(texts(self.card)))]
        return [one for place, one in enumerate(found) if not place or one != found[place - 1]]

    def leads_to(self, other: Message) -> bool:
        return any(other.id in url and other.channel in unquote(url) for url in self._urls())

    def mentions(self, person: str) -> bool:
        return person in self["mentions"]

    def carries(self, words: str) -> bool:
        return words in str(self.get("card") or self["text"])

    def _urls(self) -> list[str]:
        opened = [str(one["url"]) for one in nodes(self.card) if one.get("type") == "Action.OpenUrl"]
        return [*opened, *_LINK.findall("\n".join(texts(self.card)))]

    def _named(self, text: str) -> str:
        return readable(text, {**self.card.get("msteams", {}), "more": self.get("entities", [])}, self._names)


class TeamsForm(Form):
    """A dialog that somebody has open."""

    names: Mapping[str, str] = {}

    @property
    def title(self) -> str:
        return str(self["title"])

    @property
    def verb(self) -> str:
        return next(action_of(one).removeprefix("form.") for one in actions(self["card"]) if action_of(one))

    @property
    def seen(self) -> str:
        """All that can be read in it."""
        return readable("\n".join([self.title, *texts(self["card"])]), self["card"].get("msteams", {}), self.names)

    def knows(self, words: str) -> bool:
        return any(words in str(one.get("data")) for one in actions(self["card"]))

    def initial(self, name: str) -> Any:
        element = next(one for one in nodes(self["card"]) if one.get("id") == name)
        value = str(element.get("value") or "")
        if not element.get("isMultiSelect"):
            return self.names.get(value, value) or None
        return [self.names.get(one, one) for one in value.split(",")] if value else None

    def instant(self, name: str) -> datetime:
        """Put together from a day and a time of day, in the zone that the dialog is in."""
        zone = next(data["zone"] for one in actions(self["card"]) if "zone" in (data := one["data"]))
        said = f"{self.initial(f'{name}.date')}T{self.initial(f'{name}.time')}"
        return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def readable(text: str, held: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The text as it reads; whom it mentions as the stories write that: `<@ID>`."""
    whom = {}
    for one in (*held.get("entities", []), *held.get("more", [])):
        if one.get("type") == "mention":
            key = one["mentioned"]["id"]
            whom[one["text"]] = f"<@{names.get(key, key)}>"
    for tag, name in whom.items():
        text = text.replace(tag, name)
    text = re.sub(r"\*\*(.+?)\*\*", r"*\1*", text)
    text = re.sub(r"\[([^\]\[]+)\]\(https?:[^)\s]+\)", r"\1", text)
    return text.replace(_APART, "").replace("\u00a0", " ")


def texts(node: Any) -> list[str]:
    """What can be read in a card, element by element."""
    return list(_texts(node))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _texts(each)
        return
    if not isinstance(node, dict):
        return
    if isinstance(node.get("inlines"), list):
        runs = [one if isinstance(one, dict) else {"text": one} for one in node["inlines"]]
        stand_out = [one.get("weight") == "Bolder" for one in runs]
        # What stands out among the rest of its line is written as the stories write it: `*so*`.
        yield "".join(
            f"*{one['text']}*" if bold and not all(stand_out) else str(one.get("text", ""))
            for one, bold in zip(runs, stand_out, strict=True)
        )
        return
    if isinstance(node.get("facts"), list):
        yield from (f"*{one['title']}* {one['value']}" for one in node["facts"])
        return
    for key in ("text", "title", "label", "placeholder"):
        if isinstance(node.get(key), str):
            yield node[key]
    if str(node.get("type", "")).startswith("Input.Text") and node.get("value"):
        yield str(node["value"])
    for key, each in node.items():
        if isinstance(each, list | dict) and key not in _HIDDEN:
            yield from _texts(each)


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in a card."""
    if isinstance(node, dict):
        yield node
        for each in node.values():
            yield from nodes(each)
    elif isinstance(node, list):
        for each in node:
            yield from nodes(each)


def actions(card: Any) -> list[dict[str, Any]]:
    """What can be pressed and then tells us."""
    return [one for one in nodes(card) if one.get("type") in ("Action.Execute", "Action.Submit")]


def action_of(action: dict[str, Any]) -> str:
    """What a button does, as its data says it."""
    data = action.get("data")
    return str(data.get("action", "")) if isinstance(data, dict) else ""
