"""What the app declared to Slack: its commands, shortcuts, events and scopes. Nothing else reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ALL_EVENTS = frozenset({
    "app_home_opened", "app_mention", "member_joined_channel", "member_left_channel", "message.channels",
    "message.groups", "message.im", "message.mpim", "reaction_added", "reaction_removed",
    "subteam_members_changed", "subteam_updated", "user_change",
})  # fmt: skip
ALL_SCOPES = frozenset({
    "app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "chat:write.public",
    "commands", "dnd:read", "files:write", "groups:history", "groups:read", "im:history", "im:read", "im:write",
    "mpim:history", "mpim:read",
    "reactions:read", "reactions:write", "team:read", "usergroups:read", "users:read", "users:read.email",
})  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """`commands` maps a command to whether its text is escaped; `shortcuts` a callback id to `global` or `message`.

    With `any_shortcut` every callback id is let through, which suits a manifest nobody wrote yet. Without the messages
    tab the bot has no direct messages at all; a read-only one takes none from people.
    """

    #: Each slash command, and whether its text comes escaped (mentions as ids).
    commands: Mapping[str, bool] = field(default_factory=lambda: {"/ticket": True})
    #: Each callback id, and where its shortcut stands: `global` or `message`.
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    #: Each callback id, and what people read in the menu.
    shortcut_names: Mapping[str, str] = field(default_factory=dict)
    #: The events that the app subscribed to.
    events: frozenset[str] = ALL_EVENTS
    #: The permissions of the bot's token.
    scopes: frozenset[str] = ALL_SCOPES
    #: Whether every callback id is let through, for an app whose manifest says nothing of shortcuts.
    any_shortcut: bool = True
    #: Whether the app has a Home page.
    home_tab: bool = True
    #: Whether people have a conversation with the bot; without it there are no direct messages.
    messages_tab: bool = True
    #: Whether they can only read there.
    messages_tab_read_only: bool = False

    @classmethod
    def from_mapping(cls, manifest: Mapping[str, Any]) -> Manifest:
        """Reads Slack's own manifest format, as parsed from YAML or JSON."""
        features: Mapping[str, Any] = manifest.get("features", {})
        oauth: Mapping[str, Any] = manifest.get("oauth_config", {}).get("scopes", {})
        subscriptions: Mapping[str, Any] = manifest.get("settings", {}).get("event_subscriptions", {})
        home: Mapping[str, Any] = features.get("app_home", {})
        return cls(
            commands={c["command"]: bool(c.get("should_escape")) for c in features.get("slash_commands", [])},
            shortcuts={s["callback_id"]: s["type"] for s in features.get("shortcuts", [])},
            shortcut_names={s["callback_id"]: s["name"] for s in features.get("shortcuts", [])},
            events=frozenset(subscriptions.get("bot_events", [])),
            scopes=frozenset(oauth.get("bot", [])) | frozenset(oauth.get("bot_optional", [])),
            any_shortcut=False,
            home_tab=bool(home.get("home_tab_enabled", False)),
            messages_tab=bool(home.get("messages_tab_enabled", True)),
            messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
        )
