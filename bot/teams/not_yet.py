# ruff: noqa: ARG002, D102
"""Stands where the way out of Teams will: nothing is sent, nobody is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.outbound.port import ForOne, Found, InChannel, InPlaceOf, NotDeliveredError, Unknowable
from bot.outbound.reader import FoundMessage
from bot.teams.payload import Activity
from bot.wording.card import Card
from scheduler.sender import Retry, Sent
from storage.outbox import Outgoing
from triage.keys import key_of


class NotYet:
    """Everything at once."""

    async def post(self, item: Outgoing, card: Card, where: InChannel, now: datetime) -> Sent:
        raise NotDeliveredError(Retry(now + timedelta(minutes=1), "not yet"))

    async def edit(self, item: Outgoing, card: Card, where: InPlaceOf, now: datetime) -> None:
        raise NotDeliveredError(Retry(now + timedelta(minutes=1), "not yet"))

    async def delete(self, item: Outgoing, channel: str, message_id: str, now: datetime) -> None:
        """See Transport."""

    async def private(self, item: Outgoing, card: Card, where: ForOne, now: datetime) -> Sent | None:
        return None

    async def direct(self, item: Outgoing, person: str, now: datetime) -> str:
        raise NotDeliveredError(Retry(now + timedelta(minutes=1), "not yet"))

    async def find_again(
        self,
        item: Outgoing,
        where: InChannel,
        now: datetime,
        *,
        besides: str = "",
    ) -> Found:
        return Unknowable()

    async def message(
        self,
        item: Outgoing,
        channel: str,
        message_id: str,
        now: datetime,
    ) -> FoundMessage | None:
        return None

    async def thread(self, channel: str, message_id: str) -> tuple[FoundMessage, ...]:
        return ()

    def knows(self, user: str, channel: str = "") -> bool:
        return True

    async def meet(self, activity: Activity) -> None:
        """See People."""

    async def noticed(self, activity: Activity) -> None:
        """See People."""

    async def moved(self, user: str, channel: str) -> None:
        """See People."""

    async def refresh(self) -> None:
        """See People."""

    async def heard(self, activity: Activity) -> None:
        """See Conversations."""

    async def closed(self, activity: Activity) -> None:
        """See Conversations."""

    async def say(self, card: Card, where: ForOne) -> bool:
        return False

    async def find(self, named: str) -> str | None:
        return named if named.startswith("teams:") else key_of("teams", named) if self.is_id(named) else None

    def is_id(self, named: str) -> bool:
        return named.removeprefix("teams:").startswith("19:")
