"""Control calls of a person who writes: messages, edits, deletions, reactions and slash commands."""

from __future__ import annotations

from typing import Any

from bot.slack_emulator import asking, interactions, messages, posting
from bot.slack_emulator import response_urls as responses
from bot.slack_emulator.text import rich_text
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_channels import Channel
from bot.slack_emulator.workspace_people import Person
from bot.stand_in.asking import RefusedCallError, files, heard, text, written_by
from bot.stand_in.outcome import Outcome
from bot.stand_in.shapes import Json, loads_object


async def message(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, user, text, thread_ts?, broadcast?, files?: [name]}`: answers the new message's `ts`."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    typed = text(body, "text")
    if channel.kind == "dm" and (workspace.manifest.messages_tab_read_only or not workspace.manifest.messages_tab):
        raise RefusedCallError("sending messages to this app has been turned off")
    if not typed.strip():
        raise RefusedCallError("text is empty: Slack's client sends no empty message")
    if len(typed) > posting.LONGEST:
        raise RefusedCallError("text is longer than 40,000 characters: Slack's client does not send it")
    thread_ts = body.get("thread_ts")
    if thread_ts is not None:
        thread_ts = _root(workspace, channel, str(thread_ts), person.id)
    said, rows = posting.say(workspace, channel, person.id, posting.type_text(workspace, typed, own_mention=True),
                             thread_ts, broadcast=body.get("broadcast") is True, files=files(body))  # fmt: skip
    return heard(await workspace.outgoing.send(rows), ts=said["ts"])


def _root(workspace: Workspace, channel: Channel, ts: str, user: str) -> str:
    found = asking.message(workspace, channel.id, ts, user)
    if found["ephemeral_for"] is not None:
        raise RefusedCallError("a private answer has no thread")
    # Slack's client answers a reply in its own thread.
    return str(found["thread_ts"] or found["ts"])


async def edit(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, ts, user, text}`: people edit only what they wrote."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    old = _own(workspace, channel, body, person)
    now_reads = posting.type_text(workspace, text(body, "text"), own_mention=True)
    if now_reads == old["text"]:
        return heard([], ts=old["ts"])
    changes = {"text": now_reads, "blocks": [rich_text(now_reads)]}
    new, rows = posting.change(workspace, channel, old, changes, editor=person.id)
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
    if not posting.valid_reaction(name):
        raise RefusedCallError(f"no such emoji: {name}")
    if target["ephemeral_for"] is not None:
        raise RefusedCallError("a private answer takes no reactions")
    rows = posting.react(workspace, channel, target, person.id, name, present=body.get("present", True) is not False)
    outcomes = [] if rows is None else await workspace.outgoing.send(rows)
    return heard(outcomes, changed=rows is not None)


async def command(workspace: Workspace, body: Json, base: str) -> Json:
    """`{channel, user, command, text}`: what the bot answers becomes a message with its own ts. `told` where the person
    was told privately what is wrong."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    name = text(body, "command")
    if body.get("thread_ts") is not None:
        raise RefusedCallError(f"{name} is not supported in threads")
    if name not in workspace.manifest.commands or person.external:
        # Slack shows an app's commands only to the company that installed it.
        posting.tell_privately(workspace, channel, person.id, f"`{name}` is not a valid command.")
        whose = " for people of another company" if person.external else ""
        return {"ok": False, "error": f"{name} is not a valid command{whose}", "told": True}
    typed = text(body, "text", "").strip()
    sent = posting.type_text(workspace, typed, own_mention=False) if workspace.manifest.commands[name] else typed
    url = responses.make(workspace, base, "commands", channel, user=person.id)
    fields = interactions.command(
        person, channel, name, sent, trigger=workspace.triggers.make(person.id), response_url=url
    )
    outcome = await workspace.delivery.command(fields)
    shown, error = _show_answer(workspace, channel, person, outcome)
    if error is not None:
        posting.tell_privately(workspace, channel, person.id, f'{name} failed with the error "{error}"')
        return {"ok": False, "error": error, "status": outcome.status, "ms": outcome.ms}
    return {"ok": True, "status": outcome.status, "ms": outcome.ms, "ts": shown}


def _show_answer(
    workspace: Workspace, channel: Channel, person: Person, outcome: Outcome
) -> tuple[str | None, str | None]:
    """The ts of what the command's HTTP answer became, and the error Slack would show instead."""
    if outcome.status is None:
        return None, "operation_timeout" if outcome.error == "operation_timeout" else "dispatch_failed"
    if not outcome.accepted:
        return None, "dispatch_failed"
    if not outcome.body.strip():
        return None, None
    answer: Any = loads_object(outcome.body)
    if answer is None:
        answer = {"text": outcome.body}
    problem = responses.problem(answer)
    if problem == "no_text":
        return None, None
    if problem is not None:
        return None, "invalid_command_response"
    return responses.show(workspace, channel, person.id, answer)["ts"], None
