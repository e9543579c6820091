"""Reads from Teams who the desk's people are: names, emails, who is outside, who is in which channel. Zones and
languages come with what people send."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary

import structlog
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.teams.client import ConnectorClient
from bot.teams.errors import FAILURES, RATIONED, ConnectorError
from bot.teams.payload import BOT, Activity, Body, id_in, mappings, words_in
from storage.accounts import Account, save_accounts, save_members
from storage.cause import Cause
from storage.channels import Channel, find_channel, note_members, save_channel
from storage.dead_letters import revive
from triage.keys import id_of
from triage.zones import zone_names

log = structlog.get_logger(__name__)
GUEST = "#ext#"  # what stands in the user name of whoever was invited from elsewhere
OUTSIDE_ROLES = {"guest", "anonymous", "federated"}


class People:
    """Keeps the accounts of everyone in the desk's and its customers' channels, and of whoever acts: see
    `bot.teams.callers.People`. What cannot be read stays as it is known."""

    def __init__(self, desk: DeskRuntime, client: ConnectorClient, tenant: str) -> None:
        self.desk = desk
        self.client = client
        #: The tenant whose members are inside.
        self.tenant = tenant
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._refreshing = asyncio.Lock()
        self._keeping = asyncio.Lock()  # so that of two who move at once both are kept
        self._saving = asyncio.Lock()
        self._asked = 0  # counts what is asked of one person, and of rosters
        # Who moved while rosters are read, by channel and account: when they were asked about, and whether they are in.
        self._moves: dict[str, dict[str, tuple[int, bool]]] = {}

    def knows(self, user: str, channel: str = "") -> bool:  # noqa: ARG002  rosters say who is in a channel
        """See People."""
        return self.desk.key(user) in self.desk.directory.accounts

    async def meet(self, activity: Activity) -> None:
        """See People. Only the roster says who is inside; where it cannot be asked they are outside until it is."""
        user = activity.from_id
        async with self._asking.setdefault(user, asyncio.Lock()):
            if self.knows(user):  # a roster was read meanwhile, which says nothing of languages
                await self.noticed(activity)
                return
            channel = await self._channel(self.desk.key(activity.conversation))
            service_url = channel.service_url if channel is not None else activity.service_url
            try:
                member = await self.client.member(service_url, activity.conversation, user)
            except FAILURES as error:
                log.warning("person not read", error=str(error)[:200])
                return
            account = self._account({**member, "id": member.get("id") or user})
            if account is None:
                return
            account, key = said_with(account, activity), self.desk.key(activity.conversation)
            if key in await self._channels():
                await self._put(key, account.key, account, self._number())
            else:
                await self._save([account])

    async def noticed(self, activity: Activity) -> None:
        """Somebody acted: what their client says of their language and zone is kept where it is news."""
        known = self.desk.directory.accounts.get(self.desk.key(activity.from_id))
        if known is None or activity.is_by_a_bot:
            return
        told = said_with(known, activity)
        if told != known:
            await self._save([told])

    async def moved(self, user: str, channel: str) -> None:
        """See People. They alone are asked about; whoever is not found there loses at once what being there gave."""
        there = await self._channel(channel)
        if there is None or channel not in await self._channels() or user.startswith(BOT):
            return
        number = self._number()
        try:
            found = self._account(await self.client.member(there.service_url, id_of(channel), user))
        except ConnectorError as error:
            if error.status != 404:
                log.warning("a change of members not read", channel=channel, error=str(error))
                return
            found = None
        except FAILURES as error:
            log.warning("a change of members not read", channel=channel, error=str(error)[:200])
            return
        await self._put(channel, self.desk.key(user), found, number)

    async def _put(self, channel: str, key: str, found: Account | None, number: int) -> None:
        """Keep that somebody was found in a channel, or was not, when they were asked about."""
        async with self._keeping:
            if self._refreshing.locked():
                self._moves.setdefault(channel, {})[key] = (number, found is not None)
            members = {*self.desk.directory.members.get(channel, ())} - {key}
            there = set() if found is None else {key}
            await self._save([] if found is None else [found], {channel: members | there})

    def _number(self) -> int:
        self._asked += 1
        return self._asked

    async def refresh(self) -> None:
        """See People."""
        async with self._refreshing:
            accounts: dict[str, Account] = {}
            members: dict[str, set[str]] = {}
            asked: dict[str, int] = {}
            for key in await self._channels():
                channel = await self._channel(key)
                if channel is None or channel.closed_cause is Cause.ARCHIVED:
                    continue
                number = self._number()
                try:
                    found = await self._roster(channel)
                except FAILURES as error:
                    if channel.closed_at is None:
                        log.warning("members not read", channel=key, error=str(error)[:200])
                        await self._note(key, read=False)
                    if isinstance(error, ConnectorError) and error.status == RATIONED:
                        break  # the next hour; what is known stays
                    continue
                if channel.closed_at is not None:
                    await self._reopened(channel)
                if channel.unread_since is not None:
                    await self._note(key, read=True)
                accounts |= {each.key: each for each in found}
                members[key] = {each.key for each in found}
                asked[key] = number
            async with self._keeping:
                for key, moved in self._moves.items():
                    for who, (number, is_there) in moved.items():
                        if key in members and number > asked[key]:  # it is newer than the roster
                            members[key] = members[key] - {who} | ({who} if is_there else set())
                self._moves.clear()
                await self._save(accounts.values(), members)

    async def _note(self, channel: str, *, read: bool) -> None:
        """Keep for `health` whether it could be read who is in a channel."""
        note = partial(note_members, organisation_id=self.desk.organisation_id, key=channel, read=read)
        await self.desk.database.write(partial(note, now=self.desk.now()))

    async def _reopened(self, channel: Channel) -> None:
        """A channel that was closed tells us who is there, so we are let in again: what was not said there follows."""

        def reopen(session: Session) -> None:
            save_channel(session, self.desk.organisation_id, channel, self.desk.now())
            revive(session, self.desk.organisation_id, channel.key, self.desk.now())

        await self.desk.write(reopen)

    async def _roster(self, channel: Channel) -> list[Account]:
        members = self.client.members(channel.service_url, id_of(channel.key))
        return [account async for each in members if (account := self._account(each)) is not None]

    async def _save(self, accounts: Iterable[Account], members: dict[str, set[str]] | None = None) -> None:
        desk, lists = self.desk, members or {}
        # One after another: what is known is read first, and what somebody has just told of themselves is part of it.
        async with self._saving:
            known = desk.directory.accounts
            news = [_with_known(each, known.get(each.key)) for each in accounts]

            def save(session: Session) -> None:
                save_accounts(session, desk.organisation_id, news, desk.now())
                for channel, people in lists.items():
                    save_members(session, desk.organisation_id, channel, people)

            if news or lists:
                await desk.database.write(save)
            await desk.refresh_people()

    async def _channels(self) -> list[str]:
        return await self.desk.database.read(partial(self.desk.customers.served, platform=self.desk.platform))

    async def _channel(self, key: str) -> Channel | None:
        return await self.desk.database.read(partial(find_channel, organisation_id=self.desk.organisation_id, key=key))

    def _account(self, member: Body) -> Account | None:
        return account_of(self.desk, member, self.tenant)


def account_of(desk: DeskRuntime, member: Body, tenant: str) -> Account | None:
    """A member of a roster as an account; None where it cannot be read. Guests are outside, and so is whoever is not
    said to be of our tenant."""
    user = id_in(member.get("id"))
    if not user:
        return None
    object_id = id_in(member.get("aadObjectId")) or id_in(member.get("objectId"))
    login = words_in(member.get("userPrincipalName"))
    role = words_in(member.get("userRole")).lower()
    home = id_in(member.get("tenantId")).lower()
    is_guest = GUEST in login.lower() or role in OUTSIDE_ROLES
    email = words_in(member.get("email")) or ("" if GUEST in login.lower() else login)
    called = f"{words_in(member.get('givenName'))} {words_in(member.get('surname'))}".strip()
    return Account(
        key=desk.key(user),
        name=words_in(member.get("name")) or called,
        email=email if "@" in email else None,
        is_external=is_guest or not object_id or (bool(tenant) and home != tenant.lower()),
        is_bot=user.startswith(BOT),
        alias=desk.key(object_id) or None,
    )


def said_with(account: Account, activity: Activity) -> Account:
    """The account, with the language and zone that the person's client says."""
    zone = words_in(activity.raw.get("localTimezone"))
    for each in mappings(activity.raw.get("entities")):
        if each.get("type") == "clientInfo":
            zone = zone or words_in(each.get("timezone"))
    return replace(
        account,
        locale=activity.locale or account.locale,
        timezone=zone if zone in zone_names() else account.timezone,
    )


def _with_known(account: Account, known: Account | None) -> Account:
    """A roster says nothing of languages and zones, and at times nothing of an email."""
    if known is None:
        return account
    return replace(
        account, locale=account.locale or known.locale, timezone=account.timezone or known.timezone,
        email=account.email or known.email, alias=account.alias or known.alias,
    )  # fmt: skip
