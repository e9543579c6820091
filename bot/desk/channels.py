"""Where a desk speaks: its channels on the platforms that it is at work on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from storage.changes import Place
from storage.conversations import add_missing, leave_others
from storage.refresh import refresh_stale
from triage.desk import Desk
from triage.keys import platform_of

FIRST_CARDS = 10  # of open tickets, in a channel that the desk has just got


@dataclass(frozen=True, slots=True)
class DeskChannels:
    """The channels of the policy in force, as far as the desk is at work there."""

    #: The desk as the policy has it.
    desk: Desk
    #: The platforms that it is at work on, by name.
    at_work: Collection[str]

    @property
    def own(self) -> list[str]:
        """The desk's own, one on each platform."""
        return [each for each in self.desk.channels if platform_of(each) in self.at_work]

    @property
    def for_climbs(self) -> list[str]:
        """Those in which a climb is said, where they are not the desk's own."""
        found = self.desk.escalation_channels
        return [each for each in found if platform_of(each) in self.at_work and each not in self.desk.channels]

    def nearest(self, platform: str) -> str:
        """The desk's own on that platform, else on another; empty where it has none."""
        return self.desk.channel_on(platform) or next(iter(self.own), "")

    def places(self, channel: str, customers: str | None = None, root_id: str | None = None) -> list[Place]:
        """The conversations that a ticket opened in `channel` gets: one in the desk's channel on each platform, one
        where a climb will be said if that is elsewhere, and, where `customers` names a channel, one there, in the
        thread of the message `root_id`."""
        own = self.own or [channel]
        places = [*(Place(each, "desk") for each in own), *(Place(each, "escalation") for each in self.for_climbs)]
        if customers is not None and customers not in own:
            places.append(Place(customers, "customer", root_id))
        return places

    def card_open_tickets(self, session: Session, organisation_id: int, desk_id: int, now: datetime) -> None:
        """Have every open ticket spoken of in each of these channels: with a card in the desk's own, a few at once, the
        others when there is time."""
        where = partial(add_missing, session, organisation_id, desk_id, now=now)
        leave_others(session, organisation_id, desk_id, "escalation", self.for_climbs)
        for each in self.for_climbs:
            where(side="escalation", channel=each)
        if sum(where(side="desk", channel=each) for each in self.own):
            refresh_stale(session, now, FIRST_CARDS)
