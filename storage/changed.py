"""Which open tickets something happened to since one last looked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table
from storage.tables.tickets import IS_OPEN, TicketRow

_tickets = table(TicketRow)


@dataclass(frozen=True, slots=True)
class Seen:
    """How the open tickets of some organisations were."""

    #: By organisation: how many there were, and sums of their versions, by which it is told whether anything is other.
    sums: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    #: The version of each, by organisation and number.
    versions: Mapping[int, Mapping[int, int]] = field(default_factory=dict)


def look_at_open(session: Session, organisations: Collection[int], last: Seen) -> tuple[Seen, dict[int, set[int]]]:
    """How the open tickets of these organisations are now; and, by organisation, the numbers of those that were opened,
    changed or closed since. Where nothing was, it takes one statement. What was not looked at before is not new."""
    version, number = _tickets.c.version, _tickets.c.number
    counted = sa.select(
        _tickets.c.organisation_id, sa.func.count(), sa.func.sum(version), sa.func.sum(version * number)
    ).where(_tickets.c.organisation_id.in_(list(organisations)), IS_OPEN)
    found = session.execute(counted.group_by(_tickets.c.organisation_id))
    sums = dict.fromkeys(organisations, (0,)) | {row[0]: tuple(map(int, row[1:])) for row in found}
    versions: dict[int, Mapping[int, int]] = {}
    changed: dict[int, set[int]] = {}
    for each in organisations:
        before = last.versions.get(each)
        if before is not None and last.sums.get(each) == sums[each]:
            versions[each] = before
            continue
        rows = session.execute(sa.select(number, version).where(_tickets.c.organisation_id == each, IS_OPEN))
        versions[each] = now = {row[0]: row[1] for row in rows}
        if before is not None:
            changed[each] = {number for number, _ in now.items() ^ before.items()}
    return Seen(sums, versions), changed
