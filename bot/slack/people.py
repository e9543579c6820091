"""Reads from Slack who the desk's people are: names, zones, languages, who is outside, who is in which channel."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import structlog
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.slack.client import SlackClient
from bot.slack.errors import UNANSWERED, is_unknown_method
from bot.slack.groups import Groups
from bot.slack.order import Order
from bot.slack.platform import is_group_id
from bot.slack.presences import Presences
from storage.accounts import Account, save_accounts, save_members
from triage.keys import id_of, is_forgotten
from triage.people import Role

log = structlog.get_logger(__name__)
Said = tuple[int, Account]  # and when it was asked or heard, as `Order` numbers it
Listed = tuple[int, list[str]]  # who is in a channel, in the same way
PAGE = 200
# Who holds a role is asked after this often, also where Slack's events do not arrive: whoever was demoted, made a guest
# or left acts for no longer.
REFRESH_EVERY = timedelta(minutes=10)
AT_ONCE = 100  # Slack answers about so many questions of this kind a minute


class People:
    """Keeps the accounts of everyone in the desk's and its customers' channels, and of those named in the policy."""

    def __init__(self, desk: DeskRuntime, client: SlackClient, team_id: str) -> None:
        self.desk = desk
        self.client = client
        self.team_id = team_id
        self.groups = Groups(desk, client)
        self.presences = Presences(desk, client, lambda: self._users(desk.roster.with_role(Role.AGENT)))
        self._asked: set[str] = set()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._order = Order()
        self._keeping = asyncio.Lock()
        self._turn = 0
        self._unlisted: set[str] = set()  # channels of a server that does not tell who is in them

    def knows(self, user: str, channel: str = "") -> bool:
        """Whether there is nothing to find out about somebody who acts in `channel`."""
        account, directory = self.desk.key(user), self.desk.directory
        if channel in self._unlisted and account not in directory.members.get(channel, ()):
            return False
        return user in self._asked or account in directory.accounts

    async def meet(self, user: str, channel: str = "") -> None:
        """Somebody unknown acted: ask Slack about them once, for the next time. Where the server cannot tell who is in
        a channel, whoever acts in it counts as in it."""
        async with self._in_order(user):
            if not self.knows(user, channel):
                with self._order.underway():
                    await self._ask(user, channel)

    def _in_order(self, user: str) -> asyncio.Lock:
        """Whoever is being asked about is asked about once, and what is heard of them meanwhile is kept after that."""
        return self._asking.setdefault(user, asyncio.Lock())

    async def _ask(self, user: str, channel: str) -> None:
        said = await self._account(user)
        accounts = [] if said is None else [said]
        async with self._keeping:
            members: dict[str, Listed] = {}
            if channel in self._unlisted:
                there = {*self.desk.directory.members.get(channel, ()), self.desk.key(user)}
                members[channel] = (self._order.number(), [id_of(each) for each in there])
            await self._save(accounts, members)
        if said is not None:  # else asked again: until then they may be of another company
            self._asked.add(user)

    async def refresh(self) -> None:
        """Ask Slack again. A channel, group or person that cannot be read keeps what is known of it."""
        await self.groups.refresh()
        policy = self.desk.policy
        with self._order.underway():
            members = {
                channel: listed
                for channel in await self._channels()
                if (listed := await self._members(channel)) is not None
            }
            wanted = {person for _, people in members.values() for person in people}
            wanted |= self._users(policy.people | self._holders())
            await self._keep(await self._accounts(wanted), members)
        self.presences.refresh_soon()

    async def moved(self, user: str, channel: str) -> None:
        """Somebody joined or left a channel. Only they and that channel are asked about, so that frequent joining costs
        little."""
        with self._order.underway():
            members = await self._members(channel) if channel in await self._channels() else None
            if members is not None:
                await self._keep(await self._accounts([user]), {channel: members})

    async def refresh_roles(self) -> None:
        """Ask Slack again about whoever holds a role, and about those who came into a group: some at a time."""
        await self.groups.refresh()
        desk = self.desk
        held = sorted(self._users(self._holders()))
        turn = held[self._turn :] + held[: self._turn] if self._turn < len(held) else held
        unknown = [user for user in held if desk.key(user) not in desk.directory.accounts]
        self._turn = (self._turn + AT_ONCE) % max(len(held), 1) if len(held) > AT_ONCE else 0
        with self._order.underway():
            await self._keep(await self._accounts(list(dict.fromkeys([*unknown, *turn]))[:AT_ONCE]))
        self.presences.refresh_soon()

    async def changed(self, user: object) -> None:
        """Slack reports a changed profile. It does so for everybody; only those who are known are kept."""
        account = self._read(user)
        if account is None:
            return
        with self._order.underway():
            number = self._order.number()
            async with self._in_order(id_of(account.key)), self._keeping:
                known = self.desk.directory.accounts.get(account.key)
                if known is None:
                    self._order.takes(account.key, number)  # what was asked earlier and is not kept yet is not true
                    return
                # It says less of a person than when it is asked.
                account = replace(account, locale=account.locale or known.locale, email=account.email or known.email)
                if account != known:
                    await self._save([(number, account)], {})
                else:
                    self._order.takes(account.key, number)

    async def _keep(self, accounts: Iterable[Said], members: Mapping[str, Listed] | None = None) -> None:
        async with self._keeping:
            await self._save(accounts, members or {})

    async def _save(self, accounts: Iterable[Said], members: Mapping[str, Listed]) -> None:
        """Save what Slack said, save where it said something newer since."""
        desk = self.desk
        news = [account for number, account in accounts if self._order.takes(account.key, number)]
        lists = {channel: people for channel, (number, people) in members.items() if self._order.takes(channel, number)}

        def save(session: Session) -> None:
            save_accounts(session, desk.organisation_id, news, desk.now())
            for channel, people in lists.items():
                save_members(session, desk.organisation_id, channel, [desk.key(user) for user in people])

        if news or lists:
            await desk.database.write(save)
        await desk.refresh_people()

    async def _channels(self) -> list[str]:
        return await self.desk.database.read(partial(self.desk.customers.served, platform=self.desk.platform))

    def _holders(self) -> set[str]:
        """Whoever holds a role today, or would if the policy named nobody, wherever they were met."""
        desk, found = self.desk, self.desk.directory
        in_groups = {person for group in found.groups.values() for person in group.people or ()}
        admins = {account.key for account in found.accounts.values() if account.is_admin}
        return (
            found.roster.roles.keys() | in_groups | admins | ({desk.installer} if desk.installer is not None else set())
        )

    def _users(self, people: Iterable[str]) -> set[str]:
        """Slack's own ids of those who have an account there."""
        accounts = {account for person in people if (account := self.desk.account(person)) is not None}
        return {id_of(account) for account in accounts if not is_group_id(id_of(account))}

    async def _accounts(self, users: Iterable[str]) -> list[Said]:
        there = (user for user in sorted(users) if not is_forgotten(user))
        return [said for user in there if (said := await self._account(user)) is not None]

    async def _members(self, channel: str) -> Listed | None:
        found: list[str] = []
        number = self._order.number()
        cursor = ""
        try:
            while True:
                answer = await self.client.conversations_members(channel=id_of(channel), limit=PAGE, cursor=cursor)
                found.extend(answer["members"])
                cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    return number, found
        except UNANSWERED as error:
            if is_unknown_method(error):
                self._unlisted.add(channel)
            log.warning("members not read", channel=channel, error=str(error)[:200])
            return None

    async def _account(self, user: str) -> Said | None:
        number = self._order.number()
        try:
            answer = await self.client.users_info(user=user, include_locale=True)
        except UNANSWERED as error:
            log.warning("person not read", error=str(error)[:200])
            return (number, Account(self.desk.key(user), user)) if is_unknown_method(error) else None
        account = self._read(answer.get("user"))
        return None if account is None else (number, account)

    def _read(self, user: object) -> Account | None:
        """Read one account. One that cannot be parsed does not keep the others from being read."""
        try:
            return account_of(self.desk.platform, user, self.team_id)  # type: ignore[arg-type]  # which is what is tried
        except (KeyError, TypeError, AttributeError, ValueError):
            log.warning("person not understood")
            return None


def account_of(platform: str, user: dict[str, Any], team_id: str) -> Account:
    """A Slack user as an account. People of another team (or enterprise, where `team_id` is one), and guests, are
    outside."""
    profile = user.get("profile") or {}
    user_id = user["id"]
    if not (isinstance(user_id, str) and user_id.isascii() and user_id.isprintable()):
        raise ValueError("not the id of a person")
    called = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    outside = bool(user.get("is_stranger") or user.get("is_restricted") or user.get("is_ultra_restricted"))
    homes = {user.get("team_id"), (user.get("enterprise_user") or {}).get("enterprise_id")} - {None, ""}
    outside = outside or (bool(homes) and bool(team_id) and team_id not in homes)
    return Account(
        key=f"{platform}:{user_id}",
        name=next((name for name in called if isinstance(name, str) and name), ""),
        timezone=_text(user.get("tz")),
        locale=_text(user.get("locale")),
        email=_text(profile.get("email")) if user.get("is_email_confirmed", True) else None,
        is_external=outside,
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_bot=bool(user.get("is_bot")) or user_id == "USLACKBOT",
        is_active=not user.get("deleted"),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
