"""Every kind of message that Slack sends: which are a person's words, and why the others are not.

A kind in none of these lists is treated as a person's words, so that a new kind of Slack's is not lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any


class Heard(Enum):
    """What is done with a kind of message."""

    SAID = "somebody says it: text, files, what they forward"
    BY_AN_APP = "an app says it: taken in where the desk lists it, told once where not"
    CHANGES = "an edit or a deletion of another message, read as such"
    NOTHING = "nobody says it: Slack tells what somebody did, or it was said elsewhere already"


SAID, BY_AN_APP, CHANGES, NOTHING = Heard
SUBTYPES: dict[str, tuple[Heard, str]] = {
    "me_message": (SAID, "/me, in the person's own words"),
    "file_share": (SAID, "a message with files, or files alone"),
    "thread_broadcast": (SAID, "a reply that is shown in the channel as well"),
    "file_comment": (SAID, "words written on a file, in workspaces that still have such comments"),
    "reply_broadcast": (NOTHING, "repeats, in the channel, what thread_broadcast tells"),
    "bot_message": (BY_AN_APP, "an integration, an alert, a workflow"),
    "slackbot_response": (NOTHING, "Slackbot's answer to a phrase"),
    "assistant_app_thread": (NOTHING, "the title of a talk with an app; what is said there comes as messages"),
    "message_changed": (CHANGES, "an edit, links that unfolded, a message deleted that carries a thread"),
    "message_deleted": (CHANGES, "a deletion"),
    "message_replied": (NOTHING, "says that a thread has a reply, which comes by itself"),
    "tombstone": (CHANGES, "what is left of a deleted message that carries a thread"),
    "document_mention": (NOTHING, "somebody is named in a canvas, whose words stand there"),
    "file_mention": (NOTHING, "a file is named in a message, which comes by itself"),
    "channel_canvas_updated": (NOTHING, "the channel's canvas was written to"),
    "tabbed_canvas_updated": (NOTHING, "a canvas was written to"),
    "huddle_thread": (NOTHING, "a huddle began or ended; what is written in it comes as replies"),
    "sh_room_created": (NOTHING, "a call began"),
    "sh_room_shared": (NOTHING, "a call is offered"),
    "reminder_add": (NOTHING, "somebody set a reminder"),
    "pinned_item": (NOTHING, "something was pinned"),
    "unpinned_item": (NOTHING, "something is no longer pinned"),
    "ekm_access_denied": (NOTHING, "the organisation has taken its keys back: nothing can be read"),
    "bot_add": (NOTHING, "an integration was added"),
    "bot_remove": (NOTHING, "an integration was removed"),
    "bot_enable": (NOTHING, "an integration was switched on"),
    "bot_disable": (NOTHING, "an integration was switched off"),
    "app_conversation_join": (NOTHING, "an app came into the channel"),
    "joiner_notification": (NOTHING, "somebody new is in the workspace"),
    "channel_convert_to_private": (NOTHING, "the channel became private"),
    "channel_convert_to_public": (NOTHING, "the channel became public"),
    "channel_posting_permissions": (NOTHING, "who may write was changed"),
    **{
        f"{place}_{what}": (NOTHING, why)
        for place in ("channel", "group")
        for what, why in (
            ("join", "somebody came in"),
            ("leave", "somebody went"),
            ("topic", "the topic was changed"),
            ("purpose", "the purpose was changed"),
            ("name", "the channel was renamed"),
            ("archive", "the channel was archived"),
            ("unarchive", "the channel is open again"),
        )
    },
}


def heard(message: Mapping[str, Any]) -> Heard:
    """What is done with a message, by its kind; the plain one has none."""
    subtype = message.get("subtype")
    if isinstance(subtype, str) and subtype in SUBTYPES:
        return SUBTYPES[subtype][0]
    return NOTHING if subtype and message.get("hidden") else SAID


def plain(message: dict[str, Any]) -> dict[str, Any]:
    """A message in the shape of the plain one, whatever its kind: a comment on a file is its author's, with that
    file."""
    comment = message.get("comment")
    if message.get("subtype") != "file_comment" or not isinstance(comment, dict):
        return message
    return {**message, "user": comment.get("user"), "text": comment.get("comment"), "files": [message.get("file")]}
