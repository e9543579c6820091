"""What somebody sees, in facts that any platform has: who alone sees it, what it stands below, its title, lines,
buttons, times and ways to other messages. How the workspace at hand writes them down is known here alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

_TIME = re.compile(r"<!date\^(\d+)\^")


class Message(dict[str, Any]):
    """A message in a channel; as a mapping it is as this workspace hands it out."""

    def __init__(self, found: dict[str, Any], channel: str) -> None:
        super().__init__(found)
        #: Where it stands, as this workspace calls it.
        self.channel = channel

    @property
    def seen(self) -> str | None:
        """All that can be read, where that is not to be found as it is here."""
        return None

    @property
    def id(self) -> str:
        """By which others speak of it."""
        return str(self["ts"])

    @property
    def is_ours(self) -> bool:
        """Whether the bot wrote it."""
        return "bot_id" in self

    @property
    def at(self) -> datetime:
        """When it was written, to the second."""
        return datetime.fromtimestamp(int(float(self["ts"])), UTC)

    @property
    def only_for(self) -> str | None:
        """The one person who sees it; None when everybody in the channel does."""
        return self.get("ephemeral_for") or None

    @property
    def below(self) -> str | None:
        """The message in whose thread it stands, as its `id`; None in the channel itself."""
        root = self.get("thread_ts")
        return None if root == self["ts"] else root

    @property
    def is_shown_above_too(self) -> bool:
        """Whether a reply is shown in the channel besides its thread."""
        return self.get("subtype") == "thread_broadcast"

    @property
    def title(self) -> str:
        """What stands at the head of a card; empty for a message that is none."""
        blocks = self.get("blocks") or []
        return str(blocks[0]["text"]["text"]) if blocks and blocks[0]["type"] == "header" else ""

    @property
    def text(self) -> str:
        """All that can be read, what only a notification shows included."""
        return everything(self)

    @property
    def lines(self) -> list[str]:
        """What can be read in it, line by line, without its buttons."""
        blocks = [block for block in self.get("blocks") or [] if block["type"] != "actions"]
        return [line for text in _texts(blocks) for line in text.splitlines()]

    @property
    def buttons(self) -> list[str]:
        """What its buttons say, in order; a menu is none."""
        return [str(one["text"]["text"]) for one in self._elements() if one.get("type") == "button"]

    @property
    def verbs(self) -> list[str]:
        """What its buttons do."""
        return [str(one["action_id"]).removeprefix("ticket.") for one in self._elements() if "action_id" in one]

    @property
    def times(self) -> list[datetime]:
        """The instants that it shows, each in its reader's zone."""
        return [datetime.fromtimestamp(int(found), UTC) for found in _TIME.findall(everything(self))]

    def leads_to(self, other: Message) -> bool:
        """Whether there is a way from here to that message."""
        return self.carries(f"/archives/{other.channel}/p{other.id.replace('.', '')}")

    def mentions(self, person: str) -> bool:
        """Whether that person is named, so that they are notified."""
        return f"<@{person}>" in everything(self)

    def carries(self, words: str) -> bool:
        """Whether these words are anywhere in it, seen or unseen, the addresses behind its buttons included."""
        return words in str(self.get("blocks") or self["text"])

    def _elements(self) -> Iterator[dict[str, Any]]:
        for block in self.get("blocks") or []:
            yield from block.get("elements", [])


class Form(dict[str, Any]):
    """A form that somebody has open, or a page of theirs."""

    @property
    def seen(self) -> str | None:
        """All that can be read in it, where that is not to be found as it is here."""
        return None

    @property
    def title(self) -> str:
        """What stands at its head."""
        return str(self["title"]["text"])

    @property
    def verb(self) -> str:
        """What sending it does."""
        return str(self["callback_id"]).removeprefix("ticket.")

    @property
    def text(self) -> str:
        """All that can be read in it."""
        return everything(self)

    def knows(self, words: str) -> bool:
        """Whether it carries these words along unseen."""
        return words in str(self.get("private_metadata", ""))

    def initial(self, name: str) -> Any:
        """What the field of that name starts with; None when it starts empty."""
        element = next(block["element"] for block in self["blocks"] if block.get("block_id") == name)
        return next((value for key, value in element.items() if key.startswith("initial")), None)

    def instant(self, name: str) -> datetime:
        """The instant that the field of that name starts with, to the minute."""
        return datetime.fromtimestamp(int(self.initial(name)), UTC).replace(second=0)


def everything(message: dict[str, Any]) -> str:
    """All text of a message or a form, as it reads; what a notification shows comes first."""
    if isinstance(message, Message | Form) and message.seen is not None:
        return message.seen
    text = message.get("text")
    found = [text] if isinstance(text, str) else [""]
    return "\n".join([*found, *_texts(message.get("blocks") or [])]).replace("\u00a0", " ")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
