"""The pass over deferred work: claimed and put on record like a notice, but done by a port of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from scheduler.delivery import Delivery
from scheduler.sender import Result
from storage.outbox import Outgoing


class Performer(Protocol):
    """Does what people of one platform asked for."""

    async def perform(self, item: Outgoing, now: datetime) -> Result:
        """Do the `storage.deferred.Work` that `item` is; done again, it does nothing more. `Sent` means that it is done
        and `Drop` that there was nothing to do; otherwise as `scheduler.sender.Sender.send`."""
        ...


@dataclass
class DeferredWork(Delivery):
    """Does what is due. How much one person asks for delays nobody else."""

    #: By platform.
    performers: Mapping[str, Performer] = field(default_factory=dict)
    does_work: ClassVar[bool] = True

    async def _carry(self, item: Outgoing, now: datetime) -> Result | None:
        performer = self.performers.get(item.platform)
        return None if performer is None else await performer.perform(item, now)
