"""For how long each desk keeps what nobody looks for again: as the policy says that it has in force, else as whoever
runs Vigie says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.tables.desks import DeskRow, PolicyRow

Desk = tuple[int, int]
"""The ids of an organisation and of a desk."""
Said = Mapping[str, int | None]
"""Days by what is kept (`messages`, `texts`), as far as a policy says so; None: for good."""
NEVER = datetime.min.replace(tzinfo=UTC)  # nothing is older
READ = 200  # policies that are read at once

_policies, _desks = table(PolicyRow), table(DeskRow)
_KEY = (_policies.c.organisation_id, _policies.c.desk_id)


class InForce(NamedTuple):
    """What a desk's policy says."""

    #: The version of the policy; 0: the desk has none yet.
    version: int
    #: What it says of retention.
    said: Said


@dataclass(frozen=True, slots=True)
class Before:
    """Until when what is of one kind is too old to be kept."""

    #: The present instant.
    now: datetime
    #: By desk.
    desks: Mapping[Desk, datetime]
    #: By organisation, of what is of no desk: as the desk has it that keeps it longest.
    organisations: Mapping[int, datetime]
    #: What is not older than this is kept by everybody.
    newest: datetime

    def of(self, organisation_id: int, desk_id: int | None) -> datetime:
        """Until when what is of that desk is too old; None: what is of none. Of whoever is not known nothing goes."""
        if desk_id is None:
            return self.organisations.get(organisation_id, NEVER)
        return self.desks.get((organisation_id, desk_id), NEVER)


def before(now: datetime, policies: Mapping[Desk, InForce], kind: str, usual: timedelta | None) -> Before:
    """Until when what is of that kind is too old, by the policies of all desks; `usual`: for how long it is kept where
    a policy does not say; None: for good."""
    desks: dict[Desk, datetime] = {}
    organisations: dict[int, datetime] = {}
    for desk, (_, said) in policies.items():
        days = said.get(kind)
        kept = usual if kind not in said else None if days is None else timedelta(days=days)
        at = NEVER if kept is None else now - kept
        desks[desk] = at
        organisations[desk[0]] = min(at, organisations.get(desk[0], at))
    return Before(now, desks, organisations, max(desks.values(), default=NEVER))


def read_policies(session: Session, known: Mapping[Desk, InForce]) -> dict[Desk, InForce]:
    """What every desk's policy says. `known`: as it was read before; only newer versions are read again."""
    of_desk = sa.and_(_policies.c.organisation_id == _desks.c.organisation_id, _policies.c.desk_id == _desks.c.id)
    newest = sa.select(_desks.c.organisation_id, _desks.c.id, sa.func.coalesce(sa.func.max(_policies.c.version), 0))
    query = newest.join_from(_desks, _policies, of_desk, isouter=True).group_by(_desks.c.organisation_id, _desks.c.id)
    versions = {(organisation, desk): version for organisation, desk, version in session.execute(query)}
    found = {
        desk: known[desk] for desk, version in versions.items() if desk in known and known[desk].version == version
    }
    changed = [(*desk, version) for desk, version in versions.items() if desk not in found]
    found |= {(organisation, desk): InForce(version, {}) for organisation, desk, version in changed}
    for start in range(0, len(changed), READ):
        some = sa.tuple_(*_KEY, _policies.c.version).in_(changed[start : start + READ])
        said = sa.select(*_KEY, _policies.c.version, _policies.c.data["retention"]).where(some)
        for organisation, desk, version, retention in session.execute(said):
            found[organisation, desk] = InForce(version, retention if isinstance(retention, dict) else {})
    return found
