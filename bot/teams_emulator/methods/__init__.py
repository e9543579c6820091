"""The methods of the Bot Connector, by verb and path below the service's address."""

from __future__ import annotations

from bot.teams_emulator.calling import Method
from bot.teams_emulator.methods import activities, conversations, people, reactions, teams

C = "/v3/conversations/{conversation}"
#: Of each method: what faults call it, its verb, its path, and what carries it out.
METHODS: tuple[tuple[str, str, str, Method], ...] = (
    ("conversations.create", "POST", "/v3/conversations", conversations.create),
    ("activities.create", "POST", C + "/activities", activities.create),
    ("activities.create", "POST", C + "/activities/{activity}", activities.create),
    ("activities.update", "PUT", C + "/activities/{activity}", activities.update),
    ("activities.delete", "DELETE", C + "/activities/{activity}", activities.delete),
    ("reactions.add", "PUT", C + "/activities/{activity}/reactions/{reaction}", reactions.add),
    ("reactions.remove", "DELETE", C + "/activities/{activity}/reactions/{reaction}", reactions.remove),
    ("members.list", "GET", C + "/members", people.members),
    ("members.page", "GET", C + "/pagedmembers", people.page),
    ("members.page", "GET", C + "/pagedMembers", people.page),
    ("members.get", "GET", C + "/members/{member}", people.member),
    ("members.of_activity", "GET", C + "/activities/{activity}/members", people.members),
    ("teams.get", "GET", "/v3/teams/{team}", teams.details),
    ("teams.channels", "GET", "/v3/teams/{team}/conversations", teams.channels),
)
