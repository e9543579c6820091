"""What Slack said was wrong."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError


def error_code(error: SlackApiError) -> str:
    """Slack's own word (`channel_not_found`), or `http 502` where a proxy or a broken server answered instead.

    `error.response.get` would fail then: the body is no JSON.
    """
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code) if code else f"http {getattr(error.response, 'status_code', '?')}"
