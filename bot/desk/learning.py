"""Learning from what a lead approved: beside everything else, between two transactions."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial

from storage.database import Database
from storage.learned import lessons_of, save_learned
from triage.suggesting import learn


async def learn_again(database: Database, organisation_id: int, desk_id: int, now: datetime) -> None:
    """Learn from all that is approved and not erased; it counts from the next suggestion on, in every process."""
    while True:
        read = partial(lessons_of, organisation_id=organisation_id, desk_id=desk_id)
        lessons = await database.read(read)
        learned = await asyncio.to_thread(learn, lessons)
        keep = partial(
            save_learned, organisation_id=organisation_id, desk_id=desk_id, learned=learned, lessons=lessons, now=now
        )
        if await database.write(keep):
            return
