"""What is written, reacted to, edited and deleted in Teams, with the platform taken off."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from bot.commands.dispatch import verb_of
from bot.commands.edits import Deletion, Edit, kept_of
from bot.commands.intake import Post
from bot.commands.messages import Message
from bot.commands.reactions import Reaction
from bot.desk.runtime import DeskRuntime
from bot.teams.payload import BOT, PERSON, Activity, call_of, id_in, instant, mappings, words_in
from bot.teams.platform import PLATFORM
from bot.teams.reactions import short_name
from bot.teams.words import US, Said, said, us_called
from bot.verbs.base.call import Call, Reply
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.base.verb import StandaloneVerb
from bot.verbs.reading.arguments import is_number
from bot.verbs.reading.marks import BLANK, DASHES
from bot.verbs.reading.verb_name import once
from bot.verbs.registry import KNOWN, typed_verb
from triage.keys import id_of, platform_of

LONGEST_COMMAND = 40_000  # characters: several times what a ticket keeps
MOST_REACTIONS = 10  # in one activity: Teams tells of them one by one
WRITTEN = frozenset(("message", "messageUpdate"))
_APART = rf"(?:{BLANK}|[:,]|[{DASHES}.-](?=\s))*"
_FIRST = re.compile(rf"(?:{BLANK}*{US}{_APART})+")
# What was read once is not read again from every place within it: people outside send what they like.
_LAST = re.compile(rf"(?<![\s,;:{DASHES}])(?:[\s,;:{DASHES}]*+{US}{BLANK}*+[.!?]?)+\Z")


def us_in(activity: Activity, bot: str = "") -> str:
    """What Teams calls us; `bot` where the activity does not say. A test tool may leave out the `28:` of a bot."""
    named = activity.recipient_id
    return bot if bot and (not named or named.startswith(PERSON)) else named


def is_a_persons(activity: Activity) -> bool:
    """Whether a person did it, somewhere that can be answered in."""
    return bool(activity.conversation and activity.from_id and not activity.is_by_a_bot)


def command_call(desk: DeskRuntime, activity: Activity, bot: str = "") -> Call:
    """What somebody writes that is for us alone: in a private message, or where nobody else is. Our name or the
    command's may stand in front of it, and need not."""
    us = us_in(activity, bot)
    words = said(desk, activity, us)
    channel, root = desk.key(activity.conversation), root_of(activity)
    return call_of(
        desk,
        activity.from_id,
        channel=channel,
        words=_asked(desk, words, us_called(activity, us)),
        mentioned=words.mentioned,
        key=message_key(channel, activity.id) if activity.id else "",
        happened_at=activity.at,
        reply=Reply.LATER,
        thread=None if root == activity.id else root,
        is_alone=True,
    )


def _asked(desk: DeskRuntime, words: Said, called: str) -> str:
    """What is asked for, without what calls us."""
    asked = _LAST.sub("", _FIRST.sub("", words.marked, count=1) if _FIRST.match(words.marked) else words.marked)
    asked = asked.replace(US, f"@{called}")[:LONGEST_COMMAND]
    titles = dict.fromkeys((desk.command, desk.command.lstrip("/"), f"@{called}", called, f"/{called}", "/ticket"))
    while True:
        before = asked
        for title in titles:
            asked = once(asked, title)
        if asked == before:
            return _with_quote(asked.strip(), words)


def _with_quote(asked: str, words: Said) -> str:
    """What is asked for, with what the message quotes, where a ticket is opened from it."""
    if not (words.quoted and _opens(asked)):
        return asked
    rest = verb_of(asked)[1]
    quoted = "\n".join(part for part in (words.quoted, words.author) if part)
    return f"{asked}\n{quoted}" if rest else f"{asked} {quoted}"


def _opens(asked: str) -> bool:
    """Whether a ticket is asked for."""
    found = typed_verb(verb_of(asked)[0])
    return isinstance(found, StandaloneVerb) and found.opens_ticket


def mention_call(desk: DeskRuntime, activity: Activity, bot: str = "") -> Call | None:
    """What somebody asks by naming us at the beginning of a message, or behind a verb at its end; None where they
    don't."""
    us = us_in(activity, bot)
    if not (activity.kind in WRITTEN and activity.id and us and is_a_persons(activity)):
        return None
    if not any(each.id == us for each in activity.mentions):
        return None
    words = said(desk, activity, us)
    asked = _named_for(words)
    if asked is None:
        return None
    source = _source(desk, activity, words)
    if words.quoted and _opens(asked):  # it is about what it quotes, and carries that along
        source = replace(source, root_id=root_of(activity))
    words = replace(words, marked=asked)
    return call_of(
        desk,
        activity.from_id,
        channel=source.channel,
        words=(typed := _asked(desk, words, us_called(activity, us))),
        mentioned=words.mentioned,
        key=message_key(source.channel, activity.id),
        happened_at=source.at,
        source=replace(source, text=typed),
        reply=Reply.LATER,
        thread=None if source.root_id == activity.id else source.root_id,
    )


def _named_for(words: Said) -> str | None:
    """The text without our name where it is said to us; None where we are only spoken of."""
    if (first := _FIRST.match(words.marked)) is not None:
        return words.marked[first.end() :]
    if US not in words.marked:  # named without a trace in the text: the id counts
        return words.marked
    if (last := _LAST.search(words.marked)) is not None:
        asked = words.marked[: last.start()]
        if verb_of(asked)[0] in KNOWN or is_number(asked):
            return asked
    return None


def root_of(activity: Activity) -> str:
    """The message that carries the thread; where there are no threads, one that is quoted; else the message itself."""
    if activity.root:
        return activity.root
    if activity.conversation_kind == "channel" and activity.kind == "message" and activity.reply_to:
        return activity.reply_to
    return activity.id


def _source(desk: DeskRuntime, activity: Activity, words: Said) -> SourceMessage:
    channel = desk.key(activity.conversation)
    root = _answered(activity, words)
    return SourceMessage(
        channel=channel,
        message_id=activity.id,
        root_id=root,
        author=desk.person(activity.from_id),
        at=written_at(desk, activity),
        text=words.text,
        link=desk.link(channel, activity.id, root),
    )


def _answered(activity: Activity, words: Said) -> str:
    """The message in whose thread it stands. In a chat, which has no threads, that is the one that it quotes."""
    root = root_of(activity)
    if root == activity.id and activity.conversation_kind != "channel" and words.answers:
        return words.answers
    return root


def written_at(desk: DeskRuntime, activity: Activity) -> datetime:
    """When the message was written. Of an edited one its id tells, which is its time."""
    written = instant(activity.id) if activity.kind == "messageUpdate" else activity.at
    return written or activity.at or desk.now().astimezone(UTC)


def message_key(channel: str, message_id: str) -> str:
    """What names a message, however often it arrives."""
    return f"message:{channel}:{message_id}"


def message_of(desk: DeskRuntime, activity: Activity, bot: str = "") -> Message | None:
    """A person's message, or None: an app's, or what is no message. One outside threads carries a thread of its own."""
    if not (activity.kind in WRITTEN and activity.id and is_a_persons(activity)):
        return None
    return _message(desk, activity, desk.person(activity.from_id), bot)


def _message(desk: DeskRuntime, activity: Activity, person: str, bot: str) -> Message:
    channel = desk.key(activity.conversation)
    words = said(desk, activity, us_in(activity, bot))
    return Message(
        key=message_key(channel, activity.id),
        person=person,
        channel=channel,
        message_id=activity.id,
        root_id=_answered(activity, words),
        text=words.text,
        at=written_at(desk, activity),
        names=words.names,
    )


def post_of(desk: DeskRuntime, activity: Activity, bot: str = "") -> Post | None:
    """What another bot or a connector posts of itself, or None: anything else, and our own."""
    sender = activity.from_id
    if activity.kind != "message" or not (activity.id and activity.conversation and sender.startswith(BOT)):
        return None
    if sender in (us_in(activity, bot), bot):
        return None
    name = activity.from_name or sender
    return Post(_message(desk, activity, desk.key(sender), bot), name, (sender, sender.removeprefix(BOT)))


def reactions_of(desk: DeskRuntime, activity: Activity, bot: str = "") -> Iterator[Reaction]:
    """The reactions that were put on a message, or taken off. Teams tells only of those on messages of ours."""
    if activity.kind != "messageReaction" or not (activity.reply_to and is_a_persons(activity)):
        return
    for part, added in (("reactionsAdded", True), ("reactionsRemoved", False)):
        kinds = (words_in(each.get("type")) for each in mappings(activity.raw.get(part)))
        for kind in islice(dict.fromkeys(filter(None, kinds)), MOST_REACTIONS):
            when = words_in(activity.raw.get("timestamp"))  # as it was sent, whatever our own clock says
            about = f"{activity.conversation}|{activity.reply_to}|{activity.from_id}"
            seal = f"{activity.id}|{about}|{kind}|{part}|{when}"
            yield Reaction(
                event_id=f"{PLATFORM}:reaction:{hashlib.sha256(seal.encode()).hexdigest()[:32]}",
                person=desk.person(activity.from_id),
                name=short_name(kind, desk.policy.reactions),
                channel=desk.key(activity.conversation),
                message_id=activity.reply_to,
                added=added,
                on_ours=bool(us_in(activity, bot)),
            )


def edit_of(desk: DeskRuntime, activity: Activity, bot: str = "") -> Edit | None:
    """A person's message that reads otherwise now, or is there again after it was deleted. None: anything else."""
    if activity.kind != "messageUpdate":
        return None
    message, mention = message_of(desk, activity, bot), mention_call(desk, activity, bot)
    if message is None:
        return None
    if mention is not None:
        message = replace(message, text=kept_of(mention))
    at = activity.at or desk.now()
    revision, is_back = f"{int(at.timestamp() * 1000):015d}", activity.event == "undeleteMessage"
    return Edit(message, None, revision, at, is_command=mention is not None, is_back=is_back)


def deletion_of(desk: DeskRuntime, activity: Activity) -> Deletion | None:
    """A message that is gone, or None: anything else."""
    if activity.kind != "messageDelete" or not (activity.id and activity.conversation):
        return None
    channel = desk.key(activity.conversation)
    return Deletion(message_key(channel, activity.id), channel, activity.id)


def permalink(tenant: str, channel: str, message_id: str, root_id: str) -> str:
    """The address of a message in Teams."""
    if platform_of(channel) != PLATFORM or not id_in(message_id):
        return ""
    place = id_of(channel)
    if not place.startswith("19:"):
        return ""  # no address leads into the conversation with one person
    chat = "&context=%7B%22contextType%22%3A%22chat%22%7D" if not place.endswith("@thread.tacv2") else ""
    parent = f"&parentMessageId={root_id}" if root_id != message_id else ""
    return f"https://teams.microsoft.com/l/message/{place}/{message_id}?tenantId={tenant}{parent}{chat}"
