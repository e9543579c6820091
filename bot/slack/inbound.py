"""Slack's commands, buttons, forms and shortcuts, translated into `Call`s."""

from __future__ import annotations

import hashlib

from bot.desk.runtime import DeskRuntime
from bot.slack.forms import read_form
from bot.slack.inbound_messages import source_of
from bot.slack.owner import KEY as OWNER
from bot.slack.owner import is_anothers
from bot.slack.payload import Body, call_of, is_ts, json_of, mapping, presser_of, thread_of, value_of
from bot.slack.words import as_typed, mentioned_in, names
from bot.verbs.base.call import IN_THREAD, Call, Reply
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.reading.figures import figure
from bot.verbs.reading.verb_name import once
from triage.text import clean

LONGEST_KEY = 200


def command_call(desk: DeskRuntime, body: Body) -> Call:
    """A slash command. Slack sends each once, but a proxy may repeat it: the idempotency key is made from the
    request."""
    text = str(body.get("text", ""))
    words = once(as_typed(text, names(desk)), desk.command)
    seal = "|".join((str(body.get("trigger_id")), str(body.get("user_id")), str(body.get("channel_id")), words))
    return call_of(
        desk,
        str(body.get("user_id") or ""),
        channel=desk.key(str(body.get("channel_id") or "")),
        words=words,
        mentioned=mentioned_in(desk, text),
        key="command:" + hashlib.sha256(seal.encode()).hexdigest()[:32] if body.get("trigger_id") else "",
    )


def button_call(desk: DeskRuntime, body: Body, action: Body) -> Call:
    """A pressed button. Its idempotency key is made from the version of the card: pressed twice on the same one, it
    acts once."""
    value = value_of(action)
    number = figure(found) if isinstance(found := value.get("number"), int) else None
    channel = desk.key(str(mapping(body.get("channel")).get("id") or ""))
    user = presser_of(body)
    verb, narrowed = pressed_verb(action), clean(str(value.get("value") or ""))
    key = f"button:{number}:{verb}:{value.get('version')}:{narrowed}:{user}"
    return call_of(
        desk,
        user,
        channel=channel,
        number=number,
        key=_short(key),
        answers={"value": narrowed},
        thread=thread_of(body),
    )


def pressed_verb(action: Body) -> str:
    """The verb of a button, or of what was picked in a menu."""
    picked = value_of(action).get("verb")
    return str(picked) if picked else f"{action.get('action_id')}.".split(".")[1]


def is_anothers_button(desk: DeskRuntime, action: Body) -> bool:
    """Whether the button belongs to a message of another organisation (`bot.slack.owner`)."""
    return is_anothers(value_of(action), desk.organisation_id)


def is_anothers_form(desk: DeskRuntime, body: Body) -> bool:
    """Whether the form belongs to another organisation (`bot.slack.owner`)."""
    return is_anothers(json_of(mapping(body.get("view")).get("private_metadata")), desk.organisation_id)


def form_call(desk: DeskRuntime, body: Body) -> Call:
    """A submitted form. What comes back in it is untrusted; rights are checked again when it acts."""
    view = mapping(body.get("view"))
    context = {name: value for name, value in json_of(view.get("private_metadata")).items() if name != OWNER}
    number, user = str(context.get("number", "")), presser_of(body)
    channel = _place(desk, user, str(context.get("channel", "")))
    return call_of(
        desk,
        user,
        channel=channel,
        number=figure(number),
        key=_short(f"view:{view.get('id')}"),
        answers=read_form(mapping(view.get("state")), desk.person, desk.key),
        context={name: str(value) for name, value in context.items()},
        reply=Reply.AS_POSTED,
        source=_source_in(channel, context),
        thread=str(context[IN_THREAD]) if is_ts(context.get(IN_THREAD)) else None,
    )


def _place(desk: DeskRuntime, user: str, channel: str) -> str:
    """The channel in which a form was opened, as the form says. For people without a role only a channel that they are
    in counts, as far as that is known."""
    person, members = desk.person(user), desk.directory.members.get(channel)
    is_there = members is None or desk.key(user) in members or desk.actor(person).has_role
    return channel if is_there else ""


def _source_in(channel: str, context: Body) -> SourceMessage | None:
    return SourceMessage.from_context(channel, context) if all(map(is_ts, _ids_in(context))) else None


def _ids_in(context: Body) -> tuple[object, object]:
    return context.get("message"), context.get("thread")


def shortcut_call(desk: DeskRuntime, body: Body) -> Call:
    """A shortcut, on a message or, where there is none, anywhere."""
    channel = desk.key(str(mapping(body.get("channel")).get("id") or ""))
    message = mapping(body.get("message"))
    source = source_of(desk, channel, message) if channel and is_ts(message.get("ts")) else None
    return call_of(desk, presser_of(body), channel=channel, source=source, thread=thread_of(body))


def is_at_home(body: Body) -> bool:
    """Whether it was pressed on somebody's own page."""
    return mapping(body.get("view")).get("type") == "home"


def _short(key: str) -> str:
    """A key of limited length, so that it can be indexed, and of what any database takes."""
    key = clean(key)
    if len(key) <= LONGEST_KEY:
        return key
    return key[:LONGEST_KEY] + hashlib.sha256(key.encode()).hexdigest()
