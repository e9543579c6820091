"""The methods of Slack's Web API that the workspace imitates, in one table: name -> (function, scopes).

One of the scopes must be granted; none means that any token will do.
"""

from __future__ import annotations

from bot.slack_emulator.calling import Method
from bot.slack_emulator.methods import chat, conversations, files, people, reactions, team, views

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_WRITE = ("chat:write",)

METHODS: dict[str, tuple[Method, tuple[str, ...]]] = {
    "api.test": (team.api_test, ()),
    "auth.test": (team.auth_test, ()),
    "apps.connections.open": (team.connections_open, ()),
    "team.info": (team.info, ("team:read",)),
    "bots.info": (team.bots_info, ("users:read",)),
    "blocks.validate": (chat.validate_blocks, ()),
    "chat.postMessage": (chat.post_message, _WRITE),
    "chat.postEphemeral": (chat.post_ephemeral, _WRITE),
    "chat.update": (chat.update, _WRITE),
    "chat.delete": (chat.delete, _WRITE),
    "chat.getPermalink": (chat.get_permalink, ()),
    "conversations.info": (conversations.info, _READ),
    "conversations.list": (conversations.listing, _READ),
    "conversations.members": (conversations.members, _READ),
    "conversations.open": (conversations.open_dm, ("im:write", "mpim:write")),
    "conversations.join": (conversations.join, ("channels:join",)),
    "conversations.history": (conversations.history, _HISTORY),
    "conversations.replies": (conversations.replies, _HISTORY),
    "users.info": (people.info, ("users:read",)),
    "users.list": (people.listing, ("users:read",)),
    "users.lookupByEmail": (people.lookup_by_email, ("users:read.email",)),
    "dnd.teamInfo": (people.undisturbed, ("dnd:read",)),
    "users.getPresence": (people.presence, ("users:read",)),
    "usergroups.list": (people.groups, ("usergroups:read",)),
    "usergroups.users.list": (people.group_members, ("usergroups:read",)),
    "files.getUploadURLExternal": (files.get_upload_url, ("files:write",)),
    "files.completeUploadExternal": (files.complete_upload, ("files:write",)),
    "views.open": (views.open_view, ()),
    "views.push": (views.push, ()),
    "views.update": (views.update, ()),
    "views.publish": (views.publish, ()),
    "reactions.add": (reactions.add, ("reactions:write",)),
    "reactions.remove": (reactions.remove, ("reactions:write",)),
    "reactions.get": (reactions.get, ("reactions:read",)),
}
