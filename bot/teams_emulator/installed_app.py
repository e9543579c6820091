"""What the app's package declares, and what the owners of team and chats have consented to. Nothing else reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

READS = ("ChannelMessage.Read.Group", "ChatMessage.Read.Chat")


@dataclass(frozen=True)
class Installed:
    """The app as it is installed."""

    #: Whether it gets every message of the conversations that it is in (resource-specific consent); without it those
    #: alone that mention it.
    reads_all: bool = True
    #: Whether people reach it by `/`, and it may write what one person alone sees.
    targeted: bool = True
    #: The command in the `/` menu.
    command: str = "ticket"
    #: The actions of its extension by id, each with where it stands: `message`, `compose`, `commandBox`.
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"create": ("message", "compose")})
    #: What people read in the menus, by the action's id.
    action_names: Mapping[str, str] = field(default_factory=lambda: {"create": "Create ticket"})

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> Installed:
        """Reads Teams' own manifest format."""
        bot = manifest["bots"][0]
        slash = [each for each in bot.get("commandLists", []) if "slash" in each.get("triggers", [])]
        commands = [one for each in manifest.get("composeExtensions", []) for one in each["commands"]]
        asked = manifest.get("authorization", {}).get("permissions", {}).get("resourceSpecific", [])
        return cls(
            reads_all=any(one["name"] in READS for one in asked),
            targeted=bool(bot.get("supportsTargetedMessages")),
            command=slash[0]["commands"][0]["title"] if slash else "",
            actions={one["id"]: tuple(one.get("context", ())) for one in commands},
            action_names={one["id"]: one["title"] for one in commands},
        )
