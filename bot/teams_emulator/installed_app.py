"""What the app's package declares, and what the owners of team and chats have consented to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    #: The actions of its extension by id: on a message, or beside the composer (`message`, `compose`).
    actions: Mapping[str, str] = field(default_factory=lambda: {"ticket.create": "message", "ticket.new": "compose"})
    #: What people read in the menus, by the action's id.
    action_names: Mapping[str, str] = field(default_factory=lambda: {"ticket.create": "Create ticket"})
