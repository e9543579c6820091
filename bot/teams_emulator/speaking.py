"""Control calls of a person who writes: messages, edits, deletions, reactions and slash commands."""

from __future__ import annotations

from bot.stand_in.asking import RefusedCallError, files, heard, text, written_by
from bot.stand_in.shapes import Json
from bot.teams_emulator import asking, messages, posting
from bot.teams_emulator.workspace import Workspace
from bot.teams_emulator.workspace_channels import Channel
from bot.teams_emulator.workspace_people import Person

LONGEST = 28_000
# What people call emoji, and what Teams does: any other name is taken as Teams' own.
REACTIONS = {
    "eyes": "1f440_eyes", "white_check_mark": "2705_whiteheavycheckmark",
    "rotating_light": "1f6a8_policecarsrevolvinglight",
    "+1": "like", "thumbsup": "like", "heart": "heart", "pushpin": "1f4cc_pushpin", "ticket": "1f3ab_ticket",
    "rocket": "launch", "tada": "1f389_partypopper", "pray": "1f64f_foldedhands", "wave": "1f44b_wavinghand",
}  # fmt: skip


async def message(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, user, text, thread_ts?, files?: [name]}`: answers the new message's `ts`."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    typed = _typed(body)
    root = _root(workspace, channel, body, person.id)
    said, rows = posting.say(workspace, channel, person.id, typed, root, files=files(body))
    return heard(await workspace.outgoing.send(rows), ts=said["ts"])


def _typed(body: Json) -> str:
    typed = text(body, "text")
    if not typed.strip():
        raise RefusedCallError("text is empty: Teams' client sends no empty message")
    if len(typed) > LONGEST:
        raise RefusedCallError("text is longer than Teams' client sends")
    return typed


def _root(workspace: Workspace, channel: Channel, body: Json, user: str) -> str | None:
    """The head of the thread that somebody writes in; chats have no threads."""
    if body.get("thread_ts") is None or channel.type != "channel":
        return None
    found = asking.message(workspace, channel.id, str(body["thread_ts"]), user)
    if found["ephemeral_for"] is not None and found["thread_ts"] is None:
        raise RefusedCallError("a private answer has no thread")
    return str(found["thread_ts"] or found["ts"])


async def command(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, user, command?, text, thread_ts?}`: in a channel or a group chat a message for the bot alone, picked
    from the `/` menu; in a chat with the bot, where that menu is not, what was typed."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    typed = text(body, "text", "").strip()
    if channel.type == "personal":
        said, rows = posting.say(workspace, channel, person.id, typed or workspace.installed.command)
        return heard(await workspace.outgoing.send(rows), ts=said["ts"])
    name = text(body, "command", workspace.installed.command).removeprefix("/")
    if not workspace.installed.targeted or name != workspace.installed.command or not channel.has_bot:
        raise RefusedCallError(f"there is no /{name} here: mention the bot")
    root = _root(workspace, channel, body, person.id)
    said, rows = posting.say(workspace, channel, person.id, f"{name} {typed}".strip(), root, targeted=True)
    return heard(await workspace.outgoing.send(rows), ts=said["ts"])


async def edit(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, ts, user, text}`: people edit only what they wrote."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    old, typed = _own(workspace, channel, body, person), _typed(body)
    new, rows = posting.edit(workspace, channel, old, typed)
    return heard(await workspace.outgoing.send(rows), ts=new["ts"])


async def delete(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, ts, user}`: people delete only what they wrote; a private answer can be dismissed by its reader."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    found = asking.message(workspace, channel.id, text(body, "ts"), person.id)
    if found["ephemeral_for"] == person.id:
        messages.remove(workspace.record, channel.id, found["ts"])
        workspace.feed.changed()
        return heard([])
    old = _own(workspace, channel, body, person)
    return heard(await workspace.outgoing.send(posting.delete(workspace, channel, old)))


def _own(workspace: Workspace, channel: Channel, body: Json, person: Person) -> Json:
    return written_by(person.id, asking.message(workspace, channel.id, text(body, "ts"), person.id))


async def reaction(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, ts, user, name, present?}`: `changed` is false where it stood so already."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    target = asking.message(workspace, channel.id, text(body, "ts"), person.id)
    name = text(body, "name").strip(":")
    if target["ephemeral_for"] is not None:
        raise RefusedCallError("a private answer takes no reactions")
    present = body.get("present", True) is not False
    rows = posting.react(workspace, channel, target, person.id, REACTIONS.get(name, name), present=present)
    outcomes = [] if rows is None else await workspace.outgoing.send(rows)
    return heard(outcomes, changed=rows is not None)
