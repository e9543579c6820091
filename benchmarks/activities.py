"""Messages as Teams sends them: an activity that names the bot, under a token that the Bot Connector signed."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import jwt

from benchmarks.commands import Request

LIFE = 3600
_ids = count(time.time_ns() // 1_000_000)


@dataclass(frozen=True, slots=True)
class Talker:
    """Somebody who names the bot in a channel; it hears that at `url`."""

    url: str
    issuer: str
    key: str
    key_id: str
    app: str
    tenant: str
    service_url: str
    channel: str
    team: str
    user: str

    def token(self) -> str:
        """What shows that the Bot Connector sends it."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.app, "serviceurl": self.service_url, "nbf": now - 300,
                  "exp": now + LIFE}  # fmt: skip
        return jwt.encode(claims, self.key, "RS256", {"kid": self.key_id})

    def says(self, text: str, token: str) -> Request:
        """`@Vigie TEXT`, a message of its own each time."""
        own, name = str(next(_ids)), "<at>Vigie</at>"
        bot = {"id": f"28:{self.app}", "name": "Vigie"}
        body = {
            "type": "message", "id": own, "timestamp": datetime.now(UTC).isoformat(), "channelId": "msteams",
            "serviceUrl": self.service_url, "text": f"{name} {text}", "textFormat": "plain", "locale": "en-GB",
            "from": {"id": self.user, "name": "Bench", "aadObjectId": "00000000-0000-4000-8000-0000000000be"},
            "recipient": bot,
            "conversation": {"id": f"{self.channel};messageid={own}", "conversationType": "channel", "isGroup": True,
                             "tenantId": self.tenant},
            "channelData": {"channel": {"id": self.channel}, "team": {"id": self.team}, "tenant": {"id": self.tenant},
                            "teamsChannelId": self.channel, "teamsTeamId": self.team},
            "entities": [{"type": "mention", "mentioned": bot, "text": name}],
        }  # fmt: skip
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return Request(text, self.url, json.dumps(body), headers)
