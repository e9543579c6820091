"""The Web API client of a workspace: it says which permission was missing, and does without blocks that are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.charts import has_charts, without_charts
from bot.slack.errors import UNREACHABLE, error_code
from bot.slack.owner import marked
from bot.slack.pictures import PAUSES, pictured
from bot.slack.scopes import HINTS, METHODS
from bot.slack.tables import PROBE, has_tables, without_tables

log = structlog.get_logger(__name__)

REFUSED_BLOCKS = ("invalid_blocks", "invalid_blocks_format", "invalid_arguments")
NO_FILES = ("missing_scope", "unknown_method", "not_allowed_token_type", "file_uploads_disabled")


async def _nobody(_: str) -> None:
    return


def _unheard(_: bool) -> None:
    return


class SlackClient(AsyncWebClient):
    """Slack's own client, with two additions.

    `on_missing_scope` is called for each request that was refused for want of a permission, except for hints; the
    request fails all the same. And where a server refuses blocks that fold, tables or charts (they are newer than
    some), the request is repeated at once without them, and none are used for this workspace until the next start;
    `on_tables` is told of tables. In the place of charts there are pictures, where these can be drawn and uploaded.

    `organisation`: whose every button and form says it is, where several workspaces are served.
    """

    on_missing_scope: Callable[[str], Awaitable[None]] = staticmethod(_nobody)
    on_tables: Callable[[bool], None] = staticmethod(_unheard)
    takes_folds: bool = True
    takes_charts: bool = True
    takes_pictures: bool = True
    organisation: int | None = None

    async def api_call(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        """See AsyncWebClient."""
        said = how.get("json")
        if self.organisation is not None and isinstance(said, dict):
            said = how["json"] = marked(said, self.organisation)
        if isinstance(said, dict) and has_charts(said.get("blocks")):
            return await self._with_charts(api_method, said, how)
        return await self._with_folds_and_tables(api_method, said, how)

    async def _with_charts(self, api_method: str, said: dict[str, Any], how: dict[str, Any]) -> AsyncSlackResponse:
        if self.takes_charts:
            try:
                return await self._call(api_method, **how)
            except SlackApiError as error:
                if error_code(error) not in REFUSED_BLOCKS:
                    raise
        answer = await self._with_pictures(api_method, said, how)
        if answer is None:
            plain = {**said, "blocks": without_charts(said["blocks"])}
            answer = await self._with_folds_and_tables(api_method, plain, {**how, "json": plain})
        if self.takes_charts:
            self.takes_charts = False
            log.info("charts are refused here, so they are not used from now on")
        return answer

    async def _with_pictures(
        self, api_method: str, said: dict[str, Any], how: dict[str, Any]
    ) -> AsyncSlackResponse | None:
        """With pictures in the place of charts; None where that cannot be, or is refused as well."""
        blocks = await self.pictured(said["blocks"])
        shown = {**said, "blocks": blocks}
        for pause in PAUSES if blocks is not None else ():
            await asyncio.sleep(pause)
            try:
                return await self._with_folds_and_tables(api_method, shown, {**how, "json": shown})
            except SlackApiError as error:
                if error_code(error) not in REFUSED_BLOCKS:
                    raise
        return None

    async def pictured(self, blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]] | None:
        """The same blocks, with pictures in the place of charts; None where there can be none. Where the permission for
        them is lacking, none are tried until the next start."""
        if not self.takes_pictures:
            return None
        try:
            return await pictured(self, blocks)
        except (SlackApiError, *UNREACHABLE) as error:
            lacking = isinstance(error, SlackApiError) and error_code(error) in NO_FILES
            self.takes_pictures = not lacking
            log.info("no picture of a chart could be uploaded", error=str(error)[:200])
            return None

    async def _with_folds_and_tables(self, api_method: str, said: Any, how: dict[str, Any]) -> AsyncSlackResponse:
        blocks = said.get("blocks") if isinstance(said, dict) else None
        if not isinstance(said, dict) or not (has_folds(blocks) or has_tables(blocks)):
            return await self._call(api_method, **how)
        if has_folds(blocks) and not self.takes_folds:
            how = {**how, "json": {**said, "blocks": unfolded(said["blocks"])}}
            if not has_tables(blocks):
                return await self._call(api_method, **how)
        try:
            return await self._call(api_method, **how)
        except SlackApiError as error:
            if error_code(error) not in REFUSED_BLOCKS:
                raise
        answer = await self._call(api_method, **{**how, "json": {**said, "blocks": plainly(said["blocks"])}})
        if has_tables(blocks):
            self.on_tables(False)
        else:
            self.takes_folds = False
        log.info(
            "newer blocks are refused here, so they are not used from now on",
            blocks=[each["type"] for each in blocks or ()],
        )
        return answer

    async def takes_tables(self) -> bool:
        """Ask the workspace whether it would show a table, posting nothing."""
        try:
            answer = await self._call("blocks.validate", json={"blocks": [PROBE]})
        except (SlackApiError, *UNREACHABLE):
            return False
        return not answer.get("errors")

    async def _call(self, api_method: str, **how: Any) -> AsyncSlackResponse:
        try:
            return await super().api_call(api_method, **how)
        except UNREACHABLE:
            raise
        except (AttributeError, ValueError, RecursionError) as error:  # what the SDK says of what is no object of JSON
            log.warning("an answer cannot be read", method=api_method, kind=type(error).__name__)
            raise unreadable(api_method) from error
        except SlackApiError as error:
            if isinstance(error.response, aiohttp.ClientResponse):  # what the SDK says of what is no JSON
                raise unreadable(api_method, error.response.status) from error
            if error_code(error) == "missing_scope" and api_method not in HINTS:
                await self._report(lacking(api_method, error))
            raise

    async def _report(self, scope: str) -> None:
        try:
            await self.on_missing_scope(scope)
        except Exception:
            # The call's own error is what its caller has to hear of.
            log.exception("missing permission not noted", scope=scope)


def unreadable(api_method: str, status: int = 200) -> SlackApiError:
    """What an answer means that cannot be read, in the form of all other errors."""
    answer = AsyncSlackResponse(
        client=None, http_verb="POST", api_url=api_method, req_args={}, data={}, headers={}, status_code=status
    )
    return SlackApiError("the answer cannot be read", answer)  # type: ignore[no-untyped-call]


def has_folds(blocks: Any) -> bool:
    """Whether something is folded away in these blocks."""
    return isinstance(blocks, list | tuple) and any(block.get("type") == "container" for block in blocks)


def unfolded(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same blocks, with what was folded away in its place."""
    return [one for block in blocks for one in (block["child_blocks"] if block["type"] == "container" else [block])]


def plainly(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same blocks, with neither folds nor tables, which not every server takes."""
    return without_tables(unfolded(blocks))


def lacking(method: str, error: SlackApiError) -> str:
    """The permission for want of which a request was refused: the one that Slack names, else the first that the method
    needs."""
    needed = str(error.response.get("needed") or "").split(",")[0].strip()
    return needed or next(iter(METHODS.get(method, ())), method)
