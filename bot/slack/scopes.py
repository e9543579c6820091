"""What Vigie asks a workspace for, why, and what is lost without it. The manifest and `doctor` are made from this."""

from __future__ import annotations

from dataclasses import dataclass

from bot.outbound.scope import Scope

SCOPES = (
    Scope("commands", "the /ticket command", "nobody can type the command"),
    Scope("chat:write", "cards, warnings and private answers", "nothing can be posted"),
    Scope("app_mentions:read", "@Vigie update ... in threads, where commands do not work",
          "@Vigie does nothing: use buttons and commands"),
    Scope("im:write", "private notices to people who are not in the channel",
          "private notices to people who are not in the channel cannot be delivered"),
    Scope("reactions:read", "take, escalate, resolve and open tickets by reaction", "reactions do nothing"),
    Scope("users:read", "names, time zones, languages, and who is an admin, a guest or gone",
          "whoever the policy does not name by id counts as outside: they may open tickets and see their own, nothing "
          "else; times are shown in the desk's zone, people by their id"),
    Scope("channels:read", "who is in the desk's channel", "nobody in a public channel is known as an agent"),
    Scope("groups:read", "the same in private channels", "nobody in a private channel is known as an agent"),
    Scope("channels:history", "answers in threads, and messages that become tickets, in public channels",
          "threads in public channels are not read, and whether a message arrived cannot be looked up", optional=True),
    Scope("groups:history", "answers in threads, and messages that become tickets, in private channels",
          "threads in private channels are not read, and whether a message arrived cannot be looked up", optional=True),
    Scope("im:history", "whether a private notice arrived, when Slack's answer was lost",
          "a private notice whose answer was lost is said again", optional=True),
    Scope("users:read.email", "people whom the policy names by email",
          "the policy must name people by member id", optional=True),
    Scope("usergroups:read", "people whom the policy names by user group",
          "the policy must name people one by one", optional=True),
    Scope("dnd:read", "who is not to be disturbed, when one of several equals is chosen for a ticket",
          "whether somebody has do not disturb on is neither considered nor said", optional=True),
    Scope("files:write", "pictures of a report's charts, where a workspace draws none itself",
          "there a report's numbers are said in words alone", optional=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A way to Vigie that people find in Slack's own menus."""

    #: By which Slack names it in requests.
    callback_id: str
    #: Where people find it: `message`, in a message's menu, or `global`, beside the composer.
    type: str
    #: What they read; Slack cuts it at 24 characters.
    name: str
    #: What Slack shows beside it.
    description: str


SHORTCUTS = (
    Shortcut("ticket.create", "message", "Create ticket", "Open a ticket from this message"),
    Shortcut("ticket.new", "global", "New ticket", "Open a ticket with the form"),
)

# Event to what it needs: each event of the manifest must have its scopes in it.
EVENTS: dict[str, tuple[str, ...]] = {
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "app_mention": ("app_mentions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "app_uninstalled": (),
    "tokens_revoked": (),
    "subteam_members_changed": ("usergroups:read",),
    "subteam_updated": ("usergroups:read",),
    "user_change": ("users:read",),
    "app_home_opened": (),
}

# Web API method to what it needs.
METHODS: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "blocks.validate": (),
    "chat.delete": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.members": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history"),
    "dnd.teamInfo": ("dnd:read",),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.getPresence": ("users:read",),
    "users.info": ("users:read", "users:read.email"),
    "views.open": (),
    "views.publish": (),
}

# What is asked only for a hint: without the permission nothing is missed, so nobody is told.
HINTS = ("dnd.teamInfo", "files.completeUploadExternal", "files.getUploadURLExternal", "users.getPresence")
