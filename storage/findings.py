"""What the auditor found wrong, kept: when it began, whether it stands, how often it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from storage.core import table, upsert
from storage.tables.operation import STANDS, FindingRow
from triage.auditing import Wrong

_findings = table(FindingRow)
_STANDS: sa.ColumnElement[bool] = sa.literal_column(STANDS)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, or was."""

    #: Whose it is.
    organisation_id: int
    #: What is wrong.
    kind: Wrong
    #: The id of the ticket or of the row of the outbox.
    of: int
    #: It was put right.
    repaired: bool = False
    #: Something had been due by then.
    was_late: bool = False


def note(session: Session, found: Iterable[Finding], now: datetime) -> None:
    """Keep what was found. What stands already is only seen once more; what begins again counts once more."""
    for each in found:
        whose = (
            _findings.c.organisation_id == each.organisation_id, _findings.c.kind == each.kind.value,
            _findings.c.of == each.of,
        )  # fmt: skip
        known = session.execute(sa.select(_findings).where(*whose)).mappings().first()
        stood = known is not None and known["ended_at"] is None
        row = {
            "organisation_id": each.organisation_id, "kind": each.kind.value, "of": each.of,
            "found_at": known["found_at"] if known is not None and stood else now,
            "seen_at": now, "times": 1 if known is None else known["times"] + (not stood),
            "ended_at": now if each.repaired else None, "repaired": each.repaired, "was_late": each.was_late,
        }  # fmt: skip
        upsert(session, FindingRow, [row], key=("organisation_id", "kind", "of"))


def end_others(
    session: Session, kinds: Iterable[Wrong], still: Iterable[Finding], now: datetime,
    among: Collection[int] | None = None,
) -> None:  # fmt: skip
    """What of those kinds stood and is not among `still` has come right. `among`: only of these was looked."""
    known = {(each.organisation_id, each.kind.value, each.of) for each in still}
    query = sa.select(_findings.c.organisation_id, _findings.c.kind, _findings.c.of).where(
        _STANDS, _findings.c.kind.in_([kind.value for kind in kinds])
    )
    for org, kind, of in session.execute(query).all():
        if (org, kind, of) not in known and (among is None or of in among):
            _end(session, Finding(org, Wrong(kind), of), now)


def _end(session: Session, finding: Finding, now: datetime) -> None:
    session.execute(
        sa.update(_findings)
        .where(
            _findings.c.organisation_id == finding.organisation_id, _findings.c.kind == finding.kind.value,
            _findings.c.of == finding.of, _STANDS,
        )
        .values(ended_at=now)
    )  # fmt: skip
