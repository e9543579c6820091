"""Control calls of a person who presses: buttons, dialogs, the extension and the home of the app."""

from __future__ import annotations

import uuid
from typing import Any

from bot.stand_in.asking import RefusedCallError, heard, text
from bot.stand_in.outcome import Outcome
from bot.stand_in.shapes import Json, dumps, loads_object
from bot.teams_emulator import asking, cards, events, messages, posting, shortcuts, views
from bot.teams_emulator import form_values as forms
from bot.teams_emulator.cards import CARD
from bot.teams_emulator.workspace import Workspace
from bot.teams_emulator.workspace_channels import Channel
from bot.teams_emulator.workspace_people import Person

TROUBLE = "Unable to reach app. Please try again."
MESSAGE = "application/vnd.microsoft.activity.message"
CONTEXT: Json = {"theme": "default"}
TRIES = 3  # of what is sent from an extension, where the bot takes too long


async def interact(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{channel, messageTs, user, action: {action_id, value?, values?}}`: presses the button with that action in its
    data. `message`: what its presser alone was told; `view`: the dialog that it opened."""
    asking.joined(workspace)
    wanted = body.get("action")
    if not isinstance(wanted, dict):
        raise RefusedCallError("action is missing")
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    message = asking.message(workspace, channel.id, text(body, "messageTs"), person.id)
    shown = message.get("shown_to", {}).get(person.id) or message["card"]
    action, card = _find([shown, message["card"], *workspace.earlier.of(channel.id, message["ts"])], wanted)
    values, wrong = _filled(card, action, wanted.get("values") or {})
    if wrong:
        return {"ok": False, "errors": wrong, "error": "the card would not let this through", "status": None, "ms": 0.0}
    data = _data(action) | values
    if action["type"] == "Action.Execute":
        return await _execute(workspace, channel, person, message, action=action, data=data)
    if _task_of(action) == "task/fetch":
        value = {"data": data, "context": CONTEXT}
        outcome = await _invoke(workspace, "task/fetch", person, channel, value, on=message)
        return _after_task(workspace, person, outcome, {"channel": channel.id, "ts": message["ts"]})
    activity = events.activity(workspace, "message", person, channel, root=message["thread_ts"] or message["ts"],
                               value=data, replyToId=message["ts"])  # fmt: skip
    return heard(await workspace.outgoing.send([workspace.outgoing.keep(activity)]))


def _find(shown: list[Json | None], wanted: Json) -> tuple[Json, Json]:
    """The button that was pressed, and the card that it stood on: as it is now, else as it was before."""
    name, value = wanted.get("action_id"), wanted.get("value")
    for card in shown:
        for action in cards.actions(card) if card else ():
            data = _data(action)
            known = data.get("action", action.get("verb"))
            if known == name and (value is None or _same(data.get("value"), value)):
                if action["type"] not in ("Action.Execute", "Action.Submit"):
                    raise RefusedCallError(f"{name} sends nothing")
                return action, card or {}
    raise RefusedCallError(f"there is no {name!r} to use here")


def _same(one: Any, other: Any) -> bool:
    return one == other or (not isinstance(other, str) and one == dumps(other))


def _data(action: Json) -> Json:
    data = action.get("data")
    return dict(data) if isinstance(data, dict) else {}


def _task_of(action: Json) -> str | None:
    teams = _data(action).get("msteams")
    return str(teams.get("type")) if isinstance(teams, dict) else None


def _filled(card: Json, action: Json, given: Any) -> tuple[Json, dict[str, str]]:
    if not isinstance(given, dict):
        raise RefusedCallError("values must be an object")
    if str(action.get("associatedInputs", "auto")).lower() == "none":
        return {}, {}
    return forms.fill(card, given)


async def _execute(
    workspace: Workspace, channel: Channel, person: Person, message: Json, *, action: Json, data: Json
) -> Json:  # fmt: skip
    sent = {key: action[key] for key in ("type", "id", "title", "verb") if key in action}
    value: Json = {"action": {**sent, "data": data}, "trigger": "manual"}
    outcome = await _invoke(workspace, "adaptiveCard/action", person, channel, value, on=message)
    if not outcome.accepted:
        return _answer(outcome)
    answer = loads_object(outcome.body) or {}
    kind, shown = answer.get("type"), answer.get("value")
    problem = cards.problem(shown)
    if answer.get("statusCode") != 200:
        said = shown.get("message") if isinstance(shown, dict) else None
        return _answer(outcome) | {"ok": False, "error": str(said or f"the app's answer is none: {outcome.body[:200]}")}
    if kind == MESSAGE and isinstance(shown, str):
        return _answer(outcome) | {"message": shown}
    if kind == CARD and problem is None:
        # Until the app edits the message, its presser alone sees this one.
        now = messages.get(workspace.record, channel.id, message["ts"])
        if now is not None and now["card"] == message["card"]:
            now["shown_to"] = {**now.get("shown_to", {}), person.id: shown}
            messages.put(workspace.record, channel.id, now)
            workspace.feed.changed()
        return _answer(outcome)
    return _answer(outcome) | {"ok": False, "error": f"the app's answer cannot be shown: {kind} {problem}"}


async def submit(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{user, view_id, values: {id: plain value}, action?: {action_id}}`: sends the dialog. `errors` by id, `view`
    where another dialog is shown, `message` where the dialog closes with one."""
    asking.joined(workspace)
    person = asking.person(body)
    view = _open_view(workspace, person, text(body, "view_id"))
    given = body.get("values", {})
    if not isinstance(given, dict):
        raise RefusedCallError("values must be an object")
    action = _button(view["card"], body.get("action"))
    values, wrong = _filled(view["card"], action, given)
    if wrong:
        return {"ok": False, "errors": wrong, "error": "the form would not let this through", "status": None, "ms": 0.0}
    opened, data = view["opened"], _data(action) | values
    channel = asking.channel(workspace, opened, person.id)
    outcome = await _send(workspace, person, channel, opened, data)
    return _after_task(workspace, person, outcome, opened)


async def _send(workspace: Workspace, person: Person, channel: Channel, opened: Json, data: Json) -> Outcome:
    value: Json = {"data": data, "context": CONTEXT}
    on = messages.get(workspace.record, channel.id, opened["ts"]) if opened.get("ts") else None
    if "command" not in opened:
        return await _invoke(workspace, "task/submit", person, channel, value, on=on)
    value |= shortcuts.value(opened["command"], opened["context"], opened.get("payload"))
    tries = 1
    while True:
        outcome = await _invoke(workspace, "composeExtension/submitAction", person, channel, value, on=None)
        if outcome.error != "operation_timeout" or tries == TRIES:
            return outcome
        tries += 1
    return outcome


def _button(card: Json, wanted: Any) -> Json:
    sends = [one for one in cards.actions(card) if one["type"] == "Action.Submit"]
    if isinstance(wanted, dict) and wanted.get("action_id") is not None:
        return _find([card], wanted)[0]
    if not sends:
        raise RefusedCallError("this dialog has nothing to submit")
    return sends[0]


def _after_task(workspace: Workspace, person: Person, outcome: Outcome, opened: Json) -> Json:
    """What the answer to a task or an extension leads to."""
    workspace.feed.changed()
    if not outcome.accepted:
        return _answer(outcome)
    answer = loads_object(outcome.body) or {}
    task: Any = answer.get("task")
    if not answer or "composeExtension" in answer or task is None:
        views.clear(workspace.record, person.id)
        return _answer(outcome) | {"view": None}
    kind = task.get("type") if isinstance(task, dict) else None
    if kind == "message" and isinstance(task.get("value"), str):
        views.clear(workspace.record, person.id)
        return _answer(outcome) | {"view": None, "message": task["value"]}
    if kind != "continue":
        error = f"the app's answer is none that Teams knows: {outcome.body[:200]}"
        return _answer(outcome) | {"ok": False, "error": error}
    if (problem := views.problem(task.get("value"))) is not None:
        return _answer(outcome) | {"ok": False, "error": f"the app answered a dialog that Teams refuses: {problem}"}
    return _answer(outcome) | {"view": views.show(workspace.record, person.id, task["value"], opened)}


async def close(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{user, view_id}`: closes that dialog. Teams tells nobody."""
    person = asking.person(body)
    _open_view(workspace, person, text(body, "view_id"))
    views.clear(workspace.record, person.id)
    workspace.feed.changed()
    return {"ok": True, "status": None, "ms": 0.0}


async def shortcut(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{user, callback_id, channel, ts?}`: an action of the extension, on a message where `ts` names one."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = asking.channel(workspace, body, person.id)
    name, on_message = text(body, "callback_id"), body.get("ts") is not None
    place = "message" if on_message else "compose"
    if place not in workspace.installed.actions.get(name, ()):
        raise RefusedCallError(f"there is no such {place} action: {name}")
    payload = None
    if on_message:
        message = asking.message(workspace, channel.id, text(body, "ts"), person.id)
        if message["ephemeral_for"] is not None:
            raise RefusedCallError("a private answer has no actions")
        payload = shortcuts.message_payload(channel, message)
    value = shortcuts.value(name, place, payload) | {"context": CONTEXT, "requestId": uuid.uuid4().hex}
    outcome = await _invoke(workspace, "composeExtension/fetchTask", person, channel, value, on=None)
    opened = {"channel": channel.id, "command": name, "context": place, "payload": payload}
    return _after_task(workspace, person, outcome, opened)


async def open_home(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{user}`: the person opens the app. The first time that installs it for them; later they ask for `home`. Answers
    the `channel` of their chat with it."""
    asking.joined(workspace)
    person = asking.person(body)
    channel = workspace.channels.get(person.chat)
    if channel is None or not channel.has_bot:
        raise RefusedCallError(f"{person.id} does not have the app")
    opened: list[str] = workspace.record.get("teams_opened", [])
    if person.id not in opened:
        workspace.record.set("teams_opened", [*opened, person.id])
        rows = [workspace.outgoing.keep(each) for each in events.installed(workspace, channel, person, present=True)]
    else:
        _, rows = posting.say(workspace, channel, person.id, "home")
    return heard(await workspace.outgoing.send(rows), channel=channel.id)


def _open_view(workspace: Workspace, person: Person, view_id: str) -> Json:
    found = views.get(workspace.record, view_id)
    if found is None or found[0] != person.id:
        raise RefusedCallError(f"no such dialog is open for {person.id}: {view_id}")
    return found[1]


async def _invoke(
    workspace: Workspace, name: str, person: Person, channel: Channel, value: Json, *, on: Json | None
) -> Outcome:  # fmt: skip
    where = {"source": {"name": "message"}} if name == "adaptiveCard/action" else {}
    return await workspace.delivery.invoke(events.invoke(workspace, name, person, channel, value, on=on, data=where))


def _answer(outcome: Outcome) -> Json:
    answer: Json = {"ok": outcome.accepted, "status": outcome.status, "ms": outcome.ms}
    return answer if outcome.accepted else answer | {"error": outcome.error or TROUBLE}
