"""The extension's requests, and how they describe the message that it was used on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.stand_in.shapes import Json, dumps
from bot.teams_emulator.cards import CARD
from bot.teams_emulator.ids import APP_ID, BOT_ID, BOT_NAME
from bot.teams_emulator.workspace_channels import Channel
from bot.teams_emulator.workspace_people import PEOPLE


def value(command: str, place: str, payload: Json | None) -> Json:
    """What every request of an action carries."""
    found: Json = {"commandId": command, "commandContext": place}
    return found if payload is None else found | {"messagePayload": payload}


def message_payload(channel: Channel, message: Json) -> Json:
    """A message as Microsoft Graph has it: people by their id in Entra, a text as HTML."""
    at = datetime.fromtimestamp(int(message["ts"]) / 1000, UTC).isoformat(timespec="milliseconds")
    payload: Json = {
        "id": message["ts"], "replyToId": message["thread_ts"], "createdDateTime": at, "lastModifiedDateTime": None,
        "deleted": False, "subject": None, "summary": None, "importance": "normal", "locale": "en-us",
        "linkToMessage": f"https://teams.microsoft.com/l/message/{channel.id}/{message['ts']}",
        "from": _author(message["user"]), "body": {"contentType": "html", "content": _html(message)},
        "attachments": _attachments(message), "mentions": [], "reactions": _reactions(message["reactions"], at),
    }  # fmt: skip
    return payload


def _html(message: Json) -> str:
    if message["card"] is not None:
        return '<attachment id="card"></attachment>'
    return str(message.get("html") or f"<p>{message['text']}</p>")


def _author(user: str) -> Json:
    """A bot is told by lower-case words, whatever lists of such words say."""
    if user == BOT_ID:
        bot = {"applicationIdentityType": "bot", "id": APP_ID, "displayName": BOT_NAME}
        return {"device": None, "conversation": None, "user": None, "application": bot}
    return {"device": None, "conversation": None, "user": _identity(user), "application": None}


def _identity(user: str) -> Json:
    person = PEOPLE.get(user)
    if person is None:
        return {"userIdentityType": "aadUser", "id": APP_ID, "displayName": BOT_NAME}
    return {"userIdentityType": "aadUser", "id": person.object_id, "displayName": person.name}


def _attachments(message: Json) -> list[Json]:
    found: list[Json] = [
        {"id": one["content"]["uniqueId"], "contentType": "reference", "contentUrl": one["contentUrl"], "content": None,
         "name": one["name"], "thumbnailUrl": None} for one in message.get("files", [])
    ]  # fmt: skip
    if message["card"] is not None:
        found.append({"id": "card", "contentType": CARD, "contentUrl": None, "content": dumps(message["card"]),
                      "name": None, "thumbnailUrl": None})  # fmt: skip
    return found


def _reactions(reactions: list[Any], at: str) -> list[Json]:
    return [
        {"reactionType": one["name"], "createdDateTime": at, "user": {"user": _identity(user)}}
        for one in reactions
        for user in one["users"]
    ]
