"""What Slack sends, with the platform taken off."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.commands.edits import Deletion, Edit, kept_of
from bot.commands.intake import Post
from bot.commands.messages import Message
from bot.commands.reactions import Reaction
from bot.desk.runtime import DeskRuntime
from bot.slack.forms import read_form
from bot.slack.owner import KEY as OWNER
from bot.slack.owner import is_anothers
from bot.slack.platform import PLATFORM
from bot.slack.subtypes import Heard, heard, plain
from bot.slack.words import Reader, as_typed, broadcasts_in, mentioned_in, names
from bot.verbs.call import IN_THREAD, Call, Reply
from bot.verbs.reading.figures import figure
from bot.verbs.reading.marks import BLANK, DASHES
from bot.verbs.reading.verb_name import once
from bot.verbs.source_message import SourceMessage
from bot.wording.phrase_book import PhraseBook
from triage.keys import id_of, platform_of

Body = dict[str, Any]

SLACKBOT = "USLACKBOT"
LONGEST_KEY = 200
_TS = re.compile(r"\d{1,10}\.\d{1,6}")
# Whose words they are, a person's or an app's, says who is named as their author.
_SPOKEN = (Heard.SAID, Heard.BY_AN_APP)


def command_call(desk: DeskRuntime, body: Body) -> Call:
    """A slash command. Slack never sends one twice, but a proxy may: the same request is one act."""
    text = str(body.get("text", ""))
    words = once(as_typed(text, names(desk)), desk.command)
    seal = "|".join((str(body.get("trigger_id")), str(body.get("user_id")), str(body.get("channel_id")), words))
    return _call(
        desk,
        str(body.get("user_id") or ""),
        channel=desk.key(str(body.get("channel_id") or "")),
        words=words,
        mentioned=mentioned_in(desk, text),
        key="command:" + hashlib.sha256(seal.encode()).hexdigest()[:32] if body.get("trigger_id") else "",
    )


def button_call(desk: DeskRuntime, body: Body, action: Body) -> Call:
    """A button. Pressed twice on the same version of a card, it is one act."""
    value = _value(action)
    number = figure(found) if isinstance(found := value.get("number"), int) else None
    channel = desk.key(str(_dict(body.get("channel")).get("id") or ""))
    user = _user(body)
    verb = pressed_verb(action)
    key = f"button:{number}:{verb}:{value.get('version')}:{value.get('value', '')}:{user}"
    return _call(
        desk,
        user,
        channel=channel,
        number=number,
        key=_short(key),
        answers={"value": str(value.get("value") or "")},
        thread=thread_of(body),
    )


def thread_of(body: Body) -> str | None:
    """The message in whose thread alone that one is to be seen which was pressed, or whose menu was used. A message
    that only one person sees is itself not told along."""
    message, container = _dict(body.get("message")), _dict(body.get("container"))
    ts, root = message.get("ts") or container.get("message_ts"), message.get("thread_ts") or container.get("thread_ts")
    return str(root) if _is_ts(root) and root != ts and message.get("subtype") != "thread_broadcast" else None


def pressed_verb(action: Body) -> str:
    """The verb of a button, or of what was picked in a menu."""
    picked = _value(action).get("verb")
    return str(picked) if picked else f"{action.get('action_id')}.".split(".")[1]


def is_anothers_button(desk: DeskRuntime, action: Body) -> bool:
    """Whether what was pressed is of a message that another organisation's Vigie made."""
    return is_anothers(_value(action), desk.organisation_id)


def is_anothers_form(desk: DeskRuntime, body: Body) -> bool:
    """Whether a form is another organisation's."""
    return is_anothers(_json(_dict(body.get("view")).get("private_metadata")), desk.organisation_id)


def form_call(desk: DeskRuntime, body: Body) -> Call:
    """A submitted form. What comes back in it is untrusted; rights are checked again when it acts."""
    view = _dict(body.get("view"))
    context = {name: value for name, value in _json(view.get("private_metadata")).items() if name != OWNER}
    number, user = str(context.get("number", "")), _user(body)
    channel = _place(desk, user, str(context.get("channel", "")))
    return _call(
        desk,
        user,
        channel=channel,
        number=figure(number),
        key=_short(f"view:{view.get('id')}"),
        answers=read_form(_dict(view.get("state")), desk.person, desk.key),
        context={name: str(value) for name, value in context.items()},
        reply=Reply.AS_POSTED,
        source=_source_in(channel, context),
        thread=str(context[IN_THREAD]) if _is_ts(context.get(IN_THREAD)) else None,
    )


def _place(desk: DeskRuntime, user: str, channel: str) -> str:
    """The channel that a form was opened in, as it says itself: for somebody without a role only one that they are in,
    as far as it is known who is."""
    person, members = desk.person(user), desk.directory.members.get(channel)
    is_there = members is None or desk.key(user) in members or desk.roster.actor(person).has_role
    return channel if is_there else ""


def _source_in(channel: str, context: Body) -> SourceMessage | None:
    return SourceMessage.from_context(channel, context) if all(map(_is_ts, _ids_in(context))) else None


def _ids_in(context: Body) -> tuple[object, object]:
    return context.get("message"), context.get("thread")


def shortcut_call(desk: DeskRuntime, body: Body) -> Call:
    """A shortcut, on a message or, where there is none, anywhere."""
    channel = desk.key(str(_dict(body.get("channel")).get("id") or ""))
    message = _dict(body.get("message"))
    source = source_of(desk, channel, message) if channel and _is_ts(message.get("ts")) else None
    return _call(desk, _user(body), channel=channel, source=source, thread=thread_of(body))


def permalink(address: str, channel: str, message_id: str, root_id: str) -> str:
    """The address of a message in the workspace at `address`, as Slack itself writes it."""
    if not address.startswith("https://") or platform_of(channel) != PLATFORM:
        return ""
    channel_id = id_of(channel)
    link = f"{address.rstrip('/')}/archives/{channel_id}/p{message_id.replace('.', '')}"
    return link if root_id == message_id else f"{link}?thread_ts={root_id}&cid={channel_id}"


def source_of(desk: DeskRuntime, channel: str, message: Body) -> SourceMessage:
    """A message as Slack shows it."""
    ts = str(message["ts"])
    root = str(message["thread_ts"]) if _is_ts(message.get("thread_ts")) else ts
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
    event = _dict(body.get("event"))
    message = _dict(event.get("message")) or event
    user = message.get("user")
    return user if message.get("bot_id") and isinstance(user, str) and heard(message) in _SPOKEN else ""


def mention_call(desk: DeskRuntime, body: Body, bot_user: str) -> Call | None:
    """What somebody asks by naming the bot at the beginning of a message; None where they don't.

    It arrives as a mention and as a message as well: both lead to the same act.
    """
    event = _dict(body.get("event"))
    name = rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>"
    named = re.match(rf"(?:{BLANK}*{name}(?:{BLANK}|[:,]|[{DASHES}.-](?=\s))*)+", str(event.get("text") or ""))
    author = author_of(desk, event) if heard(event) in _SPOKEN else None
    if not (bot_user and named and author and event.get("channel") and _is_ts(event.get("ts"))):
        return None
    channel, ts = desk.key(str(event["channel"])), str(event["ts"])
    asked = str(event["text"])[named.end() :]
    source = source_of(desk, channel, {**event, "text": asked})
    return _call(
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


def speaker_of(body: Body) -> str:
    """Who wrote the message of an event; empty where nobody is named."""
    return str(plain(_dict(body.get("event"))).get("user") or "")


def message_key(channel: str, ts: str) -> str:
    """What names a message, by whichever event, and through however many installations, it arrives."""
    return f"message:{channel}:{ts}"


def moment(ts: str) -> datetime:
    """The time in the id of a message."""
    return datetime.fromtimestamp(float(ts), UTC)


def reaction_of(desk: DeskRuntime, body: Body, bot_user: str = "") -> Reaction | None:
    """A reaction event on a message, or None for one on something else. `bot_user` is who we are."""
    event = _dict(body.get("event"))
    item = _dict(event.get("item"))
    named = (event.get("user"), event.get("reaction"), item.get("channel"))
    if item.get("type") != "message" or not all(named) or not _is_ts(item.get("ts")):
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
    event = _dict(body.get("event"))
    author = author_of(desk, event) if heard(event) in _SPOKEN else None
    ts = event.get("ts")
    if author is None or not event.get("channel") or not _is_ts(ts):
        return None
    root = event["thread_ts"] if _is_ts(event.get("thread_ts")) else ts
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
    event = _dict(body.get("event"))
    ts, channel = event.get("ts"), event.get("channel")
    ours = event.get("user") == bot_user or (event.get("app_id") and event.get("app_id") == body.get("api_app_id"))
    if heard(event) not in _SPOKEN or author_of(desk, event) is not None or ours:
        return None
    ids = [str(each) for key in ("bot_id", "app_id", "user") if isinstance(each := event.get(key), str) and each]
    if not ids or ids == [SLACKBOT] or not channel or not _is_ts(ts):
        return None
    profile = _dict(event.get("bot_profile"))
    name = next((str(each) for each in (event.get("username"), profile.get("name")) if each), ids[0])
    place = desk.key(str(channel))
    message = Message(
        key=message_key(place, str(ts)),
        person=desk.key(ids[0]),
        channel=place,
        message_id=str(ts),
        root_id=str(event["thread_ts"] if _is_ts(event.get("thread_ts")) else ts),
        text=text_of(desk, {**event, "bot_id": ids[0]}),
        at=moment(str(ts)),
    )
    return Post(message, name, tuple(ids))


def edit_of(desk: DeskRuntime, body: Body, bot_user: str) -> Edit | None:
    """A person's message that reads otherwise now. None: another event, a bot's message, or only its links unfolded."""
    event = _dict(body.get("event"))
    new, old = _dict(event.get("message")), _dict(event.get("previous_message"))
    if event.get("subtype") != "message_changed":
        return None
    event_ts = str(_dict(new.get("edited")).get("ts") or event.get("event_ts") or event.get("ts") or "")
    mention = mention_call(desk, {"event": {**new, "channel": event.get("channel")}}, bot_user)
    message = message_of(desk, {"event": {**new, "channel": event.get("channel")}})
    before = text_of(desk, old)
    if message is None or not _is_ts(event_ts) or message.text == before:
        return None
    if mention is not None:
        message = replace(message, text=kept_of(mention))
    return Edit(message, before, event_ts, moment(event_ts), is_command=mention is not None)


def deletion_of(desk: DeskRuntime, body: Body) -> Deletion | None:
    """A message that is gone, or None: another event. One that carried a thread leaves a tombstone there."""
    event = _dict(body.get("event"))
    new = _dict(event.get("message"))
    if event.get("subtype") == "message_deleted":
        ts = event.get("deleted_ts")
    elif event.get("subtype") == "message_changed" and new.get("subtype") == "tombstone":
        ts = new.get("ts")
    else:
        return None
    channel = desk.key(str(event.get("channel") or ""))
    return Deletion(message_key(channel, str(ts)), channel, str(ts)) if _is_ts(ts) and channel else None


def home_of(body: Body) -> tuple[str, str | None] | None:
    """Who opened their own page, and the hash of what was up there; None for the app's other tabs."""
    event = _dict(body.get("event"))
    if event.get("tab") != "home" or not isinstance(event.get("user"), str):
        return None
    view_hash = _dict(event.get("view")).get("hash")
    return event["user"], view_hash if isinstance(view_hash, str) else None


def is_at_home(body: Body) -> bool:
    """Whether it was pressed on somebody's own page."""
    return _dict(body.get("view")).get("type") == "home"


def user_of(body: Body) -> str:
    """Whoever acted, whatever they did; empty where nobody says."""
    return str(body.get("user_id") or _user(body))


def _call(desk: DeskRuntime, user: str, **rest: Any) -> Call:
    person, speech = desk.person(user), PhraseBook(desk.directory).reader
    return Call(desk=desk, actor=desk.roster.actor(person), speech=speech(person), now=desk.now(), **rest)


def _user(body: Body) -> str:
    return str(_dict(body.get("user")).get("id") or "")


def _is_ts(value: object) -> bool:
    """Whether it is a message's id, which is its time as well."""
    return isinstance(value, str) and _TS.fullmatch(value) is not None


def _short(key: str) -> str:
    """A key that an index can hold, however long what it is made of."""
    if len(key) <= LONGEST_KEY:
        return key
    return key[:LONGEST_KEY] + hashlib.sha256(key.encode(errors="replace")).hexdigest()


def _dict(value: object) -> Body:
    """What ought to be an object; empty where it is none."""
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Body]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _value(action: Body) -> Body:
    chosen = action.get("value") or _dict(action.get("selected_option")).get("value")
    return _json(chosen)


def _json(text: object) -> Body:
    try:
        found = json.loads(str(text or "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
