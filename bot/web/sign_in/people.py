"""Whose account it is that somebody signs in with, and whether they have a role at a desk that is served here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.desk.runtime import DeskRuntime
from bot.web.sign_in.errors import SignInError
from bot.web.sign_in.providers import Identity
from storage.database import Database
from storage.installations import organisation_of
from triage.keys import key_of
from triage.people import Role

MOST_NAMED = 3


class NobodyError(SignInError):
    """They are who they say, and have no role at the desk. `helpers`: the names of those who give roles there, for
    whoever is inside."""

    def __init__(self, helpers: Sequence[str]) -> None:
        super().__init__("nobody")
        self.helpers = helpers


async def known(
    database: Database, desks: Sequence[DeskRuntime], platform: str, identity: Identity
) -> tuple[str, DeskRuntime]:
    """Their account, and the desk where they have a role. Raises SignInError."""
    for workspace in identity.workspaces:
        find = partial(organisation_of, platform=platform, workspace=workspace)
        organisation_id = await database.read(find)
        if organisation_id is None:
            continue
        desk = served(desks, organisation_id, platform)
        if desk is None:
            raise SignInError("not_up")
        person = desk.directory.person(key_of(platform, identity.user))
        account = desk.directory.account_on(person, platform)
        if account is None or not has_role(desk, account):
            is_inside = not desk.roster.is_outside(person)
            raise NobodyError(_who_can_help(desk) if is_inside else ())
        return account, desk
    raise SignInError("elsewhere", "Vigie is not installed there")


def served(
    desks: Sequence[DeskRuntime], organisation_id: int, platform: str, desk_id: int | None = None
) -> DeskRuntime | None:
    """The desk of that organisation, seen from that platform, if it is served here."""
    theirs = (each for each in desks if each.organisation_id == organisation_id and each.platform == platform)
    return next((each for each in theirs if desk_id in (None, each.desk_id)), None)


def has_role(desk: DeskRuntime, account: str) -> bool:
    """Whether whoever has that account has a role there, and has not left, with it or altogether."""
    directory = desk.directory
    person, known_as = directory.person(account), directory.accounts.get(account)
    is_active = known_as is not None and known_as.is_active
    return is_active and desk.roster.actor(person).has_role and person not in directory.gone


def _who_can_help(desk: DeskRuntime) -> list[str]:
    for role in (Role.ADMIN, Role.LEAD):
        if found := sorted(set(desk.roster.with_role(role)) - desk.directory.gone):
            return [desk.directory.name(each) for each in found[:MOST_NAMED]]
    return []
