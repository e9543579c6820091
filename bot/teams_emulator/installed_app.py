"""What the app's package declares, and what the owners of team and chats have consented to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Installed:
    """The app as it is installed. Nothing else reaches it."""

    #: Whether it gets every message of the conversations that it is in (resource-specific consent); without it those
    #: alone that mention it.
    reads_all: bool = True
    #: Whether people reach it by `/`, and it may write what one person alone sees.
    targeted: bool = True
    #: The command in the `/` menu.
    command: str = "ticket"
    #: The action on messages, by its id and what people read in the menu.
    action: tuple[str, str] = ("ticket.new", "Create ticket")
