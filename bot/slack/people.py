"""Reads from Slack who the desk's people are: names, zones, languages, who is outside, who is in which channel."""

from __future__ import annotations

from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.desk import Desk
from bot.slack.errors import UNANSWERED, is_unknown_method
from bot.slack.groups import Groups
from storage.accounts import Account, save_accounts, save_members

log = structlog.get_logger(__name__)
PAGE = 200


class People:
    """Keeps the accounts of everyone in the desk's and its customers' channels, and of those named in the policy."""

    def __init__(self, desk: Desk, client: AsyncWebClient, team_id: str) -> None:
        self.desk = desk
        self.client = client
        self.team_id = team_id
        self.groups = Groups(desk, client)
        self._asked: set[str] = set()
        self._unlisted: set[str] = set()  # channels of a server that does not tell who is in them

    def knows(self, user: str, channel: str = "") -> bool:
        """Whether there is nothing to find out about somebody who acts in `channel`."""
        person, directory = self.desk.person(user), self.desk.directory
        if channel in self._unlisted and person not in directory.members.get(channel, ()):
            return False
        return user in self._asked or person in directory.accounts

    async def meet(self, user: str, channel: str = "") -> None:
        """Somebody new acted: find out how they like to be spoken to, for the next time. Asked once each. Where the
        server cannot tell who is in a channel, whoever acts there is."""
        if self.knows(user, channel):
            return
        account, desk = await self._account(user), self.desk
        if account is not None:  # else asked again: until then they may be of another company
            self._asked.add(user)
        there = set(desk.directory.members.get(channel, ())) | {desk.person(user)}

        def save(session: Session) -> None:
            if account is not None:
                save_accounts(session, desk.organisation_id, [account], desk.now())
            if channel in self._unlisted:
                save_members(session, desk.organisation_id, channel, there)

        await desk.database.write(save)
        await desk.refresh_people()

    async def refresh(self) -> None:
        """Ask Slack again. A channel, group or person that cannot be read keeps what is known of it."""
        await self.groups.refresh()
        desk = self.desk
        policy = desk.policy
        channels = [c for c in (policy.desk.channel, *policy.desk.customer_channels) if c]
        members = {channel: people for channel in channels if (people := await self._members(channel)) is not None}
        wanted = {person for people in members.values() for person in people}
        in_groups = {person for group in desk.directory.groups.values() for person in group.people or ()}
        wanted |= {
            person.split(":", 1)[1]
            for person in policy.people | in_groups
            if person.startswith((f"{desk.platform}:U", f"{desk.platform}:W"))
        }
        accounts = [account for user in sorted(wanted) if (account := await self._account(user)) is not None]

        def save(session: Session) -> None:
            save_accounts(session, desk.organisation_id, accounts, desk.now())
            for channel, people in members.items():
                save_members(session, desk.organisation_id, channel, [desk.person(user) for user in people])

        await desk.database.write(save)
        await desk.refresh_people()

    async def _members(self, channel: str) -> list[str] | None:
        found: list[str] = []
        cursor = ""
        try:
            while True:
                answer = await self.client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)
                found.extend(answer["members"])
                cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    return found
        except UNANSWERED as error:
            if is_unknown_method(error):
                self._unlisted.add(channel)
            log.warning("members not read", channel=channel, error=str(error)[:200])
            return None

    async def _account(self, user: str) -> Account | None:
        try:
            answer = await self.client.users_info(user=user, include_locale=True)
        except UNANSWERED as error:
            log.warning("person not read", error=str(error)[:200])
            return Account(self.desk.person(user), user) if is_unknown_method(error) else None
        return account_of(self.desk.platform, answer["user"], self.team_id)


def account_of(platform: str, user: dict[str, Any], team_id: str) -> Account:
    """A Slack user as an account. People of another team (or enterprise, where `team_id` is one), and guests, are
    outside."""
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name") or ""
    outside = bool(user.get("is_stranger") or user.get("is_restricted") or user.get("is_ultra_restricted"))
    homes = {user.get("team_id"), (user.get("enterprise_user") or {}).get("enterprise_id")} - {None, ""}
    outside = outside or (bool(homes) and bool(team_id) and team_id not in homes)
    return Account(
        person=f"{platform}:{user['id']}",
        name=name,
        timezone=user.get("tz"),
        locale=user.get("locale"),
        email=profile.get("email"),
        is_external=outside,
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        is_active=not user.get("deleted"),
    )
