"""What Slack said was wrong."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError

from storage.cause import Cause


class UnservableError(Exception):
    """The tokens on record of a workspace do not work; the message is one line that says why."""


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


CAUSES = {
    "not_in_channel": Cause.NOT_A_MEMBER,
    "channel_not_found": Cause.NOT_FOUND,
    "is_archived": Cause.ARCHIVED,
    "message_not_found": Cause.GONE, "cant_update_message": Cause.GONE, "thread_not_found": Cause.GONE,
    "invalid_auth": Cause.REVOKED, "account_inactive": Cause.REVOKED, "token_revoked": Cause.REVOKED,
    "not_authed": Cause.REVOKED,
    "missing_scope": Cause.FORBIDDEN, "restricted_action": Cause.FORBIDDEN,
    "user_not_found": Cause.UNREACHABLE_PERSON, "messages_tab_disabled": Cause.UNREACHABLE_PERSON,
    "cannot_dm_bot": Cause.UNREACHABLE_PERSON,
    "msg_too_long": Cause.TOO_LONG, "msg_blocks_too_long": Cause.TOO_LONG,
    "invalid_blocks": Cause.REFUSED, "invalid_blocks_format": Cause.REFUSED, "no_text": Cause.REFUSED,
    "invalid_arguments": Cause.REFUSED, "unknown_method": Cause.REFUSED,
}  # fmt: skip
"""What Slack will never accept as it is, by its own words: somebody has to look."""


def is_unknown_method(error: Exception) -> bool:
    """Whether the server has no such method: it implements only some of Slack's API, and we go on without it."""
    return isinstance(error, SlackApiError) and error_code(error) == "unknown_method"
