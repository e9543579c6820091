"""Quiet hours that somebody sets: every day, in their own zone, they are told of nothing but severity 1 and 2 (policy:
Quiet hours)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from triage.contents.deadlines import (
    AgreementContent,
    BreachContent,
    CatchUpContent,
    ChaseContent,
    FallsToContent,
    ProposalContent,
    WarningContent,
)
from triage.contents.to_desk import AssignedContent, CustomerWroteContent
from triage.notice import Content
from triage.settling import is_settled
from triage.ticket import Ticket
from triage.zones import zone

DAY = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when, every day. Over midnight where the end is no later than the start; both alike: never."""

    #: Minutes after midnight.
    starts: int
    #: Minutes after midnight.
    ends: int
    #: The zone that they are in, by its IANA name.
    zone: str = "UTC"
    #: When they were set; None: before all that is asked about. What would have ended before that, did not.
    since: datetime | None = None

    @property
    def length(self) -> timedelta:
        """How long they last."""
        return timedelta(minutes=(self.ends - self.starts) % DAY)

    def is_on(self, now: datetime) -> bool:
        """Whether it is quiet at `now`. The end no longer is."""
        local = now.astimezone(zone(self.zone))
        return (local.hour * 60 + local.minute - self.starts) % DAY < (self.ends - self.starts) % DAY

    def end_of(self, now: datetime) -> datetime:
        """When those end that are on at `now`."""
        local = now.astimezone(zone(self.zone))
        day = local.replace(hour=self.ends // 60, minute=self.ends % 60, second=0, microsecond=0)
        if day.replace(tzinfo=None) <= local.replace(tzinfo=None):
            day += timedelta(days=1)
        return day.astimezone(UTC)

    def ends_between(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """When they end, after `since` and not after `until`."""
        if self.starts == self.ends:
            return
        day = since.astimezone(zone(self.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        while day <= until + timedelta(days=1):
            at = day.replace(hour=self.ends // 60, minute=self.ends % 60).astimezone(UTC)
            if since < at <= until and (self.since is None or self.since < at):
                yield at
            day += timedelta(days=1)


def still_matters(ticket: Ticket, content: Content, person: str) -> bool:
    """Whether something that was said while `person` had quiet hours is still to be told to them."""
    if not ticket.is_open or ticket.is_pressing:
        return False
    match content:
        case CustomerWroteContent():
            asked, told = ticket.heard.asked_at, ticket.updates.last_at
            return content.asks and asked is not None and (told is None or told < asked)
        case AssignedContent():
            return content.to == person and not ticket.ownership.is_accepted
        case (
            WarningContent()
            | BreachContent()
            | CatchUpContent()
            | FallsToContent()
            | ProposalContent()
            | ChaseContent()
            | AgreementContent(group=None)  # else its group is told
        ):
            return not is_settled(ticket, content)
    return False
