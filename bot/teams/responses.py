"""What an activity is answered with: the body of an invoke's response, and private answers to where somebody acted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import structlog

from bot.desk.runtime import DeskRuntime
from bot.outbound.deliver import DeskSender
from bot.outbound.message import Message
from bot.outbound.port import ForOne
from bot.teams.forms import dialog, show
from bot.teams.inputs import Offered
from bot.teams.payload import Body
from bot.teams.render import adaptive_card, attachment, summary
from bot.wording.card import Buttons, Card, Form
from bot.wording.sentences import InChannel
from bot.wording.speech import Speech
from scheduler.sender import Sent
from storage.channels import channel_names
from storage.outbox import Outgoing
from triage.keys import id_of, platform_of
from triage.notice import Audience

log = structlog.get_logger(__name__)
OK = 200
_MESSAGE = "application/vnd.microsoft.activity.message"
TITLE = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """What Teams is answered."""

    #: The HTTP status. Teams sends a message or an event again after 500; an invoke never.
    status: int = OK
    #: The body of the response; None: it has none.
    body: Body | None = None


class Answers(Protocol):
    """Says something to one person at once, not through the outbox: what is only looked at, of which no copy is to be
    stored. What records something is told through the outbox."""

    async def say(self, card: Card, where: ForOne) -> bool:
        """Show them the card where they acted, privately, else in their personal chat, saying where it came from.
        Whether it was shown. Never raises; what cannot be shown is dropped, since nothing depends on it."""
        ...


@dataclass(frozen=True)
class PrivateAnswers:
    """See `Answers`: by the same way as what comes out of the outbox."""

    #: Delivers it.
    messages: DeskSender

    async def say(self, card: Card, where: ForOne) -> bool:
        """See Answers."""
        desk, now = self.messages.desk, self.messages.desk.now()
        item = Outgoing(
            id=0, organisation_id=desk.organisation_id, ticket_id=None, conversation_id=None, platform=desk.platform,
            channel=where.channel, kind="answer", audience=Audience.PERSON.value, data={}, body_id=None,
            broadcast=False, planned_at=now, attempts=0, unsure=False,
        )  # fmt: skip
        try:
            result = await self.messages.say(item, Message(card, where, None), now)
        except Exception:
            log.exception("private answer not delivered")
            return False
        if not isinstance(result, Sent):
            log.warning("private answer not delivered", result=str(result)[:200])
        return isinstance(result, Sent)


class Shown:
    """What invokes are answered with, for one desk."""

    def __init__(self, desk: DeskRuntime) -> None:
        self.desk = desk

    async def dialog(self, form: Form, speech: Speech, errors: dict[str, str] | None = None) -> Reply:
        """Open a dialog with the form, or show it once more with what is wrong."""
        return _going_on(dialog(form, speech, await self._offered(), errors))

    async def window(self, card: Card) -> Reply:
        """Show the card in a dialog. Its buttons answer there."""
        names = await self._names()
        if not any(isinstance(each, Buttons) for each in card.elements):
            return _going_on(show(card, names))
        content = _in_a_dialog(adaptive_card(card, names))
        title = (card.name or card.title or "Vigie")[:TITLE]
        return _going_on({"title": title, "width": "medium", "height": "medium", "card": attachment(content)})

    async def line(self, card: Card) -> str:
        """What the card says in one line of plain text."""
        names_channel = any(isinstance(part, InChannel) for part in card.brief)
        return summary(card, await self._names() if names_channel else None)

    async def _names(self) -> dict[str, str]:
        desk = self.desk
        load = partial(channel_names, organisation_id=desk.organisation_id, platform=desk.platform)
        return await desk.database.read(load)

    async def _offered(self) -> Offered:
        """Whom a form offers before anybody searches: the desk's own people, by name."""
        desk = self.desk
        people = {
            id_of(key): each.name
            for key, each in sorted(desk.directory.accounts.items(), key=lambda found: found[1].name.casefold())
            if platform_of(key) == desk.platform and each.is_active and not (each.is_bot or each.is_external)
        }
        channels = {id_of(key): name for key, name in (await self._names()).items()}
        return Offered(people, channels, desk.account)


def acted(text: str = "") -> Reply:
    """What a button that acts at once is answered with: a line that its presser alone sees. The card itself is edited
    for everybody, through the outbox."""
    return Reply(body={"statusCode": OK, "type": _MESSAGE, "value": text or "✓"})


def told(text: str) -> Reply:
    """A dialog or an extension is answered with one line."""
    return Reply(body={"task": {"type": "message", "value": text}})


def closed() -> Reply:
    """The dialog closes, and nothing is left to be said."""
    return Reply()


def refused(name: str, text: str) -> Reply:
    """One sentence, in the shape that an invoke of that name takes."""
    if name.startswith(("task/", "composeExtension/")):
        return told(text)
    return acted(text)


def is_short(card: Card) -> bool:
    """Whether one line says all of it."""
    return len(card.elements) <= 1


def _going_on(value: Body) -> Reply:
    return Reply(body={"task": {"type": "continue", "value": value}})


def _in_a_dialog(node: Any) -> Any:
    """The same card, its buttons made such as a dialog takes."""
    if isinstance(node, list):
        return [_in_a_dialog(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: _in_a_dialog(each) for key, each in node.items()}
    if found.get("type") in ("Action.Execute", "Action.Submit"):
        found["type"] = "Action.Submit"
        found.pop("verb", None)
        if isinstance(found.get("data"), dict):
            found["data"] = {key: each for key, each in found["data"].items() if key != "msteams"}
    return found
