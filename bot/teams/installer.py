"""Who may set up a desk that is in Teams alone. Teams tells nobody who its admins are: whoever brings Vigie to a team
first is the desk's, until it names its own."""

from __future__ import annotations

from functools import partial

import structlog

from bot.desk.runtime import DeskRuntime
from bot.teams.platform import PLATFORM
from storage.installations import note_installer
from triage.people import Role

log = structlog.get_logger(__name__)


async def brought_by(desk: DeskRuntime, person: str) -> None:
    """Somebody brought us to a team. The first one who is inside counts, and only where the desk has no admin by its
    policy, or on another platform."""
    if desk.installer is not None or set(desk.state.bindings) != {PLATFORM}:
        return
    if desk.roster.with_role(Role.ADMIN) or desk.roster.is_outside(person):
        return
    note = partial(note_installer, platform=PLATFORM, organisation_id=desk.organisation_id, installer=person)
    desk.installer = await desk.database.write(note)
    await desk.refresh_people()
    log.info("brought to a team", by=desk.installer)
