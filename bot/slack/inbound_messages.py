"""What is written, reacted to, edited and deleted in Slack, with the platform taken off."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.commands.edits import Deletion, Edit, kept_of
from bot.commands.intake import Post
from bot.commands.messages import Message
from bot.commands.reactions import Reaction
from bot.desk.runtime import DeskRuntime
from bot.slack.payload import Body, call_of, is_ts, mapping, moment, thread_of
from bot.slack.platform import PLATFORM
from bot.slack.subtypes import Heard, heard, plain
from bot.slack.words import Reader, broadcasts_in, mentioned_in, names
from bot.verbs.base.call import Call, Reply
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.reading.marks import BLANK, DASHES
from bot.verbs.reading.verb_name import once
from bot.wording.phrase_book import PhraseBook
from triage.keys import id_of, platform_of

SLACKBOT = "USLACKBOT"
# Whose words they are, a person's or an app's, says who is named as their author.
_SPOKEN = (Heard.SAID, Heard.BY_AN_APP)


def source_of(desk: DeskRuntime, channel: str, message: Body) -> SourceMessage:
    """A message as Slack shows it."""
    ts = str(message["ts"])
    root = str(message["thread_ts"]) if is_ts(message.get("thread_ts")) else ts
    return SourceMessage(
        channel=channel,
        message_id=ts,
        root_id=root,
        author=author_of(desk, message),
        at=moment(ts),
        text=text_of(desk, message),
        link=desk.link(channel, ts, root),
    )


def text_of(desk: DeskRuntime, message: Body) -> str:
    """What a message says: its text as typed, what is forwarded with it, its files."""
    unnamed = PhraseBook(desk.directory).desk_speech.text("source.file")
    return "\n".join(Reader(names(desk), unnamed, by_an_app=bool(message.get("bot_id"))).said(plain(message)))


def author_of(desk: DeskRuntime, message: Body) -> str | None:
    """Whose message it is, by key. What somebody writes through an app is theirs; None for what an app writes itself,
    and where that cannot be told."""
    user = plain(message).get("user")
    if not isinstance(user, str) or not user or user == SLACKBOT:
        return None
    person = desk.person(user)
    account = desk.directory.accounts.get(desk.key(user))
    by_an_app = account.is_bot if account is not None else bool(message.get("bot_id"))
    return None if by_an_app else person


def user_behind(body: Body) -> str:
    """Who stands on a message that was written through an app: a person, or the app itself. Empty for any other."""
    event = mapping(body.get("event"))
    message = mapping(event.get("message")) or event
    user = message.get("user")
    return user if message.get("bot_id") and isinstance(user, str) and heard(message) in _SPOKEN else ""


def speaker_of(body: Body) -> str:
    """Who wrote the message of an event; empty where nobody is named."""
    return str(plain(mapping(body.get("event"))).get("user") or "")


def mention_call(desk: DeskRuntime, body: Body, bot_user: str) -> Call | None:
    """What somebody asks by naming the bot at the beginning of a message; None where they don't.

    It arrives as a mention and as a message as well: both lead to the same act.
    """
    event = mapping(body.get("event"))
    name = rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>"
    named = re.match(rf"(?:{BLANK}*{name}(?:{BLANK}|[:,]|[{DASHES}.-](?=\s))*)+", str(event.get("text") or ""))
    author = author_of(desk, event) if heard(event) in _SPOKEN else None
    if not (bot_user and named and author and event.get("channel") and is_ts(event.get("ts"))):
        return None
    channel, ts = desk.key(str(event["channel"])), str(event["ts"])
    asked = str(event["text"])[named.end() :]
    source = source_of(desk, channel, {**event, "text": asked})
    return call_of(
        desk,
        speaker_of(body),
        channel=channel,
        words=once(source.text, desk.command),
        mentioned=mentioned_in(desk, asked),
        key=message_key(channel, ts),
        happened_at=source.at,
        source=source,
        reply=Reply.LATER,
        thread=thread_of({"message": event}),
    )


def message_key(channel: str, ts: str) -> str:
    """What names a message, by whichever event, and through however many installations, it arrives."""
    return f"message:{channel}:{ts}"


def reaction_of(desk: DeskRuntime, body: Body, bot_user: str = "") -> Reaction | None:
    """A reaction event on a message, or None for one on something else. `bot_user` is who we are."""
    event = mapping(body.get("event"))
    item = mapping(event.get("item"))
    named = (event.get("user"), event.get("reaction"), item.get("channel"))
    if item.get("type") != "message" or not all(named) or not is_ts(item.get("ts")):
        return None
    return Reaction(
        event_id=str(body.get("event_id", "")),
        person=desk.person(str(event["user"])),
        name=str(event["reaction"]).split("::")[0],  # without the tone of skin
        channel=desk.key(str(item["channel"])),
        message_id=str(item["ts"]),
        added=event.get("type") == "reaction_added",
        on_ours=bool(bot_user) and event.get("item_user") == bot_user,
    )


def message_of(desk: DeskRuntime, body: Body) -> Message | None:
    """A person's message, or None: an app's, an edit, a deletion. One outside threads carries a thread of its own."""
    event = mapping(body.get("event"))
    author = author_of(desk, event) if heard(event) in _SPOKEN else None
    ts = event.get("ts")
    if author is None or not event.get("channel") or not is_ts(ts):
        return None
    root = event["thread_ts"] if is_ts(event.get("thread_ts")) else ts
    channel = desk.key(str(event["channel"]))
    return Message(
        key=message_key(channel, str(ts)),
        person=author,
        channel=channel,
        message_id=str(ts),
        root_id=str(root),
        text=text_of(desk, event),
        at=moment(str(ts)),
        names=(*mentioned_in(desk, text := str(event.get("text") or "")), *broadcasts_in(text)),
        broadcast=event.get("subtype") == "thread_broadcast",
    )


def post_of(desk: DeskRuntime, body: Body, bot_user: str) -> Post | None:
    """What an app or a workflow posts of itself, or None: anything else, and our own."""
    event = mapping(body.get("event"))
    ts, channel = event.get("ts"), event.get("channel")
    ours = event.get("user") == bot_user or (event.get("app_id") and event.get("app_id") == body.get("api_app_id"))
    if heard(event) not in _SPOKEN or author_of(desk, event) is not None or ours:
        return None
    ids = [str(each) for key in ("bot_id", "app_id", "user") if isinstance(each := event.get(key), str) and each]
    if not ids or ids == [SLACKBOT] or not channel or not is_ts(ts):
        return None
    profile = mapping(event.get("bot_profile"))
    name = next((str(each) for each in (event.get("username"), profile.get("name")) if each), ids[0])
    place = desk.key(str(channel))
    message = Message(
        key=message_key(place, str(ts)),
        person=desk.key(ids[0]),
        channel=place,
        message_id=str(ts),
        root_id=str(event["thread_ts"] if is_ts(event.get("thread_ts")) else ts),
        text=text_of(desk, {**event, "bot_id": ids[0]}),
        at=moment(str(ts)),
    )
    return Post(message, name, tuple(ids))


def edit_of(desk: DeskRuntime, body: Body, bot_user: str) -> Edit | None:
    """A person's message that reads otherwise now. None: another event, a bot's message, or only its links unfolded."""
    event = mapping(body.get("event"))
    new, old = mapping(event.get("message")), mapping(event.get("previous_message"))
    if event.get("subtype") != "message_changed":
        return None
    event_ts = str(mapping(new.get("edited")).get("ts") or event.get("event_ts") or event.get("ts") or "")
    mention = mention_call(desk, {"event": {**new, "channel": event.get("channel")}}, bot_user)
    message = message_of(desk, {"event": {**new, "channel": event.get("channel")}})
    before = text_of(desk, old)
    if message is None or not is_ts(event_ts) or message.text == before:
        return None
    if mention is not None:
        message = replace(message, text=kept_of(mention))
    return Edit(message, before, event_ts, moment(event_ts), is_command=mention is not None)


def deletion_of(desk: DeskRuntime, body: Body) -> Deletion | None:
    """A message that is gone, or None: another event. One that carried a thread leaves a tombstone there."""
    event = mapping(body.get("event"))
    new = mapping(event.get("message"))
    if event.get("subtype") == "message_deleted":
        ts = event.get("deleted_ts")
    elif event.get("subtype") == "message_changed" and new.get("subtype") == "tombstone":
        ts = new.get("ts")
    else:
        return None
    channel = desk.key(str(event.get("channel") or ""))
    return Deletion(message_key(channel, str(ts)), channel, str(ts)) if is_ts(ts) and channel else None


def home_of(body: Body) -> tuple[str, str | None] | None:
    """Who opened their own page, and the hash of what was up there; None for the app's other tabs."""
    event = mapping(body.get("event"))
    if event.get("tab") != "home" or not isinstance(event.get("user"), str):
        return None
    view_hash = mapping(event.get("view")).get("hash")
    return event["user"], view_hash if isinstance(view_hash, str) else None


def permalink(address: str, channel: str, message_id: str, root_id: str) -> str:
    """The address of a message in the workspace at `address`, as Slack itself writes it."""
    if not address.startswith("https://") or platform_of(channel) != PLATFORM:
        return ""
    channel_id = id_of(channel)
    link = f"{address.rstrip('/')}/archives/{channel_id}/p{message_id.replace('.', '')}"
    return link if root_id == message_id else f"{link}?thread_ts={root_id}&cid={channel_id}"
