"""Forms and the home tab: views.open, views.push, views.update, views.publish."""

from __future__ import annotations

from typing import Any

from bot.slack_emulator import form_values as forms
from bot.slack_emulator import views
from bot.slack_emulator.blocks import check_view, too_large, with_ids
from bot.slack_emulator.calling import Call, RefusedMethodError
from bot.slack_emulator.workspace_people import PEOPLE
from bot.stand_in.shapes import Json


def open_view(call: Call) -> Json:
    """Shows a form to whoever's action the trigger came from; whatever they had open goes."""
    given = _like(_checked(call, "modal"), None)
    user = _exchange(call)[0]
    record = call.workspace.record
    new = views.build(given)
    with record.atomic():
        views.clear(record, user)
        views.put(record, user, new, 0)
    return _shown(call, new)


def push(call: Call) -> Json:
    """Puts a form on top of the open one."""
    given = _like(_checked(call, "modal"), None)
    user, view_id = _exchange(call)
    stack = views.stack(call.workspace.record, user)
    if not stack or view_id is None:
        raise RefusedMethodError("not_found")
    if len(stack) >= views.STACK:
        raise RefusedMethodError("push_limit_reached")
    new = views.build(given, previous=stack[-1])
    views.put(call.workspace.record, user, new, len(stack))
    return _shown(call, new)


def update(call: Call) -> Json:
    """Changes an open form in place; what was typed stays where block_id and action_id do."""
    given = _checked(call, None)
    record = call.workspace.record
    if view_id := call.text("view_id"):
        found = views.get(record, view_id)
    else:
        found = views.by_external_id(record, call.required("external_id"))
    if found is None or found[1]["type"] != given["type"]:
        raise RefusedMethodError("not_found")
    old = found[1]
    _check_hash(call, old)
    call.workspace.earlier.keep(old["id"], old["blocks"])
    new = views.build(_like(given, old)) | {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
    new["external_id"] = given.get("external_id") or old["external_id"]
    new["state"]["values"] = forms.keep_typed(old, new)
    views.replace(record, new)
    return _shown(call, new)


def publish(call: Call) -> Json:
    """Sets one person's home tab."""
    if not call.workspace.manifest.home_tab:
        raise RefusedMethodError("not_enabled")
    given = _checked(call, "home")
    user = call.required("user_id")
    if user not in PEOPLE or PEOPLE[user].external:
        raise RefusedMethodError("invalid_arguments", ["[ERROR] user_id is not a member of this workspace"])
    record = call.workspace.record
    old = views.home(record, user)
    if old is not None:
        _check_hash(call, old)
    new = views.build(_like(given, old))
    if old is not None:
        call.workspace.earlier.keep(old["id"], old["blocks"])
        new |= {"id": old["id"], "root_view_id": old["root_view_id"]}
        new["state"]["values"] = forms.keep_typed(old, new)
    with record.atomic():
        views.clear_home(record, user)
        views.put(record, user, new, 0)
    return _shown(call, new)


def _checked(call: Call, kind: str | None) -> Json:
    given: Any = call.json("view")
    if given is None:
        raise RefusedMethodError("invalid_arguments", ["[ERROR] missing required field: view"])
    if too_large(given):
        raise RefusedMethodError("view_too_large")
    if problems := check_view(given):
        raise RefusedMethodError("invalid_arguments", problems)
    if kind is not None and given["type"] != kind:
        raise RefusedMethodError(
            "invalid_arguments", [f"[ERROR] unsupported type: {given['type']} [json-pointer:/view/type]"]
        )
    external_id = given.get("external_id")
    known = views.by_external_id(call.workspace.record, external_id) if external_id else None
    if known is not None and known[1]["id"] != call.text("view_id") and call.text("external_id") != external_id:
        raise RefusedMethodError("duplicate_external_id")
    return {**given}


def _like(given: Json, old: Json | None) -> Json:
    """The view with ids for its blocks, those of the old one where a block is the same."""
    return {**given, "blocks": with_ids(given["blocks"], old["blocks"] if old else None)}


def _exchange(call: Call) -> tuple[str, str | None]:
    trigger = call.workspace.triggers.exchange(call.required("trigger_id"))
    if isinstance(trigger, str):
        raise RefusedMethodError(trigger)
    return trigger.user, trigger.view_id


def _check_hash(call: Call, old: Json) -> None:
    given = call.text("hash")
    if given and given != old["hash"]:
        raise RefusedMethodError("hash_conflict")


def _shown(call: Call, view: Json) -> Json:
    call.workspace.feed.changed()
    return {"view": view}
