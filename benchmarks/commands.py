"""Slash commands as Slack sends them: form-encoded, each signed by itself, no two alike."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

COMMAND = "/ticket"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request that carries the command `text`, ready to be sent; its signature is good for five minutes."""

    text: str
    url: str
    body: str
    headers: dict[str, str]
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Typist:
    """Somebody who types commands in a channel, to be heard by the app at `url`."""

    url: str
    secret: str
    team: str = "T0BENCH"
    app: str = "A0BENCH"
    channel: str = "C0BENCH"
    user: str = "U0BENCH"

    def types(self, text: str) -> Request:
        """`/ticket TEXT` with a `trigger_id` of its own, so that no two requests are the same act."""
        body = urlencode(
            {
                "team_id": self.team, "team_domain": "bench", "channel_id": self.channel, "channel_name": "triage",
                "user_id": self.user, "user_name": "bench", "command": COMMAND, "text": text, "api_app_id": self.app,
                "is_enterprise_install": "false", "response_url": f"{self.url}/never-called",
                "trigger_id": f"{time.time_ns()}.{secrets.token_hex(8)}",
            }
        )  # fmt: skip
        stamp = str(int(time.time()))
        signature = SignatureVerifier(self.secret).generate_signature(timestamp=stamp, body=body)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature or "",
        }
        return Request(text, self.url, body, headers)
