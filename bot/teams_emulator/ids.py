"""Ids that look like Teams' own: fixed ones for what is seeded, random ones for what comes and goes."""

from __future__ import annotations

import base64
import hashlib
import uuid

PLATFORM = "teams"
TENANT_ID = "7c9b1f52-3d4e-4a6b-8c0d-5e1f2a3b4c5d"
PARTNER_TENANT_ID = "1d2e3f40-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
APP_ID = "b2d4f6a8-1c3e-4f5a-9b7d-0e2c4a6b8d1f"
BOT_ID = f"28:{APP_ID}"
BOT_NAME = "Vigie"
TEAM_ID = "19:vigiecontosoitgeneral0000000000000001@thread.tacv2"  # a team is called by its general channel
TEAM_NAME = "Contoso IT"
TEAM_GROUP_ID = "5f0e9d8c-7b6a-4958-8473-62514f3e2d1c"


def person_id(handle: str) -> str:
    """The Connector's id of somebody, the same whenever it is asked for."""
    digest = hashlib.sha512(f"person {handle}".encode()).digest()
    return "29:1" + base64.urlsafe_b64encode(digest[:48]).decode().rstrip("=")


def object_id(handle: str) -> str:
    """The id of somebody in Entra, the same whenever it is asked for."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{handle}.contoso.example.com"))


def chat_id(handle: str) -> str:
    """The conversation of somebody and the bot alone."""
    digest = hashlib.sha512(f"chat {handle}".encode()).digest()
    return "a:1" + base64.urlsafe_b64encode(digest[:60]).decode().rstrip("=")


def new_channel_id() -> str:
    """The id of a channel that is made just now."""
    return f"19:{uuid.uuid4().hex}@thread.tacv2"


def new_chat_id() -> str:
    """The id of a group chat that is made just now."""
    return f"19:{uuid.uuid4().hex}@thread.v2"


def is_ours(name: str) -> bool:
    """Whether this is how Teams calls people, bots and conversations."""
    return name.startswith(("19:", "28:", "29:", "a:"))
