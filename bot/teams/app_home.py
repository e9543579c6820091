"""People's home: a card in their conversation with us, with their tickets and what can be done with them. It is shown
when they ask for it, and edited when something on it has changed."""

from __future__ import annotations

import hashlib

import structlog
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.outbound.app_home import AnyHomes
from bot.outbound.port import InChannel, InPlaceOf, MessageGoneError, Transport
from bot.wording.app_home import home_page
from storage.app_home import open_home, refresh_home
from storage.outbox import Outgoing

log = structlog.get_logger(__name__)


class Homes(AnyHomes):
    """Shows a tenant's people their home cards. What is shown goes through the outbox, as a page that is refreshed."""

    def __init__(self, desk: DeskRuntime, transport: Transport) -> None:
        super().__init__(desk)
        self.transport = transport

    async def opened(self, account: str) -> None:
        """The person asked for their home: a new card is posted."""
        desk = self.desk

        def record(session: Session) -> None:
            open_home(session, desk.organisation_id, account, desk.now(), None)
            refresh_home(session, desk.organisation_id, desk.now(), account)

        await desk.write(record)

    async def turn(self, account: str, to: str) -> None:
        """The person turned a list to a page."""
        desk = self.desk

        def record(session: Session) -> None:
            self.record_turn(session, account, to)
            refresh_home(session, desk.organisation_id, desk.now(), account)

        await desk.write(record)

    async def publish(self, item: Outgoing) -> str:
        """Show the card as it is now, unless that is shown already; the id of the message it is. Empty: nobody asked
        for one. Raises NotDeliveredError."""
        desk, account = self.desk, str(item.data["person"])
        now = desk.now()
        shown = await self.read(account)
        if shown is None:
            return ""
        card = home_page(shown)
        digest = hashlib.blake2b(repr(card).encode(errors="replace"), digest_size=16).hexdigest()
        known = shown.page.view_hash
        if known and digest == shown.page.digest:
            return known
        chat = await self.transport.direct(item, account, now)
        try:
            if known:
                await self.transport.edit(item, card, InPlaceOf(chat, known, is_refresh=True), now)
        except MessageGoneError:
            known = ""
        if not known:
            known = (await self.transport.post(item, card, InChannel(chat), now)).message_id
        await self.keep(account, digest, known)
        return known
