"""What the doctor knows of channels in Teams. It cannot ask: Teams speaks of a channel when something happens in it,
and what it said then is on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.cli.checks.finding import Finding, fine, missing, note
from bot.desk.policy_file import policy_from_data
from bot.server.settings import Settings
from bot.teams.channels import one_called, plainly
from bot.teams.platform import PLATFORM
from storage.cause import Cause
from storage.channels import Channel, ChannelKind, load_channels
from storage.database import Database, DatabaseUnusableError
from storage.installations import find_installation
from storage.organisations import list_desks
from storage.policies import latest_policy
from storage.schema import Schema, look
from triage.desk import Desk
from triage.keys import key_of

ADD = "in Teams open Apps, Built for your org, Vigie, Add to a team"


@dataclass(frozen=True)
class Known:
    """What is on record."""

    #: Every conversation that Teams has spoken of.
    channels: list[Channel] = field(default_factory=list)
    #: The key of the desk's channel as it was found or chosen; None: there is none yet.
    desk: str | None = None


def known_of_teams(settings: Settings) -> Known:
    """What is on record; nothing where the database cannot be read, which has a line of its own."""
    try:
        database = Database(settings.database_url)
    except DatabaseUnusableError:
        return Known()
    try:
        if look(database) is not Schema.CURRENT:
            return Known()
        return database.read_now(partial(_read, tenant=settings.teams_tenant_id or ""))
    except (DatabaseUnusableError, DBAPIError):
        return Known()
    finally:
        database.close_now()


def _read(session: Session, tenant: str) -> Known:
    here = find_installation(session, PLATFORM, tenant)
    if here is None:
        return Known()
    desks = [each for each in list_desks(session) if each.organisation_id == here.organisation_id]
    saved = [latest_policy(session, each.organisation_id, each.desk_id) for each in desks]
    policies = [policy_from_data({**each[1], "version": each[0]}) for each in saved if each is not None]
    own = next((found for each in policies if (found := each.desk.channel_on(PLATFORM))), None)
    return Known(list(load_channels(session, here.organisation_id, PLATFORM).values()), own)


def look_at_channels(settings: Settings, desk: Desk, known: Known) -> list[Finding]:
    """The desk's channel, those that Vigie was taken out of, and where private messages work."""
    shared = [each for each in known.channels if each.kind is not ChannelKind.PERSONAL]
    own = _own(settings, desk, known, shared)
    closed = [each for each in shared if each.closed_at is not None and each.key != known.desk]
    stopped = [note(f"Vigie cannot write in {_called(each)} {_since(each)}.") for each in closed]
    return [own, *stopped, *_private(settings, shared)]


def _own(settings: Settings, desk: Desk, known: Known, shared: list[Channel]) -> Finding:
    named = desk.channel_on(PLATFORM) or settings.channel_on(PLATFORM)
    key = known.desk or (None if named is None else _found(named, shared))
    there = next((each for each in shared if each.key == key), None)
    if there is not None and there.closed_at is not None:
        return missing(f"Vigie cannot write in the desk's channel {_called(there)} {_since(there)}.")
    if there is not None:
        return fine(f"The desk's channel in Teams is {_called(there)}, and Vigie is in it.")
    if key is not None:
        return fine(f"The desk's channel in Teams is {key.partition(':')[2]}.")
    if named is None:
        return note(f"The desk has no channel in Teams yet: {ADD}, choose its channel, and type @Vigie setup there.")
    return note(
        f"Teams has not spoken of the desk's channel {named} yet: {ADD}, choose that channel, and write @Vigie help "
        "there; or correct VIGIE_TEAMS_CHANNEL."
    )


def _found(named: str, shared: list[Channel]) -> str | None:
    key = key_of(PLATFORM, plainly(named))
    return key if any(each.key == key for each in shared) else one_called(plainly(named), shared)


def _private(settings: Settings, shared: list[Channel]) -> list[Finding]:
    """Where one person can be told something that nobody else in the channel sees."""
    if not settings.teams_targeted:
        return [
            note(
                "VIGIE_TEAMS_TARGETED is 0: private answers come in each person's chat with Vigie, and there are no "
                "slash commands. Make the package anew with vigie teams manifest when you change it."
            )
        ]
    open_ones = [each for each in shared if each.closed_at is None]
    works = [each for each in open_ones if each.private_works]
    refused = [each for each in open_ones if each.private_works is False]
    found = [fine(f"Private messages work in {_list(works)}.")] if works else []
    if refused:
        found.append(
            note(
                f"Teams refuses private messages in {_list(refused)}: private answers come in each person's chat with "
                "Vigie. It is tried again once a day."
            )
        )
    return found


def _since(channel: Channel) -> str:
    """Since when nothing can be said there, why, and what to do."""
    why = "it was deleted" if channel.closed_cause is Cause.NOT_FOUND else "Vigie was taken out"
    then = "" if channel.closed_cause is Cause.NOT_FOUND else f": {ADD}"
    return f"since {channel.closed_at:%d %b %Y}, when {why}{then}"


def _list(channels: Iterable[Channel]) -> str:
    names = [_called(each) for each in channels]
    return ", ".join(names) if len(names) <= 5 else f"{', '.join(names[:5])} and {len(names) - 5} more"


def _called(channel: Channel) -> str:
    name = channel.name or channel.key.partition(":")[2]
    return f"{channel.team_name} / {name}" if channel.team_name else name
