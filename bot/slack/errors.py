"""What Slack said was wrong."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError


class UnservableError(Exception):
    """What is on record of a workspace does not open it; the message is one line that says why."""


UNREACHABLE = (aiohttp.ClientError, OSError)
"""No answer came: it could not be reached, it hung up, or it took too long (TimeoutError is an OSError)."""
UNANSWERED = (SlackApiError, *UNREACHABLE)
"""No answer came, or a refusal."""


def error_code(error: SlackApiError) -> str:
    """Slack's own word (`channel_not_found`), or `http 502` where a proxy or a broken server answered instead.

    `error.response.get` would fail then: the body is no JSON.
    """
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code) if code else f"http {getattr(error.response, 'status_code', '?')}"


def is_unknown_method(error: Exception) -> bool:
    """Whether the server has no such method at all: it speaks some of Slack's API, and the feature is done without."""
    return isinstance(error, SlackApiError) and error_code(error) == "unknown_method"
