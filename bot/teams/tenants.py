"""The tenant that this process serves: it has a desk, people and connections of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.desk.runtime import DeskRuntime
from bot.outbound.deferred import DeskWork
from bot.teams.callers import People
from bot.teams.listeners import Listeners
from scheduler.sender import Result, Retry, Sender
from storage.installations import Installation
from storage.outbox import Outgoing

log = structlog.get_logger(__name__)
TRY_LATER = timedelta(minutes=1)


@dataclass
class Tenant:
    """An installation at work. Whatever comes in for it meets this desk alone."""

    #: What is on record of it.
    installation: Installation
    #: The desk that serves it.
    desk: DeskRuntime
    #: Asks Teams who people are.
    people: People
    #: Its way out.
    sender: Sender
    #: Does what was put off there.
    work: DeskWork
    #: Hears what is done there.
    listeners: Listeners
    #: Looks for channels that were named before Teams had spoken of them.
    find_channels: Callable[[], Awaitable[None]]


@dataclass
class Tenants:
    """Found by id. An app in Entra belongs to one tenant, so there is one or, before it is at work, none."""

    #: The one that is served.
    single: Tenant | None = None
    #: Whether it is taken for the tenant of whatever arrives, for test tools that have another name for it each time.
    is_any: bool = False

    def __iter__(self) -> Iterator[Tenant]:
        return iter(() if self.single is None else (self.single,))

    def of(self, tenant_id: str) -> Tenant | None:
        """The tenant of that id; what names none is for the only one there is."""
        found = self.single
        if found is None or self.is_any or tenant_id in ("", found.installation.workspace):
            return found
        return None

    async def each(self, work: Callable[[Tenant], Awaitable[None]]) -> None:
        """Do that for every tenant: one where it fails keeps no other from it."""
        for tenant in self:
            try:
                await work(tenant)
            except Exception:
                log.exception("not done for a tenant", tenant=tenant.installation.workspace)


@dataclass
class TenantsSender:
    """Delivers each notice, and does what was put off, with the installation of its organisation and with no other."""

    #: Those that are at work here.
    tenants: Tenants

    async def send(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.sender.Sender`."""
        tenant = self._of(item)
        return _later(now) if tenant is None else await tenant.sender.send(item, now)

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """See `scheduler.deferred.Performer`."""
        tenant = self._of(item)
        return _later(now) if tenant is None else await tenant.work.perform(item, now)

    def _of(self, item: Outgoing) -> Tenant | None:
        found = self.tenants.single
        return found if found is not None and found.installation.organisation_id == item.organisation_id else None


def _later(now: datetime) -> Result:
    return Retry(now + TRY_LATER, "its tenant is not connected")
