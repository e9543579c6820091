"""The desk at work: what every command, event and notice needs, wired once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlmodel import Session

from bot.now import Now
from bot.people import Directory
from bot.policy_file import policy_from_data
from storage.accounts import load_accounts, load_members
from storage.changes import Place
from storage.database import Database
from storage.groups import load_groups
from storage.policies import load_policy
from triage.policy import Policy

Answer = TypeVar("Answer")


@dataclass
class Desk:
    """One desk of one organisation on one platform.

    `installer` put Vigie there: an admin of the desk where no roles say otherwise. `command` is what people type
    (`/ticket`). `recorded` is called after each commit that may have made something due.
    """

    organisation_id: int
    desk_id: int
    platform: str
    database: Database
    now: Now
    policy: Policy
    directory: Directory
    command: str = "/ticket"
    installer: str | None = None
    recorded: Callable[[], None] = lambda: None
    _policies: dict[int, Policy] = field(default_factory=dict)

    async def write(self, transaction: Callable[[Session], Answer]) -> Answer:
        """Run a transaction that records something, then have due things looked at."""
        answer = await self.database.write(transaction)
        self.recorded()
        return answer

    async def refresh_people(self) -> None:
        """Read who is who again."""

        def read(session: Session) -> tuple[Any, Any, Any]:
            whose = self.organisation_id
            return (
                load_accounts(session, whose),
                load_members(session, whose),
                load_groups(session, whose),
            )

        accounts, members, groups = await self.database.read(read)
        self.directory = Directory(self.policy, accounts, members, groups, self.installer)

    def policy_of(self, session: Session, version: int) -> Policy:
        """The policy version that a ticket's terms come from; today's where it is not on record any more."""
        if version == self.policy.version:
            return self.policy
        if version not in self._policies:
            data = load_policy(session, self.organisation_id, self.desk_id, version)
            self._policies[version] = policy_from_data({**data, "version": version}) if data else self.policy
        return self._policies[version]

    def places(self, channel: str) -> list[Place]:
        """Where a ticket opened in `channel` will be spoken of: the desk's channel, and the customer's if it is one."""
        own = self.policy.desk.channel or channel
        places = [Place(self.platform, own, "desk")]
        if channel != own and channel in self.policy.desk.customer_channels:
            places.append(Place(self.platform, channel, "customer"))
        return places

    def person(self, platform_id: str) -> str:
        """The key of a person of this platform."""
        return f"{self.platform}:{platform_id}"
