"""Ids that look like Slack's: fixed ones for what is seeded, random ones for what comes and goes."""

from __future__ import annotations

import secrets

PLATFORM = "slack"
TEAM_ID = "T0VIGIELOC1"
TEAM_NAME = "Vigie local"
TEAM_DOMAIN = "vigie-local"
PARTNER_TEAM_ID = "T0ACMECORP1"
APP_ID = "A0VIGIELOC1"
BOT_ID = "B0VIGIELOC1"
BOT_USER_ID = "U0VIGIEBOT1"
BOT_NAME = "vigie"
SLACKBOT_ID = "USLACKBOT"

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def new_id(prefix: str, length: int = 10) -> str:
    """A random id such as `Ev0K3...`; `length` characters follow `prefix`."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))
