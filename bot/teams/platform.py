"""What the keys of Teams are like, and where it is."""

from __future__ import annotations

PLATFORM = "teams"
#: Where Teams sends everything to.
MESSAGES_PATH = "/teams/messages"
#: Where the keys are that it signs with.
KEYS_URL = "https://login.botframework.com/v1/.well-known/keys"
#: Where things are sent to whose own address is not known yet.
SERVICE_URL = "https://smba.trafficmanager.net/teams"
