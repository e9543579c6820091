"""The Web API client of a workspace: it says which permission was missing, whatever was asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.errors import error_code
from bot.slack.scopes import METHODS

log = structlog.get_logger(__name__)


async def _nobody(_: str) -> None:
    return


class SlackClient(AsyncWebClient):
    """Slack's own client. `on_missing_scope` hears of each call that was refused for want of a permission; the call
    fails all the same, and whoever made it does without."""

    on_missing_scope: Callable[[str], Awaitable[None]] = staticmethod(_nobody)

    async def api_call(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        """See AsyncWebClient."""
        try:
            return await super().api_call(api_method, **how)
        except SlackApiError as error:
            if error_code(error) == "missing_scope":
                await self._report(lacking(api_method, error))
            raise

    async def _report(self, scope: str) -> None:
        try:
            await self.on_missing_scope(scope)
        except Exception:
            # The call's own error is what its caller has to hear of.
            log.exception("missing permission not noted", scope=scope)


def lacking(method: str, error: SlackApiError) -> str:
    """The permission that a call was refused for: as Slack names it, else the first that the method needs."""
    needed = str(error.response.get("needed") or "").split(",")[0].strip()
    return needed or next(iter(METHODS.get(method, ())), method)
