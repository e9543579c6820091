"""Conversations: info, list, members, open, join, history and replies."""

from __future__ import annotations

from bot.slack_emulator import messages, posting
from bot.slack_emulator.calling import Call, RefusedMethodError
from bot.slack_emulator.events import membership
from bot.slack_emulator.ids import BOT_USER_ID
from bot.slack_emulator.methods.finding import cursor, inside, next_cursor, page, visible
from bot.slack_emulator.workspace_channels import conversation_object
from bot.slack_emulator.workspace_people import PEOPLE
from bot.stand_in.shapes import Json

MOST = 999


def info(call: Call) -> Json:
    """One conversation."""
    return {"channel": conversation_object(visible(call), members=call.flag("include_num_members"))}


def listing(call: Call) -> Json:
    """Conversations of the wanted `types`; public channels unless told otherwise."""
    types = set(call.words("types") or ["public_channel"])
    words = {"channel": "public_channel", "group": "private_channel", "im": "im"}
    found = [
        channel for channel in call.workspace.channels
        if words[channel.type] in types and (not channel.private or BOT_USER_ID in channel.members)
        and not (channel.archived and call.flag("exclude_archived"))
    ]  # fmt: skip
    shown, more = page(call, found)
    return {"channels": [conversation_object(one, members=True) for one in shown], "response_metadata": more}


def members(call: Call) -> Json:
    """Who is in a conversation."""
    shown, more = page(call, visible(call).members)
    return {"members": shown, "response_metadata": more}


def open_dm(call: Call) -> Json:
    """The direct messages with one person. People of another company cannot be written to that way."""
    if channel_id := call.text("channel"):
        known = call.workspace.channels.get(channel_id)
        if known is None or known.kind != "dm":
            raise RefusedMethodError("channel_not_found")
        return {"no_op": True, "already_open": True, "channel": {"id": known.id}}
    users = call.words("users")
    if not users:
        raise RefusedMethodError("users_list_not_supplied")
    if any(user not in PEOPLE for user in users):
        raise RefusedMethodError("user_not_found")
    if len(users) > 1:
        raise RefusedMethodError("method_not_supported_for_channel_type", ["[ERROR] group messages are not imitated"])
    if PEOPLE[users[0]].external:
        raise RefusedMethodError("user_not_visible")
    known = next((c for c in call.workspace.channels if c.kind == "dm" and users[0] in c.members), None)
    channel = known or call.workspace.channels.dm(users[0])
    if known is None:
        call.workspace.feed.changed()
    shown = conversation_object(channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if known else {})


def join(call: Call) -> Json:
    """The bot goes into a public channel by itself."""
    channel = visible(call)
    if channel.type != "channel":
        raise RefusedMethodError("method_not_supported_for_channel_type")
    if channel.archived:
        raise RefusedMethodError("is_archived")
    if BOT_USER_ID in channel.members:
        return {"channel": conversation_object(channel), "warning": "already_in_channel"}
    joined = call.workspace.channels.with_member(channel, BOT_USER_ID, present=True)
    event = membership(joined, BOT_USER_ID, call.workspace.now.next_ts(), present=True)
    call.workspace.outgoing.soon(posting.keep(call.workspace, joined, [event], own=True))
    call.workspace.feed.changed()
    return {"channel": conversation_object(joined)}


def history(call: Call) -> Json:
    """The newest messages outside threads first."""
    channel = inside(call)
    limit = _limit(call)
    back = cursor(call)
    inclusive = call.flag("inclusive") and back is None
    latest = back or call.text("latest") or "9"
    found, more = messages.top_page(
        call.workspace.record, channel.id, call.text("oldest") or "0", latest, inclusive=inclusive, limit=limit
    )
    full = call.flag("include_all_metadata")
    shown = [messages.as_slack(call.workspace.record, channel.id, one, metadata=full) for one in found]
    return {"messages": shown, "has_more": more, "pin_count": 0,
            "response_metadata": next_cursor(found[-1]["ts"] if more else None)}  # fmt: skip


def replies(call: Call) -> Json:
    """A thread, its first message first; that message comes again with every page, as in Slack."""
    channel = inside(call)
    limit = _limit(call)
    named = messages.get(call.workspace.record, channel.id, call.required("ts"))
    if named is None or named["ephemeral_for"] is not None:
        raise RefusedMethodError("thread_not_found")
    root = messages.get(call.workspace.record, channel.id, named["thread_ts"]) if named["thread_ts"] else named
    after = cursor(call) or call.text("oldest") or ""
    answers = messages.replies(
        call.workspace.record, channel.id, named["thread_ts"] or named["ts"], after, limit + 1,
        inclusive=call.flag("inclusive") and not cursor(call),
    )  # fmt: skip
    if latest := call.text("latest"):
        answers = [one for one in answers if one["ts"] <= latest]
    shown = [root, *answers[:limit]] if root else answers[:limit]
    full = call.flag("include_all_metadata")
    more = len(answers) > limit
    return {
        "messages": [messages.as_slack(call.workspace.record, channel.id, one, metadata=full) for one in shown],
        "has_more": more, "response_metadata": next_cursor(answers[limit - 1]["ts"] if more else None),
    }  # fmt: skip


def _limit(call: Call) -> int:
    limit = call.number("limit", 100)
    if not 1 <= limit <= MOST + 1:
        raise RefusedMethodError("invalid_limit")
    return min(limit, MOST)
