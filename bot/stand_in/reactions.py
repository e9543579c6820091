"""Reactions on a stored message: `reactions: [{name, users}]`, in the order in which they came."""

from __future__ import annotations

from bot.stand_in.shapes import Json


def turned(target: Json, user: str, name: str, *, present: bool) -> bool:
    """Puts somebody's reaction on the message, or takes it off. False: that is how it stands already."""
    reactions: list[Json] = target["reactions"]
    mine = next((each for each in reactions if each["name"] == name), None)
    if (mine is not None and user in mine["users"]) == present:
        return False
    if mine is None:
        reactions.append({"name": name, "users": [user]})
    elif present:
        mine["users"].append(user)
    else:
        mine["users"].remove(user)
    target["reactions"] = [each for each in reactions if each["users"]]
    return True
