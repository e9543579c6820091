"""What stands on the console, once everything was said."""

from __future__ import annotations

from tests.scenarios.chat import Chat
from tests.scenarios.console.front_end import Console


async def card(console: Console, chat: Chat) -> tuple[str, str]:
    """The id and the text of the one card in the room."""
    await chat.settled()
    shown = [(key, said.text) for key, said in console.screen.said.items() if said.root is said.only_for is None]
    assert len(shown) == 1, shown
    return shown[0]


async def thread(console: Console, chat: Chat) -> str:
    """What stands under the card, for everybody."""
    await chat.settled()
    return "\n".join(said.text for said in console.screen.said.values() if said.root and said.only_for is None)


def private(console: Console, who: str) -> str:
    """What was said to somebody alone."""
    return "\n".join(said.text for said in console.screen.said.values() if said.only_for == f"console:{who}")


async def settled_private(console: Console, chat: Chat, who: str) -> str:
    """The same, once everything was said."""
    await chat.settled()
    return private(console, who)
