"""Saving what was chosen: a new version of the policy, in force at once, said in the desk's channel."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.verbs.base.call import Call
from bot.verbs.setup.parts import Answers, Part
from bot.wording.policy.settings import changed_settings
from storage.announcements.to_desk import SetUp
from storage.announcing import announce
from storage.app_home import refresh_home
from storage.inbox import handle_once
from storage.policies import chosen_in_chat, latest_policy, save_policy
from triage.keys import platform_of

TRIES = 5


@dataclass(frozen=True)
class Outcome:
    """What became of saving a policy."""

    #: The version that is in force.
    version: int
    #: The settings that it changed, by name; none where it was that already.
    changes: list[str]


class ChangedMeanwhileError(Exception):
    """Somebody else saved between reading and writing."""


async def save(call: Call, part: Part, answers: Answers) -> Outcome:
    """Save a part with these answers. Raises PolicyError for what the policy cannot be made of."""
    desk = call.desk
    for _ in range(TRIES):
        before = await desk.database.read(partial(chosen_in_chat, organisation_id=desk.organisation_id,
                                                  desk_id=desk.desk_id))  # fmt: skip
        chosen = part.chosen(desk, before, answers)
        # In a thread: public holidays of a country take a while the first time.
        _, data = await asyncio.to_thread(desk.policy_layers.read, call.now.date(), chosen)
        try:
            outcome = await desk.write(partial(_record, call=call, before=before, chosen=chosen, data=data))
        except ChangedMeanwhileError:
            continue
        await desk.put_in_force(outcome.version, data, chosen)
        return outcome
    raise ChangedMeanwhileError


def _record(
    session: Session, call: Call, before: dict[str, Any] | None, chosen: dict[str, Any], data: dict[str, Any]
) -> Outcome:
    desk = call.desk
    where = (session, desk.organisation_id, desk.desk_id)
    if call.key:
        handle_once(session, desk.organisation_id, call.key, call.now)
    if chosen_in_chat(*where, lock=True) != before:
        raise ChangedMeanwhileError
    latest = latest_policy(*where)
    changes = changed_settings(latest[1], data) if latest is not None else []
    version = save_policy(*where, data, call.now, chosen=chosen, by=call.actor.id, changes=changes)
    channels = dict.fromkeys((*data["desks"][0]["channels"], *desk.policy.desk.channels))
    for channel in channels if changes else ():
        announce(
            session, desk.organisation_id, SetUp(call.actor.id, list(changes), version),
            platform=platform_of(channel), channel=channel,
            key=f"set-up.{desk.desk_id}.{version}.{channel}", now=call.now,
        )  # fmt: skip
    if changes:
        refresh_home(session, desk.organisation_id, call.now)  # roles and order of work may be others now
    return Outcome(version, changes)
