"""People's App Home: shown when they open it, and again when something on it has changed."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.app_home import AnyHomes
from bot.slack.errors import UNANSWERED, error_code, is_unknown_method
from bot.slack.render import Block, element_blocks
from bot.wording.app_home import Shown, home_page
from storage.app_home import open_home, refresh_home
from triage.keys import id_of

log = structlog.get_logger(__name__)
BLOCKS = 100
TRIES = 3


class Homes(AnyHomes):
    """Shows a workspace's people their pages."""

    def __init__(self, desk: DeskRuntime, client: AsyncWebClient) -> None:
        super().__init__(desk)
        self.client = client
        self._showing: set[str] = set()

    async def opened(self, account: str, view_hash: str | None) -> None:
        """The person opened their page. Opening it again while it is being shown plans another look a moment later."""
        desk = self.desk
        again = account in self._showing

        def record(session: Session) -> None:
            open_home(session, desk.organisation_id, account, desk.now(), view_hash)
            if again:
                refresh_home(session, desk.organisation_id, desk.now(), account)

        await desk.write(record)
        if not again:
            await self.show(account)

    async def turn(self, account: str, to: str) -> None:
        """The person turned a list to a page."""
        await self.desk.database.write(partial(self.record_turn, account=account, to=to))
        await self.show(account)

    async def show(self, account: str) -> None:
        """Show the page as it is now, if the person ever opened it. Where Slack fails, it is tried again through the
        outbox."""
        self._showing.add(account)
        try:
            await self.publish(account)
        except UNANSWERED as error:
            log.warning("home not shown", error=str(error)[:200])
            if is_unknown_method(error):
                return  # nor will there ever be such pages there
            desk = self.desk
            again = partial(refresh_home, organisation_id=desk.organisation_id, now=desk.now(), person=account)
            await desk.write(again)
        finally:
            self._showing.discard(account)

    async def publish(self, account: str) -> str:
        """Show the page as it is now, unless that is shown already. Its hash; empty where nobody looks at it."""
        for tries in range(1, TRIES + 1):
            shown = await self.read(account)
            if shown is None:
                return ""
            view = render_home(shown)
            digest = hashlib.blake2b(json.dumps(view).encode(), digest_size=16).hexdigest()
            if digest == shown.page.digest:
                return shown.page.view_hash
            known = shown.page.view_hash if tries < TRIES else ""
            try:
                answer = await self.client.views_publish(user_id=id_of(account), view=view, hash=known or None)
            except SlackApiError as error:
                if error_code(error) == "hash_conflict" and tries < TRIES:
                    continue  # something newer is up: it is made anew from what is on record now
                raise
            view_hash = str(answer["view"].get("hash", ""))
            await self.keep(account, digest, view_hash)
            return view_hash
        return ""


def render_home(shown: Shown) -> dict[str, Any]:
    """The page as a view."""
    blocks: list[Block] = []
    for element in home_page(shown).elements:
        blocks.extend(element_blocks(element))
    return {"type": "home", "blocks": blocks[:BLOCKS]}
