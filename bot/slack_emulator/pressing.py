"""Control calls of a person who presses: buttons and menus, forms, shortcuts and the home tab."""

from __future__ import annotations

from bot.slack_emulator import asking, events, interactions, posting, views
from bot.slack_emulator import form_values as forms
from bot.slack_emulator import response_urls as responses
from bot.slack_emulator.blocks import check_view, too_large, with_ids
from bot.slack_emulator.earlier import of_message
from bot.slack_emulator.workspace import Workspace
from bot.slack_emulator.workspace_people import Person
from bot.stand_in.asking import RefusedCallError, heard, text
from bot.stand_in.outcome import Outcome
from bot.stand_in.shapes import Json, loads_object

TROUBLE = "We had some trouble connecting. Try again?"


async def interact(workspace: Workspace, body: Json, base: str) -> Json:
    """`{channel, messageTs | view_id, user, action: {action_id, block_id?, value? | selected_option?}}`."""
    asking.joined(workspace)
    person = asking.person(body)
    wanted = body.get("action")
    if not isinstance(wanted, dict):
        raise RefusedCallError("action is missing")
    if body.get("view_id") is not None:
        return await _interact_in_view(workspace, body, person, wanted)
    channel = asking.channel(workspace, body, person.id)
    message = asking.message(workspace, channel.id, text(body, "messageTs"), person.id)
    block, element = _find(workspace, of_message(channel.id, message["ts"]), message["blocks"] or [], wanted)
    action, _ = _action(workspace, block, element, wanted)
    url = responses.make(workspace, base, "actions", channel, user=person.id, message=message)
    payload = interactions.block_actions_in_message(
        workspace.record,
        person,
        channel,
        message,
        actions=[action],
        trigger=workspace.triggers.make(person.id),
        response_url=url,
    )
    outcome = await workspace.delivery.interaction(payload)
    if error := _failure(outcome):
        posting.tell_privately(workspace, channel, person.id, f'The app failed with the error "{error}". {TROUBLE}')
    return _answer(outcome)


async def _interact_in_view(workspace: Workspace, body: Json, person: Person, wanted: Json) -> Json:
    view = _open_view(workspace, person, text(body, "view_id"))
    block, element = _find(workspace, view["id"], view["blocks"], wanted)
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise RefusedCallError(f"{element['action_id']} sends nothing until the form is submitted")
    action, state = _action(workspace, block, element, wanted)
    if state is not None:
        view["state"]["values"].setdefault(block["block_id"], {})[element["action_id"]] = state
        views.replace(workspace.record, view)
    shown = {**view, "state": {"values": forms.present(view)}}
    trigger = workspace.triggers.make(person.id, view["id"])
    outcome = await workspace.delivery.interaction(interactions.block_actions_in_view(person, shown, [action], trigger))
    return _answer(outcome)


async def submit(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{user, view_id, values: {block_id: plain value}}`: `errors` by block_id, `view` where another one is shown."""
    asking.joined(workspace)
    person = asking.person(body)
    view = _open_view(workspace, person, text(body, "view_id"))
    given = body.get("values", {})
    if not isinstance(given, dict):
        raise RefusedCallError("values must be an object")
    if view["type"] != "modal" or not view["submit"]:
        raise RefusedCallError("this view has nothing to submit")
    values, wrong = forms.fill(view, given)
    if wrong:
        return {"ok": False, "errors": wrong, "error": "the form would not let this through", "status": None, "ms": 0.0}
    view["state"]["values"] = values
    views.replace(workspace.record, view)
    payload = interactions.view_submission(person, view, workspace.triggers.make(person.id, view["id"]))
    outcome = await workspace.delivery.interaction(payload)
    workspace.feed.changed()
    if not outcome.accepted:
        return _answer(outcome)
    return _answer(outcome) | _after_submission(workspace, person, view, outcome.body)


def _after_submission(workspace: Workspace, person: Person, view: Json, body: str) -> Json:
    record = workspace.record
    if not body.strip():
        views.remove(record, view["id"])
        return {"view": next(iter(views.stack(record, person.id)[-1:]), None)}
    answer = loads_object(body) or {}
    kind, given = answer.get("response_action"), answer.get("view")
    if kind == "errors":
        errors = answer.get("errors")
        inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            return {"ok": False, "error": f"the app's errors name no input block: {errors!r}. {TROUBLE}"}
        return {"ok": False, "errors": errors, "error": "the app refused what was entered"}
    if kind == "clear":
        views.clear(record, person.id)
        return {"view": None}
    if kind not in {"update", "push"}:
        return {"ok": False, "error": f"the app's answer to the form is not one Slack knows: {body[:200]}. {TROUBLE}"}
    if problems := check_view(given) or (["view_too_large"] if too_large(given) else []):
        return {"ok": False, "error": f"the app answered a view Slack refuses: {'; '.join(problems)}. {TROUBLE}"}
    before = view["blocks"] if kind == "update" else None
    given = {**(given or {}), "blocks": with_ids((given or {})["blocks"], before)}
    open_views = views.stack(record, person.id)
    if kind == "push":
        if len(open_views) >= views.STACK:
            return {"ok": False, "error": f"push_limit_reached. {TROUBLE}"}
        new = views.build(given, previous=view)
        views.put(record, person.id, new, len(open_views))
        return {"view": new}
    workspace.earlier.keep(view["id"], view["blocks"])
    new = views.build(given) | {key: view[key] for key in ("id", "root_view_id", "previous_view_id")}
    new["state"]["values"] = forms.keep_typed(view, new)
    views.replace(record, new)
    return {"view": new}


async def close(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{user, view_id}`: closes that form and those above it; tells the app when it asked to know."""
    asking.joined(workspace)
    person = asking.person(body)
    view = _open_view(workspace, person, text(body, "view_id"))
    if view["type"] != "modal":
        raise RefusedCallError("this is a home tab, not a form: there is nothing to close")
    open_views = views.stack(workspace.record, person.id)
    at = [one["id"] for one in open_views].index(view["id"])
    cleared = view["clear_on_close"] or (at == 0 and len(open_views) > 1)
    gone = open_views if view["clear_on_close"] else open_views[at:]
    for one in gone:
        views.remove(workspace.record, one["id"])
    workspace.feed.changed()
    outcome = None
    for one in reversed(gone):
        if one["notify_on_close"]:
            outcome = await workspace.delivery.interaction(interactions.view_closed(person, one, cleared=cleared))
    return _answer(outcome) if outcome else {"ok": True, "status": None, "ms": 0.0}


async def shortcut(workspace: Workspace, body: Json, base: str) -> Json:
    """`{user, callback_id, channel?, ts?}`: with a message it is a message shortcut, else a global one."""
    asking.joined(workspace)
    person = asking.person(body)
    callback_id = text(body, "callback_id")
    kind = "message" if body.get("ts") is not None else "global"
    known = workspace.manifest.shortcuts.get(callback_id) == kind
    if person.external or not (known or workspace.manifest.any_shortcut):
        raise RefusedCallError(f"no such {kind} shortcut for {person.id}: {callback_id}")
    trigger, action_ts = workspace.triggers.make(person.id), workspace.now.next_ts()
    if kind == "global":
        payload = interactions.global_shortcut(person, callback_id, trigger, action_ts)
    else:
        channel = asking.channel(workspace, body, person.id)
        message = asking.message(workspace, channel.id, text(body, "ts"), person.id)
        url = responses.make(workspace, base, "actions", channel, user=person.id, message=message)
        payload = interactions.message_shortcut(
            workspace.record,
            person,
            channel,
            message,
            callback_id=callback_id,
            trigger=trigger,
            action_ts=action_ts,
            response_url=url,
        )
    return _answer(await workspace.delivery.interaction(payload))


async def open_home(workspace: Workspace, body: Json, _base: str) -> Json:
    """`{user}`: the person opens the app, on its home tab where it has one; answers its direct-message `channel`."""
    asking.joined(workspace)
    person = asking.person(body)
    if person.external:
        raise RefusedCallError("people of another company have no home tab of this app")
    channel = workspace.channels.dm(person.id)
    tab = "home" if workspace.manifest.home_tab else "messages"
    view = views.home(workspace.record, person.id) if tab == "home" else None
    event = events.app_home_opened(channel, person.id, tab, view, workspace.now.next_ts())
    rows = posting.keep(workspace, channel, [event])
    outcomes = await workspace.outgoing.send(rows)
    workspace.feed.changed()
    return heard(outcomes, channel=channel.id)


def _open_view(workspace: Workspace, person: Person, view_id: str) -> Json:
    found = views.get(workspace.record, view_id)
    if found is None or found[0] != person.id:
        raise RefusedCallError(f"no such view is open for {person.id}: {view_id}")
    return found[1]


def _find(workspace: Workspace, where: str, blocks: list[Json], wanted: Json) -> tuple[Json, Json]:
    found = workspace.earlier.find(where, blocks, wanted)
    if found is None:
        raise RefusedCallError(f"there is no {wanted.get('action_id')!r} to use here")
    return found


def _action(workspace: Workspace, block: Json, element: Json, wanted: Json) -> tuple[Json, Json | None]:
    """The action as the payload carries it, and the element's new state where it has one."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"],
                    "action_ts": workspace.now.next_ts()}  # fmt: skip
    if element["type"] == "button":
        action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        return action, None
    value = wanted.get("selected_option", wanted.get("value"))
    try:
        state = forms.chosen(element, value)
    except forms.RefusedError as refused:
        raise RefusedCallError(str(refused)) from refused
    if "placeholder" in element:
        action["placeholder"] = element["placeholder"]
    return action | state, None if element["type"] == "overflow" else state


def _failure(outcome: Outcome) -> str | None:
    if outcome.status is None:
        return outcome.error
    return None if outcome.accepted else "dispatch_failed"


def _answer(outcome: Outcome) -> Json:
    error = _failure(outcome)
    answer: Json = {"ok": error is None, "status": outcome.status, "ms": outcome.ms}
    return answer if error is None else answer | {"error": error}
