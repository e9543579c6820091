"""Email as a front end: a mailbox beside the chat, at the desk that is at work there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog
from aiohttp import web

from bot.desk.runtime import DeskRuntime
from bot.email.intake import Arrived, Aside, set_aside, take
from bot.email.letter import Broken, UnreadableError
from bot.email.mailbox import Mailbox
from bot.email.platform import PLATFORM, binding
from bot.email.servers import Account, Opening, account_of, opening
from bot.email.transport import EmailTransport
from bot.outbound.deferred import DeskWork
from bot.outbound.deliver import DeskSender
from bot.outbound.front_end import CannotStartError, Host
from scheduler.deferred import Performer
from scheduler.pacing import Rate
from scheduler.sender import Sender
from storage.announcements.to_admins import MailboxUnread
from storage.announcing import announce
from storage.email_threads import how_far, note_read, note_unread
from storage.outbox import Outgoing
from triage.keys import platform_of

log = structlog.get_logger(__name__)
EVERY = timedelta(seconds=15)  # the mailbox is looked at
TOLD_AFTER = timedelta(minutes=15)  # that it cannot be looked at, an admin hears of it
NO_DESK = "email needs a desk: connect Slack or Teams by one token, not by installing"
TRIES = 3  # with a letter that we fail at, until it is put aside
OVERLAP = timedelta(days=1)  # of what is looked at again where a mailbox numbers its letters anew

Answer = TypeVar("Answer")


class EmailFrontEnd:
    """See `bot.outbound.front_end.FrontEnd`."""

    platform = PLATFORM
    page: str | None = None
    is_embedded = False
    rate = Rate(burst=10, interval=timedelta(seconds=1))

    def __init__(self, host: Host) -> None:
        self.host = host
        self._account: Account | None = None
        self._opening: Opening | None = None
        self._desk: DeskRuntime | None = None
        self._watching: asyncio.Task[None] | None = None
        self._mailbox: Mailbox | None = None
        self._failed: Counter[str] = Counter()

    @property
    def desk(self) -> DeskRuntime:
        """The desk, seen from here. Raises CannotStartError where there is none."""
        if self._desk is None:
            raise CannotStartError(NO_DESK)
        return self._desk

    @property
    def account(self) -> Account:
        """The mailbox."""
        if self._account is None:
            raise RuntimeError("it was not started")
        return self._account

    @property
    def _messages(self) -> DeskSender:
        return DeskSender(self.desk, EmailTransport(self.desk, self.account, self._opening))

    @property
    def sender(self) -> Sender:
        """See FrontEnd."""
        return self._messages

    @property
    def performer(self) -> Performer:
        """See FrontEnd."""
        return DeskWork(self.desk, self._messages, self)

    @property
    def desks(self) -> Sequence[DeskRuntime]:
        """See FrontEnd."""
        return [] if self._desk is None else [self._desk]

    def add_routes(self, app: web.Application) -> None:
        """See FrontEnd: nobody comes here by HTTP."""

    async def message(self, item: Outgoing, channel: str, message_id: str, now: object) -> None:
        """See `bot.outbound.reader.Reader`: of letters nothing is looked up again."""

    async def thread(self, channel: str, message_id: str) -> tuple[()]:  # noqa: ARG002
        """See Reader."""
        return ()

    async def find(self, named: str) -> str | None:  # noqa: ARG002
        """See `bot.outbound.desk_start.Channels`: a desk has no channel here."""
        return None

    def is_id(self, named: str) -> bool:
        """See Channels: a customer's address."""
        return "@" in named

    async def start(self) -> None:
        """See FrontEnd. The mailbox may be away: it is looked at once it is back."""
        desks = self.host.desks
        self._account = account_of(self.host.settings)
        self._opening = opening(self._account, self.host.session)
        if desks.only is None:
            raise CannotStartError(NO_DESK)
        self._desk = await desks.join(desks.only, None, self, binding(desks.only.command), may_wait=True)

    async def listen(self) -> None:
        """See FrontEnd."""
        self._watching = asyncio.create_task(self._watch())

    async def refresh(self) -> None:
        """See FrontEnd."""
        await self.desk.catch_up()

    async def drain(self) -> None:
        """See FrontEnd. A letter that is being dealt with is dealt with again after the next start."""
        if self._watching is not None:
            self._watching.cancel()
            if self._mailbox is not None:
                self._mailbox.cut()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def stop(self) -> None:
        """See FrontEnd."""

    async def _watch(self) -> None:
        """Look at the mailbox again and again, whatever becomes of it."""
        while True:
            await self.visit()
            await asyncio.sleep(EVERY.total_seconds())

    async def visit(self) -> None:
        """Deal with whatever lies in the mailbox. Where that fails, it is put on record, and tried again."""
        try:
            while await self.look():
                pass
        except Exception as error:  # noqa: BLE001  of the network, the server, the database
            await self._note_failure(error)

    async def look(self) -> bool:
        """Deal with the next letters. Whether there were any. Raises OSError, IMAPClientError and what the database
        raises."""
        desk, address = self.desk, self.account.address
        before = await desk.database.read(partial(how_far, organisation_id=desk.organisation_id, address=address))
        token = None if self._opening is None else await self._opening.token()
        mailbox = self._mailbox = Mailbox(self.account, token)
        await mailbox.ask(mailbox.open)
        try:
            if before is None or not before.uidvalidity:  # what lay there before us was somebody else's work
                await self._note(*await mailbox.ask(mailbox.end))
                return False
            since = (before.read_at - OVERLAP).date()
            look = await mailbox.ask(mailbox.look, before.uidvalidity, before.last_uid, since)
            is_new = look.uidvalidity != before.uidvalidity
            for uid in look.uids:
                arrived = await self._fetch(mailbox, look.uidvalidity, uid)
                is_old = is_new and arrived is not None and arrived.at < before.read_at - OVERLAP
                is_aside = arrived is not None and not is_old and await self._take(arrived) is not None
                if is_aside and not await mailbox.ask(mailbox.put_aside, uid):
                    log.warning("a letter cannot be moved into the folder for such", uid=uid)
                await self._note(look.uidvalidity, uid)
            if not look.uids:
                await self._note(look.uidvalidity, before.last_uid if not is_new else look.end)
            desk.heard()
            return bool(look.uids)
        finally:
            self._mailbox = None
            await mailbox.ask(mailbox.leave)

    async def _fetch(self, mailbox: Mailbox, uidvalidity: int, uid: int) -> Arrived | None:
        """That letter; None: it is not there, or cannot be fetched however often that is tried."""
        key = f"{uidvalidity}.{uid}"
        try:
            return await mailbox.ask(mailbox.letter, uidvalidity, uid)
        except Exception:
            self._failed[key] += 1
            if self._failed[key] < TRIES:
                raise
            log.exception("a letter cannot be fetched", letter=key)
            now = self.desk.now()
            kept_back = UnreadableError(Broken.KEPT_BACK)
            await set_aside(self.desk, Aside.UNREADABLE, "", Arrived(key, None, now), now, kept_back)
            await self._note(uidvalidity, uid)
            raise

    async def _take(self, arrived: Arrived) -> Aside | None:
        """Deal with a letter. One that we fail at again and again must not hold up those behind it."""
        desk = self.desk
        try:
            checked_by = self.host.settings.email_checked_by or ""
            return await take(desk, self.account.address, arrived, desk.now(), checked_by)
        except Exception:
            self._failed[arrived.key] += 1
            if self._failed[arrived.key] < TRIES:
                raise
            log.exception("a letter cannot be dealt with", letter=arrived.key)
            return await set_aside(desk, Aside.UNREADABLE, "", arrived, desk.now(), UnreadableError(Broken.FORM))

    async def _note(self, uidvalidity: int, uid: int) -> None:
        desk = self.desk
        note = partial(note_read, organisation_id=desk.organisation_id, address=self.account.address, now=desk.now())
        await desk.database.write(partial(note, uidvalidity=uidvalidity, last_uid=uid))

    async def _note_failure(self, error: Exception) -> None:
        """Put on record that the mailbox cannot be looked at; after a while tell an admin, once a day."""
        desk, now, address = self.desk, self.desk.now(), self.account.address
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        log.warning("the mailbox cannot be looked at", reason=reason)
        try:
            before = await desk.database.read(partial(how_far, organisation_id=desk.organisation_id, address=address))
            note = partial(note_unread, organisation_id=desk.organisation_id, address=address, problem=reason, now=now)
            await desk.database.write(note)
            if before is not None and now - before.read_at >= TOLD_AFTER:
                platform = platform_of(desk.nearest_channel) or desk.platform
                key = f"mailbox-unread.{desk.desk_id}.{now.date()}"
                said = MailboxUnread(address, reason)
                tell = partial(announce, organisation_id=desk.organisation_id, announcement=said, platform=platform)
                await desk.write(partial(tell, key=key, now=now))
        except Exception as unrecorded:  # noqa: BLE001  the database is away as well: the next look says so again
            log.warning("that cannot be put on record", reason=type(unrecorded).__name__)
