"""Teams' buttons, dialogs and extensions, translated into `Call`s. What comes back of a card is not believed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.desk.runtime import DeskRuntime
from bot.teams.forms import FORM, Submitted, values
from bot.teams.payload import Activity, Body, call_of, id_in, instant, mapping, object_in, words_in
from bot.teams.render import ACTION, VALUE
from bot.teams.words import payload_text
from bot.verbs.base.call import IN_THREAD, Call, Reply
from bot.verbs.base.source_message import SourceMessage
from bot.verbs.reading.figures import figure
from bot.wording.phrase_book import PhraseBook
from triage.keys import platform_of
from triage.text import clean

LONGEST_KEY = 200
TICKET = "ticket."  # what the action of a button begins with; its verb follows
DIALOG = "dialog"  # in what a form carries: which opening of it that was
ORGANISATION = "organisation"  # in what a card carries: whose it is
_LONGEST_VALUE = 400


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed, as far as it can be read."""

    #: The verb that it asks for; empty: none that could be one.
    verb: str
    #: What the card kept in it.
    value: Body


def data_of(activity: Activity) -> Body:
    """What a card or a dialog sent along, whichever way it came."""
    value = activity.value
    if activity.name == "adaptiveCard/action":
        action = mapping(value.get("action"))
        data = object_in(action.get("data"))
        if ACTION not in data and (verb := words_in(action.get("verb"))):
            data = {**data, ACTION: verb}
        return data
    if activity.kind == "invoke":
        return object_in(value.get("data"))
    return value


def is_form(data: Body) -> bool:
    """Whether it is a form that was sent rather than a button that was pressed."""
    action = data.get(ACTION)
    return isinstance(action, str) and action.startswith(FORM)


def pressed_of(data: Body) -> Pressed:
    """The button in what a card sent along."""
    action = words_in(data.get(ACTION))
    value = object_in(data.get(VALUE))
    picked = value.get("verb")
    verb = picked if isinstance(picked, str) else action.removeprefix(TICKET).split(".")[0]
    return Pressed(verb if action.startswith(TICKET) else "", value)


def is_anothers(desk: DeskRuntime, value: Body) -> bool:
    """Whether what a card or a form carried names another organisation."""
    return str(value.get(ORGANISATION, desk.organisation_id)) != str(desk.organisation_id)


def button_call(desk: DeskRuntime, activity: Activity, pressed: Pressed) -> Call:
    """A pressed button. Its idempotency key is made from the version of the card: pressed twice on the same one, or
    sent twice by Teams, which gives it a new id each time, it acts once."""
    value = pressed.value
    number = figure(found) if isinstance(found := value.get("number"), int) else None
    narrowed = value.get("value")
    narrowed = clean(narrowed) if isinstance(narrowed, str) and len(narrowed) <= _LONGEST_VALUE else ""
    user = activity.from_id
    key = f"button:{desk.platform}:{number}:{pressed.verb}:{value.get('version')}:{narrowed}:{user}"
    return call_of(
        desk,
        user,
        channel=desk.key(activity.conversation),
        number=number,
        key=_short(key),
        answers={"value": narrowed},
        thread=thread_of(activity),
    )


def thread_of(activity: Activity) -> str | None:
    """The message in whose thread alone that one is to be seen which was pressed; None in the channel itself."""
    root = activity.root
    return root if root and root != activity.reply_to and activity.conversation_kind == "channel" else None


def submitted_of(desk: DeskRuntime, activity: Activity, data: Body) -> Submitted:
    """A form that was sent."""
    speech = PhraseBook(desk.directory).reader(desk.person(activity.from_id))
    return values(data, speech, desk.person, desk.key)


def form_call(desk: DeskRuntime, activity: Activity, sent: Submitted) -> Call:
    """A submitted form. What comes back in it is untrusted; rights are checked again when it acts. Teams may send it
    more than once, each time under another id: what is the same is which opening of the dialog it answers."""
    context = {name: value for name, value in sent.context.items() if name not in (DIALOG, ORGANISATION)}
    user = activity.from_id
    channel = _place(desk, user, context.get("channel", ""))
    opening = sent.context.get(DIALOG, "") or _sealed(sent)
    return call_of(
        desk,
        user,
        channel=channel,
        number=figure(context.get("number", "")),
        key=_short(f"form:{desk.platform}:{sent.verb}:{opening}:{user}"),
        answers=sent.answers,
        context=context,
        reply=Reply.AS_POSTED,
        source=_source_in(channel, context),
        thread=id_in(context.get(IN_THREAD)) or None,
    )


def _sealed(sent: Submitted) -> str:
    """What tells a form that does not say which opening it answers from others: all that is in it."""
    found = json.dumps([sent.context, sent.answers], sort_keys=True)
    return hashlib.sha256(found.encode(errors="replace")).hexdigest()[:32]


def _place(desk: DeskRuntime, user: str, channel: str) -> str:
    """The channel in which a form was opened, as the form says. For people without a role only a channel that they are
    in counts, as far as that is known."""
    if platform_of(channel) != desk.platform:
        return ""
    person, members = desk.person(user), desk.directory.members.get(channel)
    is_there = members is None or desk.key(user) in members or desk.actor(person).has_role
    return channel if is_there else ""


def _source_in(channel: str, context: dict[str, str]) -> SourceMessage | None:
    if not (id_in(context.get("message")) and id_in(context.get("thread"))):
        return None
    return SourceMessage.from_context(channel, context)


def extension_call(desk: DeskRuntime, activity: Activity) -> Call:
    """The extension, on a message or, where there is none, anywhere."""
    message = mapping(activity.value.get("messagePayload"))
    source = source_of(desk, activity, message) if activity.conversation and id_in(message.get("id")) else None
    return call_of(
        desk,
        activity.from_id,
        channel=desk.key(activity.conversation),
        source=source,
        thread=activity.root if activity.root and source is None else None,
    )


def source_of(desk: DeskRuntime, activity: Activity, message: Body) -> SourceMessage:
    """The message that the extension was used on: its own time, its own author, all its words."""
    channel, message_id = desk.key(activity.conversation), id_in(message.get("id"))
    root = id_in(message.get("replyToId")) or activity.root or message_id
    if activity.conversation_kind not in ("channel", ""):
        root = message_id  # a chat has no threads
    return SourceMessage(
        channel=channel,
        message_id=message_id,
        root_id=root,
        author=_author(desk, activity, message),
        at=_written(desk, message),
        text=payload_text(desk, message),
        link=desk.link(channel, message_id, root),
    )


def _written(desk: DeskRuntime, message: Body) -> datetime:
    """When it was written: as it says, or as its id does, which is its time; never after now."""
    now = desk.now().astimezone(UTC)
    found = instant(message.get("createdDateTime")) or instant(message.get("id")) or now
    return min(found, now)


def _author(desk: DeskRuntime, activity: Activity, message: Body) -> str | None:
    """Who wrote it, by key; None where no person did, or where somebody outside names one whom nobody knows."""
    user, _ = author_in(message)
    if not user:
        return None
    person = desk.person(user)
    account = desk.directory.accounts.get(person)
    if account is None:
        return None if desk.actor(desk.person(activity.from_id)).is_outside else person
    return None if account.is_bot else person


def author_in(message: Body) -> tuple[str, str]:
    """Who wrote the message that an extension was used on, and what they are called there. Teams names people there by
    their id in Entra. Empty where no person did."""
    user = mapping(mapping(message.get("from")).get("user"))
    return id_in(user.get("id")), words_in(user.get("displayName"))


def carrying(context: dict[str, str], activity: Activity, organisation: int) -> dict[str, str]:
    """What a form carries, with which opening of it this is, and whose it is."""
    opened = context.get(DIALOG) or hashlib.sha256(f"{activity.id}|{activity.at}".encode()).hexdigest()[:20]
    return {**context, DIALOG: opened, ORGANISATION: str(organisation)}


def _short(key: str) -> str:
    """A key of limited length, so that it can be indexed, and of what any database takes."""
    key = clean(key)
    if len(key) <= LONGEST_KEY:
        return key
    return key[:LONGEST_KEY] + hashlib.sha256(key.encode()).hexdigest()
