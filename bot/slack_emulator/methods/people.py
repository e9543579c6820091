"""People and groups: users.info, users.list, users.lookupByEmail, users.getPresence, dnd.teamInfo, usergroups.list,
usergroups.users.list."""

from __future__ import annotations

from bot.slack_emulator.calling import Call, RefusedMethodError
from bot.slack_emulator.ids import BOT_USER_ID, SLACKBOT_ID
from bot.slack_emulator.methods.finding import page
from bot.slack_emulator.workspace_people import PEOPLE, robot_object, said_of, the_group, user_object
from bot.stand_in.shapes import Json

EMAIL_SCOPE = "users:read.email"
MOST_UNDISTURBED = 50


def info(call: Call) -> Json:
    """One person; `locale` only when asked for, `email` only with its scope."""
    return {"user": _object(call, call.required("user"))}


def listing(call: Call) -> Json:
    """Everybody of this workspace, and the people met in shared channels."""
    ids, more = page(call, [*PEOPLE, BOT_USER_ID, SLACKBOT_ID])
    return {"members": [_object(call, user) for user in ids], "cache_ts": int(call.workspace.now.seconds()),
            "response_metadata": more}  # fmt: skip


def lookup_by_email(call: Call) -> Json:
    """One of our own people by address; outsiders are not found, as their addresses are not ours to know."""
    wanted = call.required("email").casefold()
    for person in PEOPLE.values():
        if person.email.casefold() == wanted and not person.external:
            return {"user": _object(call, person.id)}
    raise RefusedMethodError("users_not_found")


def presence(call: Call) -> Json:
    """Whether somebody is active, which an app is told of others without any more."""
    user = call.required("user")
    if user not in PEOPLE and user not in {BOT_USER_ID, SLACKBOT_ID}:
        raise RefusedMethodError("user_not_found")
    return {"presence": "active" if said_of(call.workspace.record, user)["active"] else "away"}


def undisturbed(call: Call) -> Json:
    """When some people are not to be disturbed; whoever is not of the workspace is left out."""
    users = call.words("users")
    if not users:
        raise RefusedMethodError("invalid_arguments", ["[ERROR] missing required field: users"])
    if len(users) > MOST_UNDISTURBED:
        raise RefusedMethodError("too_many_users")
    ours = [user for user in users if user in PEOPLE and not PEOPLE[user].external]
    return {"users": {user: _do_not_disturb(call, user) for user in ours}}


def _do_not_disturb(call: Call, user: str) -> Json:
    """Once it is over, and where it never was, Slack says so with the first second of time."""
    start, end = said_of(call.workspace.record, user)["undisturbed"] or (1, 1)
    is_on = end > call.workspace.now.seconds()
    return {"dnd_enabled": is_on, "next_dnd_start_ts": start if is_on else 1, "next_dnd_end_ts": end if is_on else 1}


def groups(call: Call) -> Json:
    """The one group; not while it is disabled, unless asked for."""
    group = the_group(call.workspace.record)
    if group["date_delete"] and not call.flag("include_disabled"):
        return {"usergroups": []}
    hidden = set() if call.flag("include_users") else {"users"}
    return {"usergroups": [{key: value for key, value in group.items() if key not in hidden}]}


def group_members(call: Call) -> Json:
    """Who is in the group."""
    group = the_group(call.workspace.record)
    if call.required("usergroup") != group["id"] or (group["date_delete"] and not call.flag("include_disabled")):
        raise RefusedMethodError("no_such_subteam")
    return {"users": list(group["users"])}


def _object(call: Call, user: str) -> Json:
    if user in {BOT_USER_ID, SLACKBOT_ID}:
        return robot_object(user)
    if user not in PEOPLE:
        raise RefusedMethodError("user_not_found")
    found = user_object(PEOPLE[user], call.workspace.now.seconds(), locale=call.flag("include_locale"))
    if EMAIL_SCOPE not in call.workspace.manifest.scopes:
        found["profile"].pop("email", None)
    return found
