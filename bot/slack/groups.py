"""Reads from Slack who is in the user groups that the policy names, and says once where that cannot be read."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.desk.runtime import DeskRuntime
from bot.slack.errors import UNANSWERED, UNREACHABLE, error_code
from storage.announcements.to_admins import GroupsUnread
from storage.announcing import announce
from storage.groups import Group, save_groups
from triage.keys import id_of

log = structlog.get_logger(__name__)


class Groups:
    """Keeps the people of the policy's user groups up to date. A group that cannot be read keeps those known."""

    def __init__(self, desk: DeskRuntime, client: AsyncWebClient) -> None:
        self.desk = desk
        self.client = client
        self.read_at = desk.now()  # when Slack last said everything
        self._asking = asyncio.Lock()  # so that what was read earlier never replaces what was read since

    @property
    def named(self) -> list[str]:
        """The groups that the policy names."""
        platform = f"{self.desk.platform}:"
        return sorted(
            key for key in self.desk.policy.people if key.startswith(platform) and self.desk.directory.is_group(key)
        )

    async def refresh(self) -> None:
        """Ask Slack for every group: its name and people. Each that the policy names is asked for by itself, so that
        it is known whether that works."""
        async with self._asking:
            await self._refresh()

    async def _refresh(self) -> None:
        desk = self.desk
        found, failure = await self._listed(), ""
        for key in self.named:
            try:
                people = await self._people(key)
            except SlackApiError as error:
                code = error_code(error)
                if code in ("no_such_subteam", "subteam_not_found"):
                    found[key] = Group(key, is_active=False, people=())
                else:
                    failure = code
                    found.pop(key, None)  # what the list says of its people was not asked for: those known are kept
            except UNREACHABLE as error:
                failure = type(error).__name__
                found.pop(key, None)
            else:
                known = found.get(key) or desk.directory.groups.get(key) or Group(key)
                found[key] = Group(key, known.handle, known.name, known.is_active, people)
        groups, now = list(found.values()), desk.now()

        def save(session: Session) -> None:
            save_groups(session, desk.organisation_id, groups, now)

        await desk.database.write(save)
        await desk.refresh_people()
        if not failure:
            self.read_at = now
            return
        log.warning("user groups not read", error=failure, groups=self.named)
        if failure != "missing_scope":  # of which the client has told already
            await desk.write(partial(self._complain, failure=failure))

    def _complain(self, session: Session, failure: str) -> None:
        """Tell an admin that groups cannot be read: once, until it has worked again."""
        desk = self.desk
        key = f"groups-unread.{desk.desk_id}.{int(self.read_at.timestamp())}"
        unread = GroupsUnread(failure, list(self.named))
        announce(
            session, desk.organisation_id, unread, platform=desk.platform, key=key,
            now=desk.now(),
        )  # fmt: skip

    async def _listed(self) -> dict[str, Group]:
        """Every group by key, with its people as far as Slack says so; nothing where it would not say."""
        try:
            answer = await self.client.usergroups_list(include_disabled=True, include_users=True)
        except UNANSWERED as error:
            log.info("user groups not listed", error=str(error)[:200])
            return {}
        keys = {self.desk.key(str(group["id"])): group for group in answer.get("usergroups") or []}
        return {
            key: Group(
                key, str(group.get("handle") or ""), str(group.get("name") or ""), not group.get("date_delete"),
                self._members(group.get("users")),
            )
            for key, group in keys.items()
        }  # fmt: skip

    def _members(self, users: object) -> tuple[str, ...] | None:
        return tuple(self.desk.key(str(user)) for user in users) if isinstance(users, list) else None

    async def _people(self, key: str) -> tuple[str, ...]:
        answer = await self.client.usergroups_users_list(usergroup=id_of(key))
        return tuple(self.desk.key(str(user)) for user in answer.get("users") or [])
