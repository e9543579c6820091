"""What Teams sends, taken apart: nothing in it is what it ought to be until that was looked at.

Any JSON object becomes an `Activity`; whatever is missing in it, or of another kind, is an absent value there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from bot.desk.runtime import DeskRuntime
from bot.verbs.base.call import Call
from bot.wording.phrase_book import PhraseBook

Body = dict[str, Any]
LONGEST_ID = 400  # characters; Teams' own have fewer than 200
MOST = 200  # mentions, attachments: many more than a person can make
_ID = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]+")
_ROOT = re.compile(r";messageid=([^;]+)")
_MILLISECONDS = re.compile(r"\d{13}")
BOT, PERSON = "28:", "29:"  # what the id of a bot begins with, and that of a person


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who is named in a text."""

    #: Whom it means, by the Connector's id: `29:...`, a bot `28:...`.
    id: str
    #: What they are called there.
    name: str
    #: How it stands in the text: `<at>Ana Reyes</at>`.
    text: str
    #: Whether it is a person's rather than that of a bot, a channel, a team or a tag.
    is_person: bool = True


@dataclass(frozen=True, slots=True)
class Activity:
    """One request of Teams', as far as it can be read."""

    #: `message`, `invoke`, `messageReaction`, `messageUpdate`, `messageDelete`, `conversationUpdate`, ...; empty: it
    #: says nothing that could be read.
    kind: str = ""
    #: Its own id: of a message the message's, the same for everybody; of an invoke new each time.
    id: str = ""
    #: Which invoke or event it is: `task/fetch`.
    name: str = ""
    #: What was written, with Teams' markup.
    text: str = ""
    #: What a card, a dialog or an extension sent along.
    value: Body = field(default_factory=dict)
    #: Who acted, by the Connector's id: `29:...`.
    from_id: str = ""
    #: Who acted, by the id in Entra; empty where Teams does not know, as of people from outside.
    from_object_id: str = ""
    #: What they are called.
    from_name: str = ""
    #: The tenant in which it happened; empty: it was not said.
    tenant: str = ""
    #: Where it happened, without the message of the thread: `19:...@thread.tacv2`.
    conversation: str = ""
    #: The message that carries the thread it happened in; the message itself where that begins one. None: not said.
    root: str | None = None
    #: `channel`, `groupChat` or `personal`; empty: it was not said.
    conversation_kind: str = ""
    #: The channel's id; empty outside teams.
    channel: str = ""
    #: The team's id; empty outside teams.
    team: str = ""
    #: The message that it is about: reacted to, pressed, edited.
    reply_to: str = ""
    #: Who was written to: us.
    recipient_id: str = ""
    #: Whether it can be seen by that person and us alone.
    is_targeted: bool = False
    #: Whom the text names, in the order in which Teams lists them.
    mentions: tuple[Mention, ...] = ()
    #: Files, cards, what is quoted or forwarded.
    attachments: tuple[Body, ...] = ()
    #: The language of the person's client: `fr-FR`.
    locale: str = ""
    #: When it happened (UTC); None: it was not said.
    at: datetime | None = None
    #: Where answers are sent to.
    service_url: str = ""
    #: What a change of a conversation is: `channelCreated`, `editMessage`, ...
    event: str = ""
    #: The object as it arrived.
    raw: Body = field(default_factory=dict, repr=False)

    @property
    def is_personal(self) -> bool:
        """Whether it happened in the conversation with one person alone."""
        return self.conversation_kind == "personal"

    @property
    def is_by_a_bot(self) -> bool:
        """Whether no person did it: another bot, a connector, or we ourselves."""
        return self.from_id.startswith(BOT) or self.from_id == self.recipient_id or not self.from_id


def activity_of(raw: object) -> Activity:
    """Any JSON value as an activity."""
    body = mapping(raw)
    sender, recipient = mapping(body.get("from")), mapping(body.get("recipient"))
    conversation, data = mapping(body.get("conversation")), mapping(body.get("channelData"))
    where, root = place_of(id_in(conversation.get("id")))
    channel, team = mapping(data.get("channel")), mapping(data.get("team"))
    kind = words_in(conversation.get("conversationType"))
    channel_id = id_in(channel.get("id")) or id_in(data.get("teamsChannelId")) or (where if kind == "channel" else "")
    return Activity(
        kind=words_in(body.get("type")),
        id=id_in(body.get("id")),
        name=words_in(body.get("name")),
        text=body["text"] if isinstance(body.get("text"), str) else "",
        value=object_in(body.get("value")),
        from_id=id_in(sender.get("id")),
        from_object_id=id_in(sender.get("aadObjectId")),
        from_name=words_in(sender.get("name")),
        tenant=_tenant(conversation, data),
        conversation=where,
        root=root,
        conversation_kind=kind,
        channel=channel_id,
        team=id_in(team.get("id")) or id_in(data.get("teamsTeamId")),
        reply_to=id_in(body.get("replyToId")),
        recipient_id=id_in(recipient.get("id")),
        is_targeted=recipient.get("isTargeted") is True,
        mentions=tuple(islice(_mentions(body.get("entities")), MOST)),
        attachments=tuple(mappings(body.get("attachments"))[:MOST]),
        locale=words_in(body.get("locale")),
        at=instant(body.get("timestamp")),
        service_url=words_in(body.get("serviceUrl")),
        event=words_in(data.get("eventType")),
        raw=body,
    )


def _tenant(conversation: Body, data: Body) -> str:
    """The tenant that both places name; where they differ, both, which is nobody's."""
    named = {id_in(conversation.get("tenantId")), id_in(mapping(data.get("tenant")).get("id"))} - {""}
    return "|".join(sorted(named))


def place_of(conversation: str) -> tuple[str, str | None]:
    """A conversation's id without its thread, and the message that carries the thread, where the id names one."""
    named = _ROOT.search(conversation)
    return (conversation[: named.start()], named[1]) if named else (conversation, None)


def _mentions(entities: object) -> Iterator[Mention]:
    for each in mappings(entities):
        who = mapping(each.get("mentioned"))
        if each.get("type") == "mention" and (key := id_in(who.get("id"))):
            is_person = not key.startswith((BOT, "19:")) and who.get("type") in (None, "", "person")
            yield Mention(key, words_in(who.get("name")), words_in(each.get("text")), is_person)


def instant(value: object) -> datetime | None:
    """An instant as Teams writes it, ISO 8601 or milliseconds since 1970; one without a zone is in UTC."""
    try:
        if isinstance(value, str) and _MILLISECONDS.fullmatch(value):
            return datetime.fromtimestamp(int(value) / 1000, UTC)
        found = datetime.fromisoformat(str(value or ""))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def id_in(value: object) -> str:
    """An id; empty where that is none: of another kind, endless, or with characters that no id has."""
    if isinstance(value, str) and len(value) <= LONGEST_ID and _ID.fullmatch(value):
        return value
    return ""


def words_in(value: object) -> str:
    """A short text; empty where it is of another kind."""
    return value if isinstance(value, str) and len(value) <= 4 * LONGEST_ID else ""


def mapping(value: object) -> Body:
    """What ought to be an object; empty where it is none."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Body]:
    """The objects in what ought to be a list of them."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def object_in(value: object) -> Body:
    """An object, or the text of one: clients send what a card kept as either."""
    if not isinstance(value, str):
        return mapping(value)
    try:
        return mapping(json.loads(value))
    except (ValueError, RecursionError):
        return {}


def call_of(desk: DeskRuntime, user: str, **rest: Any) -> Call:
    """What that person asks, now. `user` is the Connector's id."""
    person = desk.person(user)
    speech = PhraseBook(desk.directory).reader(person, wrote=rest.get("words", ""))
    return Call(desk=desk, actor=desk.actor(person), speech=speech, now=desk.now(), **rest)
