"""The shapes of the Events API: one function per event, and the envelope around them."""

from __future__ import annotations

from bot.slack_emulator import messages
from bot.slack_emulator.ids import APP_ID, BOT_USER_ID, SLACKBOT_ID, TEAM_ID, new_id
from bot.slack_emulator.workspace_channels import Channel
from bot.slack_emulator.workspace_people import PEOPLE
from bot.stand_in.record import Record
from bot.stand_in.shapes import Json


def envelope(event: Json, *, external: bool) -> Json:
    """The outer object; `event_time` follows the event's own time, so that both tell the workspace's now."""
    return {
        "token": "local-verification-token", "team_id": TEAM_ID, "context_team_id": TEAM_ID,
        "context_enterprise_id": None, "api_app_id": APP_ID, "event": event, "type": "event_callback",
        "event_id": new_id("Ev", 11), "event_time": int(float(event["event_ts"])),
        "authorizations": [{"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER_ID, "is_bot": True,
                            "is_enterprise_install": False}],
        "is_ext_shared_channel": external, "event_context": "4-" + new_id("", 30),
    }  # fmt: skip


def subscription(event: Json) -> str:
    """The word in the manifest that lets this event through."""
    if event["type"] != "message":
        return str(event["type"])
    return {"channel": "message.channels", "group": "message.groups", "im": "message.im"}[event["channel_type"]]


def message(record: Record, channel: Channel, stored: Json) -> Json:
    """A new message; a broadcast reply carries its thread's first message as `root`."""
    event = messages.as_slack(record, channel.id, stored) | _of(channel)
    event["event_ts"] = stored["ts"]
    if (root_ts := stored["thread_ts"]) is not None and (root := messages.get(record, channel.id, root_ts)):
        event["parent_user_id"] = root["user"]
        if stored.get("subtype") == "thread_broadcast":
            event["root"] = messages.as_slack(record, channel.id, root)
    return event | _origin(channel, stored["user"])


def app_mention(record: Record, channel: Channel, stored: Json) -> Json:
    """The same message once more, for the bot that it mentions; without a channel type, as in Slack."""
    event = message(record, channel, stored) | {"type": "app_mention"}
    event.pop("channel_type")
    return event


def message_changed(record: Record, channel: Channel, new: Json, old: Json, event_ts: str) -> Json:
    """A message was edited, or became a tombstone."""
    return {
        "type": "message", "subtype": "message_changed", "hidden": True, "ts": event_ts, "event_ts": event_ts,
        "message": messages.as_slack(record, channel.id, new), "previous_message":
        messages.as_slack(record, channel.id, old), **_of(channel),
    }  # fmt: skip


def message_deleted(record: Record, channel: Channel, old: Json, event_ts: str) -> Json:
    """A message is gone; its last content is the only trace."""
    return {
        "type": "message", "subtype": "message_deleted", "hidden": True, "ts": event_ts, "event_ts": event_ts,
        "deleted_ts": old["ts"], "previous_message": messages.as_slack(record, channel.id, old), **_of(channel),
    }  # fmt: skip


def reaction(channel: Channel, target: Json, user: str, name: str, event_ts: str, *, present: bool) -> Json:
    """A reaction was put on or taken off a message."""
    return {
        "type": "reaction_added" if present else "reaction_removed", "user": user, "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": target["ts"]}, "item_user": target["user"],
        "event_ts": event_ts,
    }  # fmt: skip


def app_home_opened(channel: Channel, user: str, tab: str, view: Json | None, event_ts: str) -> Json:
    """Somebody looks at the app's `home` or `messages` tab; `view` is absent the first time."""
    event = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab, "event_ts": event_ts}
    return event if view is None else event | {"view": view}


def membership(channel: Channel, user: str, event_ts: str, *, present: bool) -> Json:
    """Somebody, perhaps the bot, came into a channel or left it."""
    person = PEOPLE.get(user)
    return {
        "type": "member_joined_channel" if present else "member_left_channel", "user": user, "channel": channel.id,
        "channel_type": "G" if channel.private else "C", "team": person.team_id if person else TEAM_ID,
        "event_ts": event_ts,
    }  # fmt: skip


def group_changed(group: Json, before: Json, event_ts: str) -> list[Json]:
    """A user group has other people, or is disabled, or is there again."""
    found: list[Json] = []
    came, went = (
        [u for u in one["users"] if u not in other["users"]] for one, other in ((group, before), (before, group))
    )
    if came or went:
        found.append(
            {"type": "subteam_members_changed", "subteam_id": group["id"], "team_id": TEAM_ID, "added_users": came,
             "added_users_count": len(came), "removed_users": went, "removed_users_count": len(went),
             "event_ts": event_ts}
        )  # fmt: skip
    if group["date_delete"] != before["date_delete"]:
        found.append({"type": "subteam_updated", "subteam": group, "event_ts": event_ts})
    return found


def _of(channel: Channel) -> Json:
    return {"channel": channel.id, "channel_type": channel.type}


def _origin(channel: Channel, user: str) -> Json:
    if not channel.external or user == SLACKBOT_ID:
        return {}
    team = PEOPLE[user].team_id if user in PEOPLE else TEAM_ID
    return {"user_team": team, "source_team": team}
