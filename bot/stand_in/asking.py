"""Reading what a control call says, with an error that names what is missing or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from bot.stand_in.channels import AChannel, AnyChannels
from bot.stand_in.outcome import Outcome
from bot.stand_in.shapes import Json

APerson = TypeVar("APerson")


class RefusedCallError(Exception):
    """The control call cannot be carried out; the message is its `error`."""


def text(body: Json, name: str, default: str | None = None) -> str:
    """A string; required unless there is a default."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise RefusedCallError(f"{name} is missing" if value is None else f"{name} must be a string")
    return value


def number(body: Json, name: str, default: float | None = None) -> float:
    """A finite number; required unless there is a default."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e9:  # noqa: PLR0124 - not a number
        raise RefusedCallError(f"{name} must be a number")
    return float(value)


def one_of(people: Mapping[str, APerson], body: Json, name: str = "user") -> APerson:
    """A person by id."""
    user = text(body, name)
    if user not in people:
        raise RefusedCallError(f"no such user: {user}")
    return people[user]


def channel_of(channels: AnyChannels[AChannel], body: Json, user: str | None = None) -> AChannel:
    """A channel by id; with `user`, one that this person is a member of and that is still open."""
    channel_id = text(body, "channel")
    found = channels.get(channel_id)
    if found is None:
        raise RefusedCallError(f"no such channel: {channel_id}")
    if user is not None and user not in found.members:
        raise RefusedCallError(f"{user} is not in {channel_id}")
    if user is not None and found.archived:
        raise RefusedCallError(f"{channel_id} is archived")
    return found


def can_be_seen(found: Json | None, channel_id: str, ts: str, user: str) -> Json:
    """The message that was found, which `user` can see."""
    if found is None or found["ephemeral_for"] not in (None, user):
        raise RefusedCallError(f"no such message in {channel_id}: {ts}")
    return found


def written_by(user: str, found: Json) -> Json:
    """The message that was found, which that person wrote."""
    if found["user"] != user:
        raise RefusedCallError(f"{user} did not write {found['ts']}")
    return found


def files(body: Json) -> list[str]:
    """The names of the files that go with what somebody writes."""
    names = body.get("files", [])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise RefusedCallError("files must be names of files")
    return names


def heard(outcomes: list[Outcome], **extra: Any) -> Json:
    """The answer after events were sent: the bot's worst status and longest time; an error where it did not answer."""
    if not outcomes:
        return {"ok": True, "status": None, "ms": 0.0, **extra}
    ms = max(outcome.ms for outcome in outcomes)
    silent = next((outcome for outcome in outcomes if outcome.status is None), None)
    if silent is not None:
        return {"ok": False, "error": silent.error, "status": None, "ms": ms, **extra}
    return {"ok": True, "status": max(outcome.status or 0 for outcome in outcomes), "ms": ms, **extra}
