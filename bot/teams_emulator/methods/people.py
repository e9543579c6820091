"""Who is in a conversation."""

from __future__ import annotations

from bot.stand_in.shapes import Json
from bot.teams_emulator.calling import Call, Done, RefusedMethodError, at_pace
from bot.teams_emulator.ids import TEAM_ID
from bot.teams_emulator.workspace_channels import Channel
from bot.teams_emulator.workspace_people import PEOPLE, Person
from bot.teams_emulator.workspace_people import member as in_roster

MOST = 500


def members(call: Call) -> Done:
    """All of them at once."""
    return Done(_roster(call))


def page(call: Call) -> Done:
    """Some of them, and where to go on."""
    everybody = _roster(call)
    try:
        size = min(MOST, max(1, int(call.query.get("pageSize") or MOST)))
        start = int(call.query.get("continuationToken") or 0)
    except ValueError:
        raise RefusedMethodError(400, "BadArgument", "pageSize or continuationToken is no number.") from None
    following = start + size
    more: Json = {"continuationToken": str(following)} if following < len(everybody) else {}
    return Done({**more, "members": everybody[start:following]})


def member(call: Call) -> Done:
    """One of them, by any of their ids."""
    name = call.path["member"]
    channel, _ = call.conversation()
    for one in _there(call, channel):
        if name in (one.id, one.object_id, one.email):
            return Done(in_roster(one))
    raise RefusedMethodError(404, "MemberNotFoundInConversation", "Member not found in conversation.")


def _roster(call: Call) -> list[Json]:
    channel, _ = call.conversation()
    return [in_roster(one) for one in _there(call, channel)]


def _there(call: Call, channel: Channel) -> list[Person]:
    at_pace(call.workspace, "roster", channel.id)
    team = call.workspace.channels.get(TEAM_ID)
    # The roster of a standard channel is that of its team.
    whole = (*channel.members, *(team.members if team and channel.type == "channel" else ()))
    return [PEOPLE[name] for name in dict.fromkeys(whole) if name in PEOPLE]
