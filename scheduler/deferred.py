"""The pass over deferred work. Rows are claimed and recorded as notices are (`scheduler.delivery`), but done by a
`Performer`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from scheduler.delivery import Delivery
from scheduler.sender import Result
from storage.outbox import Outgoing


class Performer(Protocol):
    """Does the deferred work of one platform."""

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """Do the work of `item` (`storage.deferred.Work`). It may be called again for the same item, and then does
        nothing more. `Sent` means done, `Drop` nothing to do; the others as for `scheduler.sender.Sender.send`."""
        ...


@dataclass
class DeferredWork(Delivery):
    """Does what is due. Work of one person waits only for that same person's."""

    #: By platform.
    performers: Mapping[str, Performer] = field(default_factory=dict)
    does_work: ClassVar[bool] = True

    async def _carry(self, item: Outgoing, now: datetime) -> Result | None:
        performer = self.performers.get(item.platform)
        return None if performer is None else await performer.perform(item, now)
